// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include "protocol/protocolfactory.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// One of several ways in which clients of one protocol begin, for a RecognisingEngine that has to find out
/// which. All else is the whole protocol's.
class HALYARD_EXPORT Beginning final : public ProtocolFactory
{
public:
    using Recognise = std::function<Recognition(ByteView first)>;
    using MakeEngine = std::function<std::unique_ptr<Engine>(const EngineSetup &setup)>;

    /// The whole outlives the engines it makes, and so this.
    Beginning(const ProtocolFactory &whole, Recognise recognise, MakeEngine makeEngine);
    ~Beginning() override;

    [[nodiscard]] std::string_view name() const override { return m_whole.name(); }
    [[nodiscard]] Recognition recognise(ByteView first) const override { return m_recognise(first); }
    [[nodiscard]] std::unique_ptr<Engine> makeEngine(const EngineSetup &setup) const override
    {
        return m_makeEngine(setup);
    }
    [[nodiscard]] std::size_t defaultMaxFrameBytes() const override { return m_whole.defaultMaxFrameBytes(); }
    [[nodiscard]] const Framing *framing() const override { return m_whole.framing(); }
    [[nodiscard]] std::unique_ptr<Dissector> makeDissector() const override
    {
        return m_whole.makeDissector();
    }

private:
    const ProtocolFactory &m_whole;
    const Recognise m_recognise;
    const MakeEngine m_makeEngine;
};

} // namespace Halyard::Wire

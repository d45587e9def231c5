// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "wire/export.h"
#include "wire/streamdissector.h"
#include "wire/vstp/framing.h"

namespace Halyard::Wire::Vstp {

class Exchange;

/// Explains vstp on a byte stream. It reads with the decoder's own layout, so what it marks first is what
/// ends an engine's connection. After a frame whose checksum, type or headers are wrong it goes on behind
/// that frame; after wrong magic, version or size at the next bytes that look like the start of a frame.
class HALYARD_EXPORT VstpDissector final : public StreamDissector
{
public:
    explicit VstpDissector(Profile profile = Profile::R, const DissectorLimits &limits = {});
    ~VstpDissector() override;

    [[nodiscard]] const ConversationTraits &traits() const override;

private:
    [[nodiscard]] std::optional<bool> looksLikeFrame(ByteView bytes) const override;
    [[nodiscard]] std::optional<std::byte> firstByte() const override;
    void explainFrame(Dissection &dissection, bool isTruncated) override;
    void explainGarbage(Dissection &dissection, const Error &error) override;

    VstpFraming m_framing;
    const std::unique_ptr<Exchange> m_exchange;
};

} // namespace Halyard::Wire::Vstp

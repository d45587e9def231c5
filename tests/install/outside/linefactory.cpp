// SPDX-License-Identifier: MIT
#include "linefactory.h"

#include <halyard/protocol/framedengine.h>

#include "linedissector.h"
#include "lineframing.h"
#include "linesession.h"

using namespace Halyard::Wire;

namespace {

class LineFactory final : public ProtocolFactory
{
public:
    [[nodiscard]] std::string_view name() const override { return "line"; }
    [[nodiscard]] Recognition recognise(ByteView first) const override
    {
        if (first.empty())
            return Recognition::More;
        return asText(first.first(1)).find_first_of("?!.") == 0 ? Recognition::Yes : Recognition::No;
    }
    [[nodiscard]] std::unique_ptr<Engine> makeEngine(const EngineSetup &setup) const override
    {
        return std::make_unique<FramedEngine>(m_framing, std::make_unique<LineSession>(), nullptr, setup);
    }
    [[nodiscard]] const Framing *framing() const override { return &m_framing; }
    [[nodiscard]] std::unique_ptr<Dissector> makeDissector() const override
    {
        return std::make_unique<LineDissector>();
    }

private:
    LineFraming m_framing;
};

} // namespace

ProtocolDescription lineProtocol()
{
    ProtocolDescription result;
    result.name = "line";
    result.summary = "one line of text per message";
    result.defaultMaxFrameBytes = 1024;
    result.capabilities = LineSession().capabilities();
    result.make = [](const OptionValues &) -> Result<std::shared_ptr<const ProtocolFactory>> {
        return std::make_shared<LineFactory>(); // there are no options
    };
    return result;
}

// SPDX-License-Identifier: MIT
// Out-of-line destructors, one home for each vtable, and what interfaces do unless told otherwise.
#include "protocol/bodywriter.h"
#include "protocol/engine.h"
#include "protocol/filter.h"
#include "protocol/framesink.h"
#include "protocol/protocolfactory.h"
#include "protocol/session.h"

namespace Halyard::Wire {

Engine::~Engine() = default;
EngineObserver::~EngineObserver() = default;
Filter::~Filter() = default;
FrameSink::~FrameSink() = default;
ProtocolFactory::~ProtocolFactory() = default;
Session::~Session() = default;

// Those who take secrets keep them: they are handed over by value.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void EngineObserver::secretsExported(Bytes, Now) { }

Result<void> Engine::handOff(Now)
{
    return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "this protocol has no handoff");
}

Result<void> Engine::sendFrame(ByteView, Now)
{
    return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "frames need a handoff first");
}

Result<void> FrameSink::writeTogether(std::span<const ByteView> bodies)
{
    for (const ByteView body : bodies) {
        if (auto fits = checkSize(body.size()); !fits)
            return fits;
    }
    for (const ByteView body : bodies) {
        if (auto sent = writeBody(*this, body); !sent)
            return sent;
    }
    return {};
}

bool ProtocolFactory::acceptsPeer(ByteView) const { return false; }

Result<void> ProtocolFactory::canServe(const RouteNames &, bool) const { return {}; }

EngineLimits ProtocolFactory::limitsFor(EngineLimits asked) const
{
    const EngineLimits untouched;
    if (asked.maxFrameBytesIn == untouched.maxFrameBytesIn)
        asked.maxFrameBytesIn = defaultMaxFrameBytes();
    if (asked.maxFrameBytesOut == untouched.maxFrameBytesOut)
        asked.maxFrameBytesOut = defaultMaxFrameBytes();
    return asked;
}

} // namespace Halyard::Wire

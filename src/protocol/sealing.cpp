// SPDX-License-Identifier: MIT
#include "protocol/sealing.h"

#include <utility>

#include "protocol/framedengine.h"

namespace Halyard::Wire {

std::unique_ptr<Engine> makeSealedEngine(const Framing &framing, std::unique_ptr<Session> session,
    const Sealing &sealing, const EngineSetup &setup)
{
    SecuritySetup wanted;
    wanted.side = setup.role == Role::Client ? SecuritySetup::Side::Client : SecuritySetup::Side::Server;
    wanted.options = sealing.options;
    wanted.maxBody = sealing.maxBodyBytes;
    wanted.random = setup.random;
    auto security = setup.securities ? setup.securities->make(sealing.security, wanted)
                                     : refused(ErrorCode::NotSupportedByProtocol, "nothing here can seal");
    auto engine = std::make_unique<FramedEngine>(
        framing, std::move(session), security ? std::move(*security) : nullptr, setup);
    if (!security)
        engine->fail(std::move(security.error()), {});
    return engine;
}

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <string>

#include "protocol/engine.h"
#include "protocol/protocolfactory.h"
#include "protocol/session.h"
#include "wire/export.h"
#include "wire/framing.h"

namespace Halyard::Wire {

/// How a protocol wants the frames of a connection sealed.
struct Sealing {
    std::string security; ///< what SecurityProvider::make() knows it by
    std::map<std::string, std::string, std::less<>> options;
    std::size_t maxBodyBytes = 0; ///< the most that a sealed body may have
};

/// A FramedEngine whose frames are sealed like that. Where `setup` has nothing that can, the engine has
/// failed with the reason: never in clear instead.
[[nodiscard]] HALYARD_EXPORT std::unique_ptr<Engine> makeSealedEngine(const Framing &framing,
    std::unique_ptr<Session> session, const Sealing &sealing, const EngineSetup &setup);

} // namespace Halyard::Wire

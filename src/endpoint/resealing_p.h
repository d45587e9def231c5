// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "endpoint/deadlinequeue_p.h"
#include "endpoint/endpointaddress.h"
#include "endpoint/endpointparts_p.h"
#include "endpoint/guesslimiter_p.h"
#include "endpoint/inputbudget_p.h"
#include "endpoint/proxy.h"
#include "endpoint/result.h"
#include "protocol/spareblocks.h"

namespace Halyard {

class ResealingPair;

/// What all pairs of a proxy have in common that seals frames anew: how an engine for each side is made, who
/// may come in, and as whom we go on.
struct Resealing {
    explicit Resealing(const ProxyOptions &options);

    /// Whether the addresses and options ask for it, as proxy.h says. Otherwise bytes are passed on.
    [[nodiscard]] static bool isWanted(
        const EndpointAddress &listenAt, const EndpointAddress &target, const ProxyOptions &options);
    /// Fails where two such sides cannot be joined or made, saying which and why.
    [[nodiscard]] static Result<std::unique_ptr<Resealing>> make(
        const EndpointAddress &listenAt, const EndpointAddress &target, const ProxyOptions &options);

    ConnectionParts client; ///< facing the client: in the role of its server
    ConnectionParts server; ///< the reverse
    std::optional<Wire::Credentials> credentials;
    std::shared_ptr<CredentialSource> users;
    GuessLimiter guesses;
    GuessLimits guessLimits;
    DeadlineQueue deadlines;
    InputBudget<ResealingPair> unfinishedInput;
    std::shared_ptr<Wire::SpareBlocks> spares = std::make_shared<Wire::SpareBlocks>();
};

} // namespace Halyard

// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "crypto/securities.h"
#include "endpoint/connection_p.h"
#include "endpoint/connectiondriver_p.h"
#include "endpoint/drivergroup_p.h"
#include "endpoint/options.h"
#include "endpoint/routetable_p.h"
#include "endpoint/tap.h"
#include "protocol/protocolfactory.h"

namespace Halyard {

/// What a Client, a Server and a side of a Proxy need alike to put a connection together.
struct ConnectionParts {
    /// More than one: told apart by a client's first bytes.
    std::vector<std::shared_ptr<const Wire::ProtocolFactory>> factories;
    Wire::Role role = Wire::Role::Client;
    ConnectionOptions options;
    std::shared_ptr<const RouteTable> routes;
    Tap *tap = nullptr;
    /// There are users, or there is one to be: EngineSetup::authenticates.
    bool authenticates = false;
    /// EngineSetup::onlyFrames.
    bool onlyFrames = false;
    /// Remembers what must not come twice: one for all that an endpoint listens at.
    std::shared_ptr<const Wire::SecurityProvider> securities = std::make_shared<const Wire::Securities>();

    /// The options, with the limits of the protocol that allows most where nobody has set others.
    [[nodiscard]] ConnectionOptions effectiveOptions() const;
};

/// The engine alone, for whoever moves its bytes.
[[nodiscard]] std::unique_ptr<Wire::Engine> makeEngine(
    const ConnectionParts &parts, const std::shared_ptr<Wire::SpareBlocks> &spares);

/// A connection over this transport, child of `owner`, on its way to be opened.
[[nodiscard]] Connection *makeConnection(
    const ConnectionParts &parts, DriverGroup &group, std::unique_ptr<Transport> transport, QObject *owner);

} // namespace Halyard

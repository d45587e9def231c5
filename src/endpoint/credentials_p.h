// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>

#include <QObject>
#include <QString>

#include "endpoint/credentialsource.h"
#include "endpoint/endpointaddress.h"
#include "endpoint/result.h"
#include "protocol/protocolfactory.h"
#include "wire/framesecurity.h"

namespace Halyard {

/// As whom a client connects to this address: what the address says wins.
[[nodiscard]] std::optional<Wire::Credentials> credentialsFor(
    const EndpointAddress &address, const std::optional<Wire::Credentials> &given);
/// Fails with NotSupportedByProtocol where the protocol has no use for credentials, and with
/// CredentialsRequired for a user without a password.
[[nodiscard]] Result<void> checkCredentials(const EndpointAddress &address,
    const std::optional<Wire::Credentials> &given, const Wire::ProtocolRegistry &registry);
/// Asks for a user without blocking; whatever goes wrong on the way is a user that is not known. The answer
/// comes later, and not after `asker` has gone.
void lookUpUser(CredentialSource &users, const QString &user, QObject *asker,
    std::function<void(std::optional<Wire::Credentials>)> answer);

} // namespace Halyard

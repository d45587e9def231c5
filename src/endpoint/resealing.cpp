// SPDX-License-Identifier: MIT
#include "endpoint/resealing_p.h"

#include <algorithm>
#include <utility>

#include "endpoint/credentials_p.h"

namespace Halyard {

namespace {

/// Whether the address says how frames are sealed on its side.
bool namesSealing(const EndpointAddress &address, const Wire::ProtocolRegistry &registry)
{
    const auto *protocol = registry.find(address.protocol().toStdString());
    return protocol && std::ranges::any_of(protocol->options, [&](const auto &option) {
        return option.seals && address.protocolOptions().contains(option.name);
    });
}

/// One that does not name the protocol takes that of the other.
Result<std::string> commonProtocol(const EndpointAddress &listenAt, const EndpointAddress &target)
{
    if (listenAt.namesProtocol() && target.namesProtocol() && listenAt.protocol() != target.protocol()) {
        return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
            QStringLiteral("%1 for the clients, %2 for the server: a proxy does not translate")
                .arg(listenAt.protocol(), target.protocol()));
    }
    return (listenAt.namesProtocol() ? listenAt : target).protocol().toStdString();
}

Result<ConnectionParts> partsFor(const EndpointAddress &address, const std::string &protocol, Wire::Role role,
    const ProxyOptions &options, bool authenticates)
{
    auto factory = options.registry.make(protocol, address.protocolOptions());
    if (!factory)
        return failure(factory.error());
    ConnectionParts parts;
    parts.factories = {std::move(*factory)};
    parts.role = role;
    parts.options.engine = options.engine;
    parts.authenticates = authenticates;
    parts.onlyFrames = true;
    return parts;
}

tl::unexpected<Error> missing(const QString &what)
{
    return failure(ErrorCode::CredentialsRequired, ErrorOrigin::Local, what);
}

} // namespace

Resealing::Resealing(const ProxyOptions &options)
    : users(options.users)
    , guessLimits(options.guesses)
    , unfinishedInput(options.maxUnfinishedInputBytes)
{ }

bool Resealing::isWanted(
    const EndpointAddress &listenAt, const EndpointAddress &target, const ProxyOptions &options)
{
    return options.users || credentialsFor(target, options.credentials)
        || namesSealing(listenAt, options.registry) || namesSealing(target, options.registry);
}

Result<std::unique_ptr<Resealing>> Resealing::make(
    const EndpointAddress &listenAt, const EndpointAddress &target, const ProxyOptions &options)
{
    const auto protocol = commonProtocol(listenAt, target);
    if (!protocol)
        return failure(protocol.error());
    if (const auto known = checkCredentials(target, options.credentials, options.registry); !known)
        return failure(known.error());
    const auto *description = options.registry.find(*protocol);
    const bool authenticates = description && description->authenticates;
    const QString name = QString::fromStdString(*protocol);
    if (options.users && !authenticates) {
        return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local,
            QStringLiteral("users: %1 does not authenticate any").arg(name));
    }
    auto made = std::make_unique<Resealing>(options);
    made->credentials = credentialsFor(target, options.credentials);
    // Where it is said how to seal, and nobody is there to seal for, it must not become clear text.
    if (authenticates && !made->users && namesSealing(listenAt, options.registry))
        return missing(QStringLiteral("users of %1 for the side that listens").arg(name));
    if (authenticates && !made->credentials && namesSealing(target, options.registry))
        return missing(QStringLiteral("a user of %1 for the side that connects").arg(name));
    auto client = partsFor(listenAt, *protocol, Wire::Role::Server, options, made->users != nullptr);
    if (!client)
        return failure(client.error());
    auto server = partsFor(target, *protocol, Wire::Role::Client, options, made->credentials.has_value());
    if (!server)
        return failure(server.error());
    made->client = std::move(*client);
    made->server = std::move(*server);
    return made;
}

} // namespace Halyard

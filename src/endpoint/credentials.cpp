// SPDX-License-Identifier: MIT
#include "endpoint/credentials_p.h"

#include <utility>

#include <QFutureWatcher>

namespace Halyard {

std::optional<Wire::Credentials> credentialsFor(
    const EndpointAddress &address, const std::optional<Wire::Credentials> &given)
{
    std::optional<Wire::Credentials> found = given;
    if (!address.user().isEmpty()) {
        if (!found)
            found.emplace();
        found->user = address.user().toStdString();
        if (!address.password().isEmpty())
            found->secret = address.password().bytes();
    }
    return found;
}

Result<void> checkCredentials(const EndpointAddress &address, const std::optional<Wire::Credentials> &given,
    const Wire::ProtocolRegistry &registry)
{
    const Wire::ProtocolDescription *protocol = registry.find(address.protocol().toStdString());
    if (given && protocol && !protocol->authenticates) {
        return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local,
            QStringLiteral("credentials: %1 does not authenticate users").arg(address.protocol()));
    }
    if (!address.user().isEmpty() && address.password().isEmpty() && !given) {
        return failure(ErrorCode::CredentialsRequired, ErrorOrigin::Local,
            QStringLiteral("a password for user %1").arg(address.user()));
    }
    return {};
}

void lookUpUser(CredentialSource &users, const QString &user, QObject *asker,
    std::function<void(std::optional<Wire::Credentials>)> answer)
{
    auto *watcher = new QFutureWatcher<CredentialSource::Answer>(asker);
    QObject::connect(
        watcher, &QFutureWatcherBase::finished, asker, [watcher, user, answer = std::move(answer)] {
            watcher->deleteLater();
            CredentialSource::Answer found;
            try {
                if (watcher->future().resultCount() > 0)
                    found = watcher->result();
            } catch (...) { }
            if (!found)
                return answer({});
            answer(Wire::Credentials {user.toStdString(), found->bytes()});
        });
    watcher->setFuture(users.find(user));
}

} // namespace Halyard

// SPDX-License-Identifier: MIT
#include "endpoint/credentials_p.h"

#include <span>
#include <utility>

#include <QFutureWatcher>

#include "wire/wipe.h"

namespace Halyard {

std::optional<Wire::Credentials> credentialsFor(
    const EndpointAddress &address, const std::optional<Wire::Credentials> &given)
{
    std::optional<Wire::Credentials> found = given;
    if (!address.user().isEmpty()) {
        if (!found)
            found.emplace();
        found->user = address.user().toStdString();
        if (!address.password().isEmpty()) {
            QByteArray password = address.password().toUtf8();
            const auto bytes
                = std::as_writable_bytes(std::span(password.data(), std::size_t(password.size())));
            found->secret = Wire::toBytes(bytes);
            Wire::wipe(bytes);
        }
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
            answer(Wire::Credentials {user.toStdString(), Wire::toBytes(found->view())});
        });
    watcher->setFuture(users.find(user));
}

} // namespace Halyard

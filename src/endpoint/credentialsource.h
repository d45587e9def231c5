// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <QByteArrayView>
#include <QFuture>
#include <QHash>
#include <QString>

#include "endpoint/password.h"
#include "endpoint/result.h"
#include "wire/export.h"

namespace Halyard {

/// The users of a server: asked whenever a handshake has named one, in the server's thread, for every
/// protocol that authenticates. The handshake waits for the answer (handshakeTimeout); an answer of nothing
/// goes on as a wrong password would.
class HALYARD_EXPORT CredentialSource
{
public:
    using Answer = std::optional<Password>;
    using LookUp = std::function<QFuture<Answer>(const QString &user)>;

    CredentialSource() = default;
    virtual ~CredentialSource();

    /// The user's password, now or later; nothing for a user that is not known. A future that is cancelled or
    /// holds an exception counts as nothing.
    [[nodiscard]] virtual QFuture<Answer> find(const QString &user) = 0;

    /// A fixed list. Each look-up compares with all of it, so that its time tells nobody who is there.
    [[nodiscard]] static std::shared_ptr<CredentialSource> list(const QHash<QString, Password> &users);
    /// A text file, read once: a line NAME:PASSWORD for each user, UTF-8; empty lines and lines that begin
    /// with # count for nothing. At most 1 MiB. Fails with FileFailed, and with InvalidArgument, naming the
    /// line.
    [[nodiscard]] static Result<std::shared_ptr<CredentialSource>> file(const QString &path);
    /// Whatever the function says, e.g. by asking a data base.
    [[nodiscard]] static std::shared_ptr<CredentialSource> callback(LookUp lookUp);

private:
    Q_DISABLE_COPY_MOVE(CredentialSource)
};

/// The users of a file, as CredentialSource::file() reads it.
[[nodiscard]] HALYARD_EXPORT Result<QHash<QString, Password>> readUsersFile(const QString &path);
/// The users of a text as in CredentialSource::file(). `whose` names the text in errors.
[[nodiscard]] HALYARD_EXPORT Result<QHash<QString, Password>> readUsers(
    QByteArrayView text, const QString &whose);

} // namespace Halyard

// SPDX-License-Identifier: MIT
#include "endpoint/credentialsource.h"

#include <string_view>
#include <vector>

#include <QFile>

#include "crypto/namedigest.h"
#include "wire/bytes.h"

namespace Halyard {

namespace {

constexpr qint64 MaxFileBytes = 1'048'576;

QFuture<CredentialSource::Answer> ready(CredentialSource::Answer answer)
{
    QPromise<CredentialSource::Answer> promise;
    promise.start();
    promise.addResult(std::move(answer));
    promise.finish();
    return promise.future();
}

Wire::NameDigest digestOf(const QString &user) { return Wire::NameDigest(Wire::asBytes(user.toStdString())); }

/// Finds a user in a time that does not tell whether there is one, or where: every name is compared, and a
/// password is copied in any case.
class UserList final : public CredentialSource
{
public:
    explicit UserList(const QHash<QString, Password> &users)
        : m_passwords {Password("what is copied for nobody")}
    {
        m_names.reserve(std::size_t(users.size()));
        m_passwords.reserve(std::size_t(users.size()) + 1);
        for (auto user = users.cbegin(); user != users.cend(); ++user) {
            m_names.push_back(digestOf(user.key()));
            m_passwords.push_back(*user);
        }
    }

    [[nodiscard]] QFuture<Answer> find(const QString &user) override
    {
        const Wire::NameDigest wanted = digestOf(user);
        std::size_t found = 0;
        for (std::size_t at = 0; at < m_names.size(); ++at)
            found |= (at + 1) * std::size_t(m_names[at].matches(wanted)); // one at most does
        Answer answer = m_passwords[found];
        if (found == 0)
            answer.reset();
        return ready(std::move(answer));
    }

private:
    std::vector<Wire::NameDigest> m_names;
    std::vector<Password> m_passwords; // of nobody, and then of each name
};

class UserCallback final : public CredentialSource
{
public:
    explicit UserCallback(LookUp lookUp)
        : m_lookUp(std::move(lookUp))
    { }

    [[nodiscard]] QFuture<Answer> find(const QString &user) override
    {
        try {
            return m_lookUp(user);
        } catch (...) {
            return ready({});
        }
    }

private:
    const LookUp m_lookUp;
};

} // namespace

CredentialSource::~CredentialSource() = default;

std::shared_ptr<CredentialSource> CredentialSource::list(const QHash<QString, Password> &users)
{
    return std::make_shared<UserList>(users);
}

Result<std::shared_ptr<CredentialSource>> CredentialSource::file(const QString &path)
{
    const auto users = readUsersFile(path);
    if (!users)
        return failure(users.error());
    return list(*users);
}

std::shared_ptr<CredentialSource> CredentialSource::callback(LookUp lookUp)
{
    return std::make_shared<UserCallback>(std::move(lookUp));
}

Result<QHash<QString, Password>> readUsersFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) { // a buffer would keep some of it
        return failure(ErrorCode::FileFailed, ErrorOrigin::Local,
            QStringLiteral("%1: %2").arg(path, file.errorString()));
    }
    const Password content = Password::takenFrom(file.read(MaxFileBytes + 1));
    const std::string_view text = Wire::asText(content.view());
    if (qint64(text.size()) > MaxFileBytes) {
        return failure(ErrorCode::FileFailed, ErrorOrigin::Local,
            QStringLiteral("%1: more than %2 bytes").arg(path).arg(MaxFileBytes));
    }
    return readUsers({text.data(), qsizetype(text.size())}, path);
}

Result<QHash<QString, Password>> readUsers(QByteArrayView text, const QString &whose)
{
    QHash<QString, Password> users;
    int number = 0;
    for (QByteArrayView rest = text; !rest.isEmpty();) {
        ++number;
        const qsizetype end = rest.indexOf('\n');
        QByteArrayView line = end < 0 ? rest : rest.first(end);
        rest = end < 0 ? QByteArrayView() : rest.sliced(end + 1);
        if (line.endsWith('\r'))
            line.chop(1);
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        const qsizetype colon = line.indexOf(':');
        const QString name = QString::fromUtf8(line.first(qMax(colon, qsizetype(0))));
        // Never the line itself: there is a password in it.
        const auto refuse = [&](const char *why) {
            return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
                QStringLiteral("%1, line %2: %3").arg(whose).arg(number).arg(QLatin1String(why)));
        };
        if (colon <= 0)
            return refuse("expected NAME:PASSWORD");
        if (users.contains(name))
            return refuse("this user stands above already");
        users.insert(name, Password(line.sliced(colon + 1)));
    }
    return users;
}

} // namespace Halyard

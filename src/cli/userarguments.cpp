// SPDX-License-Identifier: MIT
#include "cli/userarguments.h"

#include <CLI/App.hpp>

namespace Halyard::Cli {

void UserArguments::declare(CLI::App &command)
{
    command.add_option("--user", m_users, "A user of tfserver who may come in; repeatable")
        ->type_name("NAME:PASSWORD")
        ->allow_extra_args(false);
    command.add_option("--users", m_file, "The same from a file, a line for each")->type_name("FILE");
}

Result<std::shared_ptr<CredentialSource>> UserArguments::load() const
{
    if (m_users.empty() && m_file.empty())
        return nullptr;
    QHash<QString, Password> users;
    if (!m_file.empty()) {
        auto read = readUsersFile(QString::fromStdString(m_file));
        if (!read)
            return failure(read.error());
        users = std::move(*read);
    }
    for (const auto &argument : m_users) {
        const auto one = readUsers(argument, QStringLiteral("--user"));
        if (!one)
            return failure(one.error());
        if (one->size() != 1 || users.contains(one->keyBegin().operator*())) {
            return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
                QStringLiteral("--user: expected one NAME:PASSWORD, and each name once"));
        }
        users.insert(*one);
    }
    return CredentialSource::list(users);
}

} // namespace Halyard::Cli

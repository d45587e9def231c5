// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "endpoint/credentialsource.h"
#include "endpoint/result.h"

namespace CLI {
class App;
}

namespace Halyard::Cli {

/// --user and --users: who may come in where the protocol authenticates.
class UserArguments
{
public:
    void declare(CLI::App &command);

    /// Nullptr where no user is named. Fails with FileFailed and InvalidArgument, without a word of a
    /// password.
    [[nodiscard]] Result<std::shared_ptr<CredentialSource>> load() const;

private:
    std::vector<std::string> m_users;
    std::string m_file;
};

} // namespace Halyard::Cli

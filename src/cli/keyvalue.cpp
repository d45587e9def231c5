// SPDX-License-Identifier: MIT
#include "cli/keyvalue.h"

#include <utility>

namespace Halyard::Cli {
namespace {

Result<std::pair<std::string, std::string>> divided(const std::string &argument)
{
    const auto equals = argument.find('=');
    if (equals == std::string::npos || equals == 0)
        return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
            QStringLiteral("\"%1\" is not NAME=VALUE").arg(QString::fromStdString(argument)));
    return std::pair {argument.substr(0, equals), argument.substr(equals + 1)};
}

} // namespace

Result<Wire::OptionValues> optionsOf(const std::vector<std::string> &arguments)
{
    Wire::OptionValues values;
    for (const auto &argument : arguments) {
        auto pair = divided(argument);
        if (!pair)
            return failure(pair.error());
        values.insert_or_assign(std::move(pair->first), std::move(pair->second));
    }
    return values;
}

Result<Headers> headersOf(const std::vector<std::string> &arguments)
{
    Headers headers;
    for (const auto &argument : arguments) {
        const auto pair = divided(argument);
        if (!pair)
            return failure(pair.error());
        const auto appended = headers.append(pair->first, pair->second);
        if (!appended)
            return failure(appended.error());
    }
    return headers;
}

} // namespace Halyard::Cli

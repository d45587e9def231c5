// SPDX-License-Identifier: MIT
#include "protocol/tfserver/conventions.h"

#include <optional>
#include <string>

#include "wire/decimal.h"

namespace Halyard::Wire::TfServer {

namespace {

constexpr std::size_t MaxErrorBytes = 4'096;

ErrorCode codeOf(ServerError::Kind kind)
{
    switch (kind) {
    case ServerError::Kind::MalformedMetaInfo:
        return ErrorCode::MalformedMessage;
    case ServerError::Kind::NoSuchHandler:
        return ErrorCode::NoSuchRoute;
    case ServerError::Kind::InternalError:
        return ErrorCode::HandlerFailed;
    case ServerError::Kind::PayloadLost:
        break;
    }
    return ErrorCode::PeerError;
}

std::string_view textOf(const ServerError &error)
{
    return error.detail.value_or(serverErrorName(error.kind));
}

} // namespace

Result<std::uint64_t> structureTypeIn(const HeaderBlockView &headers)
{
    std::optional<std::uint64_t> type;
    for (const Header header : headers) {
        if (header.key != HeaderType)
            return refused(ErrorCode::NotSupportedByProtocol,
                "header " + std::string(header.key) + ": tfserver has none but type");
        const auto number = parseDecimal(header.value);
        if (type || !number || *number > MaxType)
            return refused(ErrorCode::InvalidArgument, "header type: expected one number from 0 to 255");
        type = number;
    }
    return type.value_or(0);
}

MessageView fromWire(const ServerError &error, std::uint64_t id)
{
    return {MessageKind::Error, id, {}, {}, asBytes(textOf(error)),
        static_cast<std::uint16_t>(codeOf(error.kind))};
}

Error errorOf(const ServerError &error)
{
    return {codeOf(error.kind), ErrorOrigin::Peer, std::string(textOf(error))};
}

ServerError toWire(const MessageView &error)
{
    const auto code = static_cast<ErrorCode>(error.code);
    if (code == ErrorCode::NoSuchRoute)
        return {ServerError::Kind::NoSuchHandler, std::nullopt};
    const std::string_view text = asText(error.payload);
    return {ServerError::Kind::InternalError, text.empty() ? errorName(code) : text.substr(0, MaxErrorBytes)};
}

} // namespace Halyard::Wire::TfServer

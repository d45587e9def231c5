// SPDX-License-Identifier: MIT
#include "wire/npro/codec.h"

#include <string>

#include "wire/escape.h"
#include "wire/npro/layout.h"

namespace Halyard::Wire::Npro {

namespace {

constexpr std::array<std::string_view, Tags> Names {"Ping", "Pong", "SecureHandshakeInit",
    "SecureHandshakeResponse", "SecureHandshakeConfirm", "Echo", "Disconnect", "Custom", "Unknown"};

Result<void> checkText(std::string_view text)
{
    if (isUtf8(text))
        return {};
    return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
        std::to_string(text.size()) + " bytes of text that is no UTF-8");
}

// Everything but the content of a Custom or the text of an Echo, which may be long.
struct FrontWriter {
    Bincode::Writer &writer;
    ByteView rest;

    template <class Plain>
    void operator()(const Plain &)
    { }
    void operator()(const HandshakeInit &init)
    {
        writer.writeArray(init.publicKey).writeU64(init.timestamp).writeArray(init.nonce);
    }
    void operator()(const HandshakeResponse &response)
    {
        writer.writeArray(response.publicKey).writeArray(response.nonce).writeArray(response.verification);
    }
    void operator()(const HandshakeConfirm &confirm) { writer.writeArray(confirm.verification); }
    void operator()(const Echo &echo)
    {
        rest = asBytes(echo.text);
        writer.writeU64(rest.size());
    }
    void operator()(const Custom &custom)
    {
        rest = custom.payload;
        writer.writeText(custom.command).writeU64(rest.size());
    }
};

MessageBytes encode(const Message &message)
{
    Bincode::Writer writer;
    writer.writeVariant(std::uint32_t(message.index()));
    FrontWriter front {writer, {}};
    std::visit(front, message);
    return {std::move(writer).finish(), front.rest};
}

} // namespace

std::string_view messageName(std::uint32_t tag) noexcept { return tag < Tags ? Names[tag] : Names.back(); }

std::string_view messageName(const Message &message) noexcept
{
    return messageName(std::uint32_t(message.index()));
}

Result<Message> parseMessage(ByteView body)
{
    NoTrace trace;
    return readMessage(body, trace);
}

Result<MessageBytes> encodeMessage(const Message &message)
{
    Result<void> text;
    if (const Echo *const echo = std::get_if<Echo>(&message))
        text = checkText(echo->text);
    else if (const Custom *const custom = std::get_if<Custom>(&message))
        text = checkText(custom->command);
    return text.map([&] { return encode(message); });
}

Bytes writeMessage(const Message &message)
{
    MessageBytes bytes = encode(message);
    bytes.front.insert(bytes.front.end(), bytes.rest.begin(), bytes.rest.end());
    return std::move(bytes.front);
}

} // namespace Halyard::Wire::Npro

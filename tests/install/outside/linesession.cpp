// SPDX-License-Identifier: MIT
#include "linesession.h"

#include <algorithm>
#include <string>

#include "linelayout.h"

using namespace Halyard::Wire;

namespace {

constexpr std::string_view NoRoute = "-";

Result<char> signOf(MessageKind kind)
{
    switch (kind) {
    case MessageKind::Request:
        return '?';
    case MessageKind::Reply:
        return '!';
    case MessageKind::Event:
        return '.';
    default:
        return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "lines have no such kind");
    }
}

} // namespace

Result<void> LineSession::start(FrameSink &, Now)
{
    m_started = true;
    return {};
}

Result<std::optional<Event>> LineSession::received(ByteView body, FrameSink &, Now)
{
    const auto message = Line::read(body).message();
    if (!message)
        return tl::unexpected(message.error());
    return MessageReceived {*message};
}

Result<void> LineSession::inputEnded(FrameSink &, Now) { return {}; }

Result<void> LineSession::send(const MessageView &message, FrameSink &sink, Now)
{
    const auto sign = signOf(message.kind);
    if (!sign)
        return tl::unexpected(sign.error());
    const std::string_view payload = asText(message.payload);
    if (payload.find('\n') != std::string_view::npos
        || message.route.find_first_of(" \n") < message.route.size())
        return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, "a line holds no line feed");
    std::string line {*sign};
    line += ' ' + std::to_string(message.id) + ' ';
    line += message.route.empty() ? NoRoute : message.route;
    line += ' ';
    line += payload;
    const auto space = sink.begin(line.size());
    if (!space)
        return tl::unexpected(space.error());
    std::ranges::copy(asBytes(line), space->begin());
    return sink.commit();
}

void LineSession::close(FrameSink &, Now) { }

void LineSession::fail(const Error &, FrameSink &, Now) { }

Capabilities LineSession::capabilities() const
{
    Capabilities result;
    result.routes = true;
    result.requests = true;
    result.events = true;
    result.negotiated = "lines";
    return result;
}

Result<void> LineSession::expired(FrameSink &, Now) { return {}; }

// SPDX-License-Identifier: MIT
// The outgoing half of VstpSession: messages become frames.
#include <string>

#include "protocol/vstp/framewriter.h"
#include "protocol/vstp/session.h"
#include "wire/vstp/layout.h"

namespace Halyard::Wire::Vstp {

namespace {

Result<void> checkRoute(std::string_view route)
{
    if (route.size() > MaxRouteBytes)
        return refused(
            ErrorCode::BadHeaders, "a route of " + std::to_string(route.size()) + " bytes, limit 255");
    if (!isUtf8(route))
        return refused(ErrorCode::InvalidArgument, "a route that is not UTF-8");
    return {};
}

Result<void> checkHeaders(const HeaderBlockView &headers, Carrier carrier)
{
    for (const Header header : headers) {
        if (isReserved(header.key, carrier))
            return refused(
                ErrorCode::InvalidArgument, "header " + std::string(header.key) + " belongs to the protocol");
    }
    return {};
}

} // namespace

Result<void> VstpSession::send(const MessageView &message, FrameSink &sink, Now)
{
    if (m_state != State::Halyard)
        return sendPlain(message, sink);
    const Carrier carrier = message.kind == MessageKind::Error ? Carrier::Err : Carrier::Data;
    if (auto allowed = checkHeaders(message.headers, carrier); !allowed)
        return allowed;
    switch (message.kind) {
    case MessageKind::Request:
        return sendRequest(message, sink);
    case MessageKind::Reply:
    case MessageKind::Item:
    case MessageKind::End:
        return sendAnswer(message, sink);
    case MessageKind::Cancel:
        return sendCancel(message, sink);
    case MessageKind::Error:
        return sendError(message, sink);
    case MessageKind::Event:
        return sendEvent(message, sink);
    }
    return refused(ErrorCode::InvalidArgument, "no such kind of message");
}

Result<void> VstpSession::sendPlain(const MessageView &message, FrameSink &sink)
{
    if (message.kind == MessageKind::Event)
        return sendEvent(message, sink);
    if (message.kind == MessageKind::Error && message.id == 0 && m_state == State::Raw)
        return writeErr(message, sink);
    return refused(ErrorCode::NotSupportedByProtocol, "the peer knows nothing but events");
}

Result<void> VstpSession::sendEvent(const MessageView &message, FrameSink &sink)
{
    if (auto fits = checkRoute(message.route); !fits)
        return fits;
    ConventionBlock ours(headerLayout(m_profile));
    if (!message.route.empty())
        ours.put(HeaderRoute, message.route);
    return writeFrame(
        sink, m_profile, {FrameType::Data, &ours, message.headers, message.payload}, m_limits.maxHeaders);
}

Result<void> VstpSession::sendRequest(const MessageView &message, FrameSink &sink)
{
    if (message.id == 0 || m_calls.find(message.id))
        return refused(
            ErrorCode::InvalidArgument, "request id " + std::to_string(message.id) + " is 0 or in use");
    if (m_peerFinished)
        return refused(ErrorCode::NotConnected, "the peer has finished sending and cannot answer");
    if (m_calls.count() >= m_limits.maxOpenRequests)
        return refused(ErrorCode::CallRefused,
            std::to_string(m_calls.count()) + " requests are open, limit "
                + std::to_string(m_limits.maxOpenRequests));
    if (auto fits = checkRoute(message.route); !fits)
        return fits;
    ConventionBlock ours(headerLayout(m_profile));
    if (!message.route.empty())
        ours.put(HeaderRoute, message.route);
    ours.put(HeaderId, message.id);
    auto sent = writeFrame(
        sink, m_profile, {FrameType::Data, &ours, message.headers, message.payload}, m_limits.maxHeaders);
    if (sent)
        m_calls.insert(message.id);
    return sent;
}

Result<void> VstpSession::sendAnswer(const MessageView &message, FrameSink &sink)
{
    OpenRequests::Entry *const request = m_requests.find(message.id);
    if (!request)
        return refused(ErrorCode::InvalidArgument, "request " + std::to_string(message.id) + " is not open");
    if (message.kind != MessageKind::Reply && !m_streams)
        return refused(ErrorCode::NotSupportedByProtocol, "the peer takes no streams");
    const bool last = message.kind != MessageKind::Item;
    ConventionBlock ours(headerLayout(m_profile));
    ours.put(HeaderRe, message.id);
    if (last)
        ours.put(HeaderEnd, "1");
    auto sent = writeFrame(
        sink, m_profile, {FrameType::Data, &ours, message.headers, message.payload}, m_limits.maxHeaders);
    if (sent && last)
        m_requests.remove(message.id);
    return sent;
}

Result<void> VstpSession::sendCancel(const MessageView &message, FrameSink &sink)
{
    if (!m_calls.remove(message.id))
        return {}; // the answer was quicker
    if (!m_cancel)
        return refused(ErrorCode::NotSupportedByProtocol, "the peer cannot cancel; its answer is dropped");
    ConventionBlock ours(headerLayout(m_profile));
    ours.put(HeaderId, message.id);
    ours.put(HeaderCancel, "1");
    return writeFrame(sink, m_profile, {FrameType::Data, &ours, message.headers, {}}, m_limits.maxHeaders);
}

Result<void> VstpSession::sendError(const MessageView &message, FrameSink &sink)
{
    if (message.id != 0 && !m_requests.find(message.id))
        return refused(ErrorCode::InvalidArgument, "request " + std::to_string(message.id) + " is not open");
    auto sent = writeErr(message, sink);
    if (sent)
        m_requests.remove(message.id);
    return sent;
}

Result<void> VstpSession::writeErr(const MessageView &message, FrameSink &sink)
{
    ConventionBlock ours(headerLayout(m_profile));
    if (message.id != 0)
        ours.put(HeaderRe, message.id);
    if (message.code != 0)
        ours.put(HeaderCode, message.code);
    return writeFrame(
        sink, m_profile, {FrameType::Err, &ours, message.headers, message.payload}, m_limits.maxHeaders);
}

} // namespace Halyard::Wire::Vstp

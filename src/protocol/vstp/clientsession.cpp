// SPDX-License-Identifier: MIT
#include "protocol/vstp/clientsession.h"

#include <algorithm>
#include <string>

namespace Halyard::Wire::Vstp {

ClientSession::ClientSession(Profile profile, Peer peer, const EngineLimits &limits)
    : VstpSession(profile, peer, limits)
{ }

ClientSession::~ClientSession() = default;

Result<void> ClientSession::greet(FrameSink &sink, Now now)
{
    m_welcomeDeadline = now.steady + std::min(WelcomeTimeout, m_limits.handshakeTimeout);
    return writeGreeting(FrameType::Hello, true, sink);
}

Result<void> ClientSession::decideBy(const FrameView &frame, Now now)
{
    if (frame.type == FrameType::Welcome) {
        const bool conventions = namesConventions(frame);
        decide(conventions ? State::Halyard : State::Raw, now);
        if (conventions)
            readFeatures(frame);
    } else if (frame.type == FrameType::Data) {
        decide(State::Raw, now); // whoever sends DATA instead of WELCOME knows none
    } else if (frame.type == FrameType::Err) {
        peerFailed();
        const std::uint16_t code = parseCode(frame.headers.find(HeaderCode).value_or(""));
        const bool isOurs = code > 0 && code < static_cast<std::uint16_t>(ErrorCode::FirstOfApplication);
        return failure(isOurs ? static_cast<ErrorCode>(code) : ErrorCode::PeerError, ErrorOrigin::Peer,
            "the peer refused with error " + std::to_string(code));
    }
    return {};
}

Result<void> ClientSession::hello(const FrameView & /*frame*/, FrameSink & /*sink*/)
{
    return {}; // only servers answer one
}

std::optional<TimePoint> ClientSession::deadline() const
{
    return state() == State::Deciding ? m_welcomeDeadline : VstpSession::deadline();
}

Result<void> ClientSession::expired(FrameSink &sink, Now now)
{
    if (state() != State::Deciding)
        return VstpSession::expired(sink, now);
    if (m_welcomeDeadline && now.steady >= *m_welcomeDeadline)
        decide(State::Raw, now);
    return {};
}

} // namespace Halyard::Wire::Vstp

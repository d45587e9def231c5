// SPDX-License-Identifier: MIT
#include "protocol/vstp/serversession.h"

namespace Halyard::Wire::Vstp {

ServerSession::ServerSession(Profile profile, Peer peer, const EngineLimits &limits)
    : VstpSession(profile, peer, limits)
{ }

ServerSession::~ServerSession() = default;

Result<void> ServerSession::greet(FrameSink & /*sink*/, Now /*now*/)
{
    return {}; // the client's first frame tells what it is
}

Result<void> ServerSession::decideBy(const FrameView &frame, Now now)
{
    const bool conventions = frame.type == FrameType::Hello && namesConventions(frame);
    decide(conventions ? State::Halyard : State::Raw, now);
    return {};
}

Result<void> ServerSession::hello(const FrameView &frame, FrameSink &sink)
{
    // What was decided stays: a late HELLO with headers on a plain connection gets a plain WELCOME.
    const bool withConventions = state() == State::Halyard && namesConventions(frame);
    if (withConventions)
        readFeatures(frame);
    return writeGreeting(FrameType::Welcome, withConventions, sink);
}

void ServerSession::close(FrameSink &sink, Now now)
{
    if (state() != State::Deciding) // nothing to a client that has not said what it is
        VstpSession::close(sink, now);
}

} // namespace Halyard::Wire::Vstp

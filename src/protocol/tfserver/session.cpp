// SPDX-License-Identifier: MIT
#include "protocol/tfserver/session.h"

#include <utility>

namespace Halyard::Wire::TfServer {

TfServerSession::TfServerSession(std::string spoken, const EngineLimits &limits)
    : m_limits(limits)
    , m_spoken(std::move(spoken))
{ }

TfServerSession::~TfServerSession() = default;

Result<void> TfServerSession::start(FrameSink & /*sink*/, Now /*now*/)
{
    m_started = true;
    return {};
}

void TfServerSession::close(FrameSink & /*sink*/, Now /*now*/) { }

void TfServerSession::fail(const Error & /*error*/, FrameSink & /*sink*/, Now /*now*/) { }

Capabilities TfServerSession::capabilities() const
{
    Capabilities result;
    result.routes = true;
    result.requests = true;
    result.handoff = true;
    result.negotiated = "tfserver, " + m_spoken;
    return result;
}

Result<void> TfServerSession::expired(FrameSink & /*sink*/, Now /*now*/) { return {}; }

} // namespace Halyard::Wire::TfServer

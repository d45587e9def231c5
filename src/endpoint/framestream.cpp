// SPDX-License-Identifier: MIT
#include "endpoint/framestream.h"

#include "endpoint/connection.h"
#include "endpoint/connectionlink_p.h"

namespace Halyard {

FrameStream::FrameStream(Connection *connection, std::shared_ptr<ConnectionLink> link)
    : QObject(connection)
    , m_connection(connection)
    , m_link(std::move(link))
{ }

FrameStream::~FrameStream() { close(); }

SendOutcome FrameStream::send(const QByteArray &frame)
{
    if (m_state != State::Open)
        return Error(ErrorCode::NotConnected, ErrorOrigin::Local, QStringLiteral("the stream is not open"));
    return m_link->send(Message::event({}, frame));
}

bool FrameStream::isWritable() const { return m_state == State::Open && m_link->isWritable(); }

void FrameStream::setReceivingPaused(bool paused)
{
    if (m_state != State::Closed)
        m_link->setReceivingPaused(paused);
}

void FrameStream::close()
{
    if (m_isAsked && m_state != State::Closed && m_connection)
        m_connection->close();
}

void FrameStream::open()
{
    m_state = State::Open;
    Q_EMIT opened();
}

void FrameStream::fail(const Error &error)
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    deleteLater();
    Q_EMIT failed(error);
}

void FrameStream::end(const Error &closedWith, const Error &lost)
{
    if (m_state == State::Opening)
        return fail(lost);
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    Q_EMIT closed(closedWith);
}

} // namespace Halyard

// SPDX-License-Identifier: MIT
#include "transport/hostconnector_p.h"

#include <algorithm>

#include <QNetworkProxy>
#include <QTimerEvent>

#include "transport/socketerror_p.h"

namespace Halyard {

using Wire::Error;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

HostConnector::HostConnector(QAbstractSocket *socket, QIODeviceBase::OpenMode mode)
    : m_socket(socket)
    , m_mode(mode)
{
    connect(socket, &QAbstractSocket::connected, this, [this] {
        if (m_done)
            return;
        m_done = true;
        m_timer.stop();
        Q_EMIT connected();
    });
    connect(socket, &QAbstractSocket::errorOccurred, this, [this](QAbstractSocket::SocketError code) {
        if (!m_done)
            attemptFailed(socketError(code, m_socket->errorString()));
    });
}

HostConnector::~HostConnector()
{
    if (m_lookup >= 0)
        QHostInfo::abortHostLookup(m_lookup);
}

void HostConnector::start(const QString &host, quint16 port, std::chrono::milliseconds timeout)
{
    m_host = host;
    m_port = port;
    m_deadline.setRemainingTime(timeout, Qt::CoarseTimer);
    // A proxy's socket hides the descriptor that we read from; proxies are a matter of the application.
    m_socket->setProxy(QNetworkProxy::NoProxy);

    if (const QHostAddress literal(host); !literal.isNull()) {
        m_addresses = {literal};
        tryNext();
        return;
    }
    m_timer.start(int(timeout.count()), Qt::CoarseTimer, this);
    // By name: what is connected as a function leaks when the look-up is given up (Qt 6.4).
    m_lookup = QHostInfo::lookupHost(host, this, SLOT(lookedUp(QHostInfo)));
}

void HostConnector::lookedUp(const QHostInfo &found)
{
    m_lookup = -1;
    if (m_done)
        return;
    m_addresses = found.addresses().first(std::min(found.addresses().size(), MaxAddresses));
    if (found.error() != QHostInfo::NoError || m_addresses.isEmpty())
        giveUp({ErrorCode::HostNotFound, ErrorOrigin::Transport,
            m_host.toStdString() + ": " + found.errorString().toStdString()});
    else
        tryNext();
}

void HostConnector::tryNext()
{
    m_current = m_addresses.takeFirst();
    const auto share = m_deadline.remainingTimeAsDuration() / (m_addresses.size() + 1);
    m_timer.start(int(std::chrono::ceil<std::chrono::milliseconds>(share).count()), Qt::CoarseTimer, this);
    m_socket->connectToHost(m_current.toString(), m_port, m_mode); // may end this object
}

void HostConnector::attemptFailed(const Error &error)
{
    m_timer.stop();
    Error named = error;
    named.detail
        = m_current.toString().toStdString() + " port " + std::to_string(m_port) + ": " + error.detail;
    if (!m_firstError)
        m_firstError = std::move(named);
    if (m_addresses.isEmpty() || m_deadline.hasExpired()) {
        giveUp(m_firstError);
        return;
    }
    // Not from inside the socket's own signal: it is not yet back in its unconnected state there.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_socket->abort();
            tryNext();
        },
        Qt::QueuedConnection);
}

void HostConnector::giveUp(const Error &error)
{
    m_done = true;
    m_timer.stop();
    Q_EMIT failed(Error(error)); // a copy: the slot may delete us
}

void HostConnector::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer.timerId())
        return QObject::timerEvent(event);
    m_timer.stop();
    if (m_lookup >= 0) {
        QHostInfo::abortHostLookup(std::exchange(m_lookup, -1));
        giveUp({ErrorCode::ConnectTimedOut, ErrorOrigin::Transport,
            m_host.toStdString() + ": the name was not looked up in time"});
        return;
    }
    m_socket->abort();
    attemptFailed({ErrorCode::ConnectTimedOut, ErrorOrigin::Transport, "no answer in time"});
}

} // namespace Halyard

// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include <QAbstractSocket>
#include <QBasicTimer>
#include <QDeadlineTimer>
#include <QHostAddress>
#include <QHostInfo>
#include <QList>
#include <QObject>

#include "wire/error.h"

namespace Halyard {

/// Connects a socket to a host: looks the name up and tries its addresses one after the other, each with its
/// share of the time that is left, so that one dead address (often IPv6) does not use it all up. Emits
/// exactly one of connected() and failed(), never before start() has returned for a name, and may then be
/// deleted.
class HostConnector : public QObject
{
    Q_OBJECT
public:
    /// `socket` must outlive this object, be unconnected, and is opened with `mode`.
    HostConnector(QAbstractSocket *socket, QIODeviceBase::OpenMode mode);
    ~HostConnector() override;

    void start(const QString &host, quint16 port, std::chrono::milliseconds timeout);

Q_SIGNALS:
    void connected();
    void failed(const Halyard::Wire::Error &error);

protected:
    void timerEvent(QTimerEvent *event) override;

private Q_SLOTS:
    void lookedUp(const QHostInfo &found);

private:
    /// A name with more addresses than that is not worth our time.
    static constexpr qsizetype MaxAddresses = 16;

    void tryNext();
    void attemptFailed(const Wire::Error &error);
    void giveUp(const Wire::Error &error);

    QAbstractSocket *const m_socket;
    const QIODeviceBase::OpenMode m_mode;
    QString m_host;
    QList<QHostAddress> m_addresses; ///< not tried yet
    QHostAddress m_current;
    Wire::Error m_firstError; ///< of the address that the resolver likes best
    QDeadlineTimer m_deadline;
    QBasicTimer m_timer;
    int m_lookup = -1;
    quint16 m_port = 0;
    bool m_done = false;
};

} // namespace Halyard

// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QObject>
#include <QTimer>

#include "endpoint/error.h"
#include "endpoint/proxy.h"
#include "endpoint/tapfeed_p.h"
#include "transport/transport.h"

namespace Halyard {

/// One client and its connection to the server, byte for byte. Deletes itself after finished().
class ProxyPair : public QObject
{
    Q_OBJECT
public:
    ProxyPair(std::unique_ptr<Transport> client, std::unique_ptr<Transport> server,
        const ProxyOptions &options, QObject *parent);
    ~ProxyPair() override;

    void start();
    void abort();
    [[nodiscard]] QString peer() const { return m_peer; }
    [[nodiscard]] ProxyConnection state() const;

Q_SIGNALS:
    void opened();
    /// Once, last.
    void finished(const Halyard::Error &error);

private:
    struct Side {
        std::unique_ptr<Transport> transport;
        Wire::Direction outOf; // the direction of what is read here
        bool open = false;
        bool inputEnded = false;
        bool endPassedOn = false;
        bool closed = false;
    };

    void connectSide(Side &side, Side &other);
    void sideOpened();
    void move(Side &from, Side &to);
    void passEndOn(Side &from, Side &to);
    void sideFailed(Side &side, Side &other, const Wire::Error &error);
    void sideClosed(Side &side, Side &other);

    Side m_client;
    Side m_server;
    const ProxyOptions m_options;
    const QString m_peer;
    TapFeed m_tap;
    Error m_error;
    QTimer m_closeTimer;
    QTimer m_halfCloseTimer; ///< since the last byte of a side that cannot be told of the other one's end
};

} // namespace Halyard

// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QObject>
#include <QTimer>

#include "endpoint/error.h"
#include "endpoint/proxy.h"
#include "transport/transport.h"
#include "wire/dissection.h"

namespace Halyard {

/// One client and its connection to the server: the two transports, their ends and failures. What passes
/// between them is the business of who inherits this. Deletes itself after finished().
class ProxyPair : public QObject
{
    Q_OBJECT
public:
    ProxyPair(std::unique_ptr<Transport> client, std::unique_ptr<Transport> server,
        const ProxyOptions &options, QObject *parent);
    ~ProxyPair() override;

    virtual void start() = 0;
    void abort();
    [[nodiscard]] QString peer() const { return m_peer; }
    [[nodiscard]] virtual ProxyConnection state() const;

Q_SIGNALS:
    /// Once, when both sides are open and what is said can pass.
    void opened();
    /// Once, last.
    void finished(const Halyard::Error &error);

protected:
    struct Side {
        std::unique_ptr<Transport> transport;
        Wire::Direction outOf; // the direction of what is read here
        bool open = false;
        bool inputEnded = false;
        bool endPassedOn = false;
        bool closed = true; // before it is opened, too
    };

    virtual void sideOpened(Side &side) = 0;
    /// Moves what one side has said to the other, as much as there is and that takes.
    virtual void move(Side &from, Side &to) = 0;
    /// Whether nothing of what this side has said is still on its way to the other.
    [[nodiscard]] virtual bool isDrained(const Side &from) const = 0;
    /// Nothing follows.
    virtual void allClosed() = 0;

    void open(Side &side);
    void passEndOn(Side &from, Side &to);
    void heard();
    /// Reading stops where the other side does not keep up.
    static void setPaused(Side &side, bool paused);
    /// Behind what is pending; the peers get closeTimeout for it.
    void closeBoth();
    void fail(const Error &error);
    [[nodiscard]] bool hasFailed() const { return bool(m_error); }
    [[nodiscard]] const Error &error() const { return m_error; }

    Side m_client;
    Side m_server;
    const ProxyOptions m_options;

private:
    void sideFailed(Side &side, const Wire::Error &error);
    void sideClosed(Side &side);
    void closeSide(Side &side);
    [[nodiscard]] Side &otherOf(const Side &side) { return &side == &m_client ? m_server : m_client; }

    const QString m_peer;
    Error m_error;
    QTimer m_closeTimer;
    QTimer m_halfCloseTimer; ///< since the last byte of a side that cannot be told of the other one's end
};

} // namespace Halyard

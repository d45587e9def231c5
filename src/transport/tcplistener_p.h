// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include <QBasicTimer>
#include <QHostAddress>
#include <QSocketNotifier>

#include "transport/listener.h"
#include "transport/transportoptions.h"

namespace Halyard {

struct SocketAddress;

/// Accepts TCP connections on one or more addresses; subclasses decide what is made of them.
class TcpListener : public Listener
{
    Q_OBJECT
public:
    /// `host`: an address, a name, empty or "*" for all addresses; `port` 0 takes any free one.
    TcpListener(QString host, quint16 port, TransportOptions options, QObject *parent = nullptr);
    ~TcpListener() override;

    [[nodiscard]] Wire::Result<void> listen() override;
    void close() override;
    [[nodiscard]] bool isListening() const override { return !m_sockets.empty(); }
    [[nodiscard]] quint16 port() const override { return m_boundPort; }
    [[nodiscard]] QString address() const override { return m_boundAddress.toString(); }
    void setAcceptingPaused(bool paused) override;
    [[nodiscard]] std::unique_ptr<Transport> takePending() override;

protected:
    [[nodiscard]] virtual std::unique_ptr<Transport> makeTransport(int descriptor);
    [[nodiscard]] TransportOptions &options() { return m_options; }
    void timerEvent(QTimerEvent *event) override;

private:
    struct ListeningSocket;

    [[nodiscard]] Wire::Result<QList<QHostAddress>> addressesToBind() const;
    [[nodiscard]] Wire::Result<void> bindAll(const QList<QHostAddress> &addresses);
    [[nodiscard]] Wire::Result<quint16> bindOne(const QHostAddress &address, quint16 port);
    void updateNotifiers();
    void acceptAll(int listeningDescriptor);
    void suspend(int error);

    const QString m_host;
    const quint16 m_port;
    TransportOptions m_options;
    std::vector<std::unique_ptr<ListeningSocket>> m_sockets;
    std::deque<std::unique_ptr<Transport>> m_pending;
    QHostAddress m_boundAddress;
    QBasicTimer m_retry; ///< runs while accepting is suspended by an error
    quint16 m_boundPort = 0;
    bool m_paused = false;
};

} // namespace Halyard

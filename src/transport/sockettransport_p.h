// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include <QAbstractSocket>
#include <QBasicTimer>
#include <QPointer>
#include <QSocketNotifier>

#include "transport/hostconnector_p.h"
#include "transport/lingeringclose_p.h"
#include "transport/transport.h"
#include "transport/transportoptions.h"
#include "wire/error.h"

namespace Halyard {

/// What TCP and TLS have in common: one Qt socket, the way to it, its phases, and its end, which is always
/// told from the event loop. Subclasses say how bytes are read and written and what follows the TCP
/// connection.
class SocketTransport : public Transport
{
    Q_OBJECT
public:
    ~SocketTransport() override;

    [[nodiscard]] Kind kind() const final { return Kind::Stream; }
    void open() final;
    [[nodiscard]] bool isOpen() const final { return m_phase == Phase::Open; }
    void setReadingPaused(bool paused) final;
    [[nodiscard]] bool isReadingPaused() const final { return m_paused; }
    void close() final;
    void abort() final;
    [[nodiscard]] TransportInfo info() const final { return m_info; }
    [[nodiscard]] qint64 bytesNotTaken() const final;

protected:
    enum class Phase : quint8 { Idle, Opening, Open, Flushing, Lingering, Ended };

    /// While one of these is on the stack a signal of the socket is, too: then the socket is deleted later.
    class InSocketSignal
    {
    public:
        explicit InSocketSignal(SocketTransport *transport)
            : m_transport(transport)
        {
            ++transport->m_socketSignals;
        }
        ~InSocketSignal()
        {
            if (m_transport)
                --m_transport->m_socketSignals;
        }
        Q_DISABLE_COPY_MOVE(InSocketSignal)

    private:
        const QPointer<SocketTransport> m_transport;
    };

    /// A connector.
    SocketTransport(std::unique_ptr<QAbstractSocket> socket, QString host, quint16 port,
        TransportOptions options, QObject *parent);
    /// An accepted connection; owns `descriptor`.
    SocketTransport(
        std::unique_ptr<QAbstractSocket> socket, int descriptor, TransportOptions options, QObject *parent);

    /// The accepted descriptor is to be taken over; either adopt() at once or later. Not called for
    /// connectors.
    virtual void startAccepted() { adopt(); }
    /// The TCP connection stands: ends in becomeOpen() or end().
    virtual void startConnected() = 0;
    /// Open and not paused: there may be input, or the end of it. Called with a guard on the stack.
    virtual void inputReady() = 0;
    /// Phase::Flushing: throws away what there is to read.
    virtual void discardInput() = 0;
    /// Reading goes on: the socket shall tell again of what it has.
    virtual void rearmReading() = 0;
    /// The peer's end was read, so nothing has to be lingered for.
    [[nodiscard]] virtual bool isInputEnded() const = 0;
    /// Everything is written; beginLinger() follows when the socket has nothing left to say.
    virtual void finishWriting() { beginLinger(); }
    /// The socket itself reports an error. Called with a guard on the stack.
    virtual void socketFailed(QAbstractSocket::SocketError code);
    /// end() was called: what a subclass has running stops.
    virtual void ended() { }

    /// While one of these is on the stack what the socket tells of its writing is not passed on, and what it
    /// has read comes later.
    class QuietWrite
    {
    public:
        explicit QuietWrite(SocketTransport *transport)
            : m_transport(transport)
        {
            transport->m_quiet = true;
        }
        ~QuietWrite() { m_transport->m_quiet = false; }
        Q_DISABLE_COPY_MOVE(QuietWrite)

    private:
        SocketTransport *const m_transport;
    };
    /// Connected to the socket's signal that tells of bytes the kernel has taken.
    void onBytesWritten();

    /// setSocketDescriptor() with the accepted descriptor, then startConnected().
    void adopt();
    void becomeOpen();
    /// What was written meanwhile may have been all that close() or finishOutput() waited for.
    virtual void outputProgressed();
    void beginLinger();
    /// The same where the socket itself ends its part: `copy` is a duplicate of its descriptor, or -1.
    void lingerOn(int copy);
    /// Says `lastWords` to a peer that speaks another language, and fails with `reason` once it has had the
    /// time to hear them: a reset would overtake them, for what it has sent lies here unread.
    void turnAway(Wire::ByteView lastWords, Wire::Error reason);
    /// While nothing is read: a reset is noticed all the same.
    void watchForDeath();
    void stopWatchingForDeath() { m_deathWatch.reset(); }
    /// Gives the connection up, with or without a reason; failed() and closed() follow from the event loop.
    void end(std::optional<Wire::Error> reason, bool reset = false);
    /// Runs `step` from the event loop, unless this is destroyed before.
    template <class Step>
    void later(Step step)
    {
        QMetaObject::invokeMethod(this, std::move(step), Qt::QueuedConnection);
    }

    void timerEvent(QTimerEvent *event) override;

    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] const TransportOptions &options() const { return m_options; }
    [[nodiscard]] bool isAccepted() const { return m_accepted; }
    [[nodiscard]] const QString &host() const { return m_host; }
    /// Of the socket once it has one, before that the accepted one; -1 without.
    [[nodiscard]] int descriptor() const;
    [[nodiscard]] QAbstractSocket &socket() const { return *m_socket; }
    [[nodiscard]] TransportInfo &editInfo() { return m_info; }
    /// Open mode of the Qt socket.
    QIODeviceBase::OpenMode m_openMode = QIODeviceBase::ReadWrite;

private:
    void prepare();
    void start();
    void tcpConnected();
    void onReadyRead();
    void lookForDeath();
    void dropSocket(bool reset);

    std::unique_ptr<QAbstractSocket> m_socket;
    std::unique_ptr<HostConnector> m_connector;
    std::unique_ptr<LingeringClose> m_lingering;
    std::unique_ptr<QSocketNotifier> m_deathWatch; ///< a reset makes it fire
    TransportOptions m_options;
    TransportInfo m_info;
    std::optional<Wire::Error> m_lingerReason; ///< Lingering: how it will end
    QString m_host;
    QBasicTimer m_flushTimer;
    int m_acceptedDescriptor = -1; ///< ours until the socket takes it
    int m_socketSignals = 0;
    quint16 m_port = 0;
    Phase m_phase = Phase::Idle;
    bool m_accepted = false;
    bool m_paused = false;
    bool m_quiet = false;
};

} // namespace Halyard

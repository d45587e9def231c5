// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include <QBasicTimer>
#include <QSocketNotifier>
#include <QSslSocket>

#include "transport/sockettransport_p.h"
#include "transport/tlsconfiguration_p.h"

namespace Halyard {

/// A TLS connection over TCP. It has no half-close: when the peer ends, so does the connection, once
/// everything that came before was read. An end without TLS's own closing message is ConnectionLost, for then
/// nobody knows what is missing.
class TlsTransport final : public SocketTransport
{
    Q_OBJECT
public:
    /// Connects to `host` when opened; the certificate must be for that name or address.
    TlsTransport(const QString &host, quint16 port, TlsConfiguration tls, const TransportOptions &options,
        QObject *parent = nullptr);
    /// Takes over the connected socket `descriptor` and looks at its first byte before TLS begins.
    TlsTransport(
        int descriptor, TlsConfiguration tls, const TransportOptions &options, QObject *parent = nullptr);
    ~TlsTransport() override;

    [[nodiscard]] qsizetype read(Wire::MutableBytes into) override;
    void write(Wire::ByteView bytes) override;
    [[nodiscard]] qint64 bytesToWrite() const override;
    void finishOutput() override { }
    [[nodiscard]] bool hasHalfClose() const override { return false; }

protected:
    void startAccepted() override;
    void startConnected() override;
    void inputReady() override;
    void discardInput() override;
    void rearmReading() override;
    [[nodiscard]] bool isInputEnded() const override { return m_end != End::None; }
    void finishWriting() override;
    void socketFailed(QAbstractSocket::SocketError code) override;
    void ended() override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void timerEvent(QTimerEvent *event) override;

private:
    enum class End : quint8 { None, Clean, Truncated };

    void prepareTls();
    void judgeClient();
    void watchInput();
    [[nodiscard]] bool isPlainServer();
    [[nodiscard]] bool isHandshakeTooLarge();
    void judgeCertificate(const QList<QSslError> &errors);
    void encrypted();
    [[nodiscard]] bool isPinned() const;
    [[nodiscard]] Wire::Error handshakeError(QAbstractSocket::SocketError code) const;
    void lookLater();
    void closeCopy();
    [[nodiscard]] QSslSocket &tlsSocket() const;

    const TlsConfiguration m_tls;
    std::unique_ptr<QSocketNotifier> m_firstByte; ///< accepted, and nothing has come yet
    std::optional<Wire::Error> m_certificateError;
    QBasicTimer m_handshakeTimer;
    qint64 m_pending = 0;  ///< bytesToWrite() when last looked at
    int m_lingerCopy = -1; ///< of the descriptor, while the closing message is on its way
    End m_end = End::None;
    bool m_looking = false;
    bool m_serverJudged = false; ///< its first bytes are those of TLS
};

} // namespace Halyard

// SPDX-License-Identifier: MIT
#pragma once

#include <QHostAddress>
#include <QObject>
#include <QSslCertificate>
#include <QString>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard {

/// What is known of an open transport.
struct TransportInfo {
    QString name;     ///< "tcp", "tls", "memory", …
    QString peerName; ///< for people: "192.0.2.7:6969", or the name of a memory address
    QHostAddress peerAddress;
    quint16 peerPort = 0;
    QHostAddress localAddress;
    quint16 localPort = 0;
    QString tlsVersion; ///< "TLS 1.3"; empty without TLS
    QString cipher;
    QSslCertificate peerCertificate;
};

/// One way to move bytes, opened by a connector or a listener. Lives in one thread. Signals are never emitted
/// from inside a call of a function of this class, but for opened(), which open() may not emit directly
/// either. Order of signals: opened, then readyRead / bytesWritten / inputEnded in any order, then either
/// failed or nothing, then closed, once and last.
class HALYARD_EXPORT Transport : public QObject
{
    Q_OBJECT
public:
    enum class Kind : quint8 { Stream, Datagram };
    Q_ENUM(Kind)

    explicit Transport(QObject *parent = nullptr);
    ~Transport() override;

    [[nodiscard]] virtual Kind kind() const = 0;
    /// Starts connecting; an accepted transport may still have its TLS handshake to do. Exactly one of
    /// opened() and failed() follows.
    virtual void open() = 0;
    [[nodiscard]] virtual bool isOpen() const = 0;
    /// Reads at most into.size() bytes; 0 where there is nothing now. readyRead() comes again when there is
    /// more.
    [[nodiscard]] virtual qsizetype read(Wire::MutableBytes into) = 0;
    /// Takes all of it; what the kernel does not take at once counts as bytesToWrite(). Errors come as
    /// failed().
    virtual void write(Wire::ByteView bytes) = 0;
    /// Bytes that the network has not taken yet, encrypted ones included.
    [[nodiscard]] virtual qint64 bytesToWrite() const = 0;
    /// No readyRead() while paused; the death of the peer (reset, close) is noticed all the same.
    virtual void setReadingPaused(bool paused) = 0;
    [[nodiscard]] virtual bool isReadingPaused() const = 0;
    /// Half-close behind what is pending; reading goes on. Where the transport has none (TLS), nothing
    /// happens.
    virtual void finishOutput() = 0;
    /// Closes behind what is pending.
    virtual void close() = 0;
    /// Drops what is pending and resets the connection.
    virtual void abort() = 0;
    [[nodiscard]] virtual TransportInfo info() const = 0;

Q_SIGNALS:
    void opened();
    void readyRead();
    /// Some of bytesToWrite() has left.
    void bytesWritten();
    /// The peer has closed its side; writing may still work.
    void inputEnded();
    void failed(const Halyard::Wire::Error &error);
    void closed();

private:
    Q_DISABLE_COPY_MOVE(Transport)
};

} // namespace Halyard

Q_DECLARE_METATYPE(Halyard::Wire::Error)

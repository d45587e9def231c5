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

/// One way to move bytes, opened by a connector or a listener. Lives in one thread. No signal is emitted from
/// inside a call of a function of this class. Order of signals: opened, then readyRead / bytesWritten /
/// inputEnded in any order, then either failed or nothing, then closed, once and last. Any slot may delete
/// the transport; destroying one that is not closed is abort() without signals.
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
    /// opened() and failed() follows, unless close() or abort() comes first: then only closed().
    virtual void open() = 0;
    /// From opened() until close(), abort() or failure.
    [[nodiscard]] virtual bool isOpen() const = 0;
    /// Reads at most into.size() bytes; 0 where there is nothing now, and always when not open. readyRead()
    /// comes again when there is more, if this was called at least once since the last one.
    [[nodiscard]] virtual qsizetype read(Wire::MutableBytes into) = 0;
    /// Takes all of it; what the kernel does not take at once counts as bytesToWrite(), so the caller bounds
    /// what is held. Errors come as failed(). Ignored when not open and after finishOutput().
    virtual void write(Wire::ByteView bytes) = 0;
    /// Bytes that the network has not taken yet, encrypted ones included.
    [[nodiscard]] virtual qint64 bytesToWrite() const = 0;
    /// Those, and where the system tells (tcp, tls) what it holds and the peer's system has not taken yet: it
    /// sinks with all that the peer takes, while bytesToWrite() sinks only when the system asks for more. A
    /// system call.
    [[nodiscard]] virtual qint64 bytesNotTaken() const;
    /// No readyRead() while paused. A reset is noticed all the same and drops what was not read; the end of
    /// the peer's output lies behind its data and is told once reading goes on.
    virtual void setReadingPaused(bool paused) = 0;
    [[nodiscard]] virtual bool isReadingPaused() const = 0;
    /// Half-close behind what is pending; reading goes on. Where the transport has none (TLS), nothing
    /// happens.
    virtual void finishOutput() = 0;
    /// Whether finishOutput() does anything.
    [[nodiscard]] virtual bool hasHalfClose() const { return true; }
    /// Closes behind what is pending; what the peer still sends is thrown away. closed() comes when the peer
    /// has closed too, or after TransportOptions::lingerTimeout.
    virtual void close() = 0;
    /// Drops what is pending and resets the connection.
    virtual void abort() = 0;
    /// Complete from opened() on, and still there after closed().
    [[nodiscard]] virtual TransportInfo info() const = 0;

Q_SIGNALS:
    void opened();
    void readyRead();
    /// Some of bytesToWrite() has left.
    void bytesWritten();
    /// The peer has closed its side, everything before that was read; writing still works where the transport
    /// has half-closes, elsewhere closed() follows by itself.
    void inputEnded();
    void failed(const Halyard::Wire::Error &error);
    void closed();

private:
    Q_DISABLE_COPY_MOVE(Transport)
};

} // namespace Halyard

// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QByteArray>
#include <QList>
#include <QObject>

#include "endpoint/server.h"
#include "hostilepeer.h"
#include "steadyclient.h"
#include "wire/vstp/codec.h"

namespace Halyard {

/// A server at a loopback port, the good client that it goes on serving, and what became of all others.
class BesiegedServer : public QObject
{
    Q_OBJECT
public:
    /// Listens with these options; the good client is connected when this returns.
    explicit BesiegedServer(const ServerOptions &options);
    /// The same over TLS, with a certificate made for it, which the good client pins.
    [[nodiscard]] static std::unique_ptr<BesiegedServer> overTls(ServerOptions options);
    ~BesiegedServer() override;

    [[nodiscard]] Server &server() { return m_server; }
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    [[nodiscard]] SteadyClient &goodClient() { return *m_goodClient; }
    [[nodiscard]] HostilePeer attack(int receiveBuffer = 0) const
    {
        return HostilePeer::connectTo(port(), receiveBuffer);
    }

    /// How connections ended, those that were never open included; the good client's is not among them.
    [[nodiscard]] const QList<Error> &ends() const { return m_ends; }
    /// Waits until so many have ended.
    [[nodiscard]] bool hasEnded(qsizetype count) const;
    /// Waits until only the good client is left.
    [[nodiscard]] bool isAlone() const;

private:
    BesiegedServer(const ServerOptions &options, const QString &scheme, const QString &query);

    Server m_server;
    std::unique_ptr<SteadyClient> m_goodClient;
    QList<Error> m_ends;
};

/// What may be left over from what was allocated meanwhile: spare buffers, tables that have grown, and the
/// like.
inline constexpr qint64 LeftOverBytes = 1'048'576;
/// Waits until no more than so much is left over since allocatedBytes() was `before`.
[[nodiscard]] bool isGivenBack(qint64 before, qint64 leftOver = LeftOverBytes);

/// One frame as bytes. `headers` is a block in the short layout, taken as it is.
[[nodiscard]] QByteArray frameBytes(
    Wire::Vstp::FrameType type, const QByteArray &headers = {}, const QByteArray &payload = {});
/// An entry of such a block.
[[nodiscard]] QByteArray headerBytes(const QByteArray &key, const QByteArray &value);
/// HELLO with Halyard's conventions.
[[nodiscard]] QByteArray helloBytes();
[[nodiscard]] QByteArray welcomeBytes();
[[nodiscard]] QByteArray requestBytes(const QByteArray &route, quint64 id, const QByteArray &payload = {});

/// The codes that ERR frames in these bytes carry, in order; other frames are passed over.
[[nodiscard]] QList<ErrorCode> errCodes(const QByteArray &stream);
/// The number of whole frames of this type.
[[nodiscard]] int frameCount(const QByteArray &stream, Wire::Vstp::FrameType type);

} // namespace Halyard

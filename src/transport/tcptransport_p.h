// SPDX-License-Identifier: MIT
#pragma once

#include "transport/sockettransport_p.h"

namespace Halyard {

/// A TCP connection, as direct as Qt allows: bytes go from the kernel into the reader's memory and from the
/// writer's memory into the kernel, and only what the kernel does not take is buffered. TCP_NODELAY is set.
class TcpTransport final : public SocketTransport
{
    Q_OBJECT
public:
    /// Connects to `host` (a name or an address) when opened.
    TcpTransport(
        const QString &host, quint16 port, const TransportOptions &options, QObject *parent = nullptr);
    /// Takes over the connected socket `descriptor`.
    TcpTransport(int descriptor, const TransportOptions &options, QObject *parent = nullptr);

    [[nodiscard]] qsizetype read(Wire::MutableBytes into) override;
    void write(Wire::ByteView bytes) override;
    [[nodiscard]] qint64 bytesToWrite() const override;
    void finishOutput() override;

protected:
    void startConnected() override;
    void inputReady() override;
    void discardInput() override;
    void rearmReading() override;
    [[nodiscard]] bool isInputEnded() const override { return m_inputEnded; }
    void outputProgressed() override;

private:
    void prepareTcp();
    bool refusesTls();
    void endOutput();

    bool m_peerJudged; ///< its first byte was looked at, or does not matter
    bool m_inputEnded = false;
    bool m_outputFinished = false;
    bool m_outputShut = false;
};

} // namespace Halyard

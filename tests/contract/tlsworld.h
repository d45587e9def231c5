// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include <QTcpServer>
#include <QTcpSocket>

#include "transport/transportoptions.h"
#include "transportworld.h"

/// A certificate and its key, with the pins that fit it.
struct Identity {
    /// Valid from an hour before `begin`, for as long as that; always for localhost, 127.0.0.1 and ::1.
    explicit Identity(std::chrono::system_clock::time_point begin = std::chrono::system_clock::now(),
        std::chrono::hours validity = std::chrono::hours(48));

    Halyard::TlsOptions tls; ///< chain and key
    QByteArray leafPin;
    QByteArray keyPin;
};

/// The names that certificates of test identities have, and one that they have not; both are this machine.
inline constexpr const char *RightHost = "127.0.0.1";
inline constexpr const char *WrongHost = "127.0.0.2";

/// A listener of ours on all of this machine's addresses; opens what it accepts and writes down what that
/// says.
class TestServer : public QObject
{
    Q_OBJECT
public:
    explicit TestServer(const QString &scheme, const Halyard::TransportOptions &options = {});

    [[nodiscard]] quint16 port() const { return listener->port(); }
    /// What the `index`th accepted transport said; waits until it is there.
    [[nodiscard]] Recorder *accepted(std::size_t index = 0);

    std::unique_ptr<Halyard::Listener> listener;
    std::vector<std::unique_ptr<Halyard::Transport>> transports;
    std::vector<std::unique_ptr<Recorder>> recorders;
};

/// A connector of ours that opens at once.
struct TestClient {
    TestClient(
        const QString &scheme, const QString &host, quint16 port, const Halyard::TransportOptions &options);

    /// Waits until it is open or closed; the error's code, or None.
    [[nodiscard]] Halyard::Wire::ErrorCode outcome();

    std::unique_ptr<Halyard::Transport> transport;
    std::unique_ptr<Recorder> recorder;
};

/// A plain server that does with each connection what it is told.
class PlainServer : public QTcpServer
{
    Q_OBJECT
public:
    explicit PlainServer(std::function<void(QTcpSocket &)> act);

private:
    std::function<void(QTcpSocket &)> m_act;
};

[[nodiscard]] Halyard::TransportOptions withTls(const Halyard::TlsOptions &tls);
/// Client options that trust, or pin, the identity.
[[nodiscard]] Halyard::TransportOptions trusting(const Identity &identity);
[[nodiscard]] Halyard::TransportOptions pinning(const QByteArray &pin);

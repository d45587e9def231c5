// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QString>
#include <QUrl>

#include "transport/listener.h"
#include "transport/transport.h"
#include "transport/transportfactory.h"

/// Writes down what a transport says, in order, and reads what comes unless told not to.
class Recorder : public QObject
{
    Q_OBJECT
public:
    explicit Recorder(Halyard::Transport &transport, bool reads = true);

    /// "opened", "read" (runs of it once), "written" (the same), "inputEnded", "failed", "closed".
    QStringList log;
    QByteArray received;
    std::optional<Halyard::Wire::Error> error;
    bool opened = false;
    bool inputEnded = false;
    int closed = 0;
    int readyReads = 0;
    qsizetype readSize = 64 * 1024;
    bool reads;

    /// Reads once, as much as there is up to readSize.
    void readSome();

private:
    void note(const QString &what);
    Halyard::Transport &m_transport;
};

/// One row of the contract: makes listeners and connected pairs of one kind of transport.
class TransportWorld
{
public:
    /// `kind`: "tcp", "tls", "memory"; with "+" at its end each transport is wrapped by a fault injector that
    /// does nothing.
    explicit TransportWorld(const QString &kind);

    [[nodiscard]] bool hasHalfClose() const { return m_scheme != u"tls"; }
    [[nodiscard]] std::unique_ptr<Halyard::Listener> makeListener();
    [[nodiscard]] std::unique_ptr<Halyard::Transport> makeConnector(const Halyard::Listener &listener);
    /// An address where nobody listens.
    [[nodiscard]] std::unique_ptr<Halyard::Transport> makeRefused();

    Halyard::TransportOptions options;

private:
    QString m_scheme;
    Halyard::TlsOptions m_clientTls;
    int m_listeners = 0;
};

/// A connected pair, both ends open.
struct Pair {
    explicit Pair(TransportWorld &world, bool clientReads = true, bool serverReads = true);

    std::unique_ptr<Halyard::Listener> listener;
    std::unique_ptr<Halyard::Transport> client;
    std::unique_ptr<Halyard::Transport> server;
    std::unique_ptr<Recorder> fromClient; ///< what the client's end says
    std::unique_ptr<Recorder> fromServer;
    bool open = false;
};

[[nodiscard]] Halyard::Wire::ByteView view(const QByteArray &bytes);
/// `size` bytes that differ from place to place.
[[nodiscard]] QByteArray pattern(qsizetype size, int seed = 0);

/// The kinds of transport that the contract is asked of.
[[nodiscard]] QStringList transportKinds();
/// One row of test data, column "kind", for each of them.
void kindRows();
/// The same without those that are under an injector already.
void plainKindRows();
/// Lets everything that is under way arrive: a round trip over a connection of its own.
[[nodiscard]] bool roundTrip(TransportWorld &world);
[[nodiscard]] bool isClosed(const std::unique_ptr<Recorder> &recorder);

#define WORLD                                                                                                \
    QFETCH(const QString, kind);                                                                             \
    TransportWorld world(kind)

#define CONNECTED_PAIR(...)                                                                                  \
    Pair pair(world __VA_OPT__(, ) __VA_ARGS__);                                                             \
    QVERIFY(pair.open)

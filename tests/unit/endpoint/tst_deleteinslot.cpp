// SPDX-License-Identifier: MIT
// Whoever tells something may be deleted by whom it tells, in each of its signals and handlers.
#include <functional>

#include <QPointer>
#include <QTest>

#include "endpointpair.h"

using namespace Halyard;
using namespace std::chrono_literals;

/// Arranges that the sender is deleted inside one of its own slots.
using Arrange = std::function<void(EndpointPair &, QObject *)>;
Q_DECLARE_METATYPE(Arrange)

namespace {

/// More than the high mark of its queue.
void sendMany(Connection &connection)
{
    for (int i = 0; i < 2'000; ++i)
        (void)connection.send("x", "y");
}

} // namespace

class tst_DeleteInSlot : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void inEachOfItsSlots_data();
    void inEachOfItsSlots();
};

void tst_DeleteInSlot::inEachOfItsSlots_data()
{
    QTest::addColumn<Arrange>("arrange");
    const auto row = [](const char *name, const Arrange &arrange) { QTest::newRow(name) << arrange; };
    row("client in opened", [](EndpointPair &pair, QObject *context) {
        connect(pair.client.get(), &Client::opened, context, [&pair] { pair.client.reset(); });
    });
    row("client in stateChanged", [](EndpointPair &pair, QObject *context) {
        connect(pair.client.get(), &Client::stateChanged, context, [&pair](Client::State state) {
            if (state == Client::State::Open)
                pair.client.reset();
        });
    });
    row("server in connectionOpened", [](EndpointPair &pair, QObject *context) {
        connect(pair.server.get(), &Server::connectionOpened, context, [&pair] { pair.server.reset(); });
    });
    row("connection in connectionOpened", [](EndpointPair &pair, QObject *context) {
        connect(pair.server.get(), &Server::connectionOpened, context,
            [](Connection *connection) { delete connection; });
    });
    row("connection in a handler", [](EndpointPair &pair, QObject *context) {
        pair.server->handle("x", [](const Request &request) { delete request.connection(); });
        connect(pair.client.get(), &Client::opened, context, [&pair] { pair.client->request("x"); });
    });
    row("server in a handler", [](EndpointPair &pair, QObject *context) {
        pair.server->handle("x", [&pair](const Request &) {
            pair.server.reset();
            return QByteArray("gone");
        });
        connect(pair.client.get(), &Client::opened, context, [&pair] { pair.client->request("x"); });
    });
    row("server in messageReceived", [](EndpointPair &pair, QObject *context) {
        connect(pair.server.get(), &Server::messageReceived, context, [&pair] { pair.server.reset(); });
        connect(pair.client.get(), &Client::opened, context, [&pair] {
            for (int i = 0; i < 100; ++i)
                pair.client->send("x", "y");
        });
    });
    row("client in failed of its call", [](EndpointPair &pair, QObject *context) {
        connect(pair.client.get(), &Client::opened, context, [&pair, context] {
            for (int i = 0; i < 3; ++i)
                connect(
                    pair.client->call("nowhere"), &Call::failed, context, [&pair] { pair.client.reset(); });
        });
    });
    row("call in its own item", [](EndpointPair &pair, QObject *context) {
        pair.server->handleStream("x", [](const Request &, const ReplyStream &stream) {
            stream.write("1");
            stream.write("2");
            stream.end();
        });
        connect(pair.client.get(), &Client::opened, context, [&pair, context] {
            Call *call = pair.client->call("x");
            connect(call, &Call::itemReceived, context, [call, &pair] {
                delete call;
                pair.client.reset();
            });
        });
    });
    row("client in errorOccurred", [](EndpointPair &pair, QObject *context) {
        connect(pair.server.get(), &Server::connectionOpened, context,
            [](Connection *connection) { connection->abort(); });
        connect(pair.client.get(), &Client::errorOccurred, context, [&pair] { pair.client.reset(); });
    });
    row("client in closed", [](EndpointPair &pair, QObject *context) {
        connect(pair.server.get(), &Server::connectionOpened, context,
            [](Connection *connection) { connection->close(); });
        connect(pair.client.get(), &Client::closed, context, [&pair] { pair.client.reset(); });
    });
    row("server in connectionClosed", [](EndpointPair &pair, QObject *context) {
        connect(pair.client.get(), &Client::opened, context, [&pair] { pair.client->close(); });
        connect(pair.server.get(), &Server::connectionClosed, context, [&pair] { pair.server.reset(); });
    });
    row("client in finished of its call", [](EndpointPair &pair, QObject *context) {
        pair.server->handle("x", [](const Request &) { return QByteArray("y"); });
        connect(pair.client.get(), &Client::opened, context, [&pair, context] {
            for (int i = 0; i < 3; ++i)
                connect(pair.client->call("x"), &Call::finished, context, [&pair] { pair.client.reset(); });
        });
    });
    row("client in messageReceived", [](EndpointPair &pair, QObject *context) {
        connect(pair.server.get(), &Server::connectionOpened, context,
            [](Connection *connection) { sendMany(*connection); });
        connect(pair.client.get(), &Client::messageReceived, context, [&pair] { pair.client.reset(); });
    });
    row("client in writableChanged", [](EndpointPair &pair, QObject *context) {
        connect(
            pair.client.get(), &Client::opened, context, [&pair] { sendMany(*pair.client->connection()); });
        connect(pair.client.get(), &Client::writableChanged, context, [&pair] { pair.client.reset(); });
    });
    row("client in reconnectScheduled", [](EndpointPair &pair, QObject *context) {
        ClientOptions options = pair.client->options();
        options.reconnect = {.enabled = true, .first = 1h, .longest = 1h};
        pair.client->setOptions(options);
        connect(pair.server.get(), &Server::connectionOpened, context,
            [](Connection *connection) { connection->abort(); });
        connect(pair.client.get(), &Client::reconnectScheduled, context, [&pair] { pair.client.reset(); });
    });
    row("client in sendFailed of its connection", [](EndpointPair &pair, QObject *context) {
        connect(pair.client.get(), &Client::opened, context, [&pair, context] {
            connect(pair.client->connection(), &Connection::sendFailed, context,
                [&pair] { pair.client.reset(); });
            const auto limit = qsizetype(pair.client->options().connection.engine.maxFrameBytesOut);
            QVERIFY(pair.client->send("x", QByteArray(limit, 'x'))); // which is too large only as a frame
        });
    });
    row("client in messagesDropped of its connection", [](EndpointPair &pair, QObject *context) {
        ClientOptions options = pair.client->options();
        options.connection.overflow = OverflowPolicy::DropOldestEvent;
        options.connection.queueHighMessages = options.connection.queueLowMessages = 1;
        pair.client->setOptions(options);
        connect(pair.client.get(), &Client::opened, context, [&pair, context] {
            connect(pair.client->connection(), &Connection::messagesDropped, context,
                [&pair] { pair.client.reset(); });
            sendMany(*pair.client->connection());
        });
    });
    row("connection in writableChanged", [](EndpointPair &pair, QObject *context) {
        connect(pair.server.get(), &Server::connectionOpened, context, [context](Connection *connection) {
            connect(connection, &Connection::writableChanged, context, [connection] { delete connection; });
            sendMany(*connection);
        });
    });
    row("server in closed", [](EndpointPair &pair, QObject *context) {
        connect(pair.client.get(), &Client::opened, context, [&pair] { pair.server->close(); });
        connect(pair.server.get(), &Server::closed, context, [&pair] { pair.server.reset(); });
    });
    row("server in connectionRefused", [](EndpointPair &pair, QObject *context) {
        connect(pair.server.get(), &Server::connectionRefused, context, [&pair] { pair.server.reset(); });
        pair.url.setScheme("network-protocol+" + pair.url.scheme().section('+', -1)); // which is not its own
    });
    row("server in writableChanged of a stream", [](EndpointPair &pair, QObject *context) {
        pair.server->handleStream("x", [&pair, context](const Request &, const ReplyStream &stream) {
            connect(stream.notifier(), &ReplyStreamNotifier::writableChanged, context,
                [&pair, stream] { pair.server.reset(); });
            while (stream.isWritable())
                stream.write("y");
        });
        connect(pair.client.get(), &Client::opened, context, [&pair] { pair.client->call("x"); });
    });
    row("server in cancelled of a stream", [](EndpointPair &pair, QObject *context) {
        pair.server->handleStream("x", [&pair, context](const Request &, const ReplyStream &stream) {
            connect(stream.notifier(), &ReplyStreamNotifier::cancelled, context,
                [&pair, stream] { pair.server.reset(); });
            stream.write("y");
        });
        connect(pair.client.get(), &Client::opened, context, [&pair, context] {
            Call *call = pair.client->call("x");
            connect(call, &Call::itemReceived, context, [call] { call->cancel(); });
        });
    });
}

void tst_DeleteInSlot::inEachOfItsSlots()
{
    QFETCH(Arrange, arrange);
    for (const bool memory : {true, false}) {
        QObject context;
        EndpointPair pair = memory ? EndpointPair::inMemory() : EndpointPair();
        arrange(pair, &context);
        QPointer<Client> client(pair.client.get());
        QPointer<Server> server(pair.server.get());
        QVERIFY(pair.client->open(pair.url));
        // Somebody has been deleted, or the server has no connection any more: whichever the row does.
        QTRY_VERIFY(
            !client || !server || (client->state() == Client::State::Idle && server->connectionCount() == 0));
        context.disconnect();
    }
}

QTEST_GUILESS_MAIN(tst_DeleteInSlot)
#include "tst_deleteinslot.moc"

// SPDX-License-Identifier: MIT
#include <memory>

#include <QJsonDocument>
#include <QTest>

#include "endpoint/client.h"
#include "endpoint/server.h"
#include "rustpeer.h"

using namespace Halyard;

namespace {

QByteArray json(const QJsonObject &value) { return QJsonDocument(value).toJson(QJsonDocument::Compact); }

const Headers JsonHeaders {{"content-type", "application/json"}};

} // namespace

/// The crate's easy layer, which parses whatever it gets as JSON and answers it, in both roles.
class tst_InteropVstpEasy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void easyClient();
    void easyClientWithAcknowledgement();
    void easyServer();
    void easyServerAnswersRubbish();
    void easyServerWithLargeValue();

private:
    [[nodiscard]] static ClientOptions options()
    {
        ClientOptions options;
        options.reconnect.enabled = false;
        // If there were heartbeats towards an easy peer, its answers to them would be in every test's way.
        options.connection.engine.heartbeatInterval = std::chrono::milliseconds(1);
        return options;
    }
};

/// Answers JSON with JSON, as an application would.
void answerJson(Server &server)
{
    QObject::connect(
        &server, &Server::messageReceived, &server, [](Connection *from, const Message &message) {
            QJsonObject value = QJsonDocument::fromJson(message.payload()).object();
            value["seen"] = QString::fromUtf8(message.headers().value("content-type"));
            QVERIFY(from->send(Message::event({}, json(value))));
        });
}

void tst_InteropVstpEasy::easyClient()
{
    Server server;
    answerJson(server);
    QVERIFY(server.listen(QUrl("tcp://127.0.0.1:0")));
    RustPeer peer({"client-easy"});
    peer.tell({{"do", "connect"}, {"to", QStringLiteral("127.0.0.1:%1").arg(server.serverPort())}});
    QVERIFY(!peer.next("connected").isEmpty());
    for (int i = 0; i < 20; ++i) {
        const QJsonObject value {{"from", "a"}, {"content", "žluť \u2603"}, {"number", i}};
        peer.tell({{"do", "send"}, {"value", value}});
        peer.tell({{"do", "receive"}});
        QVERIFY(!peer.next("sent").isEmpty());
        QJsonObject expected = value;
        expected["seen"] = "application/json";
        QCOMPARE(peer.next("json")["value"].toObject(), expected);
    }
    QCOMPARE(peer.finish(), 0);
    QTRY_COMPARE(server.connectionCount(), 0);
}

void tst_InteropVstpEasy::easyClientWithAcknowledgement()
{
    Server server;
    answerJson(server);
    QVERIFY(server.listen(QUrl("tcp://127.0.0.1:0")));
    RustPeer peer({"client-easy"});
    peer.tell({{"do", "connect"}, {"to", QStringLiteral("127.0.0.1:%1").arg(server.serverPort())}});
    // It requires the very next frame to be the ACK: no crate server ever sends one, we do.
    for (int i = 0; i < 5; ++i) {
        peer.tell({{"do", "send-with-ack"}, {"value", QJsonObject {{"number", i}}}});
        peer.tell({{"do", "receive"}});
        QVERIFY(!peer.next("acknowledged").isEmpty());
        QCOMPARE(peer.next("json")["value"].toObject()["number"].toInt(-1), i);
    }
    QCOMPARE(peer.finish(), 0);
}

void tst_InteropVstpEasy::easyServer()
{
    RustPeer peer({"serve-easy"});
    Client client(options());
    QList<Message> received;
    connect(
        &client, &Client::messageReceived, this, [&](const Message &message) { received.append(message); });
    QVERIFY(client.open(QUrl("tcp://" + peer.address() + "?peer=easy")));
    QTRY_COMPARE(client.state(), Client::State::Open);
    QVERIFY(!client.connection()->capabilities().requests);
    for (int i = 0; i < 50; ++i) {
        const QJsonObject value {{"number", i}};
        QVERIFY(client.send({}, json(value), JsonHeaders));
        QTRY_COMPARE(received.size(), i + 1);
        QCOMPARE(received[i].kind(), MessageKind::Event);
        QCOMPARE(QJsonDocument::fromJson(received[i].payload()).object(), value);
        QVERIFY(received[i].headers().isEmpty());
        QCOMPARE(peer.next("json")["value"].toObject(), value);
    }
    client.close();
    QTRY_COMPARE(client.state(), Client::State::Idle);
    QVERIFY(peer.events().isEmpty()); // nothing but what we sent: no HELLO, no PING, no BYE
    QCOMPARE(received.size(), 50);
    QCOMPARE(peer.finish(), 0);
}

void tst_InteropVstpEasy::easyServerAnswersRubbish()
{
    RustPeer peer({"serve-easy"});
    Client client(options());
    QList<Message> received;
    connect(
        &client, &Client::messageReceived, this, [&](const Message &message) { received.append(message); });
    QVERIFY(client.open(QUrl("tcp://" + peer.address() + "?peer=easy")));
    QTRY_COMPARE(client.state(), Client::State::Open);
    QVERIFY(client.send({}, "no JSON"));
    QTRY_COMPARE(received.size(), 1);
    QVERIFY(received[0].payload().startsWith("Invalid data: "));
    QVERIFY(client.send({}, json({{"still", "served"}})));
    QTRY_COMPARE(received.size(), 2);
}

void tst_InteropVstpEasy::easyServerWithLargeValue()
{
    RustPeer peer({"serve-easy"});
    Client client(options());
    QList<Message> received;
    connect(
        &client, &Client::messageReceived, this, [&](const Message &message) { received.append(message); });
    QVERIFY(client.open(QUrl("tcp://" + peer.address() + "?peer=easy")));
    QTRY_COMPARE(client.state(), Client::State::Open);
    const QByteArray value = json({{"text", QString(2'000'000, u'x')}});
    QVERIFY(client.send({}, value, JsonHeaders));
    QTRY_COMPARE_WITH_TIMEOUT(received.size(), 1, 30'000);
    QVERIFY(received[0].payload() == value);
}

QTEST_GUILESS_MAIN(tst_InteropVstpEasy)
#include "tst_interop_vstpeasy.moc"

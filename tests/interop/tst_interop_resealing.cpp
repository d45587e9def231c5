// SPDX-License-Identifier: MIT
#include "npropeer.h"
#include "tfserverpeer.h"
#include "watchedproxy.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

/// A client and a server of the published crates that could not talk to each other, or not in clear, with our
/// proxy between them that seals anew.
class tst_InteropResealing : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tfserver_data();
    void tfserver();
    void wrongPassword_data();
    void wrongPassword();
    void npro_data();
    void npro();

private:
    /// What each side's conversation should look like: frames without a fault, and the sides without error.
    static QString flawIn(WatchedProxy &proxy);
};

QString tst_InteropResealing::flawIn(WatchedProxy &proxy)
{
    if (!proxy.ended() || proxy.conversations().size() != 2)
        return u"%1 conversations"_s.arg(proxy.conversations().size());
    for (const auto &[number, conversation] : proxy.conversations()) {
        if (conversation.error)
            return conversation.error.toString();
        for (const auto &stream : conversation.streams) {
            if (stream.frames.size() < 5)
                return u"%1 frames only"_s.arg(stream.frames.size());
            for (const auto &frame : stream.frames) {
                if (!frame.complete || frame.severity() >= Wire::Severity::Warning)
                    return QString::fromStdString(frame.summary);
            }
        }
    }
    return {};
}

void tst_InteropResealing::tfserver_data()
{
    QTest::addColumn<int>("clientVersion");
    QTest::addColumn<bool>("clientSeals");
    QTest::addColumn<int>("serverVersion");
    QTest::addColumn<bool>("serverSeals");
    // Generations cannot be translated: 0.3.4 talks to its like.
    QTest::newRow("clear to E1, 0.3.4") << 0 << false << 0 << true;
    QTest::newRow("E1 to clear, 0.3.4") << 0 << true << 0 << false;
    QTest::newRow("clear to E2") << 1 << false << 2 << true;
    QTest::newRow("clear to E1") << 2 << false << 1 << true;
    QTest::newRow("E1 to E2") << 1 << true << 2 << true;
    QTest::newRow("E2 to E1") << 2 << true << 1 << true;
    QTest::newRow("E1 to clear") << 1 << true << 2 << false;
    QTest::newRow("E2 to clear") << 2 << true << 1 << false;
}

void tst_InteropResealing::tfserver()
{
    QFETCH(int, clientVersion);
    QFETCH(bool, clientSeals);
    QFETCH(int, serverVersion);
    QFETCH(bool, serverSeals);
    const TfServerVersion &clientCrate = TfServerVersions.at(std::size_t(clientVersion));
    const TfServerVersion &serverCrate = TfServerVersions.at(std::size_t(serverVersion));
    QStringList serving {u"serve"_s};
    if (serverSeals)
        serving << u"bob"_s << u"hunter2"_s << u"room"_s;
    RustPeer server(serverCrate.program(), serving);
    RustPeer client(clientCrate.program(), {u"client"_s});
    ProxyOptions options;
    if (clientSeals)
        options.users = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
    WatchedProxy proxy(options, "tfserver");
    const quint16 port = proxy.start(
        u"tfserver+tcp://127.0.0.1:0"_s + (clientSeals ? u"?server-id=room"_s : QString()),
        serverSeals
            ? u"tfserver+tcp://bob:hunter2@%1%2&server-id=room"_s.arg(server.address(), serverCrate.options())
            : u"tfserver+tcp://"_s + server.address());
    QVERIFY(port != 0);
    connectTo(client, 1, port, clientSeals ? u"alice"_s : QString(), u"s3cr3t"_s);
    QCOMPARE(client.next()["event"].toString(), u"connected"_s);
    sayEverything(client, clientCrate);
    QCOMPARE(client.finish(), 0);
    QCOMPARE(server.finish(), 0);
    QCOMPARE(flawIn(proxy), QString());
}

void tst_InteropResealing::wrongPassword_data() { addTfServerRows(false); }

// The client is in clear and learns it by losing its connection; the proxy knows why.
void tst_InteropResealing::wrongPassword()
{
    QFETCH(int, version);
    const TfServerVersion &crate = TfServerVersions.at(std::size_t(version));
    RustPeer server(crate.program(), {u"serve"_s, u"bob"_s, u"hunter2"_s, u"room"_s});
    RustPeer client(crate.program(), {u"client"_s});
    WatchedProxy proxy({}, "tfserver");
    const quint16 port = proxy.start(u"tcp://127.0.0.1:0"_s,
        u"tfserver+tcp://bob:guess@%1%2&server-id=room"_s.arg(server.address(), crate.options()));
    connectTo(client, 1, port);
    QCOMPARE(client.next()["event"].toString(), u"connected"_s);
    call(client, 1, u"echo"_s, "hello");
    QCOMPARE(answer(client), "LOST");
    QCOMPARE(client.finish(), 0);
    QCOMPARE(server.finish(), 0);
    const auto *conversation = proxy.ended();
    QVERIFY(conversation);
    // In E1 the server only goes away.
    const bool isTold = crate.encryption == QByteArray("E2");
    QCOMPARE(conversation->error.code(), isTold ? ErrorCode::AuthenticationFailed : ErrorCode::None);
}

void tst_InteropResealing::npro_data()
{
    QTest::addColumn<QString>("client");
    QTest::addColumn<QString>("server");
    QTest::newRow("A to B") << u"A"_s << u"B"_s;
    QTest::newRow("B to A") << u"B"_s << u"A"_s;
}

void tst_InteropResealing::npro()
{
    QFETCH(QString, client);
    QFETCH(QString, server);
    RustPeer serving(nproProgram(server), {u"serve"_s});
    RustPeer asking(nproProgram(client), {u"client"_s});
    WatchedProxy proxy({}, "network-protocol");
    const quint16 port = proxy.start(u"network-protocol+tcp://127.0.0.1:0"_s,
        u"network-protocol+tcp://%1?family=%2"_s.arg(serving.address(), server));
    asking.tell({{"connect", u"127.0.0.1:%1"_s.arg(port)}, {"connection", 1}});
    QCOMPARE(asking.next()["event"].toString(), u"connected"_s);
    for (const QString &text : {u"hé"_s, QString(), QString(100'000, u'x')}) {
        asking.act(1, u"ask"_s, {{"message", nproEcho(text)}});
        QCOMPARE(asking.next()["message"].toObject(), nproEcho(text).toObject());
    }
    asking.act(1, u"send"_s, {{"message", u"Ping"_s}});
    QCOMPARE(asking.next()["event"].toString(), u"sent"_s);
    asking.act(1, u"recv"_s);
    QCOMPARE(asking.next()["message"].toString(), u"Pong"_s);
    asking.act(1, u"drop"_s);
    QCOMPARE(asking.next()["event"].toString(), u"dropped"_s);
    QCOMPARE(asking.finish(), 0);
    QCOMPARE(flawIn(proxy), QString());
}

QTEST_GUILESS_MAIN(tst_InteropResealing)
#include "tst_interop_resealing.moc"

// SPDX-License-Identifier: MIT
#include <QTcpServer>
#include <QTest>

#include "program.h"

using namespace Qt::StringLiterals;

/// `halyard request` and `halyard send` against `halyard serve` over network-protocol, in both families and
/// in plain packets.
class tst_CliNpro : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void exchanges_data();
    void exchanges();
    void answersThatTheWireDoesNotHave();
    void peersThatDoNotFit_data();
    void peersThatDoNotFit();
    void sealedToPlain();
    void sealedToNobodyWhoAnswers();
    void plainToSealed();
    void headersNameTheVariant();
    void sendsAndPrintsWhatComesBack();
    void wrongUsage_data();
    void wrongUsage();
    void decodes();
};

namespace {

const QString Listen = u"network-protocol+tcp://127.0.0.1:0"_s;

Outcome request(const QString &url, const QStringList &more)
{
    return run(QStringList {u"request"_s, url} + more);
}

} // namespace

void tst_CliNpro::exchanges_data()
{
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("client");
    QTest::newRow("default") << QString() << QString();
    QTest::newRow("family A, found out") << QString() << u"?family=A"_s;
    QTest::newRow("family B, found out") << QString() << u"?family=B"_s;
    QTest::newRow("family A, told") << u"?family=A"_s << u"?family=A"_s;
    QTest::newRow("family B, told") << u"?family=B"_s << u"?family=B"_s;
    QTest::newRow("plain") << u"?packets=plain"_s << u"?packets=plain"_s;
    QTest::newRow("both, sealed") << u"?packets=both"_s << QString();
    QTest::newRow("both, plain") << u"?packets=both"_s << u"?packets=plain"_s;
}

void tst_CliNpro::exchanges()
{
    QFETCH(QString, server);
    QFETCH(QString, client);
    const RunningServer running(Listen + server);
    const QString url = QString(running.url()).remove(server) + client;
    const auto echoed = request(url, {u"echo"_s, u"--data"_s, u"ahoy, wörld"_s});
    QVERIFY2(echoed.status == 0, echoed.errors.constData());
    QCOMPARE(echoed.output, u"ahoy, wörld"_s.toUtf8());
    QCOMPARE(request(url, {u"sum"_s, u"--data"_s, u"1 2 39"_s}).output, "42");
    QCOMPARE(request(url, {u"blob"_s, u"--data"_s, u"30"_s}).output, "abcdefghijklmnopqrstuvwxyzabcd");
    const auto ping = request(url, {u"ping"_s});
    QCOMPARE(ping.status, 0);
    QCOMPARE(ping.output, "");
    QCOMPARE(request(url, {u"sum"_s, u"--data"_s, u"4"_s, u"--count"_s, u"3"_s}).output, "4\n4\n4\n");
}

// A handler's error, and a route that nobody serves, leave nothing on this wire: the time is all that tells.
void tst_CliNpro::answersThatTheWireDoesNotHave()
{
    const RunningServer server(Listen);
    for (const QStringList &asked : {QStringList {u"fail"_s, u"--data"_s, u"because"_s}, {u"nobody"_s},
             {u"sum"_s, u"--data"_s, u"one two"_s}}) {
        const auto outcome = request(server.url(), asked + QStringList {u"--timeout"_s, u"0.3"_s});
        QCOMPARE(outcome.status, 5);
        QVERIFY(outcome.output.isEmpty());
    }
    // And the next one is served.
    QCOMPARE(request(server.url(), {u"sum"_s, u"--data"_s, u"1 2"_s}).output, "3");
}

void tst_CliNpro::peersThatDoNotFit_data()
{
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("client");
    QTest::newRow("A to B") << u"?family=B"_s << u"?family=A"_s;
    QTest::newRow("B to A") << u"?family=A"_s << u"?family=B"_s;
}

void tst_CliNpro::peersThatDoNotFit()
{
    QFETCH(QString, server);
    QFETCH(QString, client);
    const RunningServer running(Listen + server);
    const auto outcome = request(QString(running.url()).remove(server) + client,
        {u"echo"_s, u"--data"_s, u"x"_s, u"--timeout"_s, u"20"_s});
    QVERIFY2(outcome.status == 3, outcome.errors.constData());
    QVERIFY(outcome.output.isEmpty());
}

// Ours says at once that it will not be sealed, by closing.
void tst_CliNpro::sealedToPlain()
{
    const RunningServer server(Listen + u"?packets=plain"_s);
    const auto outcome = request(QString(server.url()).remove(u"?packets=plain"_s), {u"ping"_s});
    QVERIFY2(outcome.status == 3, outcome.errors.constData());
    QVERIFY2(outcome.errors.contains("ClosedBeforeReady"), outcome.errors.constData());
    QVERIFY2(outcome.errors.contains("packets=plain"), outcome.errors.constData());
}

// Others take the Init for something that needs no answer.
void tst_CliNpro::sealedToNobodyWhoAnswers()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    const auto outcome = request(u"network-protocol+tcp://127.0.0.1:%1"_s.arg(silent.serverPort()),
        {u"ping"_s, u"--timeout"_s, u"0.2"_s});
    QVERIFY2(outcome.status == 5, outcome.errors.constData());
    QVERIFY2(
        outcome.errors.contains("HandshakeTimedOut: not ready after 200 ms"), outcome.errors.constData());
    QVERIFY2(outcome.errors.contains("packets=plain"), outcome.errors.constData());
}

void tst_CliNpro::plainToSealed()
{
    const RunningServer server(Listen);
    const auto outcome = request(server.url() + u"?packets=plain"_s, {u"ping"_s});
    QVERIFY2(outcome.status == 3, outcome.errors.constData());
    QVERIFY2(outcome.errors.contains("CallLost"), outcome.errors.constData());
}

void tst_CliNpro::headersNameTheVariant()
{
    const RunningServer server(Listen);
    // A Custom with the command "echo", not an Echo: the same handler, another packet.
    const auto custom
        = request(server.url(), {u"echo"_s, u"--hex"_s, u"ff00"_s, u"--header"_s, u"variant=Custom"_s});
    QVERIFY2(custom.status == 0, custom.errors.constData());
    QCOMPARE(custom.output, QByteArray("\xff\0", 2));
    QCOMPARE(request(server.url(), {u"echo"_s, u"--hex"_s, u"ff00"_s}).status, 2); // an Echo is a text
    QCOMPARE(request(server.url(), {u"echo"_s, u"--header"_s, u"type=7"_s}).status, 2);
    QCOMPARE(request(server.url(), {u"echo"_s, u"--header"_s, u"variant=Nonsense"_s}).status, 2);
}

void tst_CliNpro::sendsAndPrintsWhatComesBack()
{
    const RunningServer server(Listen);
    // An Echo that is sent comes back as a message, for nobody has called.
    const auto sent = run({u"send"_s, server.url(), u"echo"_s, u"--data"_s, u"ahoy"_s, u"--wait"_s, u"1"_s});
    QVERIFY2(sent.status == 0, sent.errors.constData());
    QVERIFY2(sent.output.contains("ahoy"), sent.output.constData());
    QCOMPARE(run({u"send"_s, server.url(), u"news"_s, u"--data"_s, u"x"_s}).status, 0);
}

void tst_CliNpro::wrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("family") << QStringList {u"serve"_s, Listen + u"?family=C"_s};
    QTest::newRow("packets") << QStringList {u"serve"_s, Listen + u"?packets=none"_s};
    QTest::newRow("another's option") << QStringList {u"serve"_s, Listen + u"?generation=4"_s};
    QTest::newRow("users") << QStringList {u"serve"_s, Listen, u"--user"_s, u"alice:s3cr3t"_s};
    QTest::newRow("a user") << QStringList {
        u"request"_s, u"network-protocol+tcp://alice:s3cr3t@127.0.0.1:9"_s, u"echo"_s};
}

void tst_CliNpro::wrongUsage()
{
    QFETCH(QStringList, arguments);
    const auto outcome = run(arguments);
    QCOMPARE(outcome.status, 2);
    QVERIFY(!outcome.errors.isEmpty());
    QVERIFY(!outcome.errors.contains("s3cr3t"));
}

void tst_CliNpro::decodes()
{
    const auto decoded = run({u"decode"_s, u"--protocol"_s, u"network-protocol"_s},
        "4e50524f 01 00000004 00000000 4e50524f 01 0000000e 05000000 0200000000000000 6869");
    QCOMPARE(decoded.status, 0);
    for (const char *part : {"Ping", "Echo", "hi"})
        QVERIFY2(decoded.output.contains(part), decoded.output.constData());
    QCOMPARE(run({u"decode"_s, u"--protocol"_s, u"network-protocol"_s}, "4e50524f 02 00000000").status, 4);
}

QTEST_GUILESS_MAIN(tst_CliNpro)
#include "tst_cli_npro.moc"

// SPDX-License-Identifier: MIT
#include <csignal>

#include <QFile>
#include <QJsonArray>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"
#include "wire/headerblock.h"
#include "wire/vstp/codec.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using Wire::Vstp::FrameType;

namespace {

QByteArray frame(FrameType type, const std::vector<std::pair<std::string_view, std::string_view>> &headers,
    std::string_view payload = {})
{
    Wire::HeaderBlock block;
    for (const auto &[key, value] : headers) {
        if (!block.append(key, value))
            return {};
    }
    const auto bytes
        = Wire::Vstp::encodeFrame({type, 0, block.view(), Wire::asBytes(payload)}, Wire::Vstp::Profile::R);
    return bytes ? QByteArray(Wire::asText(*bytes).data(), qsizetype(bytes->size())) : QByteArray();
}

} // namespace

/// `halyard request` against `halyard serve`, and against peers that misbehave.
class tst_CliRequests : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void builtinRoutes_data();
    void builtinRoutes();
    void errorsOfThePeer_data();
    void errorsOfThePeer();
    void payloadsFromEverywhere();
    void repliesAreExact();
    void streamsHaveOneLinePerItem();
    void countAsksAgain();
    void headersComeBack();
    void jsonLinesAreObjects();
    void errorsAsJson();
    void nobodyListens();
    void peersThatBreakTheProtocol();
    void peersThatCloseAtOnce();
    void peersThatNeverAnswer();
    void peersThatNeverShakeHands();
    void codesOfAnswers_data();
    void codesOfAnswers();
    void interruptedRequestsEndCleanly();
};

void tst_CliRequests::builtinRoutes_data()
{
    QTest::addColumn<QString>("route");
    QTest::addColumn<QString>("payload");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("echo") << u"echo"_s << u"ahoy, wörld"_s << u"ahoy, wörld"_s.toUtf8();
    QTest::newRow("echo nothing") << u"echo"_s << QString() << QByteArray();
    QTest::newRow("sum") << u"sum"_s << u"1 2 39"_s << QByteArray("42");
    QTest::newRow("sum of nothing") << u"sum"_s << QString() << QByteArray("0");
    QTest::newRow("sum with blanks") << u"sum"_s << u"  -5\t 2 \n"_s << QByteArray("-3");
    QTest::newRow("sum of fractions") << u"sum"_s << u"1.5 2.25"_s << QByteArray("3.75");
    QTest::newRow("sum beyond 64 bits")
        << u"sum"_s << u"9223372036854775807 1"_s << QByteArray("9223372036854775808");
    QTest::newRow("blob") << u"blob"_s << u"30"_s << QByteArray("abcdefghijklmnopqrstuvwxyzabcd");
    QTest::newRow("empty blob") << u"blob"_s << u"0"_s << QByteArray();
    QTest::newRow("sleep") << u"sleep"_s << u"1"_s << QByteArray("1");
    QTest::newRow("ticks") << u"ticks"_s << u"3"_s << QByteArray("1\n2\n3\n");
    QTest::newRow("ticks with time") << u"ticks"_s << u"3 1"_s << QByteArray("1\n2\n3\n");
    QTest::newRow("no ticks") << u"ticks"_s << u"0"_s << QByteArray();
}

void tst_CliRequests::builtinRoutes()
{
    QFETCH(QString, route);
    QFETCH(QString, payload);
    QFETCH(QByteArray, expected);
    const RunningServer server;
    const auto outcome = run({u"request"_s, server.url(), route, u"--data"_s, payload});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    if (route == u"sum"_s && payload.startsWith(u"9223"))
        QCOMPARE(outcome.output.toDouble(), expected.toDouble());
    else
        QCOMPARE(outcome.output, expected);
    QVERIFY2(outcome.errors.isEmpty(), outcome.errors.constData());
}

void tst_CliRequests::errorsOfThePeer_data()
{
    QTest::addColumn<QString>("route");
    QTest::addColumn<QString>("payload");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("fail") << u"fail"_s << u"no rope"_s << QByteArray("Application 1000: no rope");
    QTest::newRow("unknown route") << u"sail"_s << QString() << QByteArray("NoSuchRoute");
    QTest::newRow("sum of words") << u"sum"_s << u"1 two 3"_s << QByteArray("word 2 is no decimal number");
    QTest::newRow("ticks of words") << u"ticks"_s << u"many"_s << QByteArray("expected a count");
    QTest::newRow("ticks of too much") << u"ticks"_s << u"1 2 3"_s << QByteArray("expected a count");
    QTest::newRow("negative blob") << u"blob"_s << u"-1"_s << QByteArray("expected a number of bytes");
    QTest::newRow("large blob") << u"blob"_s << u"8388608"_s << QByteArray("expected a number of bytes");
    QTest::newRow("sleep of a day") << u"sleep"_s << u"86400000"_s << QByteArray("expected milliseconds");
}

void tst_CliRequests::errorsOfThePeer()
{
    QFETCH(QString, route);
    QFETCH(QString, payload);
    QFETCH(QByteArray, expected);
    const RunningServer server;
    const auto outcome = run({u"request"_s, server.url(), route, u"--data"_s, payload});
    QCOMPARE(outcome.status, 1);
    QVERIFY(outcome.output.isEmpty());
    QVERIFY2(outcome.errors.contains(expected), outcome.errors.constData());
}

void tst_CliRequests::payloadsFromEverywhere()
{
    const RunningServer server;
    QTemporaryDir folder;
    QFile file(folder.filePath(u"payload"_s));
    const QByteArray binary("\0\1\n\xff", 4);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(binary) == binary.size());
    file.close();
    const QStringList request {u"request"_s, server.url(), u"echo"_s};
    QCOMPARE(run(request + QStringList {u"--hex"_s, u"00 01 0a FF"_s}).output, binary);
    QCOMPARE(run(request + QStringList {u"--file"_s, file.fileName()}).output, binary);
    QCOMPARE(run(request + QStringList {u"--file"_s, u"-"_s}, binary).output, binary);
    QCOMPARE(run(request + QStringList {u"-"_s}, binary).output, binary);
    QCOMPARE(run(request, "not read").output, QByteArray());
    const auto tooLarge = run(request + QStringList {u"--file"_s, u"/dev/zero"_s});
    QCOMPARE(tooLarge.status, 2);
    QVERIFY2(tooLarge.errors.contains("PayloadTooLarge"), tooLarge.errors.constData());
}

void tst_CliRequests::repliesAreExact()
{
    const RunningServer server;
    const auto outcome = run({u"request"_s, server.url(), u"blob"_s, u"--data"_s, u"8000000"_s});
    QCOMPARE(outcome.status, 0);
    QCOMPARE(outcome.output.size(), 8'000'000);
}

void tst_CliRequests::streamsHaveOneLinePerItem()
{
    const RunningServer server;
    const auto outcome = run({u"request"_s, server.url(), u"ticks"_s, u"--data"_s, u"20000"_s});
    QCOMPARE(outcome.status, 0);
    QCOMPARE(outcome.output.count('\n'), 20'000);
    QVERIFY(outcome.output.endsWith("\n19999\n20000\n"));
}

void tst_CliRequests::countAsksAgain()
{
    const RunningServer server;
    const auto outcome
        = run({u"request"_s, server.url(), u"sum"_s, u"--data"_s, u"1 2"_s, u"--count"_s, u"3"_s});
    QCOMPARE(outcome.status, 0);
    QCOMPARE(outcome.output, QByteArray("3\n3\n3\n"));
}

void tst_CliRequests::headersComeBack()
{
    const RunningServer server;
    const auto outcome = run({u"request"_s, server.url(), u"echo"_s, u"--header"_s, u"colour=red"_s,
        u"--header"_s, u"colour=a=b"_s, u"--header"_s, u"empty="_s, u"--json"_s});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    const auto lines = jsonLines(outcome.output);
    QVERIFY(lines && lines->size() == 1);
    const QJsonArray expected {QJsonArray {u"colour"_s, u"red"_s}, QJsonArray {u"colour"_s, u"a=b"_s},
        QJsonArray {u"empty"_s, QString()}};
    QCOMPARE(lines->first()[u"headers"_s].toArray(), expected);
}

void tst_CliRequests::jsonLinesAreObjects()
{
    const RunningServer server;
    const auto items
        = jsonLines(run({u"request"_s, server.url(), u"ticks"_s, u"--data"_s, u"3"_s, u"--json"_s}).output);
    QVERIFY(items && items->size() == 3);
    QCOMPARE(items->last()[u"kind"_s].toString(), u"item"_s);
    QCOMPARE(items->last()[u"payload"_s].toString(), u"3"_s);
    const auto reply
        = jsonLines(run({u"request"_s, server.url(), u"echo"_s, u"--hex"_s, u"ff00"_s, u"--json"_s}).output);
    QVERIFY(reply && reply->size() == 1);
    QCOMPARE(reply->first()[u"kind"_s].toString(), u"reply"_s);
    QCOMPARE(reply->first()[u"payloadBase64"_s].toString(), u"/wA="_s);
    QVERIFY(!reply->first().contains(u"payload"_s));
}

void tst_CliRequests::errorsAsJson()
{
    const RunningServer server;
    const auto outcome = run({u"request"_s, server.url(), u"fail"_s, u"--data"_s, u"\"x\""_s, u"--json"_s});
    QCOMPARE(outcome.status, 1);
    const auto lines = jsonLines(outcome.errors);
    QVERIFY(lines && lines->size() == 1);
    QCOMPARE(lines->first()[u"number"_s].toInt(), 1'000);
    QCOMPARE(lines->first()[u"origin"_s].toString(), u"peer"_s);
    QCOMPARE(lines->first()[u"detail"_s].toString(), u"\"x\""_s);
}

void tst_CliRequests::nobodyListens()
{
    QTcpServer reserved; // bound and closed: a port that refuses
    QVERIFY(reserved.listen(QHostAddress::LocalHost));
    const auto url = u"tcp://127.0.0.1:%1"_s.arg(reserved.serverPort());
    reserved.close();
    const auto outcome = run({u"request"_s, url, u"echo"_s});
    QCOMPARE(outcome.status, 3);
    QVERIFY2(outcome.errors.contains("ConnectionRefused"), outcome.errors.constData());
    QCOMPARE(run({u"send"_s, url}).status, 3);
    QCOMPARE(run({u"watch"_s, url}).status, 3);
    QCOMPARE(run({u"bench"_s, url, u"--seconds"_s, u"0.1"_s}).status, 3);
    QCOMPARE(run({u"request"_s, u"tcp://halyard.invalid"_s, u"echo"_s}).status, 3);
}

namespace {

/// A server that does to each guest what the test says.
bool listenAndDo(QTcpServer &server, const std::function<void(QTcpSocket &)> &act)
{
    QObject::connect(&server, &QTcpServer::newConnection, &server, [&server, act] {
        while (auto *guest = server.nextPendingConnection())
            act(*guest);
    });
    return server.listen(QHostAddress::LocalHost);
}

} // namespace

void tst_CliRequests::peersThatBreakTheProtocol()
{
    QTcpServer server;
    QVERIFY(listenAndDo(server, [](QTcpSocket &guest) { guest.write("HTTP/1.1 400 Bad Request\r\n\r\n"); }));
    const auto outcome = run({u"request"_s, u"tcp://127.0.0.1:%1"_s.arg(server.serverPort()), u"echo"_s});
    QCOMPARE(outcome.status, 4);
    QVERIFY2(outcome.errors.contains("BadMagic"), outcome.errors.constData());
}

void tst_CliRequests::peersThatCloseAtOnce()
{
    QTcpServer server;
    QVERIFY(listenAndDo(server, [](QTcpSocket &guest) { guest.close(); }));
    const auto outcome = run({u"request"_s, u"tcp://127.0.0.1:%1"_s.arg(server.serverPort()), u"echo"_s});
    QVERIFY2(outcome.status == 3, outcome.errors.constData());
}

void tst_CliRequests::peersThatNeverAnswer()
{
    const RunningServer server;
    const auto outcome
        = run({u"request"_s, server.url(), u"sleep"_s, u"--data"_s, u"600000"_s, u"--timeout"_s, u"1"_s});
    QCOMPARE(outcome.status, 5);
    QVERIFY2(outcome.errors.contains("CallTimedOut"), outcome.errors.constData());
}

void tst_CliRequests::peersThatNeverShakeHands()
{
    QTcpServer server;
    QVERIFY(listenAndDo(server, [](const QTcpSocket &) {}));
    const auto outcome = run({u"request"_s, u"tls://127.0.0.1:%1"_s.arg(server.serverPort()), u"echo"_s,
        u"--timeout"_s, u"0.2"_s});
    QCOMPARE(outcome.status, 5);
    QVERIFY2(outcome.errors.contains("HandshakeTimedOut"), outcome.errors.constData());
}

void tst_CliRequests::codesOfAnswers_data()
{
    QTest::addColumn<QByteArray>("re");
    QTest::addColumn<QString>("command");
    QTest::newRow("of the request") << QByteArray("1") << u"request"_s;
    QTest::newRow("of none") << QByteArray() << u"request"_s;
    QTest::newRow("of none, one way") << QByteArray() << u"send"_s;
}

void tst_CliRequests::codesOfAnswers()
{
    QFETCH(QByteArray, re);
    QFETCH(QString, command);
    // Codes that would mean something else if we had found them out: a broken protocol, a lost connection.
    for (const auto *code : {"3", "104"}) {
        QTcpServer server;
        QVERIFY(listenAndDo(server, [&](QTcpSocket &guest) {
            guest.write(frame(FrameType::Welcome, {{"halyard", "1"}}));
            QObject::connect(&guest, &QTcpSocket::readyRead, &guest, [&guest, re, code] {
                if (!guest.readAll().contains("ahoy"))
                    return;
                std::vector<std::pair<std::string_view, std::string_view>> headers {{"code", code}};
                if (!re.isEmpty())
                    headers.emplace_back("re", "1");
                guest.write(frame(FrameType::Err, headers, "no such luck"));
            });
        }));
        QStringList arguments {
            command, u"tcp://127.0.0.1:%1"_s.arg(server.serverPort()), u"route"_s, u"--data"_s, u"ahoy"_s};
        if (command == u"send"_s)
            arguments += {u"--wait"_s, u"1"_s};
        const auto outcome = run(arguments);
        QCOMPARE(outcome.status, 1);
        QVERIFY2(outcome.errors.contains("no such luck"), outcome.errors.constData());
        QVERIFY(outcome.output.isEmpty());
    }
}

void tst_CliRequests::interruptedRequestsEndCleanly()
{
    const RunningServer server;
    for (const int signal : {SIGINT, SIGTERM}) {
        Program ticks({u"request"_s, server.url(), u"ticks"_s, u"--data"_s, u"1000000 1"_s});
        QCOMPARE(ticks.outputLine(u"1"_s).isNull(), false);
        ticks.interrupt(signal);
        QCOMPARE(ticks.status(), 0);
        QVERIFY2(ticks.errors().isEmpty(), ticks.errors().constData());
    }
}

QTEST_GUILESS_MAIN(tst_CliRequests)
#include "tst_cli_requests.moc"

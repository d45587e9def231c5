// SPDX-License-Identifier: MIT
#include <csignal>

#include <QJsonArray>
#include <QTcpServer>
#include <QTest>

#include "program.h"

using namespace Qt::StringLiterals;

/// `halyard send` against `halyard serve --echo`.
class tst_CliMessages : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sendsAndEnds();
    void echoesComeBackWholly();
    void messagesWithARouteAreNotEchoed();
    void countAndWait();
    void waitingInVain();
    void waitingForever();
    void standardInputWithoutRoute();
    void withoutEchoNothingComesBack();
    void plentyOfMessagesArrive();
    void peersThatGoEarly();
};

static const QStringList Echo {u"--echo"_s};
static const QString AnyPort = u"tcp://127.0.0.1:0"_s;

void tst_CliMessages::sendsAndEnds()
{
    const RunningServer server;
    const auto outcome = run({u"send"_s, server.url(), u"log"_s, u"--data"_s, u"x"_s});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    QVERIFY(outcome.output.isEmpty());
    QVERIFY(outcome.errors.isEmpty());
}

void tst_CliMessages::echoesComeBackWholly()
{
    const RunningServer server(AnyPort, Echo);
    const auto outcome = run({u"send"_s, server.url(), u"--data"_s, u"ahoy"_s, u"--header"_s, u"a=1"_s,
        u"--header"_s, u"a=2"_s, u"--wait"_s, u"1"_s, u"--json"_s});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    const auto lines = jsonLines(outcome.output);
    QVERIFY(lines && lines->size() == 1);
    const auto message = lines->first();
    QCOMPARE(message[u"kind"_s].toString(), u"event"_s);
    QCOMPARE(message[u"payload"_s].toString(), u"ahoy"_s);
    QCOMPARE(message[u"headers"_s].toArray(),
        (QJsonArray {QJsonArray {u"a"_s, u"1"_s}, QJsonArray {u"a"_s, u"2"_s}}));
}

void tst_CliMessages::messagesWithARouteAreNotEchoed()
{
    const RunningServer server(AnyPort, Echo);
    const auto outcome = run({u"send"_s, server.url(), u"log"_s, u"--data"_s, u"x"_s, u"--wait"_s, u"1"_s,
        u"--timeout"_s, u"0.2"_s});
    QCOMPARE(outcome.status, 5);
}

void tst_CliMessages::countAndWait()
{
    const RunningServer server(AnyPort, Echo);
    const auto outcome
        = run({u"send"_s, server.url(), u"--data"_s, u"ahoy"_s, u"--count"_s, u"5"_s, u"--wait"_s, u"3"_s});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    QCOMPARE(outcome.output, QByteArray("ahoy\nahoy\nahoy\n"));
}

void tst_CliMessages::waitingInVain()
{
    const RunningServer server(AnyPort, Echo);
    const auto outcome
        = run({u"send"_s, server.url(), u"--data"_s, u"x"_s, u"--wait"_s, u"2"_s, u"--timeout"_s, u"1"_s});
    QCOMPARE(outcome.status, 5);
    QCOMPARE(outcome.output, QByteArray("x\n"));
    QVERIFY2(outcome.errors.contains("1 of 2 messages came back"), outcome.errors.constData());
}

void tst_CliMessages::waitingForever()
{
    const RunningServer server(AnyPort, Echo);
    Program waiting(
        {u"send"_s, server.url(), u"--data"_s, u"ahoy"_s, u"--wait"_s, u"2"_s, u"--timeout"_s, u"0"_s});
    QCOMPARE(waiting.outputLine(u"ah"_s), u"oy"_s);
    waiting.interrupt(SIGINT);
    QCOMPARE(waiting.status(), 0);
}

void tst_CliMessages::standardInputWithoutRoute()
{
    const RunningServer server(AnyPort, Echo);
    const auto outcome = run({u"send"_s, server.url(), u"-"_s, u"--wait"_s, u"1"_s}, "from a pipe");
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    QCOMPARE(outcome.output, QByteArray("from a pipe\n"));
}

void tst_CliMessages::withoutEchoNothingComesBack()
{
    const RunningServer server;
    QCOMPARE(run({u"send"_s, server.url(), u"--wait"_s, u"1"_s, u"--timeout"_s, u"0.2"_s}).status, 5);
}

void tst_CliMessages::plentyOfMessagesArrive()
{
    // Far more than the queue holds at once.
    const RunningServer server(AnyPort, Echo);
    const auto outcome = run({u"send"_s, server.url(), u"--data"_s, QString(1'000, u'x'), u"--count"_s,
        u"20000"_s, u"--wait"_s, u"20000"_s});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    QCOMPARE(outcome.output.size(), 20'000 * 1'001);
}

void tst_CliMessages::peersThatGoEarly()
{
    RunningServer server(AnyPort, Echo);
    Program waiting({u"send"_s, server.url(), u"--data"_s, u"ahoy"_s, u"--wait"_s, u"2"_s});
    QCOMPARE(waiting.outputLine(u"ah"_s), u"oy"_s);
    server.program().interrupt(SIGTERM);
    QCOMPARE(server.program().status(), 0);
    QCOMPARE(waiting.status(), 3);
    QVERIFY2(waiting.errors().contains("1 of 2 messages came back"), waiting.errors().constData());
}

QTEST_GUILESS_MAIN(tst_CliMessages)
#include "tst_cli_messages.moc"

// SPDX-License-Identifier: MIT
#include <csignal>

#include <QFile>
#include <QJsonArray>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

using namespace Qt::StringLiterals;

/// `halyard watch`, `halyard proxy` and `halyard bench`, each against the others.
class tst_CliWatching : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void watchShowsTheHandshake();
    void watchListens();
    void proxyShowsBothDirections();
    void proxyPrintsForPeople();
    void proxyKeepsACapture();
    void proxyWithoutAServer();
    void capturesCanBeReadWhileTheyGrow();
    void capturesThatCannotBeKept();
    void benchMeasures();
    void benchSaysGoodbye_data();
    void benchSaysGoodbye();
    void benchTellsFailures();
};

void tst_CliWatching::watchShowsTheHandshake()
{
    const RunningServer server;
    Program watch({u"watch"_s, server.url(), u"--json"_s});
    // HELLO and WELCOME.
    QVERIFY(!watch.outputLine(u"{"_s).isEmpty());
    QVERIFY(QTest::qWaitFor([&] { return watch.output().count('\n') >= 2; }));
    watch.interrupt(SIGINT);
    QCOMPARE(watch.status(), 0);
    const auto lines = jsonLines(watch.output());
    QVERIFY(lines && lines->size() >= 2);
    QCOMPARE(lines->at(0)[u"direction"_s].toString(), u"c2s"_s);
    QCOMPARE(lines->at(1)[u"direction"_s].toString(), u"s2c"_s);
}

void tst_CliWatching::watchListens()
{
    Program watch({u"watch"_s, u"--listen"_s, u"tcp://127.0.0.1:0"_s, u"--dump"_s});
    const auto url = watch.errorLine(u"listening "_s);
    QCOMPARE(run({u"send"_s, url, u"log"_s, u"--data"_s, u"ahoy"_s}).status, 0);
    QVERIFY(QTest::qWaitFor([&] { return watch.output().contains("ahoy"); }));
    QVERIFY(watch.output().contains("56 54 01"));
    watch.interrupt(SIGTERM);
    QCOMPARE(watch.status(), 0);
}

void tst_CliWatching::proxyShowsBothDirections()
{
    const RunningServer server;
    Program proxy({u"proxy"_s, u"tcp://127.0.0.1:0"_s, server.url(), u"--json"_s});
    const auto url = proxy.errorLine(u"listening "_s);
    QVERIFY2(!url.isEmpty(), proxy.errors().constData());
    const auto outcome = run({u"request"_s, url, u"sum"_s, u"--data"_s, u"20 22"_s});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    QCOMPARE(outcome.output, QByteArray("42"));
    QVERIFY(QTest::qWaitFor([&] { return proxy.errors().contains("[1] closed"); }));
    proxy.interrupt(SIGINT);
    QCOMPARE(proxy.status(), 0);
    const auto lines = jsonLines(proxy.output());
    QVERIFY(lines);
    QSet<QString> directions;
    for (const auto &line : *lines) {
        directions.insert(line[u"direction"_s].toString());
        QVERIFY(line[u"complete"_s].toBool());
        QCOMPARE(line[u"conversation"_s].toInt(), 1);
    }
    QCOMPARE(directions, (QSet<QString> {u"c2s"_s, u"s2c"_s}));
    QVERIFY(lines->size() >= 4); // HELLO, WELCOME, request, reply
}

void tst_CliWatching::proxyPrintsForPeople()
{
    const RunningServer server;
    Program proxy({u"proxy"_s, u"tcp://127.0.0.1:0"_s, server.url()});
    const auto url = proxy.errorLine(u"listening "_s);
    QCOMPARE(run({u"request"_s, url, u"echo"_s, u"--data"_s, u"ahoy"_s}).status, 0);
    QVERIFY(QTest::qWaitFor([&] { return proxy.errors().contains("[1] closed"); }));
    QVERIFY(proxy.output().contains("[1] "));
    QVERIFY(proxy.output().contains("ahoy"));
    QVERIFY(proxy.errors().contains("[1] open: tcp 127.0.0.1:"));
}

void tst_CliWatching::proxyKeepsACapture()
{
    QTemporaryDir folder;
    const auto path = folder.filePath(u"capture.pcapng"_s);
    const RunningServer server;
    Program proxy({u"proxy"_s, u"tcp://127.0.0.1:0"_s, server.url(), u"--json"_s, u"--capture"_s, path});
    const auto url = proxy.errorLine(u"listening "_s);
    for (int i = 0; i < 2; ++i)
        QCOMPARE(run({u"request"_s, url, u"echo"_s, u"--data"_s, u"ahoy"_s}).status, 0);
    QVERIFY(QTest::qWaitFor([&] { return proxy.errors().contains("[2] closed"); }));
    proxy.interrupt(SIGINT);
    QCOMPARE(proxy.status(), 0);
    // What is decoded from the file is what was shown.
    const auto decoded = run({u"decode"_s, path, u"--json"_s});
    QVERIFY2(decoded.status == 0, decoded.errors.constData());
    QCOMPARE(decoded.output.count('\n'), proxy.output().count('\n'));
    QVERIFY(decoded.output.contains("ahoy"));
}

void tst_CliWatching::proxyWithoutAServer()
{
    RunningServer server;
    const auto target = server.url();
    server.program().interrupt(SIGTERM);
    QCOMPARE(server.program().status(), 0);
    Program proxy({u"proxy"_s, u"tcp://127.0.0.1:0"_s, target});
    const auto url = proxy.errorLine(u"listening "_s);
    const auto outcome = run({u"request"_s, url, u"echo"_s});
    QVERIFY2(outcome.status == 3, outcome.errors.constData());
    QVERIFY(QTest::qWaitFor([&] { return proxy.errors().contains("ConnectionRefused"); }));
    proxy.interrupt(SIGINT);
    QCOMPARE(proxy.status(), 0);
}

void tst_CliWatching::capturesCanBeReadWhileTheyGrow()
{
    QTemporaryDir folder;
    const auto path = folder.filePath(u"capture.pcapng"_s);
    const RunningServer server;
    Program watch({u"watch"_s, server.url(), u"--capture"_s, path});
    QVERIFY(QTest::qWaitFor([&] { return watch.output().contains("WELCOME"); }));
    QVERIFY(QTest::qWaitFor([&] { return run({u"decode"_s, path}).output.contains("WELCOME"); }));
}

void tst_CliWatching::capturesThatCannotBeKept()
{
    const RunningServer server;
    Program watch({u"watch"_s, server.url(), u"--capture"_s, u"/dev/full"_s});
    QVERIFY(QTest::qWaitFor([&] { return watch.output().contains("WELCOME"); })); // goes on without it
    QVERIFY(watch.errorLine(u"halyard: FileFailed: "_s).startsWith(u"/dev/full: "_s));
    watch.interrupt(SIGINT);
    QCOMPARE(watch.status(), 0);
    QCOMPARE(watch.errors().count("FileFailed"), 1);
}

void tst_CliWatching::benchSaysGoodbye_data()
{
    QTest::addColumn<QString>("listen");
    QTest::newRow("tcp") << u"tcp://127.0.0.1:0"_s;
    QTest::newRow("tls") << u"tls://127.0.0.1:0"_s;
}

void tst_CliWatching::benchSaysGoodbye()
{
    QFETCH(QString, listen);
    RunningServer server(listen, {u"--verbose"_s});
    const auto outcome = run({u"bench"_s, server.url(), u"--connections"_s, u"5"_s, u"--in-flight"_s, u"5"_s,
        u"--seconds"_s, u"0.1"_s});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    QVERIFY2(outcome.errors.isEmpty(), outcome.errors.constData());
    QVERIFY(QTest::qWaitFor([&] { return server.program().errors().count("closed ") == 5; }));
    QVERIFY2(!server.program().errors().contains("Lost"), server.program().errors().constData());
}

void tst_CliWatching::benchMeasures()
{
    const RunningServer server;
    const auto outcome = run({u"bench"_s, server.url(), u"--connections"_s, u"4"_s, u"--in-flight"_s, u"8"_s,
        u"--seconds"_s, u"0.3"_s, u"--json"_s});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    const auto lines = jsonLines(outcome.output);
    QVERIFY(lines && lines->size() == 1);
    const auto result = lines->first();
    QCOMPARE(result[u"connections"_s].toInt(), 4);
    QCOMPARE(result[u"failures"_s].toInt(), 0);
    QVERIFY(result[u"replies"_s].toInt() > 10);
    QVERIFY(result[u"p99Milliseconds"_s].toDouble() >= result[u"p50Milliseconds"_s].toDouble());
    const auto text = run({u"bench"_s, server.url(), u"--seconds"_s, u"0.1"_s}).output;
    QVERIFY2(text.contains(" replies/s, p50 "), text.constData());
}

void tst_CliWatching::benchTellsFailures()
{
    const RunningServer server;
    const auto outcome
        = run({u"bench"_s, server.url(), u"--route"_s, u"fail"_s, u"--seconds"_s, u"0.1"_s, u"--json"_s});
    QCOMPARE(outcome.status, 1);
    const auto lines = jsonLines(outcome.output);
    QVERIFY(lines && lines->size() == 1);
    QCOMPARE(lines->first()[u"replies"_s].toInt(), 0);
    QVERIFY(lines->first()[u"failures"_s].toInt() > 0);
}

QTEST_GUILESS_MAIN(tst_CliWatching)
#include "tst_cli_watching.moc"

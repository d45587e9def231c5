// SPDX-License-Identifier: MIT
#include <csignal>

#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include "program.h"

using namespace Qt::StringLiterals;

/// How `halyard serve` listens, secures itself and ends.
class tst_CliServer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void printsAnAddressThatWorks_data();
    void printsAnAddressThatWorks();
    void addressesInUse();
    void interruptionLetsAnswersLeave();
    void endsCleanlyByEitherSignal();
    void tellsOfConnections();
    void resultsGoToStandardOutputAlone();
    void mayOpenManyFiles();
};

void tst_CliServer::printsAnAddressThatWorks_data()
{
    QTest::addColumn<QString>("listen");
    QTest::addColumn<QString>("host");
    QTest::newRow("tcp") << u"tcp://127.0.0.1:0"_s << u"127.0.0.1"_s;
    QTest::newRow("any") << u"tcp://0.0.0.0:0"_s << u"localhost"_s;
    QTest::newRow("any 6") << u"tcp://[::]:0"_s << u"localhost"_s;
    QTest::newRow("name") << u"tcp://localhost:0"_s << u"localhost"_s;
    QTest::newRow("protocol") << u"vstp+tcp://127.0.0.1:0"_s << u"127.0.0.1"_s;
}

void tst_CliServer::printsAnAddressThatWorks()
{
    QFETCH(QString, listen);
    QFETCH(QString, host);
    RunningServer server(listen);
    const QUrl url(server.url());
    QVERIFY2(url.isValid(), server.program().errors().constData());
    QCOMPARE(url.host(), host);
    QVERIFY(url.port() > 0);
    const auto outcome = run({u"request"_s, server.url(), u"sum"_s, u"--data"_s, u"1 2"_s});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    QCOMPARE(outcome.output, QByteArray("3"));
    QVERIFY2(outcome.errors.isEmpty(), outcome.errors.constData());
    QVERIFY(server.program().output().isEmpty());
}

void tst_CliServer::addressesInUse()
{
    const RunningServer server;
    const auto second = run({u"serve"_s, server.url()});
    QCOMPARE(second.status, 3);
    QVERIFY2(second.errors.contains("AddressInUse"), second.errors.constData());
    QCOMPARE(run({u"serve"_s, u"tcp://192.0.2.1:0"_s}).status, 3);
}

void tst_CliServer::interruptionLetsAnswersLeave()
{
    RunningServer server;
    Program request({u"request"_s, server.url(), u"ticks"_s, u"--data"_s, u"20 20"_s});
    QCOMPARE(request.outputLine(u"1"_s).isNull(), false);
    server.program().interrupt(SIGTERM);
    QCOMPARE(request.status(), 0);
    QVERIFY(request.output().endsWith("\n20\n"));
    QCOMPARE(server.program().status(), 0);
}

void tst_CliServer::endsCleanlyByEitherSignal()
{
    for (const int signal : {SIGINT, SIGTERM}) {
        RunningServer server;
        QVERIFY(!server.url().isEmpty());
        server.program().interrupt(signal);
        QCOMPARE(server.program().status(), 0);
    }
}

void tst_CliServer::tellsOfConnections()
{
    RunningServer server(u"tcp://127.0.0.1:0"_s, {u"--verbose"_s});
    QCOMPARE(run({u"request"_s, server.url(), u"echo"_s}).status, 0);
    QVERIFY(!server.program().errorLine(u"open 127.0.0.1:"_s).isEmpty());
    QVERIFY(!server.program().errorLine(u"closed 127.0.0.1:"_s).isEmpty());
    QTcpSocket stranger;
    stranger.connectToHost(u"127.0.0.1"_s, quint16(QUrl(server.url()).port()));
    QVERIFY(stranger.waitForConnected());
    stranger.write("GET / HTTP/1.1\r\n\r\n");
    QVERIFY(!server.program().errorLine(u"halyard: BadMagic: 127.0.0.1:"_s).isEmpty());
}

void tst_CliServer::resultsGoToStandardOutputAlone()
{
    RunningServer server;
    QCOMPARE(run({u"request"_s, server.url(), u"fail"_s, u"--data"_s, u"x"_s}).status, 1);
    server.program().interrupt(SIGTERM);
    QCOMPARE(server.program().status(), 0);
    QVERIFY(server.program().output().isEmpty());
    QCOMPARE(server.program().errors().count('\n'), 1);
}

void tst_CliServer::mayOpenManyFiles()
{
    RunningServer server;
    QVERIFY(!server.url().isEmpty());
    // Its own limit of open files is as high as the system lets it be.
    QFile limits(u"/proc/%1/limits"_s.arg(server.program().processId()));
    QVERIFY(limits.open(QIODevice::ReadOnly));
    for (const auto &line : QString::fromUtf8(limits.readAll()).split(u'\n')) {
        if (line.startsWith(u"Max open files"_s)) {
            const auto words = line.simplified().split(u' ');
            QCOMPARE(words.at(3), words.at(4));
        }
    }
}

QTEST_GUILESS_MAIN(tst_CliServer)
#include "tst_cli_server.moc"

// SPDX-License-Identifier: MIT
// Faults under which a connection lives on, each by its name, around every kind of transport. That an
// injector without faults changes nothing is part of the contract of all transports.
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include "dispatchers.h"
#include "faultypair.h"

using namespace Halyard;
using std::chrono::milliseconds;
using Wire::ErrorCode;

constexpr auto Everything = FaultPlan::Gap::Everything;

class tst_FaultInjector : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void maxReadBytes_data() { plainKindRows(); }
    void maxReadBytes();
    void readCuts_data() { plainKindRows(); }
    void readCuts();
    void maxWriteBytes_data() { plainKindRows(); }
    void maxWriteBytes();
    void inputDelay_data() { plainKindRows(); }
    void inputDelay();
    void outputDelay_data() { plainKindRows(); }
    void outputDelay();
    void dropInput_data();
    void dropInput();
    void dropOutput_data() { dropInput_data(); }
    void dropOutput();
    void neverDrain_data() { plainKindRows(); }
    void neverDrain();
    void neverDrainMayEnd_data() { plainKindRows(); }
    void neverDrainMayEnd();
};

void tst_FaultInjector::maxReadBytes()
{
    FAULTY_PAIR(FaultPlan {.maxReadBytes = 3});
    pair.fromClient->reads = false;
    QList<qsizetype> pieces;
    connect(pair.client.get(), &Transport::readyRead, this, [&] {
        const qsizetype before = pair.fromClient->received.size();
        pair.fromClient->readSome();
        pieces.append(pair.fromClient->received.size() - before);
    });
    pair.server->write(view(Digits));
    QTRY_COMPARE(pair.fromClient->received, Digits);
    QVERIFY(pieces.size() >= 4);
    QVERIFY(std::all_of(pieces.begin(), pieces.end(), [](qsizetype size) { return size <= 3; }));
}

void tst_FaultInjector::readCuts()
{
    FAULTY_PAIR((FaultPlan {.readCuts = {4, 9}}));
    pair.fromClient->reads = false;
    QList<qsizetype> offsets;
    connect(pair.client.get(), &Transport::readyRead, this, [&] {
        pair.fromClient->readSome();
        offsets.append(pair.fromClient->received.size());
    });
    pair.server->write(view(Digits));
    QTRY_COMPARE(pair.fromClient->received, Digits);
    QVERIFY(offsets.contains(4));
    QVERIFY(offsets.contains(9));
}

void tst_FaultInjector::maxWriteBytes()
{
    FAULTY_PAIR(FaultPlan {.maxWriteBytes = 3});
    QSignalSpy written(pair.client.get(), &Transport::bytesWritten);
    pair.client->write(view(Digits));
    QCOMPARE(pair.client->bytesToWrite(), Digits.size());
    QTRY_COMPARE(pair.fromServer->received, Digits);
    QCOMPARE(pair.client->bytesToWrite(), 0);
    QVERIFY(written.size() >= 4);
    QVERIFY(pair.fromServer->readyReads >= 2);
}

void tst_FaultInjector::inputDelay()
{
    FAULTY_PAIR(FaultPlan {.inputDelay = milliseconds(60)});
    QElapsedTimer since;
    since.start();
    pair.server->write(view(Digits));
    QTRY_COMPARE(pair.fromClient->received, Digits);
    QVERIFY2(since.elapsed() >= 50, qPrintable(QString::number(since.elapsed())));
    since.restart();
    pair.server->close();
    QTRY_VERIFY(pair.fromClient->inputEnded);
    QVERIFY(since.elapsed() >= 50 || !world.hasHalfClose());
    QCOMPARE(pair.fromClient->log.first(3), QStringList({"opened", "read", "inputEnded"}));
}

void tst_FaultInjector::outputDelay()
{
    FAULTY_PAIR(FaultPlan {.outputDelay = milliseconds(60)});
    QElapsedTimer since;
    since.start();
    pair.client->write(view(Digits));
    pair.client->write(view(Digits));
    QCOMPARE(pair.client->bytesToWrite(), 2 * Digits.size());
    QTRY_COMPARE(pair.fromServer->received, Digits + Digits);
    QVERIFY2(since.elapsed() >= 50, qPrintable(QString::number(since.elapsed())));
    QCOMPARE(pair.client->bytesToWrite(), 0);
}

void tst_FaultInjector::dropInput_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("count");
    QTest::addColumn<QByteArray>("left");
    for (const char *kind : {"tcp", "tls", "memory"}) {
        const auto row = [kind](const char *name, qint64 from, qint64 count, const QByteArray &left) {
            QTest::addRow("%s, %s", kind, name) << QString::fromLatin1(kind) << from << count << left;
        };
        row("nothing", 3, 0, "0123456789");
        row("in the middle", 3, 4, "012789");
        row("one byte", 9, 1, "012345678");
        row("all but the last", 0, 9, "9");
        row("from a byte on", 3, Everything, "012");
        row("all", 0, Everything, "");
    }
}

void tst_FaultInjector::dropInput()
{
    QFETCH(const qint64, from);
    QFETCH(const qint64, count);
    QFETCH(const QByteArray, left);
    for (const qsizetype piece : {0, 1, 4}) {
        FAULTY_PAIR((FaultPlan {.maxReadBytes = piece, .dropInput = {from, count}}));
        pair.server->write(view(Digits));
        pair.server->close(); // behind all of it
        QTRY_VERIFY(pair.fromClient->inputEnded);
        QCOMPARE(pair.fromClient->received, left);
        QVERIFY(!pair.fromClient->error);
    }
}

void tst_FaultInjector::dropOutput()
{
    QFETCH(const qint64, from);
    QFETCH(const qint64, count);
    QFETCH(const QByteArray, left);
    for (const qsizetype piece : {1, 4, 10}) {
        FAULTY_PAIR((FaultPlan {.dropOutput = {from, count}}));
        for (qsizetype at = 0; at < Digits.size(); at += piece)
            pair.client->write(view(Digits.mid(at, piece)));
        QCOMPARE(pair.client->bytesToWrite(), 0);
        pair.client->close();
        QTRY_VERIFY(pair.fromServer->inputEnded);
        QCOMPARE(pair.fromServer->received, left);
    }
}

void tst_FaultInjector::neverDrain()
{
    FAULTY_PAIR(FaultPlan {.neverDrain = true});
    pair.client->write(view(Digits));
    pair.client->write(view(Digits));
    QVERIFY(roundTrip(world));
    QCOMPARE(pair.client->bytesToWrite(), 2 * Digits.size());
    QVERIFY(pair.fromServer->received.isEmpty());
    QVERIFY(!pair.fromClient->log.contains("written"));
    pair.server->write(view("reading goes on"));
    QTRY_COMPARE(pair.fromClient->received, "reading goes on");
    pair.client->close();
    QVERIFY(!pair.client->isOpen());
    pair.server->write(view(" no more"));
    QVERIFY(roundTrip(world));
    QCOMPARE(pair.fromClient->closed, 0);
    QCOMPARE(pair.fromClient->received, "reading goes on");
    pair.client->abort();
    QCOMPARE(pair.client->bytesToWrite(), 0);
    QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
    QVERIFY(!pair.fromClient->error);
    QCOMPARE(pair.fromServer->error->code, ErrorCode::ConnectionLost);
}

void tst_FaultInjector::neverDrainMayEnd()
{
    FAULTY_PAIR(FaultPlan {.neverDrain = true});
    pair.client->write(view(Digits));
    pair.client->setPlan({});
    pair.client->write(view("abc"));
    QTRY_COMPARE(pair.fromServer->received, Digits + "abc");
    QCOMPARE(pair.client->bytesToWrite(), 0);
    QTRY_VERIFY(pair.fromClient->log.contains("written"));
    QVERIFY(!pair.client->plan().neverDrain);
}

HALYARD_TEST_WITH_DISPATCHER(tst_FaultInjector)
#include "tst_faultinjector.moc"

// SPDX-License-Identifier: MIT
// Faults that end a connection, each by its name, and how an injector ends.
#include <QSignalSpy>
#include <QTest>

#include "dispatchers.h"
#include "faultypair.h"

using namespace Halyard;
using std::chrono::milliseconds;
using Wire::ErrorCode;

class tst_FaultInjectorEnd : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void endInputAfter_data() { plainKindRows(); }
    void endInputAfter();
    void endOutputAfter_data() { plainKindRows(); }
    void endOutputAfter();
    void resetAfterInput_data() { plainKindRows(); }
    void resetAfterInput();
    void resetAfterOutput_data() { plainKindRows(); }
    void resetAfterOutput();
    void failWriteAfter_data() { plainKindRows(); }
    void failWriteAfter();
    void duplicateClose_data() { plainKindRows(); }
    void duplicateClose();
    void abortOutrunsAFault_data() { plainKindRows(); }
    void abortOutrunsAFault();
    void aSlotMayDeleteIt_data() { plainKindRows(); }
    void aSlotMayDeleteIt();
    void closeWaitsForWhatIsDelayed_data() { plainKindRows(); }
    void closeWaitsForWhatIsDelayed();
    void halfCloseWaitsForWhatIsDelayed_data() { plainKindRows(); }
    void halfCloseWaitsForWhatIsDelayed();
};

void tst_FaultInjectorEnd::endInputAfter()
{
    for (const qint64 offset : {0, 4, 10}) {
        FAULTY_PAIR(FaultPlan {.endInputAfter = offset});
        pair.server->write(view(Digits));
        QTRY_VERIFY(pair.fromClient->inputEnded);
        QCOMPARE(pair.fromClient->received, Digits.first(offset));
        // The other direction goes on, and who sends is not held up.
        QVERIFY(pair.client->isOpen());
        pair.client->write(view("still here"));
        QTRY_COMPARE(pair.fromServer->received, "still here");
        pair.server->write(view(pattern(16'000'000)));
        QTRY_COMPARE(pair.server->bytesToWrite(), 0);
        QCOMPARE(pair.fromClient->received, Digits.first(offset));
        pair.server->close();
        pair.client->close();
        QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
        QVERIFY(!pair.fromClient->error && !pair.fromServer->error);
        QCOMPARE(pair.fromClient->log.count("inputEnded"), 1);
    }
}

void tst_FaultInjectorEnd::endOutputAfter()
{
    for (const qint64 offset : {1, 4, 10}) {
        for (const qsizetype piece : {0, 3}) {
            FAULTY_PAIR((FaultPlan {.maxWriteBytes = piece, .endOutputAfter = offset}));
            pair.client->write(view(Digits));
            pair.client->write(view("too late"));
            QTRY_COMPARE(pair.fromServer->received, Digits.first(offset));
            if (world.hasHalfClose())
                QTRY_VERIFY(pair.fromServer->inputEnded);
            QCOMPARE(pair.client->bytesToWrite(), 0);
            pair.server->write(view("answer"));
            QTRY_COMPARE(pair.fromClient->received, "answer");
            QCOMPARE(pair.fromServer->received, Digits.first(offset));
        }
    }
}

void tst_FaultInjectorEnd::resetAfterInput()
{
    for (qint64 offset = 0; offset <= Digits.size(); ++offset) {
        FAULTY_PAIR(FaultPlan {.resetAfterInput = offset});
        pair.server->write(view(Digits));
        QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
        QCOMPARE(pair.fromClient->received, Digits.first(offset));
        QVERIFY(pair.fromClient->error && pair.fromServer->error);
        QCOMPARE(pair.fromClient->error->code, ErrorCode::ConnectionLost);
        QCOMPARE(pair.fromServer->error->code, ErrorCode::ConnectionLost);
        QCOMPARE(pair.fromClient->log.last(2), QStringList({"failed", "closed"}));
        QCOMPARE(pair.fromClient->closed, 1);
    }
}

void tst_FaultInjectorEnd::resetAfterOutput()
{
    for (qint64 offset = 0; offset <= Digits.size(); ++offset) {
        FAULTY_PAIR(FaultPlan {.resetAfterOutput = offset});
        pair.client->write(view(Digits));
        QVERIFY(!pair.client->isOpen());
        QCOMPARE(pair.fromClient->log, QStringList({"opened"})); // nothing is told from inside a call
        QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
        QCOMPARE(pair.fromServer->received, Digits.first(offset));
        QVERIFY(pair.fromClient->error && pair.fromServer->error);
        QCOMPARE(pair.fromClient->error->code, ErrorCode::ConnectionLost);
        QCOMPARE(pair.fromServer->error->code, ErrorCode::ConnectionLost);
        QCOMPARE(pair.fromClient->log, QStringList({"opened", "failed", "closed"}));
    }
}

void tst_FaultInjectorEnd::failWriteAfter()
{
    FAULTY_PAIR(FaultPlan {.failWriteAfter = 15});
    pair.client->write(view(Digits));
    QTRY_COMPARE(pair.fromServer->received, Digits);
    QVERIFY(pair.client->isOpen());
    pair.client->write(view(Digits));
    QVERIFY(!pair.client->isOpen());
    QVERIFY(!pair.fromClient->error);
    QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
    QVERIFY(pair.fromClient->error && pair.fromServer->error);
    QCOMPARE(pair.fromClient->error->code, ErrorCode::TransportFailed);
    QCOMPARE(pair.fromServer->error->code, ErrorCode::ConnectionLost);
    QCOMPARE(pair.fromServer->received, Digits + "01234");
    QCOMPARE(pair.fromClient->log, QStringList({"opened", "failed", "closed"}));
}

void tst_FaultInjectorEnd::duplicateClose()
{
    FAULTY_PAIR(FaultPlan {.duplicateClose = true});
    pair.client->abort();
    QTRY_COMPARE(pair.fromClient->closed, 2);
    QCOMPARE(pair.fromClient->log, QStringList({"opened", "closed"}));

    FaultyPair other(world, {.duplicateClose = true});
    QVERIFY(other.open);
    connect(other.client.get(), &Transport::closed, this, [&] { other.client.reset(); });
    other.client->close();
    other.server->close();
    QTRY_VERIFY(!other.client);
    QCOMPARE(other.fromClient->closed, 1);
}

void tst_FaultInjectorEnd::abortOutrunsAFault()
{
    FAULTY_PAIR(FaultPlan {.failWriteAfter = 0});
    pair.client->write(view(Digits));
    pair.client->abort();
    QVERIFY(isClosed(pair.fromClient));
    QVERIFY(roundTrip(world));
    QCOMPARE(pair.fromClient->log, QStringList({"opened", "closed"}));
}

void tst_FaultInjectorEnd::aSlotMayDeleteIt()
{
    FAULTY_PAIR((FaultPlan {.maxWriteBytes = 1, .resetAfterInput = 1, .duplicateClose = true}));
    connect(pair.client.get(), &Transport::failed, this, [&] { pair.client.reset(); });
    pair.server->write(view(Digits));
    QTRY_VERIFY(!pair.client);
    QVERIFY(isClosed(pair.fromServer));

    FaultyPair other(world, {.maxWriteBytes = 1});
    QVERIFY(other.open);
    connect(other.client.get(), &Transport::bytesWritten, this, [&] { other.client.reset(); });
    other.client->write(view(Digits));
    QTRY_VERIFY(!other.client);
    QVERIFY(isClosed(other.fromServer));
}

void tst_FaultInjectorEnd::closeWaitsForWhatIsDelayed()
{
    FAULTY_PAIR((FaultPlan {.maxWriteBytes = 2, .outputDelay = milliseconds(5)}));
    pair.client->write(view(Digits));
    pair.client->setReadingPaused(true);
    pair.server->write(view(pattern(16'000'000)));
    pair.client->close();
    QVERIFY(!pair.client->isOpen());
    QTRY_VERIFY(pair.fromServer->inputEnded);
    QCOMPARE(pair.fromServer->received, Digits);
    pair.server->close();
    QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
    QVERIFY(!pair.fromClient->error);
    QCOMPARE(pair.fromClient->log, QStringList({"opened", "closed"}));
}

void tst_FaultInjectorEnd::halfCloseWaitsForWhatIsDelayed()
{
    FAULTY_PAIR((FaultPlan {.maxWriteBytes = 3, .outputDelay = milliseconds(5)}));
    pair.client->write(view(Digits));
    pair.client->finishOutput();
    pair.client->write(view("!"));
    if (!world.hasHalfClose()) { // nothing has happened
        QTRY_COMPARE(pair.fromServer->received, Digits + "!");
        return;
    }
    QTRY_VERIFY(pair.fromServer->inputEnded);
    QCOMPARE(pair.fromServer->received, Digits);
    QTRY_COMPARE(pair.client->bytesToWrite(), 0);
    QVERIFY(pair.client->isOpen());
}

HALYARD_TEST_WITH_DISPATCHER(tst_FaultInjectorEnd)
#include "tst_faultinjectorend.moc"

// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <sys/stat.h>

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "capture/callmatcher.h"
#include "capture/spoolfile.h"
#include "capture/treecodec.h"
#include "conversationmaker.h"
#include "decode/explain.h"
#include "decode/framelayers.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;
using Wire::Direction;
using Wire::Severity;
using Wire::Vstp::FrameType;

class tst_Capture : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void factsOfFrames();
    void anyCutGivesTheSameRows();
    void answersFindTheirRequests();
    void matcherForgetsTheOldest();
    void garbageIsKeptAsItWas();
    void reportedErrorsAreWarnings();
    void garbageComesWithoutAnEnd();
    void whatPassesTellsOfTheConversation();
    void protocolIsRecognised();
    void unknownProtocolIsShownRaw();
    void closedInsideAFrame();
    void remarksOfFilesReachTheirFrames();
};

void tst_Capture::factsOfFrames()
{
    Recording recording;
    recording.open(1, Viewpoint::Server);
    recording.put(bytes(1, frame(FrameType::Ping), true, 5));
    recording.put(bytes(1, request("sum", 7, "1 2"), false, 6));
    QVERIFY(recording.waitForRows(2));
    const FrameFacts &ping = recording.store.facts(0);
    QCOMPARE(recording.store.typeName(ping.type), u"PING"_s);
    QCOMPARE(ping.size, 15u);
    QCOMPARE(ping.severity, Severity::None);
    QCOMPARE(ping.outgoing, false); // we are the server
    QCOMPARE(ping.time, 1'790'000'000'005'000'000);
    QCOMPARE(ping.kind, FrameKind::Plain);
    const FrameFacts &data = recording.store.facts(1);
    QCOMPARE(recording.store.typeName(data.type), u"DATA"_s);
    QCOMPARE(recording.store.routeName(data.route), u"sum"_s);
    QCOMPARE(data.kind, FrameKind::Request);
    QCOMPARE(data.call, 7u);
    QVERIFY(data.outgoing);
    const auto record = recording.store.record(1);
    QVERIFY(record);
    QCOMPARE(record->frame, request("sum", 7, "1 2"));
    QVERIFY(!record->summary.isEmpty());
    QVERIFY(record->tree.isEmpty()); // found again from the bytes
    const auto *conversation = recording.store.conversation(1);
    QVERIFY(conversation);
    QCOMPARE(conversation->framesIn, 1u);
    QCOMPARE(conversation->framesOut, 1u);
}

void tst_Capture::anyCutGivesTheSameRows()
{
    const QByteArray wire = frame(FrameType::Hello) + request("echo", 1, "x") + frame(FrameType::Ping);
    Recording recording;
    RowNumber expected = 0;
    quint32 conversation = 0;
    for (qsizetype cut = 0; cut <= wire.size(); cut += 3) {
        recording.open(++conversation);
        recording.put(bytes(conversation, wire.left(cut)));
        recording.put(bytes(conversation, wire.mid(cut)));
        expected += 3;
    }
    QVERIFY(recording.waitForRows(expected));
    QCOMPARE(recording.store.endRow(), expected);
    for (RowNumber row = 0; row < expected; ++row)
        QCOMPARE(recording.store.facts(row).size, recording.store.facts(row % 3).size);
}

void tst_Capture::answersFindTheirRequests()
{
    Recording recording;
    recording.open(1);
    recording.open(2);
    recording.put(bytes(1, request("a", 5), true, 0));
    recording.put(bytes(2, request("b", 5), true, 1));
    recording.put(bytes(1, request("c", 5), false, 2)); // the server asks, with the same id
    recording.put(bytes(2, reply(5), false, 11));
    recording.put(bytes(1, reply(5), false, 12));
    recording.put(bytes(1, reply(5), true, 13));
    recording.put(bytes(1, reply(6), true, 14));
    QVERIFY(recording.waitForRows(7));
    const auto partner = [&recording](RowNumber row) { return recording.store.facts(row).partner; };
    QCOMPARE(partner(3), 1u);
    QCOMPARE(partner(4), 0u);
    QCOMPARE(partner(5), 2u);
    QCOMPARE(partner(6), NoRow);
    QCOMPARE(partner(0), 4u);
    QCOMPARE(partner(1), 3u);
    QCOMPARE(partner(2), 5u);
}

void tst_Capture::matcherForgetsTheOldest()
{
    CallMatcher matcher(2);
    matcher.request(1, Direction::ClientToServer, 1, 10);
    matcher.request(1, Direction::ClientToServer, 2, 11);
    matcher.request(1, Direction::ClientToServer, 3, 12);
    QCOMPARE(matcher.answer(1, Direction::ServerToClient, 1).row, NoRow);
    const auto first = matcher.answer(1, Direction::ServerToClient, 2);
    QCOMPARE(first.row, 11u);
    QCOMPARE(first.lastRow, 11u);
    QVERIFY(!first.answered);
    QVERIFY(matcher.answer(1, Direction::ServerToClient, 2).answered);
    matcher.extend(1, Direction::ClientToServer, 3, 20);
    matcher.extend(1, Direction::ClientToServer, 1, 21); // forgotten
    QCOMPARE(matcher.answer(1, Direction::ServerToClient, 3).lastRow, 20u);
    QCOMPARE(matcher.answer(1, Direction::ServerToClient, 1).lastRow, NoRow);
}

void tst_Capture::garbageIsKeptAsItWas()
{
    Recording recording;
    recording.open(1);
    QByteArray broken = frame(FrameType::Data, {}, "payload");
    broken[broken.size() - 1] = char(broken[broken.size() - 1] ^ 1);
    recording.put(bytes(1, broken + "garbage\r\n" + frame(FrameType::Ping)));
    QVERIFY(recording.waitForRows(3));
    QCOMPARE(recording.store.facts(0).severity, Severity::Error);
    QCOMPARE(recording.store.facts(1).severity, Severity::Error);
    QCOMPARE(recording.store.typeName(recording.store.facts(2).type), u"PING"_s);
    const auto garbage = recording.store.record(1);
    QVERIFY(garbage);
    QCOMPARE(garbage->frame, "garbage\r\n");
    const auto dissection = explain(recording.store.facts(1), *garbage, vstp().get());
    QCOMPARE(dissection.severity(), Severity::Error);
    QCOMPARE(recording.store.conversation(1)->errors, 2u);
}

void tst_Capture::reportedErrorsAreWarnings()
{
    Recording recording;
    recording.open(1);
    recording.put(bytes(1, request("nowhere", 1)));
    recording.put(bytes(1, frame(FrameType::Err, {{"re", "1"}, {"code", "405"}}), false));
    QVERIFY(recording.waitForRows(2));
    QCOMPARE(recording.store.facts(0).severity < Severity::Warning, true);
    QCOMPARE(recording.store.facts(1).severity, Severity::Warning);
    QCOMPARE(recording.store.conversation(1)->warnings, 1u);
    QCOMPARE(recording.store.conversation(1)->errors, 0u);
    QCOMPARE(recording.store.warnings(), 1u);
}

void tst_Capture::garbageComesWithoutAnEnd()
{
    Recording recording;
    recording.open(1);
    recording.put(bytes(1, "garbage\r\n"));
    recording.put(bytes(1, frame(FrameType::Ping).left(9), false)); // begun: this is waited for
    QVERIFY(recording.waitForRows(1));
    QCOMPARE(recording.store.facts(0).severity, Severity::Error);
    QCOMPARE(recording.store.facts(0).size, 9u);
    recording.put(bytes(1, frame(FrameType::Ping).mid(9), false));
    QVERIFY(recording.waitForRows(2));
    QCOMPARE(recording.store.facts(1).severity, Severity::None);
}

void tst_Capture::whatPassesTellsOfTheConversation()
{
    Recording recording;
    recording.open(1, Viewpoint::Between);
    recording.open(2, Viewpoint::Client); // who takes part knows better
    const auto info = [&recording](quint32 number) { return recording.store.conversation(number)->info; };
    for (const quint32 number : {1U, 2U}) {
        recording.put(
            bytes(number, frame(FrameType::Hello, {{"halyard", "1"}, {"features", "stream"}}), true, 10));
        recording.put(
            bytes(number, frame(FrameType::Welcome, {{"halyard", "1"}, {"features", "stream"}}), false, 14));
    }
    QTRY_COMPARE(recording.store.endRow(), 4u);
    QTRY_COMPARE(info(1).negotiated, u"vstp, halyard conventions 1 (stream)"_s);
    QCOMPARE(info(1).roundTripMicroseconds, std::optional<qint64>(4'000));
    QVERIFY(info(2).negotiated.isEmpty());
    recording.put(bytes(1, frame(FrameType::Ping), false, 20));
    recording.put(bytes(1, frame(FrameType::Pong), true, 21));
    QTRY_COMPARE(info(1).roundTripMicroseconds, std::optional<qint64>(1'000));
    // A change that knows nothing of this does not take it back.
    ConversationInfo changed = Inspector::Testing::info(1, Viewpoint::Between);
    changed.queuedBytes = 5;
    recording.capture.intake()->put(ConversationChanged {changed});
    QTRY_COMPARE(info(1).queuedBytes, 5);
    QCOMPARE(info(1).negotiated, u"vstp, halyard conventions 1 (stream)"_s);
    QCOMPARE(info(1).roundTripMicroseconds, std::optional<qint64>(1'000));
}

void tst_Capture::protocolIsRecognised()
{
    Recording recording;
    recording.open(1, Viewpoint::File, false);
    recording.put(bytes(1, frame(FrameType::Welcome), false)); // the server speaks first
    recording.put(bytes(1, frame(FrameType::Hello).left(1)));
    recording.put(bytes(1, frame(FrameType::Hello).mid(1)));
    QVERIFY(recording.waitForRows(2));
    QCOMPARE(recording.store.conversation(1)->info.protocol, u"vstp"_s);
    QCOMPARE(recording.store.typeName(recording.store.facts(0).type), u"WELCOME"_s);
}

void tst_Capture::unknownProtocolIsShownRaw()
{
    Recording recording;
    recording.open(1, Viewpoint::File, false);
    recording.put(bytes(1, QByteArray("GET / HTTP/1.1\r\n") + QByteArray(100, 'x')));
    QVERIFY(recording.waitForRows(1));
    QCOMPARE(recording.store.facts(0).severity, Severity::Note);
    QVERIFY(recording.store.conversation(1)->info.protocol.isEmpty());
    const auto dissection = explain(recording.store.facts(0), *recording.store.record(0), nullptr);
    QCOMPARE(dissection.bytes.size(), 116u);
}

void tst_Capture::closedInsideAFrame()
{
    Recording recording;
    recording.open(1);
    const QByteArray half = request("sum", 1, "1 2").left(20);
    recording.put(bytes(1, half));
    recording.close(1);
    QVERIFY(recording.waitForRows(1));
    QVERIFY(!recording.store.facts(0).complete);
    const auto record = recording.store.record(0);
    QCOMPARE(record->frame, half);
    QVERIFY(!explain(recording.store.facts(0), *record, vstp().get()).complete);
    QCOMPARE(recording.store.conversation(1)->info.state, ConversationState::Closed);
}

void tst_Capture::remarksOfFilesReachTheirFrames()
{
    Recording recording;
    recording.open(1, Viewpoint::File);
    auto first = bytes(1, frame(FrameType::Ping) + request("sum", 1).left(5));
    auto second = bytes(1, request("sum", 1).mid(5) + frame(FrameType::Bye));
    second.comment = u"look here"_s;
    second.marked = true;
    recording.put(first);
    recording.put(second);
    QVERIFY(recording.waitForRows(3));
    QVERIFY(recording.store.remark(0).isEmpty());
    QCOMPARE(recording.store.remark(1).comment, u"look here"_s);
    QVERIFY(recording.store.remark(1).marked);
    QVERIFY(recording.store.remark(2).isEmpty());
}

QTEST_GUILESS_MAIN(tst_Capture)
#include "tst_capture.moc"

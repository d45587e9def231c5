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

/// The capture's spool, its bounds, and the trees it keeps.
class tst_CaptureLimits : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void spooledRecordsComeBack();
    void spoolFileIsPrivate();
    void fullDiskStopsTheCapture();
    void limitOfRowsStopsTheCapture();
    void forgottenRowsGiveTheirMemoryBack();
    void stuckReceiverIsToldWhatWasNotShown();
    void storedTreeIsTheSameTree();
    void payloadIsUnfoldedAndLinked();
};

void tst_CaptureLimits::spooledRecordsComeBack()
{
    QTemporaryDir folder;
    CaptureLimits limits;
    limits.memoryBytes = 1024 * 1024;
    limits.spoolFolder = folder.path();
    Recording recording(limits);
    recording.open(1);
    constexpr int Frames = 40;
    for (int i = 0; i < Frames; ++i)
        recording.put(bytes(1, request("blob", i + 1, QByteArray(200'000, char('a' + i % 26)))));
    QVERIFY(recording.waitForRows(Frames));
    QTRY_VERIFY(recording.store.spooledBytes() > 5'000'000);
    QVERIFY(recording.store.memoryBytes() < 3 * 1024 * 1024);
    QVERIFY(QDir(folder.path())
                .isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)); // it has no name

    QVERIFY(!recording.store.record(0)); // listed, but on disk
    QSignalSpy arrived(&recording.store, &FrameStore::recordsArrived);
    recording.store.request(0);
    QVERIFY(arrived.wait());
    const auto record = recording.store.record(0);
    QVERIFY(record);
    QCOMPARE(record->frame, request("blob", 1, QByteArray(200'000, 'a')));
}

void tst_CaptureLimits::spoolFileIsPrivate()
{
    QTemporaryDir folder;
    auto spool = SpoolFile::create(folder.path(), 100);
    QVERIFY(spool);
    QCOMPARE((*spool)->place(), folder.path());
    QCOMPARE(*(*spool)->append("abc"), 0);
    QCOMPARE(*(*spool)->append("def"), 3);
    QCOMPARE(*(*spool)->read(2, 3), "cde");
    QVERIFY(!(*spool)->read(4, 3));
    QVERIFY(!(*spool)->append(QByteArray(95, 'x')));
    QCOMPARE((*spool)->size(), 6);
    // Not even root finds it by a name, and its mode lets nobody else in.
    QVERIFY(QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

void tst_CaptureLimits::fullDiskStopsTheCapture()
{
    const auto full
        = SpoolFile::fromDescriptor(::open("/dev/full", O_RDWR | O_CLOEXEC), u"/dev/full"_s, 1'000'000);
    const auto written = full->append("x");
    QVERIFY(!written);
    QCOMPARE(written.error().code, Wire::ErrorCode::FileFailed);
    QVERIFY(written.error().detail.find("No space left") != std::string::npos);
    QCOMPARE(full->size(), 0);

    // The same through the whole capture: the limit of the file is reached.
    QTemporaryDir folder;
    CaptureLimits limits;
    limits.memoryBytes = 256 * 1024;
    limits.spoolBytes = 1024 * 1024;
    limits.spoolFolder = folder.path();
    Recording recording(limits);
    QSignalSpy stopped(&recording.store, &FrameStore::stopped);
    recording.open(1);
    int sent = 0;
    const auto pour = [&recording, &sent] {
        for (int i = 0; i < 20; ++i)
            recording.put(bytes(1, request("blob", ++sent, QByteArray(100'000, 'x'))));
    };
    pour();
    QVERIFY(stopped.count() == 1 || stopped.wait());
    const auto error = stopped[0][0].value<Wire::Error>();
    QCOMPARE(error.code, Wire::ErrorCode::FileFailed);
    QVERIFY(error.detail.find(folder.path().toStdString()) != std::string::npos);
    // What is there stays, what comes is counted.
    pour();
    QTRY_COMPARE(qint64(recording.store.endRow()) + qint64(recording.store.notShown()), qint64(sent));
    QVERIFY(recording.store.notShown() > 0);
    QVERIFY(recording.store.endRow() > 10);
    const RowNumber before = recording.store.endRow();
    // After clearing it goes on.
    recording.capture.release(recording.store.forgetBefore(recording.store.endRow()));
    recording.capture.resume();
    QTRY_VERIFY_WITH_TIMEOUT(([&] {
        recording.put(bytes(1, request("blob", ++sent, "x")));
        return recording.store.endRow() > before;
    }()),
        30'000);
}

void tst_CaptureLimits::limitOfRowsStopsTheCapture()
{
    CaptureLimits limits;
    limits.maxRows = 10;
    Recording recording(limits);
    QSignalSpy stopped(&recording.store, &FrameStore::stopped);
    recording.open(1);
    QByteArray many;
    for (int i = 0; i < 25; ++i)
        many += frame(FrameType::Ping);
    recording.put(bytes(1, many));
    QVERIFY(stopped.wait());
    QTRY_COMPARE(recording.store.notShown(), 15u);
    QCOMPARE(recording.store.endRow(), 10u);
}

void tst_CaptureLimits::forgottenRowsGiveTheirMemoryBack()
{
    Recording recording;
    recording.open(1);
    for (int i = 0; i < 20; ++i)
        recording.put(bytes(1, request("blob", i + 1, QByteArray(100'000, 'x'))));
    QVERIFY(recording.waitForRows(20));
    const qint64 before = recording.store.memoryBytes();
    recording.capture.release(recording.store.forgetBefore(20));
    QCOMPARE(recording.store.firstRow(), 20u);
    QVERIFY(recording.store.memoryBytes() < before - 1'900'000);
    recording.put(bytes(1, frame(FrameType::Ping)));
    QVERIFY(recording.waitForRows(21));
    QVERIFY(recording.store.record(20));
    QVERIFY(!recording.store.record(19));
}

void tst_CaptureLimits::stuckReceiverIsToldWhatWasNotShown()
{
    CaptureLimits limits;
    limits.intake.maxBytes = 100'000;
    Capture capture(limits);
    FrameStore store;
    QList<CaptureBatchPointer> held; // nobody acknowledges
    connect(
        &capture, &Capture::batchReady, &store, [&held](const CaptureBatchPointer &batch) { held << batch; });
    capture.intake()->put(ConversationOpened {info(1), vstp()});
    quint64 sent = 0;
    for (int i = 0; i < 2'000; ++i) {
        capture.intake()->put(bytes(1, request("x", i + 1, QByteArray(1'000, 'x'))));
        ++sent;
        if (i % 100 == 0)
            QTest::qWait(1); // lets the worker run into its limit of batches
    }
    // Once somebody takes the batches again, every frame is either there or counted.
    const auto take = [&] {
        for (const auto &batch : std::exchange(held, {})) {
            store.apply(*batch);
            capture.acknowledge();
        }
        return store.endRow() + store.notShown() >= sent;
    };
    QTRY_VERIFY_WITH_TIMEOUT(take(), 30'000);
    QCOMPARE(store.endRow() + store.notShown(), sent);
    for (RowNumber row = 0; row < store.endRow(); ++row)
        QVERIFY(store.facts(row).severity < Severity::Warning); // nothing was torn
}

void tst_CaptureLimits::storedTreeIsTheSameTree()
{
    Wire::Dissection dissection;
    dissection.protocol = "p";
    dissection.direction = Direction::ServerToClient;
    dissection.streamOffset = 1'234'567'890'123;
    dissection.complete = false;
    dissection.summary = "s";
    dissection.bytes = Wire::toBytes(Wire::asBytes("bytes"));
    dissection.message = {"t", "r", {{"k\xff", std::string("\0v", 2)}, {"", ""}}, 1'234'567'890'123,
        Wire::CallPart::Cancels, true, true};
    dissection.extent = {1, 300, 2};
    dissection.root = {"root", "v", 0, 5, Severity::Error, "why", Wire::FieldRole::Payload,
        Wire::toBytes(Wire::asBytes("layer")), {}};
    dissection.root.fields.push_back(
        {.name = "inner", .value = std::string("\0x", 2), .offset = 300, .length = 1});
    QVERIFY(needsStoredTree(dissection));
    const QByteArray stored = storedTree(dissection);
    const auto again = dissectionFrom(stored, "bytes");
    QVERIFY(again);
    QCOMPARE(again->protocol, dissection.protocol);
    QCOMPARE(again->direction, dissection.direction);
    QCOMPARE(again->streamOffset, dissection.streamOffset);
    QCOMPARE(again->complete, false);
    QVERIFY(again->message == dissection.message);
    QVERIFY(again->extent == dissection.extent);
    QVERIFY(again->root == dissection.root);
    for (qsizetype cut = 0; cut < stored.size(); ++cut)
        QVERIFY(!dissectionFrom(stored.left(cut), "bytes"));
}

void tst_CaptureLimits::payloadIsUnfoldedAndLinked()
{
    Recording recording;
    recording.open(1);
    recording.put(bytes(1, request("sum", 1, R"({"a":1})")));
    QVERIFY(recording.waitForRows(1));
    const ExplainedFrame frame(explain(recording.store.facts(0), *recording.store.record(0), vstp().get()));
    QCOMPARE(frame.layers().size(), 3u); // raw, frame, payload
    const int member = frame.findNode("a");
    QVERIFY(member != ExplainedFrame::NoNode);
    QCOMPARE(frame.bytesOf(member), "\"a\":1");
    // The same bytes, chosen in the payload's own view, lead back to the member.
    const auto inPayload = frame.inLayer(frame.rangeOf(member), 2);
    QVERIFY(inPayload);
    QCOMPARE(inPayload->offset, 1u);
    QCOMPARE(frame.innermostNode(*inPayload), member);
    QCOMPARE(frame.innermostNode({2, 5, 1}), member);
    // A header's value leads to that header.
    const qsizetype at = recording.store.record(0)->frame.indexOf("sum");
    const int header = frame.innermostNode({0, std::size_t(at), 3});
    QVERIFY(header != ExplainedFrame::NoNode);
    QCOMPARE(frame.bytesOf(header), "sum");
}

QTEST_GUILESS_MAIN(tst_CaptureLimits)
#include "tst_capturelimits.moc"

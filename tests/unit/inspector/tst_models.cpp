// SPDX-License-Identifier: MIT
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "conversationmaker.h"
#include "decode/explain.h"
#include "models/connectiontablemodel.h"
#include "models/fieldtreemodel.h"
#include "models/framefiltermodel.h"
#include "models/frametablemodel.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;
using Wire::Vstp::FrameType;

namespace {

/// All models over one recording, each watched by Qt's own tester.
struct Models {
    explicit Models(const CaptureLimits &limits = {})
        : recording(limits)
    { }
    using Tester = QAbstractItemModelTester;
    static constexpr auto Fatal = Tester::FailureReportingMode::QtTest;

    Recording recording;
    FrameTableModel frames {&recording.store};
    FrameFilterModel filtered {&frames};
    ConnectionTableModel connections {&recording.store};
    FieldTreeModel fields;
    Tester framesTester {&frames, Fatal};
    Tester filteredTester {&filtered, Fatal};
    Tester connectionsTester {&connections, Fatal};
    Tester fieldsTester {&fields, Fatal};

    [[nodiscard]] QString cell(int row, FrameColumn column) const
    {
        return filtered.index(row, int(column)).data().toString();
    }
    void filter(const QString &text)
    {
        FilterError error;
        const auto parsed = FilterExpression::parse(text, error);
        QVERIFY2(parsed, qPrintable(error.message));
        filtered.setFilter(*parsed);
    }
    [[nodiscard]] QList<RowNumber> passing() const
    {
        QList<RowNumber> rows;
        for (int row = 0; row < filtered.rowCount(); ++row)
            rows << filtered.rowNumber(row);
        return rows;
    }
    /// Ten frames: pings at 0, 2, 4, 6, 8, requests to "sum" with ids 1, 3, … and growing payloads between.
    void fill()
    {
        recording.open(1);
        for (int i = 0; i < 10; ++i)
            recording.put(bytes(
                1, i % 2 ? request("sum", i, QByteArray(i * 10, 'x')) : frame(FrameType::Ping), true, i));
        QVERIFY(recording.waitForRows(10));
        QTRY_COMPARE(frames.rowCount(), 10);
    }
};

} // namespace

class tst_Models : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cells();
    void insertionIsBatched();
    void pausedListStandsStill();
    void clearingCanBeUndone();
    void forgottenRowsLeave();
    void filterByFacts();
    void filterByBytes();
    void filterFollowsLiveFrames();
    void filterLooksAtMarksAgain();
    void filterOverSpooledFrames();
    void filterIsReplacedWhileItLooks();
    void fieldTree();
    void fieldTreeSurvivesEverything();
    void connectionRows();
    void oldConnectionsAreForgotten();
    void textOfPeersIsHarmless();
};

void tst_Models::cells()
{
    Models models;
    models.recording.open(1);
    models.recording.put(bytes(1, request("sum", 7, "1 2"), true, 0));
    models.recording.put(bytes(1, reply(7, "3"), false, 5));
    QTRY_COMPARE(models.filtered.rowCount(), 2);
    QCOMPARE(models.cell(0, FrameColumn::Number), u"1"_s);
    QCOMPARE(models.cell(0, FrameColumn::Time), u"0.000000"_s);
    QCOMPARE(models.cell(1, FrameColumn::Time), u"0.005000"_s);
    QCOMPARE(models.cell(0, FrameColumn::Direction), u"out"_s);
    QCOMPARE(models.cell(1, FrameColumn::Direction), u"in"_s);
    QCOMPARE(models.cell(0, FrameColumn::Type), u"DATA"_s);
    QCOMPARE(models.cell(0, FrameColumn::Route), u"sum"_s);
    QCOMPARE(models.cell(0, FrameColumn::Id), u"7"_s);
    QCOMPARE(models.cell(1, FrameColumn::Id), u"7"_s);
    QCOMPARE(models.cell(0, FrameColumn::Size), QString::number(request("sum", 7, "1 2").size()));
    QCOMPARE(models.cell(0, FrameColumn::Duration), u"5.00 ms"_s);
    QVERIFY(!models.cell(0, FrameColumn::Summary).isEmpty());
    QCOMPARE(models.filtered.index(0, 0).data(PartnerRole).toUInt(), 1u);
    models.frames.setTimeDisplay(TimeDisplay::SincePrevious);
    QCOMPARE(models.cell(1, FrameColumn::Time), u"0.005000"_s);
    models.frames.setTimeDisplay(TimeDisplay::Absolute);
    QVERIFY(models.cell(1, FrameColumn::Time).startsWith(u"2026-"_s));
    for (int column = 0; column < models.filtered.columnCount(); ++column)
        QVERIFY(!models.filtered.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
}

void tst_Models::insertionIsBatched()
{
    Models models;
    QSignalSpy inserted(&models.filtered, &QAbstractItemModel::rowsInserted);
    models.recording.open(1);
    QByteArray many;
    for (int i = 0; i < 1'000; ++i)
        many += frame(FrameType::Ping);
    models.recording.put(bytes(1, many));
    QTRY_COMPARE(models.filtered.rowCount(), 1'000);
    QVERIFY(inserted.count() <= 3);
}

void tst_Models::pausedListStandsStill()
{
    Models models;
    models.fill();
    models.frames.setPaused(true);
    models.recording.put(bytes(1, frame(FrameType::Bye)));
    QVERIFY(models.recording.waitForRows(11));
    QCOMPARE(models.filtered.rowCount(), 10);
    QCOMPARE(models.frames.waitingRows(), 1);
    models.frames.setPaused(false);
    QCOMPARE(models.filtered.rowCount(), 11);
    QCOMPARE(models.frames.waitingRows(), 0);
}

void tst_Models::clearingCanBeUndone()
{
    Models models;
    models.fill();
    models.filter(u"type == ping"_s);
    QTRY_COMPARE(models.filtered.rowCount(), 5);
    const RowNumber before = models.frames.showFrom(models.recording.store.endRow());
    QCOMPARE(models.frames.rowCount(), 0);
    QCOMPARE(models.filtered.rowCount(), 0);
    models.recording.put(bytes(1, frame(FrameType::Ping)));
    QTRY_COMPARE(models.filtered.rowCount(), 1);
    QCOMPARE(models.cell(0, FrameColumn::Number), u"11"_s);
    models.frames.showFrom(before);
    QTRY_COMPARE(models.filtered.rowCount(), 6);
    QCOMPARE(models.frames.rowCount(), 11);
}

void tst_Models::forgottenRowsLeave()
{
    Models models;
    models.fill();
    models.filter(u"type == ping"_s);
    QTRY_COMPARE(models.filtered.rowCount(), 5);
    models.recording.store.forgetBefore(5);
    QCOMPARE(models.frames.rowCount(), 5);
    QCOMPARE(models.passing(), (QList<RowNumber> {6, 8}));
    models.filter(QString());
    QCOMPARE(models.filtered.rowCount(), 5);
    models.recording.store.forgetBefore(7);
    QCOMPARE(models.filtered.rowCount(), 3);
}

void tst_Models::filterByFacts()
{
    Models models;
    models.fill();
    models.filter(u"route ~ \"SU\" and size > 50"_s);
    QTRY_VERIFY(!models.filtered.isScanning());
    QCOMPARE(models.passing(), (QList<RowNumber> {3, 5, 7, 9}));
    QCOMPARE(models.filtered.rowOf(5), 1);
    QCOMPARE(models.filtered.rowOf(4), -1);
    const QModelIndex index = models.filtered.index(1, 4);
    QCOMPARE(models.filtered.mapFromSource(models.filtered.mapToSource(index)), index);
    models.filter(u"conn == 9"_s);
    QTRY_VERIFY(!models.filtered.isScanning());
    QCOMPARE(models.filtered.rowCount(), 0);
    models.filter(QString());
    QCOMPARE(models.filtered.rowCount(), 10);
}

void tst_Models::filterByBytes()
{
    Models models;
    models.fill();
    models.filter(u"bytes ~ \"xxxxxxxxxx\" and field.type == DATA"_s);
    QTRY_VERIFY(!models.filtered.isScanning());
    QCOMPARE(models.passing(), (QList<RowNumber> {1, 3, 5, 7, 9}));
    models.filter(u"payload == \"\" or summary ~ ping"_s);
    QTRY_VERIFY(!models.filtered.isScanning());
    QCOMPARE(models.passing(), (QList<RowNumber> {0, 2, 4, 6, 8}));
}

void tst_Models::filterFollowsLiveFrames()
{
    Models models;
    models.fill();
    models.filter(u"type == bye or bytes ~ 0x0000"_s);
    QTRY_VERIFY(!models.filtered.isScanning());
    const int before = models.filtered.rowCount();
    models.recording.put(bytes(1, frame(FrameType::Bye) + frame(FrameType::Pong)));
    QTRY_COMPARE(models.filtered.rowCount(), before + 2);
}

void tst_Models::filterLooksAtMarksAgain()
{
    Models models;
    models.fill();
    models.filter(u"marked or comment ~ why"_s);
    QTRY_VERIFY(!models.filtered.isScanning());
    QCOMPARE(models.filtered.rowCount(), 0);
    models.recording.store.setRemark(4, {true, {}});
    models.recording.store.setRemark(2, {false, u"Why?"_s});
    QCOMPARE(models.passing(), (QList<RowNumber> {2, 4}));
    models.recording.store.setRemark(4, {});
    QCOMPARE(models.passing(), (QList<RowNumber> {2}));
}

void tst_Models::filterOverSpooledFrames()
{
    QTemporaryDir folder;
    CaptureLimits limits;
    limits.memoryBytes = 512 * 1024;
    limits.spoolFolder = folder.path();
    Models models(limits);
    models.recording.open(1);
    for (int i = 0; i < 30; ++i)
        models.recording.put(bytes(1, request("r", i + 1, QByteArray(100'000, char('a' + i)))));
    QTRY_COMPARE_WITH_TIMEOUT(models.frames.rowCount(), 30, 30'000);
    QTRY_VERIFY(models.recording.store.spooledBytes() > 0);
    models.filter(u"payload ~ \"bbb\" or payload ~ \"ccc\""_s);
    QTRY_VERIFY(!models.filtered.isScanning());
    QCOMPARE(models.passing(), (QList<RowNumber> {1, 2}));
    // The summary of a row on disk comes when it is looked at.
    QTRY_VERIFY(models.cell(0, FrameColumn::Summary) != u"…"_s);
}

void tst_Models::filterIsReplacedWhileItLooks()
{
    Models models;
    models.fill();
    models.filter(u"bytes ~ \"x\""_s);
    models.filter(u"type == ping"_s);
    models.filter(
        u"bytes ~ \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\""_s);
    QTRY_VERIFY(!models.filtered.isScanning());
    QCOMPARE(models.passing(), (QList<RowNumber> {9}));
}

void tst_Models::fieldTree()
{
    Models models;
    models.recording.open(1);
    models.recording.put(bytes(1, request("sum", 1, R"({"list":[1,2]})")));
    QVERIFY(models.recording.waitForRows(1));
    const auto &store = models.recording.store;
    models.fields.setFrame(ExplainedFrame(explain(store.facts(0), *store.record(0), vstp().get())));
    QCOMPARE(models.fields.rowCount(), 1);
    const int node = models.fields.frame().findNode("[1]");
    QVERIFY(node > 0);
    const QModelIndex index = models.fields.indexOf(node);
    QCOMPARE(FieldTreeModel::nodeOf(index), node);
    QCOMPARE(index.siblingAtColumn(FieldTreeModel::ValueColumn).data().toString(), u"2"_s);
    QCOMPARE(index.parent().data().toString(), u"list"_s);
    QCOMPARE(index.row(), 1);
    models.fields.setFrame({});
    QCOMPARE(models.fields.rowCount(), 0);
}

void tst_Models::fieldTreeSurvivesEverything()
{
    Models models;
    Wire::Dissection dissection;
    dissection.bytes = Wire::toBytes(Wire::asBytes("abc"));
    dissection.root.length = 1'000'000; // more than there is
    dissection.root.fields.push_back({.name = "beyond", .offset = 500, .length = 5});
    Wire::Field layer {.name = "opened", .offset = 0, .length = 3};
    layer.layer = Wire::toBytes(Wire::asBytes("opened body"));
    layer.fields.push_back({.name = "payload", .offset = 7, .length = 4, .role = Wire::FieldRole::Payload});
    dissection.root.fields.push_back(layer);
    const ExplainedFrame frame(std::move(dissection));
    models.fields.setFrame(frame);
    QCOMPARE(frame.rangeOf(0).length, 3u);
    QCOMPARE(frame.bytesOf(frame.findNode("beyond")), QByteArray());
    QCOMPARE(frame.layers().size(), 3u); // raw, opened, payload
    QCOMPARE(frame.bytesOf(frame.findNode("payload")), "body");
    QCOMPARE(frame.layers()[2].bytes, "body");
    QCOMPARE(frame.innermostNode({2, 0, 4}), frame.findNode("payload"));
    QCOMPARE(frame.innermostNode({0, 0, 3}), 0);
}

void tst_Models::connectionRows()
{
    Models models;
    models.recording.open(2);
    models.recording.open(1);
    models.recording.put(bytes(1, frame(FrameType::Ping)));
    QTRY_COMPARE(models.connections.rowCount(), 2);
    const int row = models.connections.rowOf(1);
    const auto cell = [&](ConnectionColumn column) {
        return models.connections.index(row, int(column)).data().toString();
    };
    QTRY_VERIFY(cell(ConnectionColumn::FramesOut).startsWith(u"1 "_s));
    QCOMPARE(cell(ConnectionColumn::Peer), u"192.0.2.1:6969"_s);
    QCOMPARE(cell(ConnectionColumn::State), u"open"_s);
    models.recording.close(1);
    QTRY_COMPARE(cell(ConnectionColumn::State), u"closed"_s);
}

void tst_Models::oldConnectionsAreForgotten()
{
    CaptureLimits limits;
    limits.maxConversations = 20;
    Models models(limits);
    models.recording.open(1); // stays open
    constexpr quint32 Many = 100;
    for (quint32 number = 2; number <= Many; ++number) {
        models.recording.open(number);
        models.recording.put(bytes(number, request("sum", 1, "1 2")));
        models.recording.put(bytes(number, "garbage"));
        models.recording.close(number);
    }
    const FrameStore &store = models.recording.store;
    QVERIFY(models.recording.waitForRows(2 * (Many - 1)));
    QTRY_COMPARE(store.forgottenConversations(), quint64(Many) - limits.maxConversations);
    QTRY_COMPARE(models.connections.rowCount(), int(limits.maxConversations));
    QCOMPARE(store.conversations().size(), limits.maxConversations);
    QCOMPARE(models.connections.rowOf(1), 0);
    QCOMPARE(models.connections.rowOf(2), -1);
    QVERIFY(models.connections.rowOf(Many) > 0);
    // Their frames are still listed, counted and explained.
    QCOMPARE(store.errors(), quint64(Many) - 1);
    QTRY_COMPARE(models.frames.rowCount(), int(2 * (Many - 1)));
    QCOMPARE(store.facts(0).conversation, 2u);
    const auto explained = explain(store.facts(0), *store.record(0), store.protocolOf(2).get());
    QCOMPARE(explained.protocol, "vstp");
    models.filter(u"payload == \"1 2\""_s);
    QTRY_COMPARE(models.filtered.rowCount(), int(Many) - 1);
    // With their frames goes what was left of them.
    QVERIFY(!store.forgottenProtocols().empty());
    (void)models.recording.store.forgetBefore(store.endRow());
    QVERIFY(store.forgottenProtocols().empty());
    QVERIFY(!store.protocolOf(2).get());
}

void tst_Models::textOfPeersIsHarmless()
{
    Models models;
    models.recording.open(1);
    models.recording.put(bytes(1, request("evil\xe2\x80\xae\n\x1b[31m", 1)));
    QTRY_COMPARE(models.filtered.rowCount(), 1);
    const QList<QString> texts {models.cell(0, FrameColumn::Route), models.cell(0, FrameColumn::Summary)};
    for (const QString &text : texts) {
        for (const QChar c : text)
            QVERIFY2(c.unicode() >= 0x20 && c.unicode() != 0x202E, qPrintable(text));
    }
    QVERIFY(texts[0].contains(u"202e"_s));

    // A comment out of somebody else's capture.
    models.recording.store.setRemark(0, {false, u"look\u202e\x1b[31m"_s});
    QCOMPARE(models.filtered.index(0, 0).data(CommentRole).toString(), u"look\\u{202e}\\x1b[31m"_s);
    // Tool tips show what looks like HTML as it stands.
    ConversationInfo closed = info(1);
    closed.state = ConversationState::Closed;
    closed.closeReason = u"<b>bye</b>"_s;
    models.recording.capture.intake()->put(ConversationChanged {closed});
    QTRY_COMPARE(models.connections.rowCount(), 1);
    const QModelIndex reason = models.connections.index(0, int(ConnectionColumn::CloseReason));
    QTRY_COMPARE(reason.data().toString(), u"<b>bye</b>"_s);
    QCOMPARE(reason.data(Qt::ToolTipRole).toString(), u"<qt>&lt;b&gt;bye&lt;/b&gt;</qt>"_s);
    Wire::Dissection noted;
    noted.root.note = "<i>odd</i>";
    models.fields.setFrame(ExplainedFrame(noted));
    QCOMPARE(models.fields.index(0, 0).data(FieldNoteRole).toString(), u"<i>odd</i>"_s);
    QCOMPARE(
        models.fields.index(0, 0).data(Qt::ToolTipRole).toString(), u"<qt>&lt;i&gt;odd&lt;/i&gt;</qt>"_s);
}

QTEST_GUILESS_MAIN(tst_Models)
#include "tst_models.moc"

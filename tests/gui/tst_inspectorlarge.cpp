// SPDX-License-Identifier: MIT
#include <QAction>
#include <QClipboard>
#include <QSignalSpy>
#include <QStyleFactory>

#include "inspectorwindow.h"
#include "wire/vstp/codec.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;

/// What is too large to be taken apart, copied or marked while the window waits.
class tst_InspectorLarge : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QApplication::setStyle(QStyleFactory::create(u"Fusion"_s)); }
    void isShownWhenItIsReady();
    void theLastChoiceCounts();
    void isCopiedWhole();
    void theLastCopyCounts();
    void aLineOutrunsALongCopy();
    void onlySoManyRowsAreTaken();

private:
    static void put(InspectorWindow &window, const QByteArray &frames, int count);
    static void feed(InspectorWindow &window, qsizetype payloadBytes);
    [[nodiscard]] static qsizetype shownPayload(InspectorWindow &window);
    static void copy(InspectorWindow &window, const QString &what);
};

/// From a connection of their own.
void tst_InspectorLarge::put(InspectorWindow &window, const QByteArray &frames, int count)
{
    const auto &intake = window.window.workspace()->capture()->intake();
    ConversationInfo info;
    info.number = intake->nextConversation();
    info.protocol = u"vstp"_s;
    intake->put(ConversationOpened {info, Wire::ProtocolRegistry::standard().make("vstp", {}).value()});
    CapturedBytes captured;
    captured.conversation = info.number;
    captured.time = std::chrono::system_clock::now();
    captured.bytes = frames;
    const int rows = window.rows();
    intake->put(std::move(captured));
    QVERIFY(window.waitForRows(rows + count));
}

/// One frame, with a list of numbers as JSON.
void tst_InspectorLarge::feed(InspectorWindow &window, qsizetype payloadBytes)
{
    std::string json = "[1";
    while (qsizetype(json.size()) < payloadBytes - 3)
        json += ",22";
    json.resize(std::size_t(payloadBytes - 1), ' ');
    json += ']';
    const auto frame = Wire::Vstp::encodeFrame(
        {Wire::Vstp::FrameType::Data, 0, {}, Wire::asBytes(json)}, Wire::Vstp::Profile::R);
    put(window, {reinterpret_cast<const char *>(frame->data()), qsizetype(frame->size())}, 1);
}

qsizetype tst_InspectorLarge::shownPayload(InspectorWindow &window)
{
    const auto &frame = window.window.details()->frame();
    const int payload = frame.findNode("payload");
    return payload == ExplainedFrame::NoNode ? 0 : frame.bytesOf(payload).size();
}

void tst_InspectorLarge::copy(InspectorWindow &window, const QString &what)
{
    for (QAction *action : window.window.findChildren<QAction *>()) {
        if (action->text().remove(u'&') == what)
            return action->trigger();
    }
    QFAIL(qPrintable(what));
}

void tst_InspectorLarge::isShownWhenItIsReady()
{
    InspectorWindow window;
    showSample(window);
    feed(window, 3'000'000);
    window.clickRow(window.rows() - 1);
    const auto *details = window.window.details();
    QVERIFY(!details->hex()->isVisible()); // it says that it is being prepared, and the window goes on
    QTRY_VERIFY(details->hex()->isVisible());
    QCOMPARE(shownPayload(window), 3'000'000);
    QVERIFY(window.field(u"payload"_s).isValid());
    window.screenshot(u"large-frame"_s);
}

void tst_InspectorLarge::theLastChoiceCounts()
{
    InspectorWindow window;
    showSample(window);
    for (const qsizetype size : {400'000, 300'000, 200'000})
        feed(window, size);
    auto *workspace = window.window.workspace();
    QSignalSpy ready(workspace, &Workspace::explanationsArrived);
    const RowNumber end = workspace->store()->endRow();
    for (RowNumber row = end - 3; row < end; ++row)
        QVERIFY(window.list()->goTo(row));
    QTRY_COMPARE(shownPayload(window), 200'000);
    QCOMPARE(ready.count(), 2); // the one in between was not wanted any more
    QVERIFY(window.list()->goTo(0));
    QVERIFY(shownPayload(window) < 1'000); // small: at once
}

void tst_InspectorLarge::isCopiedWhole()
{
    InspectorWindow window;
    showSample(window);
    feed(window, 1'000'000);
    QVERIFY(window.list()->goTo(window.window.workspace()->store()->endRow() - 1));
    QTRY_VERIFY(window.field(u"payload"_s).isValid());
    window.clickField(u"payload"_s);
    QGuiApplication::clipboard()->clear();
    copy(window, u"Bytes as hex"_s);
    QVERIFY(QGuiApplication::clipboard()->text().isEmpty());
    QTRY_COMPARE(QGuiApplication::clipboard()->text().size(), 3'000'000 - 1);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(u"5b 31 2c 32 32"_s));
    QVERIFY(QGuiApplication::clipboard()->text().endsWith(u"5d"_s));
}

void tst_InspectorLarge::theLastCopyCounts()
{
    InspectorWindow window;
    showSample(window);
    feed(window, 1'000'000);
    QVERIFY(window.list()->goTo(window.window.workspace()->store()->endRow() - 1));
    QTRY_VERIFY(window.field(u"payload"_s).isValid());
    QSignalSpy changed(QGuiApplication::clipboard(), &QClipboard::dataChanged);
    copy(window, u"Bytes as C array"_s);
    copy(window, u"Fields as JSON"_s);
    QVERIFY(window.list()->goTo(0));
    QTest::keyClick(window.list(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier); // its line
    QCOMPARE(changed.count(), 1);
    copy(window, u"Bytes as hex"_s); // small: at once
    QCOMPARE(changed.count(), 2);
    const QString kept = QGuiApplication::clipboard()->text();
    QVERIFY(kept.startsWith(u"56 54"_s));
    feed(window, 70'000); // goes through the window's thread behind what the others have left
    QVERIFY(window.list()->goTo(window.window.workspace()->store()->endRow() - 1));
    QTRY_COMPARE(shownPayload(window), 70'000);
    copy(window, u"Bytes as hex"_s);
    QTRY_COMPARE(changed.count(), 3); // the array and the fields never came
    QVERIFY(QGuiApplication::clipboard()->text().size() > kept.size());
}

void tst_InspectorLarge::aLineOutrunsALongCopy()
{
    InspectorWindow window;
    showSample(window);
    feed(window, 1'000'000);
    QVERIFY(window.list()->goTo(window.window.workspace()->store()->endRow() - 1));
    QTRY_VERIFY(window.field(u"payload"_s).isValid());
    QSignalSpy changed(QGuiApplication::clipboard(), &QClipboard::dataChanged);
    copy(window, u"Bytes as hex"_s);
    QTest::keyClick(window.list(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    const QString line = QGuiApplication::clipboard()->text();
    QVERIFY(line.contains(u"DATA"_s));
    feed(window, 70'000); // its explanation and its copy are made behind the first one
    QVERIFY(window.list()->goTo(window.window.workspace()->store()->endRow() - 1));
    QTRY_COMPARE(shownPayload(window), 70'000);
    copy(window, u"Bytes as hex"_s);
    QTRY_COMPARE(changed.count(), 2); // the line and this; what came before the line never does
    QCOMPARE(QGuiApplication::clipboard()->text().size(), 3 * (70'000 + 15) - 1);
}

void tst_InspectorLarge::onlySoManyRowsAreTaken()
{
    InspectorWindow window;
    showSample(window);
    const auto frame
        = Wire::Vstp::encodeFrame({Wire::Vstp::FrameType::Ping, 0, {}, {}}, Wire::Vstp::Profile::R);
    const QByteArray one(reinterpret_cast<const char *>(frame->data()), qsizetype(frame->size()));
    constexpr int Many = FrameView::MaxSelected + 5;
    put(window, one.repeated(Many), Many);
    window.list()->selectAll();
    QTest::keyClick(window.list(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(QGuiApplication::clipboard()->text().count(u'\n'), FrameView::MaxSelected - 1);
}

QTEST_MAIN(tst_InspectorLarge)
#include "tst_inspectorlarge.moc"

// SPDX-License-Identifier: MIT
#include <QAccessible>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QStyleFactory>
#include <QToolButton>

#include "inspectorwindow.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;

/// The window with the built-in sample: everything that needs no network.
class tst_InspectorWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void firstStart();
    void sampleIsShown();
    void fieldMarksItsBytes();
    void bytesMarkTheInnermostField();
    void layersSwitch();
    void requestAndAnswerFindEachOther();
    void filterWithTheKeyboard();
    void filterExplainsItself();
    void filterCompletes();
};

void tst_InspectorWindow::initTestCase() { QApplication::setStyle(QStyleFactory::create(u"Fusion"_s)); }

void tst_InspectorWindow::firstStart()
{
    InspectorWindow window;
    QVERIFY(window.window.showsStartPage());
    for (const char *button : {"startConnect", "startListen", "startProxy", "startOpen", "startSample"})
        QVERIFY(window.window.findChild<QWidget *>(QLatin1StringView(button))->isVisible());
    window.screenshot(u"first-start"_s);
}

void tst_InspectorWindow::sampleIsShown()
{
    InspectorWindow window;
    showSample(window);
    QVERIFY(!window.window.showsStartPage());
    QVERIFY(window.rowWith(FrameColumn::Route, u"sum"_s) >= 0);
    QVERIFY(window.rowWith(FrameColumn::Route, u"weather"_s) >= 0);
    QVERIFY(window.window.connectionView()->model()->rowCount() >= 2);
    window.clickRow(window.rowWith(FrameColumn::Route, u"weather"_s));
    window.screenshot(u"sample"_s);
}

void tst_InspectorWindow::fieldMarksItsBytes()
{
    InspectorWindow window;
    showSample(window);
    window.clickRow(window.rowWith(FrameColumn::Route, u"sum"_s));
    const auto &frame = window.window.details()->frame();
    QVERIFY(!frame.isEmpty());
    for (const QString &name : {u"type"_s, u"payload"_s, u"checksum"_s}) {
        window.clickField(name);
        const int node = frame.findNode(name.toStdString());
        QVERIFY2(node != ExplainedFrame::NoNode, qPrintable(name));
        const ByteRange range = frame.rangeOf(node);
        const auto chosen = window.window.details()->hex()->selection();
        QCOMPARE(chosen.offset, qint64(range.offset));
        QCOMPARE(chosen.length, qint64(range.length));
    }
    window.screenshot(u"selected-field"_s);

    // In a frame that fills several panes, they come into view.
    window.clickRow(window.rowWith(FrameColumn::Summary, u"2000 bytes"_s));
    const qint64 last = window.window.details()->hex()->bytes().size() - 1;
    QVERIFY(last > 2'000);
    for (int round = 0; round < 2; ++round) {
        window.clickField(u"type"_s);
        QVERIFY(window.showsByte(window.window.details()->hex()->selection().offset));
        QVERIFY(!window.showsByte(last));
        window.clickField(u"checksum"_s);
        QCOMPARE(window.window.details()->hex()->selection().offset, last - 3);
        QVERIFY(window.showsByte(last - 3));
        QVERIFY(window.showsByte(last));
    }
}

void tst_InspectorWindow::bytesMarkTheInnermostField()
{
    InspectorWindow window;
    window.window.resize(1'000, 560); // too low for all fields at once
    showSample(window);
    window.clickRow(window.rowWith(FrameColumn::Route, u"weather"_s));
    auto *details = window.window.details();
    const QByteArray bytes = details->hex()->bytes();
    const qsizetype at = bytes.indexOf("weather");
    QVERIFY(at > 0);
    window.dragBytes(at + 1, at + 3); // inside the route's value
    const int node = details->chosenNode();
    QVERIFY(node > 0);
    QCOMPARE(details->frame().bytesOf(node), "weather");
    QVERIFY(window.shows(details->tree(), details->tree()->currentIndex()));

    // From the member of a JSON payload and back.
    const qsizetype kiel = bytes.indexOf("Kiel");
    QVERIFY(kiel > 0);
    details->tree()->scrollToTop();
    QVERIFY(!window.shows(details->tree(), window.field(u"place"_s)));
    window.dragBytes(kiel, kiel + 3);
    QCOMPARE(
        window.window.details()->tree()->currentIndex().siblingAtColumn(0).data().toString(), u"place"_s);
    QVERIFY(window.shows(details->tree(), details->tree()->currentIndex()));
    // By keyboard, too; the window's own shortcuts for the first and the last frame do not get in the way.
    const RowNumber frame = window.list()->currentFrame();
    details->hex()->setFocus();
    QTest::keyClick(details->hex(), Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(details->hex()->selection().offset, qint64(bytes.size() - 1));
    QTest::keyClick(details->hex(), Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(details->hex()->selection().offset, 0);
    QCOMPARE(window.list()->currentFrame(), frame);
    QTest::keyClick(details->hex(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(details->frame().bytesOf(details->chosenNode()).left(2), bytes.left(2));
}

void tst_InspectorWindow::layersSwitch()
{
    InspectorWindow window;
    showSample(window);
    window.clickRow(window.rowWith(FrameColumn::Route, u"weather"_s));
    auto *layers = window.window.details()->layers();
    QVERIFY(layers->isVisible());
    QVERIFY(layers->height() > 10);
    QCOMPARE(layers->count(), 3);
    const QByteArray raw = window.window.details()->hex()->bytes();
    QVERIFY(layers->tabText(0).startsWith(u"Raw"_s));
    QVERIFY(layers->tabText(1).startsWith(u"Frame"_s));
    QVERIFY(layers->tabText(2).startsWith(u"Payload"_s));
    QTest::mouseClick(layers, Qt::LeftButton, {}, layers->tabRect(1).center());
    const QByteArray frame = window.window.details()->hex()->bytes();
    QVERIFY(frame.size() < raw.size());
    QVERIFY(raw.contains(frame));
    QTest::mouseClick(layers, Qt::LeftButton, {}, layers->tabRect(2).center());
    QCOMPARE(window.window.details()->hex()->bytes(), R"({"place":"Kiel"})");
    window.clickField(u"place"_s);
    QCOMPARE(window.window.details()->chosenBytes(), R"("place":"Kiel")");
    window.clickField(u"type"_s); // not in the payload: back to all of it
    QCOMPARE(layers->currentIndex(), 0);
    QCOMPARE(window.window.details()->hex()->selection().length, 1);
}

void tst_InspectorWindow::requestAndAnswerFindEachOther()
{
    InspectorWindow window;
    showSample(window);
    const int request = window.rowWith(FrameColumn::Route, u"sum"_s);
    QVERIFY(!window.cell(request, FrameColumn::Duration).isEmpty());
    window.clickRow(request);
    const RowNumber asked = window.list()->currentFrame();
    QTest::keyClick(&window.window, Qt::Key_J, Qt::ControlModifier);
    const RowNumber answered = window.list()->currentFrame();
    QVERIFY(answered > asked);
    QVERIFY(!window.cell(int(answered), FrameColumn::Duration).isEmpty());
    QTest::keyClick(&window.window, Qt::Key_J, Qt::ControlModifier);
    QCOMPARE(window.list()->currentFrame(), asked);
    QTest::keyClick(&window.window, Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(window.list()->currentFrame(), answered);
}

void tst_InspectorWindow::filterWithTheKeyboard()
{
    InspectorWindow window;
    showSample(window);
    window.list()->setFocus();
    QTest::keyClick(&window.window, Qt::Key_Slash, Qt::ControlModifier);
    QTRY_VERIFY(window.window.filterBar()->input()->hasFocus());
    window.typeFilter(u"route ~ \"su\" or route == weather"_s);
    QTRY_COMPARE(window.rows(), 2);
    window.typeFilter(u"payload ~ \"Kiel\""_s);
    QTRY_VERIFY(!window.window.workspace()->filtered()->isScanning());
    QVERIFY(window.rows() >= 2);
    window.window.filterBar()->input()->clear(); // as the clear button does
    QTRY_VERIFY(window.rows() >= SampleFrames);
}

void tst_InspectorWindow::filterExplainsItself()
{
    InspectorWindow window;
    showSample(window);
    window.typeFilter(u"sise > 3"_s);
    QVERIFY(window.window.filterBar()->explanation()->isVisible());
    QVERIFY(window.window.filterBar()->explanation()->text().contains(u"size"_s));
    QCOMPARE(window.window.filterBar()->input()->selectedText(), u"sise"_s);
    window.screenshot(u"filter-error"_s);
    window.typeFilter(u"size > 3"_s);
    QVERIFY(!window.window.filterBar()->explanation()->isVisible());
}

void tst_InspectorWindow::filterCompletes()
{
    InspectorWindow window;
    showSample(window);
    auto *input = window.window.filterBar()->input();
    input->setFocus();
    QTest::keyClicks(input, u"rou"_s);
    auto *popup = QApplication::activePopupWidget();
    QTRY_VERIFY((popup = QApplication::activePopupWidget()) != nullptr);
    QTest::keyClick(popup, Qt::Key_Down);
    QTest::keyClick(popup, Qt::Key_Return);
    QTRY_COMPARE(input->text(), u"route "_s);
}

QTEST_MAIN(tst_InspectorWindow)
#include "tst_inspectorwindow.moc"

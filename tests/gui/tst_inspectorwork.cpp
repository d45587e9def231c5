// SPDX-License-Identifier: MIT
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStyleFactory>
#include <QToolButton>
#include <QWheelEvent>

#include "inspectorwindow.h"
#include "programoutput.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;

/// What a person does with what the window shows, again with the built-in sample.
class tst_InspectorWork : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void pauseClearAndUndo();
    void followsUntilScrolledUp();
    void followingStopsAtTheScrollBar_data();
    void followingStopsAtTheScrollBar();
    void marksAndComments();
    void findsBytes();
    void copies();
    void savesAndOpens();
    void problemsAreCounted();
    void darkTheme();
    void errorsSayWhatToTry();
    void hostileTextIsHarmless();

private:
    static void checkWithOthers(const QString &name, int rows);
};

void tst_InspectorWork::initTestCase() { QApplication::setStyle(QStyleFactory::create(u"Fusion"_s)); }

void tst_InspectorWork::pauseClearAndUndo()
{
    InspectorWindow window;
    showSample(window);
    const int before = window.rows();
    QTest::keyClick(&window.window, Qt::Key_L, Qt::ControlModifier);
    QCOMPARE(window.rows(), 0);
    QTest::keyClick(&window.window, Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY(window.rows() >= before);
    QTest::keyClick(&window.window, Qt::Key_E, Qt::ControlModifier);
    QVERIFY(window.window.workspace()->frames()->isPaused());
    QTest::keyClick(&window.window, Qt::Key_E, Qt::ControlModifier);
    QVERIFY(!window.window.workspace()->frames()->isPaused());
}

namespace {

using Act = void (*)(QScrollBar *);

void turnWheelOver(QWidget *widget)
{
    const QPointF at = widget->rect().center();
    QWheelEvent event(
        at, widget->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(widget, &event);
}
void turnOverBar(QScrollBar *bar) { turnWheelOver(bar); }
void clickArrow(QScrollBar *bar) { QTest::mouseClick(bar, Qt::LeftButton, {}, {bar->width() / 2, 4}); }
void clickTrough(QScrollBar *bar)
{
    QTest::mouseClick(bar, Qt::LeftButton, {}, {bar->width() / 2, bar->height() / 3});
}

} // namespace

void tst_InspectorWork::followsUntilScrolledUp()
{
    InspectorWindow window;
    window.window.resize(900, 420);
    showSample(window);
    QVERIFY(window.list()->isFollowing());
    auto *bar = window.list()->verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0);
    QTRY_COMPARE(bar->value(), bar->maximum());
    window.list()->setFocus();
    QTest::keyClick(window.list(), Qt::Key_Home, Qt::ControlModifier);
    QVERIFY(!window.list()->isFollowing());
    QTest::keyClick(window.list(), Qt::Key_End, Qt::ControlModifier);
    QVERIFY(window.list()->isFollowing());
    QCOMPARE(bar->value(), bar->maximum());
    turnWheelOver(window.list()->viewport());
    QVERIFY(!window.list()->isFollowing());
}

void tst_InspectorWork::followingStopsAtTheScrollBar_data()
{
    QTest::addColumn<Act>("act");
    QTest::addRow("wheel") << Act(turnOverBar);
    QTest::addRow("arrow") << Act(clickArrow);
    QTest::addRow("trough") << Act(clickTrough);
}

/// And what arrives does not scroll back.
void tst_InspectorWork::followingStopsAtTheScrollBar()
{
    QFETCH(const Act, act);
    InspectorWindow window;
    window.window.resize(900, 520);
    showSample(window);
    auto *bar = window.list()->verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 3);
    QTRY_COMPARE(bar->value(), bar->maximum());
    QVERIFY(window.list()->isFollowing());
    act(bar);
    QVERIFY(bar->value() < bar->maximum());
    QVERIFY(!window.list()->isFollowing());
    const int value = bar->value();
    const int maximum = bar->maximum();
    window.window.resize(900, 480);
    QTRY_VERIFY(bar->maximum() > maximum);
    QCOMPARE(bar->value(), value);
    bar->setValue(bar->maximum());
    QVERIFY(window.list()->isFollowing());
}

void tst_InspectorWork::marksAndComments()
{
    InspectorWindow window;
    showSample(window);
    window.clickRow(3);
    QTest::keyClick(&window.window, Qt::Key_M, Qt::ControlModifier);
    QVERIFY(window.window.workspace()->store()->remark(3).marked);
    window.window.workspace()->setRemark(5, {false, u"look\u202e"_s});
    window.typeFilter(u"marked or comment"_s);
    QTRY_COMPARE(window.rows(), 2);
    window.window.filterBar()->input()->clear();
    window.clickRow(0);
    QTest::keyClick(&window.window, Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(window.list()->currentFrame(), 3u);
    QTest::keyClick(&window.window, Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(window.window.workspace()->store()->remark(5).isEmpty());
}

void tst_InspectorWork::findsBytes()
{
    InspectorWindow window;
    showSample(window);
    window.clickRow(0);
    QTest::keyClick(&window.window, Qt::Key_F, Qt::ControlModifier);
    auto *find = window.window.findBar();
    QTRY_VERIFY(find->isVisible());
    QTest::keyClicks(find->input(), u"Kiel"_s);
    QTest::keyClick(find->input(), Qt::Key_Return);
    auto *details = window.window.details();
    QTRY_COMPARE(details->chosenBytes(), "Kiel");
    const RowNumber first = window.list()->currentFrame();
    QTest::keyClick(&window.window, Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(window.list()->currentFrame() > first);
    QTest::keyClick(&window.window, Qt::Key_B, Qt::ControlModifier);
    QTRY_COMPARE(window.list()->currentFrame(), first);
    find->kind()->setCurrentIndex(1);
    find->input()->clear();
    QTest::keyClicks(find->input(), u"89 50 4e 47"_s);
    QTest::keyClick(find->input(), Qt::Key_Return);
    QTRY_COMPARE(details->chosenBytes(), QByteArray::fromHex("89504e47"));
    find->input()->setText(u"8"_s);
    QTest::keyClick(find->input(), Qt::Key_Return);
    QVERIFY(!find->result()->text().isEmpty());
}

void tst_InspectorWork::copies()
{
    InspectorWindow window;
    showSample(window);
    window.clickRow(window.rowWith(FrameColumn::Route, u"sum"_s));
    window.clickField(u"payload"_s);
    QTest::keyClick(&window.window, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"31 37 20 34 20 32 31"_s);
    QTest::keyClick(&window.window, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(QGuiApplication::clipboard()->text().contains(u"sum"_s));
    for (QAction *action : window.window.findChildren<QAction *>()) {
        if (action->text().contains(u"JSON"_s))
            action->trigger();
    }
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(u"{"_s));
}

namespace {

QStringList allOf(InspectorWindow &window)
{
    QStringList all;
    for (int row = 0; row < window.rows(); ++row) {
        QStringList cells;
        for (const auto column :
            {FrameColumn::Type, FrameColumn::Direction, FrameColumn::Size, FrameColumn::Summary})
            cells << window.cell(row, column);
        all << cells.join(u'|');
    }
    all.sort();
    return all;
}

} // namespace

/// The programs that others use on captures find whole TCP conversations with everything in them.
void tst_InspectorWork::checkWithOthers(const QString &name, int rows)
{
    const QString facts = said(u"capinfos"_s, {u"-M"_s, u"-t"_s, u"-c"_s, u"-E"_s, name});
    QVERIFY2(facts.contains(u"pcapng"_s), qPrintable(facts));
    QVERIFY2(facts.contains(QRegularExpression(u"Number of packets: +[1-9]"_s)), qPrintable(facts));
    const QString segments = said(u"tshark"_s, {u"-r"_s, name, u"-Y"_s, u"tcp.len > 0"_s});
    QVERIFY2(segments.count(u'\n') >= rows, qPrintable(segments));
    const QString wrong = said(u"tshark"_s,
        {u"-r"_s, name, u"-o"_s, u"tcp.check_checksum:TRUE"_s, u"-Y"_s,
            u"_ws.malformed or tcp.analysis.flags or tcp.checksum.status == 0"_s});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    const QString comments
        = said(u"tshark"_s, {u"-r"_s, name, u"-Y"_s, u"frame.comment contains remember"_s});
    QCOMPARE(comments.count(u'\n'), 1);
    // Every byte of every frame is in its stream.
    const QString stream = said(u"tshark"_s, {u"-r"_s, name, u"-q"_s, u"-z"_s, u"follow,tcp,raw,0"_s});
    QVERIFY2(stream.contains(QString::fromLatin1(QByteArray("17 4 21").toHex())), qPrintable(stream));
}

void tst_InspectorWork::savesAndOpens()
{
    InspectorWindow window;
    showSample(window);
    window.window.workspace()->setRemark(2, {true, u"remember"_s});
    const QString name = window.folder.filePath(u"saved.pcapng"_s);
    QSignalSpy saved(window.window.workspace()->saver(), &CaptureSaver::finished);
    window.window.saveFile(name, CaptureFormat::TcpPayload);
    QVERIFY(saved.count() == 1 || saved.wait());
    QVERIFY(!saved[0][2].value<Error>());
    const int rows = window.rows();

    checkWithOthers(name, rows);
    // The other kind, whole frames with a link type of their own.
    const QString own = window.folder.filePath(u"frames.pcapng"_s);
    window.window.saveFile(own, CaptureFormat::HalyardFrames);
    QTRY_COMPARE(saved.count(), 2);
    QVERIFY(!saved[1][2].value<Error>());
    const QString facts = said(u"capinfos"_s, {u"-M"_s, u"-c"_s, u"-E"_s, u"-H"_s, own});
    QVERIFY2(facts.contains(QRegularExpression(u"Number of packets: +%1\\b"_s.arg(rows))), qPrintable(facts));
    QVERIFY2(facts.contains(u"user0"_s), qPrintable(facts));
    InspectorWindow third;
    third.window.openFile(own);
    QVERIFY(third.waitForRows(rows));
    QCOMPARE(allOf(third), allOf(window));

    InspectorWindow other;
    other.window.openFile(name);
    QVERIFY(other.waitForRows(rows));
    QCOMPARE(other.rows(), rows);
    // Frames of different conversations may come in another order.
    QCOMPARE(allOf(other), allOf(window));
    other.typeFilter(u"marked and comment == remember"_s);
    QTRY_COMPARE(other.rows(), 1);
    QCOMPARE(other.cell(0, FrameColumn::Summary), window.cell(2, FrameColumn::Summary));
}

void tst_InspectorWork::problemsAreCounted()
{
    InspectorWindow window;
    showSample(window);
    auto *errors = window.window.findChild<QToolButton *>(u"errorCount"_s);
    QTRY_VERIFY(errors->isVisible());
    QVERIFY(errors->text().toInt() > 0);
    QTest::mouseClick(errors, Qt::LeftButton);
    QTRY_COMPARE(window.rows(), errors->text().toInt());
    window.clickRow(0);
    window.screenshot(u"error"_s);
}

void tst_InspectorWork::darkTheme()
{
    InspectorWindow window;
    window.window.setTheme(ColourTheme::Dark);
    showSample(window);
    window.clickRow(window.rowWith(FrameColumn::Route, u"weather"_s));
    window.clickField(u"payload"_s);
    window.screenshot(u"dark"_s);
    window.window.setTheme(ColourTheme::Light);
    window.screenshot(u"light"_s);
}

void tst_InspectorWork::errorsSayWhatToTry()
{
    InspectorWindow window;
    window.window.startEndpoint({EndpointRequest::Way::Connect, u"tcp://127.0.0.1:1"_s, {}});
    QTRY_VERIFY(window.window.banner()->isVisible());
    const QString text = window.window.banner()->text();
    QVERIFY2(text.contains(u"127.0.0.1:1"_s), qPrintable(text));
    QVERIFY2(text.contains(u"Start the server first"_s), qPrintable(text));
    window.screenshot(u"connection-refused"_s);
    window.window.openFile(u"/nonexistent/file.pcapng"_s);
    QTRY_VERIFY(window.window.banner()->text().contains(u"file.pcapng"_s));
}

void tst_InspectorWork::hostileTextIsHarmless()
{
    InspectorWindow window;
    showSample(window);
    // The sample's echo carries a right-to-left override and an escape sequence.
    for (int row = 0; row < window.rows(); ++row) {
        window.clickRow(row);
        const auto *model = window.window.details()->tree()->model();
        QList<QModelIndex> open {model->index(0, 0)};
        while (!open.isEmpty()) {
            const QModelIndex index = open.takeLast();
            for (int column = 0; column < model->columnCount(); ++column) {
                for (const QChar c : index.siblingAtColumn(column).data().toString())
                    QVERIFY(c.unicode() >= 0x20 && c.unicode() != 0x202E);
            }
            for (int child = 0; child < model->rowCount(index); ++child)
                open << model->index(child, 0, index);
        }
    }
}

QTEST_MAIN(tst_InspectorWork)
#include "tst_inspectorwork.moc"

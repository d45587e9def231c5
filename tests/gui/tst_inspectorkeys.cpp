// SPDX-License-Identifier: MIT
#include <QClipboard>
#include <QDialog>
#include <QDockWidget>
#include <QFileDialog>
#include <QInputDialog>
#include <QMessageBox>
#include <QSignalSpy>
#include <QStyleFactory>

#include "inspectorwindow.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;

namespace {

/// The sample, out of a file that has it all at once, with its third frame chosen.
struct Trial {
    explicit Trial(const QString &fileName)
    {
        window.window.openFile(fileName);
        QVERIFY(window.waitForRows(SampleFrames));
        window.clickRow(StartRow);
        start = current();
        QCOMPARE(start, at(StartRow));
    }

    InspectorWindow window;
    static constexpr int StartRow = 2;
    RowNumber start = NoRow;

    [[nodiscard]] Workspace &workspace() { return *window.window.workspace(); }
    [[nodiscard]] RowNumber current() { return window.list()->currentFrame(); }
    [[nodiscard]] RowNumber at(int row) { return workspace().filtered()->rowNumber(row); }
    [[nodiscard]] bool movedTo(int row) { return current() == at(row); }
    [[nodiscard]] QTreeView *tree() { return window.window.details()->tree(); }
    [[nodiscard]] QModelIndex root() { return tree()->model()->index(0, 0); }
    [[nodiscard]] QModelIndex headers() { return window.field(u"headers"_s); }
    [[nodiscard]] quint32 connectionOf(RowNumber row) { return workspace().store()->facts(row).conversation; }
    [[nodiscard]] bool hasFocus(const QString &name)
    {
        return QApplication::focusWidget() && QApplication::focusWidget()->objectName() == name;
    }
    void press(QKeyCombination keys)
    {
        QTest::keyClick(QApplication::focusWidget(), keys.key(), keys.keyboardModifiers());
    }
    /// Whether a key has opened such a dialog.
    template <class Dialog>
    [[nodiscard]] bool opened()
    {
        const auto *dialog = window.window.findChild<Dialog *>();
        return dialog && dialog->isVisible();
    }
};

/// One row of the table: where the focus is, what is done before, the key, and what must hold then.
struct Key {
    const char *name;
    QKeyCombination keys;
    const char *focus;
    void (*before)(Trial &);
    bool (*holds)(Trial &);
};

void nothing(Trial &) { }
void onHeaders(Trial &trial) { trial.tree()->setCurrentIndex(trial.headers()); }
void closedHeaders(Trial &trial)
{
    onHeaders(trial);
    trial.tree()->collapse(trial.headers());
}
void found(Trial &trial)
{
    trial.press(Qt::CTRL | Qt::Key_F);
    QTest::keyClicks(trial.window.window.findBar()->input(), u"Kiel"_s);
    QTest::keyClick(trial.window.window.findBar()->input(), Qt::Key_Return);
    QTRY_COMPARE(trial.window.window.details()->chosenBytes(), "Kiel");
    trial.start = trial.current();
    trial.window.list()->setFocus();
}
void marked(Trial &trial)
{
    trial.workspace().setRemark(trial.at(0), {true, {}});
    trial.workspace().setRemark(trial.at(5), {true, {}});
}
void steppedOn(Trial &trial) { trial.press(Qt::CTRL | Qt::Key_Down); }
void steppedBack(Trial &trial)
{
    steppedOn(trial);
    trial.press(Qt::ALT | Qt::Key_Left);
}
bool timesAre(Trial &trial, TimeDisplay display)
{
    return trial.workspace().frames()->timeDisplay() == display;
}
bool toNext(Trial &trial) { return trial.movedTo(Trial::StartRow + 1); }
bool toPrevious(Trial &trial) { return trial.movedTo(Trial::StartRow - 1); }
bool inConnection(Trial &trial, bool forwards)
{
    const RowNumber now = trial.current();
    return (forwards ? now > trial.start : now < trial.start)
        && trial.connectionOf(now) == trial.connectionOf(trial.start);
}

// As Wireshark's manual has them, where there is the same thing to do here.
const Key Table[] = {
    {"Down in the list", Qt::Key_Down, "frames", nothing, toNext},
    {"Up in the list", Qt::Key_Up, "frames", nothing, toPrevious},
    {"Ctrl+Down from the tree", Qt::CTRL | Qt::Key_Down, "fields", nothing, toNext},
    {"Ctrl+Up from the tree", Qt::CTRL | Qt::Key_Up, "fields", nothing, toPrevious},
    {"F8 from the bytes", Qt::Key_F8, "hex", nothing, toNext},
    {"F7 from the bytes", Qt::Key_F7, "hex", nothing, toPrevious},
    {"Ctrl+Home", Qt::CTRL | Qt::Key_Home, "fields", nothing,
        [](Trial &t) { return t.movedTo(0) && !t.window.list()->isFollowing(); }},
    {"Ctrl+End", Qt::CTRL | Qt::Key_End, "fields", nothing,
        [](Trial &t) { return t.movedTo(t.window.rows() - 1) && t.window.list()->isFollowing(); }},
    {"Ctrl+. next in the connection", Qt::CTRL | Qt::Key_Period, "frames", nothing,
        [](Trial &t) { return inConnection(t, true); }},
    {"Ctrl+, previous in the connection", Qt::CTRL | Qt::Key_Comma, "frames", nothing,
        [](Trial &t) { return inConnection(t, false); }},
    {"Alt+Left in the history", Qt::ALT | Qt::Key_Left, "frames", steppedOn,
        [](Trial &t) { return t.current() == t.start; }},
    {"Alt+Right in the history", Qt::ALT | Qt::Key_Right, "frames", steppedBack, toNext},
    {"Tab to the next pane", Qt::Key_Tab, "frames", nothing,
        [](Trial &t) { return t.hasFocus(u"fields"_s); }},
    {"Shift+Tab to the pane before", Qt::SHIFT | Qt::Key_Backtab, "fields", nothing,
        [](Trial &t) { return t.hasFocus(u"frames"_s); }},
    {"Left closes", Qt::Key_Left, "fields", onHeaders,
        [](Trial &t) { return !t.tree()->isExpanded(t.headers()); }},
    {"Left to the parent", Qt::Key_Left, "fields", closedHeaders,
        [](Trial &t) { return t.tree()->currentIndex() == t.root(); }},
    {"Right opens", Qt::Key_Right, "fields", closedHeaders,
        [](Trial &t) { return t.tree()->isExpanded(t.headers()); }},
    {"Shift+Right opens everything below", Qt::SHIFT | Qt::Key_Right, "fields",
        [](Trial &t) {
            t.tree()->collapseAll();
            t.tree()->setCurrentIndex(t.root());
        },
        [](Trial &t) {
            return t.tree()->isExpanded(t.headers())
                && t.tree()->isExpanded(t.tree()->model()->index(0, 0, t.headers()));
        }},
    {"Shift+Left closes everything below", Qt::SHIFT | Qt::Key_Left, "fields", onHeaders,
        [](Trial &t) {
            return !t.tree()->isExpanded(t.headers())
                && !t.tree()->isExpanded(t.tree()->model()->index(0, 0, t.headers()));
        }},
    {"Ctrl+Left closes all", Qt::CTRL | Qt::Key_Left, "fields", onHeaders,
        [](Trial &t) { return !t.tree()->isExpanded(t.root()); }},
    {"Ctrl+Right opens all", Qt::CTRL | Qt::Key_Right, "fields", [](Trial &t) { t.tree()->collapseAll(); },
        [](Trial &t) { return t.tree()->isExpanded(t.root()) && t.tree()->isExpanded(t.headers()); }},
    {"Backspace to the parent", Qt::Key_Backspace, "fields", onHeaders,
        [](Trial &t) { return t.tree()->currentIndex() == t.root(); }},
    {"Return closes", Qt::Key_Return, "fields", onHeaders,
        [](Trial &t) { return !t.tree()->isExpanded(t.headers()); }},
    {"Enter opens", Qt::Key_Enter, "fields", closedHeaders,
        [](Trial &t) { return t.tree()->isExpanded(t.headers()); }},
    {"Ctrl+F finds", Qt::CTRL | Qt::Key_F, "frames", nothing,
        [](Trial &t) { return t.window.window.findBar()->isVisible(); }},
    {"Ctrl+N finds the next", Qt::CTRL | Qt::Key_N, "frames", found,
        [](Trial &t) { return t.current() > t.start; }},
    {"Ctrl+B finds the one before", Qt::CTRL | Qt::Key_B, "frames",
        [](Trial &t) {
            found(t);
            t.press(Qt::CTRL | Qt::Key_N);
            QTRY_VERIFY(t.current() > t.start);
        },
        [](Trial &t) { return t.current() == t.start; }},
    {"Ctrl+M marks", Qt::CTRL | Qt::Key_M, "frames", nothing,
        [](Trial &t) { return t.workspace().store()->remark(t.start).marked; }},
    {"Ctrl+Shift+N to the next mark", Qt::CTRL | Qt::SHIFT | Qt::Key_N, "frames", marked,
        [](Trial &t) { return t.movedTo(5); }},
    {"Ctrl+Shift+B to the mark before", Qt::CTRL | Qt::SHIFT | Qt::Key_B, "frames", marked,
        [](Trial &t) { return t.movedTo(0); }},
    {"Ctrl+/ to the filter", Qt::CTRL | Qt::Key_Slash, "frames", nothing,
        [](Trial &t) { return t.hasFocus(u"filter"_s); }},
    {"Ctrl+E stops and starts", Qt::CTRL | Qt::Key_E, "frames", nothing,
        [](Trial &t) { return t.workspace().frames()->isPaused(); }},
    {"Ctrl+C copies", Qt::CTRL | Qt::Key_C, "frames", [](Trial &) { QApplication::clipboard()->clear(); },
        [](Trial &) { return QApplication::clipboard()->text().startsWith(u"56 54"_s); }},
    {"Ctrl+Alt+1 date and time", Qt::CTRL | Qt::ALT | Qt::Key_1, "frames", nothing,
        [](Trial &t) { return timesAre(t, TimeDisplay::Absolute); }},
    {"Ctrl+Alt+4 since the first", Qt::CTRL | Qt::ALT | Qt::Key_4, "frames",
        [](Trial &t) { t.press(Qt::CTRL | Qt::ALT | Qt::Key_1); },
        [](Trial &t) { return timesAre(t, TimeDisplay::SinceStart); }},
    {"Ctrl+Alt+5 since the previous", Qt::CTRL | Qt::ALT | Qt::Key_5, "frames", nothing,
        [](Trial &t) { return timesAre(t, TimeDisplay::SincePrevious); }},
    {"Ctrl+K names an endpoint", Qt::CTRL | Qt::Key_K, "frames", nothing,
        [](Trial &t) { return t.opened<QDialog>(); }},
    {"F1 helps", Qt::Key_F1, "frames", nothing, [](Trial &t) { return t.opened<QMessageBox>(); }},
    {"Ctrl+Q quits", Qt::CTRL | Qt::Key_Q, "frames", nothing,
        [](Trial &t) { return !t.window.window.isVisible(); }},
};

} // namespace

/// The keys that people bring along from Wireshark, pressed one by one.
class tst_InspectorKeys : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void table_data();
    void table();
    void asked_data();
    void asked();

private:
    QTemporaryDir m_folder;
    QString m_sample = m_folder.filePath(u"sample.pcapng"_s);
};

void tst_InspectorKeys::initTestCase()
{
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    // Those of the desktop would wait for a person in a loop of their own.
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    InspectorWindow window;
    showSample(window);
    QSignalSpy saved(window.window.workspace()->saver(), &CaptureSaver::finished);
    window.window.saveFile(m_sample, CaptureFormat::TcpPayload);
    QVERIFY(saved.count() == 1 || saved.wait());
    QVERIFY(!saved[0][2].value<Error>());
}

void tst_InspectorKeys::table_data()
{
    QTest::addColumn<int>("row");
    for (int row = 0; row < int(std::size(Table)); ++row)
        QTest::newRow(Table[row].name) << row;
}

void tst_InspectorKeys::table()
{
    QFETCH(const int, row);
    const Key &key = Table[row];
    Trial trial(m_sample);
    auto *focus = trial.window.window.findChild<QWidget *>(QLatin1StringView(key.focus));
    QVERIFY(focus);
    focus->setFocus();
    key.before(trial);
    QVERIFY(!key.holds(trial)); // or the key would prove nothing
    focus->setFocus();
    trial.press(key.keys);
    QTRY_VERIFY(key.holds(trial));
}

/// Keys whose dialogs wait in a loop of their own.
void tst_InspectorKeys::asked_data()
{
    QTest::addColumn<QKeyCombination>("keys");
    QTest::addColumn<QByteArray>("dialog");
    QTest::newRow("Ctrl+G to a frame") << QKeyCombination(Qt::CTRL | Qt::Key_G) << QByteArray("QInputDialog");
    QTest::newRow("Ctrl+Alt+C comments")
        << QKeyCombination(Qt::CTRL | Qt::ALT | Qt::Key_C) << QByteArray("QInputDialog");
    QTest::newRow("Ctrl+O opens") << QKeyCombination(Qt::CTRL | Qt::Key_O) << QByteArray("QFileDialog");
    QTest::newRow("Ctrl+S saves") << QKeyCombination(Qt::CTRL | Qt::Key_S) << QByteArray("QFileDialog");
}

void tst_InspectorKeys::asked()
{
    QFETCH(const QKeyCombination, keys);
    QFETCH(const QByteArray, dialog);
    Trial trial(m_sample);
    QByteArray seen;
    QTimer::singleShot(0, this, [&seen] {
        auto *asking = qobject_cast<QDialog *>(QApplication::activeModalWidget());
        QVERIFY(asking);
        seen = asking->metaObject()->className();
        asking->reject();
    });
    trial.press(keys);
    QCOMPARE(seen, dialog);
}

QTEST_MAIN(tst_InspectorKeys)
#include "tst_inspectorkeys.moc"

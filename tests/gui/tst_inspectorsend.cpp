// SPDX-License-Identifier: MIT
#include <QComboBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStyleFactory>

#include "inspectorwindow.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;

/// The send box: what a person writes, and what becomes of an earlier frame that is to be sent again.
class tst_InspectorSend : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void sendsMessages();
    void editsAnEarlierFrame();
    void draftsStayAsTheyWere_data();
    void draftsStayAsTheyWere();
    void draftOfAHostileFrame();
    void wrongEscapesAreExplained();
};

void tst_InspectorSend::initTestCase() { QApplication::setStyle(QStyleFactory::create(u"Fusion"_s)); }

void tst_InspectorSend::sendsMessages()
{
    InspectorWindow window;
    showSample(window);
    QTest::keyClick(&window.window, Qt::Key_T, Qt::ControlModifier);
    auto *box = window.window.sendBox();
    QTRY_VERIFY(box->isVisible());
    auto *send = box->findChild<QPushButton *>(u"send"_s);
    QTRY_VERIFY(send->isEnabled());
    QTest::keyClicks(box->findChild<QLineEdit *>(u"sendRoute"_s), u"sum"_s);
    QTest::keyClicks(box->findChild<QPlainTextEdit *>(u"sendPayload"_s), u"40 2"_s);
    QTest::mouseClick(send, Qt::LeftButton);
    auto *result = box->findChild<QLabel *>(u"sendResult"_s);
    QTRY_VERIFY(result->text().startsWith(u"Answered"_s));
    window.typeFilter(u"payload == \"42\""_s);
    QTRY_VERIFY(window.rows() >= 1);
    window.screenshot(u"send"_s);
    box->findChild<QLineEdit *>(u"sendRoute"_s)->setText(u"nowhere"_s);
    QTest::mouseClick(send, Qt::LeftButton);
    QTRY_VERIFY(result->text().contains(u"NoSuchRoute"_s));
    const QStringList lines = result->text().split(u'\n'); // what and where, what to try, the library's words
    QVERIFY2(lines.size() >= 4 && lines[0].contains(u"memory:sample"_s), qPrintable(result->text()));
    QVERIFY(!lines[1].isEmpty() && !lines[1].contains(u"NoSuchRoute"_s));
    window.screenshot(u"send-refused"_s);
}

void tst_InspectorSend::editsAnEarlierFrame()
{
    InspectorWindow window;
    showSample(window);
    window.clickRow(window.rowWith(FrameColumn::Route, u"sum"_s));
    QTest::keyClick(&window.window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    auto *box = window.window.sendBox();
    QCOMPARE(box->findChild<QLineEdit *>(u"sendRoute"_s)->text(), u"sum"_s);
    QCOMPARE(box->findChild<QPlainTextEdit *>(u"sendPayload"_s)->toPlainText(), u"17 4 21"_s);
    const int before = window.rows();
    QTest::keyClick(&window.window, Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(window.rows() >= before + 2);
}

void tst_InspectorSend::draftsStayAsTheyWere_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<bool>("asText");
    QTest::addRow("text") << QByteArray("17 4\n\t21 Gr\xc3\xbc\xc3\x9f"
                                        "e")
                          << true;
    QTest::addRow("empty") << QByteArray() << true;
    QTest::addRow("CRLF") << QByteArray("a\r\nb") << false;
    QTest::addRow("no-break space") << QByteArray("a\xc2\xa0"
                                                  "b")
                                    << false;
    QTest::addRow("bidi") << QByteArray("a\xe2\x80\xae"
                                        "b")
                          << false;
    QTest::addRow("byte order mark") << QByteArray("\xef\xbb\xbf"
                                                   "b")
                                     << false;
    QTest::addRow("no UTF-8") << QByteArray("a\xff") << false;
    QTest::addRow("nul") << QByteArray("a\0b", 3) << false;
}

/// Nothing is lost, and nothing of it acts, on the way through the fields of the box.
void tst_InspectorSend::draftsStayAsTheyWere()
{
    QFETCH(const QByteArray, payload);
    QFETCH(const bool, asText);
    SendBox box;
    box.setTargets({{7, u"peer"_s}});
    MessageDraft draft;
    draft.conversation = 7;
    draft.route = u" gnp\u202e\\x"_s;
    draft.headers = {{"note", "x\nroute: evil"}, {"a:b", " C:\\new\xc2\xa0\xe2\x80\xae "}, {"empty", ""},
        {"k\xfe", "\xff\xc3"}};
    draft.payload = payload;
    box.setDraft(draft);
    QCOMPARE(box.findChild<QComboBox *>(u"sendPayloadKind"_s)->currentIndex(), asText ? 0 : 1);
    const QString shown = box.findChild<QPlainTextEdit *>(u"sendPayload"_s)->toPlainText()
        + box.findChild<QPlainTextEdit *>(u"sendHeaders"_s)->toPlainText()
        + box.findChild<QLineEdit *>(u"sendRoute"_s)->text();
    QVERIFY2(!shown.contains(QChar(0x202E)), qPrintable(shown));
    QSignalSpy sent(&box, &SendBox::send);
    box.findChild<QPushButton *>(u"send"_s)->click();
    QCOMPARE(sent.count(), 1);
    const auto again = sent[0][0].value<MessageDraft>();
    QCOMPARE(again.route, draft.route);
    QCOMPARE(again.headers, draft.headers);
    QCOMPARE(again.payload, draft.payload);
}

/// Out of the frame's bytes, not out of what is shown of them.
void tst_InspectorSend::draftOfAHostileFrame()
{
    InspectorWindow window;
    showSample(window);
    Workspace *workspace = window.window.workspace();
    QTRY_VERIFY(!workspace->sessions()->sendable().isEmpty());
    MessageDraft draft;
    draft.conversation = workspace->sessions()->sendable().firstKey();
    draft.kind = MessageDraft::Kind::Event;
    draft.route = u"gnp\u202e.exe"_s;
    draft.headers = {{"<b>k</b>", "x\nroute: evil"}, {"back\\slash", ""}};
    draft.payload = "a\r\nb";
    workspace->sessions()->send(draft);
    QVERIFY(window.waitForRowWith(FrameColumn::Route, u"gnp"_s));
    const int row = window.rowWith(FrameColumn::Route, u"gnp"_s);
    const auto again = workspace->draftFrom(workspace->filtered()->rowNumber(row)).message;
    QVERIFY(again);
    QCOMPARE(again->route, draft.route);
    QCOMPARE(again->headers, draft.headers);
    QCOMPARE(again->payload, draft.payload);

    // A header's name of the peer's stands in the status bar's tool tip as it was written.
    window.clickRow(row);
    window.clickField(u"<b>k</b>"_s);
    const auto labels = window.window.findChildren<QLabel *>();
    const bool said = std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
        return label->text().startsWith(u"<b>k</b>, bytes"_s) && label->textFormat() == Qt::PlainText
            && label->toolTip().startsWith(u"<qt>&lt;b&gt;k&lt;/b&gt;, bytes"_s);
    });
    QVERIFY(said);
}

void tst_InspectorSend::wrongEscapesAreExplained()
{
    SendBox box;
    box.setTargets({{7, u"peer"_s}});
    QSignalSpy sent(&box, &SendBox::send);
    const auto *result = box.findChild<QLabel *>(u"sendResult"_s);
    box.findChild<QLineEdit *>(u"sendRoute"_s)->setText(u"a\\q"_s);
    box.findChild<QPushButton *>(u"send"_s)->click();
    QVERIFY2(result->text().startsWith(u"The route: a backslash"_s), qPrintable(result->text()));
    box.findChild<QLineEdit *>(u"sendRoute"_s)->setText(u"a"_s);
    box.findChild<QPlainTextEdit *>(u"sendHeaders"_s)->setPlainText(u"a: 1\nb: \\"_s);
    box.findChild<QPushButton *>(u"send"_s)->click();
    QVERIFY2(result->text().startsWith(u"Line 2 of the headers: a backslash"_s), qPrintable(result->text()));
    QVERIFY(sent.isEmpty());
}

QTEST_MAIN(tst_InspectorSend)
#include "tst_inspectorsend.moc"

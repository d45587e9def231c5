// SPDX-License-Identifier: MIT
#include <csignal>

#include <sys/resource.h>
#include <sys/stat.h>

#include <QComboBox>
#include <QDialogButtonBox>
#include <QInputDialog>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStyleFactory>

#include "app/endpointdialog.h"
#include "endpoint/server.h"
#include "inspectorwindow.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;

/// What the window asks, and what it says when something goes wrong.
class tst_InspectorDialogs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void connectsByKeyboard();
    void proposesTheLastAddress();
    void standsBetweenNeedsTwoAddresses();
    void recentEndpointsAreOffered();
    void commentsByKeyboard();
    void wrongPayloadIsExplained();
    void fileIsSent();
    void fullDiskStopsTheCapture();
    void everyErrorSaysWhatToTry();
    void usersAreExplained();
};

void tst_InspectorDialogs::initTestCase()
{
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    std::signal(SIGXFSZ, SIG_IGN); // as the program does
}

void tst_InspectorDialogs::connectsByKeyboard()
{
    Server server;
    const auto address = server.listen(QUrl(u"tcp://127.0.0.1:0"_s));
    QVERIFY(address);
    InspectorWindow window;
    QTest::keyClick(&window.window, Qt::Key_K, Qt::ControlModifier);
    auto *dialog = window.window.findChild<EndpointDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    auto *input = dialog->findChild<QLineEdit *>(u"address"_s);
    auto *problem = dialog->findChild<QLabel *>(u"problem"_s);
    input->clear();
    QTest::keyClicks(input, u"gopher://somewhere"_s);
    QVERIFY2(problem->text().contains(u"gopher"_s), qPrintable(problem->text()));
    QTest::keyClick(input, Qt::Key_Return); // does nothing while the address is wrong
    QVERIFY(dialog->isVisible());
    QVERIFY(window.window.showsStartPage());
    QVERIFY(problem->height() >= problem->heightForWidth(problem->width())); // nothing of it is cut
    dialog->grab().save(QStringLiteral(HALYARD_BINARY_DIR "/../screenshots/dialog.png"));
    input->selectAll();
    QTest::keyClicks(input, address->toString());
    QVERIFY(problem->text().isEmpty());
    QSignalSpy opened(&server, &Server::connectionOpened);
    QTest::keyClick(input, Qt::Key_Return);
    QVERIFY(opened.count() == 1 || opened.wait());
    QVERIFY(window.waitForRowWith(FrameColumn::Type, u"WELCOME"_s));
}

void tst_InspectorDialogs::proposesTheLastAddress()
{
    InspectorWindow window;
    window.window.startEndpoint({EndpointRequest::Way::Connect, u"tcp://me:secret@127.0.0.1:1"_s, {}});
    QTest::keyClick(&window.window, Qt::Key_K, Qt::ControlModifier);
    auto *dialog = window.window.findChild<EndpointDialog *>();
    QVERIFY(dialog);
    QCOMPARE(dialog->findChild<QLineEdit *>(u"address"_s)->text(), u"tcp://me@127.0.0.1:1"_s);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!window.window.findChild<EndpointDialog *>());
}

void tst_InspectorDialogs::standsBetweenNeedsTwoAddresses()
{
    InspectorWindow window;
    window.clickStart("startProxy");
    auto *dialog = window.window.findChild<EndpointDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    dialog->findChild<QLineEdit *>(u"address"_s)->setText(u"tcp://127.0.0.1:0"_s);
    const auto *accept = dialog->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok);
    QVERIFY(!accept->isEnabled());
    dialog->findChild<QLineEdit *>(u"target"_s)->setText(u"tls://127.0.0.1:6969"_s);
    QVERIFY(accept->isEnabled());
    dialog->accept();
    QTRY_COMPARE(window.endpointCell(0, EndpointColumn::Target), u"tls://127.0.0.1:6969"_s);
}

void tst_InspectorDialogs::recentEndpointsAreOffered()
{
    QTemporaryDir folder;
    const QString settings = folder.filePath(u"settings.ini"_s);
    {
        MainWindow first({}, settings);
        first.startEndpoint({EndpointRequest::Way::Listen, u"tcp://127.0.0.1:0"_s, {}});
    }
    MainWindow second({}, settings);
    second.show();
    QPushButton *offered = nullptr;
    for (auto *button : second.findChildren<QPushButton *>()) {
        if (button->text().contains(u"listen tcp://127.0.0.1:0"_s))
            offered = button;
    }
    QVERIFY(offered && offered->isVisible());
    QSignalSpy states(second.workspace()->sessions(), &Sessions::stateChanged);
    QTest::mouseClick(offered, Qt::LeftButton);
    QVERIFY(states.count() == 1 || states.wait());
    QVERIFY(states[0][0].value<EndpointState>().active);
}

void tst_InspectorDialogs::commentsByKeyboard()
{
    InspectorWindow window;
    showSample(window);
    window.clickRow(2);
    QTimer::singleShot(0, this, [&window] {
        auto *dialog = window.window.findChild<QInputDialog *>();
        dialog->setTextValue(u"look here"_s);
        dialog->accept();
    });
    QTest::keyClick(&window.window, Qt::Key_C, Qt::ControlModifier | Qt::AltModifier);
    QCOMPARE(window.window.workspace()->store()->remark(2).comment, u"look here"_s);
    window.typeFilter(u"comment ~ look"_s);
    QTRY_COMPARE(window.rows(), 1);
}

void tst_InspectorDialogs::wrongPayloadIsExplained()
{
    InspectorWindow window;
    showSample(window);
    auto *box = window.window.sendBox();
    QTest::keyClick(&window.window, Qt::Key_T, Qt::ControlModifier);
    QSignalSpy sent(box, &SendBox::send);
    auto *payload = box->findChild<QPlainTextEdit *>(u"sendPayload"_s);
    auto *kind = box->findChild<QComboBox *>(u"sendPayloadKind"_s);
    auto *result = box->findChild<QLabel *>(u"sendResult"_s);
    auto *button = box->findChild<QPushButton *>(u"send"_s);
    kind->setCurrentIndex(1);
    QTest::keyClicks(payload, u"48 65 6g"_s);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY2(result->text().contains(u"character 8"_s), qPrintable(result->text()));
    QCOMPARE(sent.count(), 0);
    payload->setPlainText(u"48 65 6c"_s);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(sent.count(), 1);
    QCOMPARE(sent[0][0].value<MessageDraft>().payload, "Hel");
    box->findChild<QPlainTextEdit *>(u"sendHeaders"_s)->setPlainText(u"no colon"_s);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY2(result->text().contains(u"colon"_s), qPrintable(result->text()));
    QCOMPARE(sent.count(), 1);
}

void tst_InspectorDialogs::fileIsSent()
{
    InspectorWindow window;
    showSample(window);
    QFile file(window.folder.filePath(u"payload"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("from a \0 file", 13);
    file.close();
    auto *box = window.window.sendBox();
    QTest::keyClick(&window.window, Qt::Key_T, Qt::ControlModifier);
    QSignalSpy sent(box, &SendBox::send);
    box->setPayloadFile(file.fileName());
    box->findChild<QLineEdit *>(u"sendRoute"_s)->setText(u"echo"_s);
    auto *button = box->findChild<QPushButton *>(u"send"_s);
    const auto *result = box->findChild<QLabel *>(u"sendResult"_s);
    QTRY_VERIFY(button->isEnabled());
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(sent.count(), 0); // it is read elsewhere meanwhile
    QVERIFY(!button->isEnabled());
    QVERIFY(sent.wait());
    QCOMPARE(sent[0][0].value<MessageDraft>().payload, QByteArray("from a \0 file", 13));
    QVERIFY(button->isEnabled());
    QTRY_VERIFY(result->text().startsWith(u"Answered"_s));
    file.remove();
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY(result->text().contains(u"cannot be read"_s));
    // A pipe that nobody writes to blocks whoever opens it.
    QCOMPARE(::mkfifo(QFile::encodeName(file.fileName()).constData(), 0600), 0);
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY(result->text().contains(u"is no file"_s));
    file.remove();
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(SendBox::MaxFileBytes + 1));
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY(result->text().contains(u"larger"_s));
    QCOMPARE(sent.count(), 1);
}

void tst_InspectorDialogs::fullDiskStopsTheCapture()
{
    CaptureLimits limits;
    limits.memoryBytes = 64 * 1'024;
    InspectorWindow window(limits);
    Server server;
    server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
    const auto address = server.listen(QUrl(u"tcp://127.0.0.1:0"_s));
    QVERIFY(address);
    window.window.startEndpoint({EndpointRequest::Way::Connect, address->toString(), {}});
    auto *sessions = window.window.workspace()->sessions();
    QTRY_COMPARE(sessions->sendable().size(), 1);

    // Files of this process may not grow beyond 200 KiB, as on a disk that is full.
    rlimit before {};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 200 * 1'024;
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
    MessageDraft draft;
    draft.conversation = sessions->sendable().firstKey();
    draft.route = u"echo"_s;
    draft.payload = QByteArray(50'000, 'x');
    QSignalSpy sent(sessions, &Sessions::sent);
    for (int i = 0; i < 20; ++i)
        sessions->send(draft);
    const bool told = QTest::qWaitFor(
        [&window] { return window.window.banner()->text().contains(u"capture has stopped"_s); }, 30'000);
    const bool answered = QTest::qWaitFor([&sent] { return sent.count() == 20; }, 30'000);
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
    QVERIFY(told);
    for (const QString &part : {u"stopped: no more frames can be put aside on disk."_s, u"File too large"_s})
        QVERIFY2(window.window.banner()->text().contains(part), qPrintable(window.window.banner()->text()));
    QVERIFY(answered); // traffic goes on
    const auto *store = window.window.workspace()->store();
    QTRY_COMPARE(window.rows(), int(store->endRow())); // the list has all that was captured
    const int listed = window.rows();
    sessions->send(draft); // passes, but is not listed: it is counted
    QTRY_VERIFY(window.window.workspace()->figures().notShown > 0);
    QCOMPARE(window.rows(), listed);
    const auto *notShown = window.window.findChild<QWidget *>(u"notShownCount"_s);
    QTRY_VERIFY(notShown && notShown->isVisible());
    window.clickRow(listed - 1);
    QTRY_VERIFY(!window.window.details()->frame().isEmpty());
    window.screenshot(u"full-disk"_s);
    for (int row = 0; row < window.rows(); ++row) { // all that are listed can be opened
        window.clickRow(row);
        QTRY_VERIFY(!window.window.details()->frame().isEmpty());
    }
    // Room is made, and the capture goes on.
    QTest::keyClick(&window.window, Qt::Key_L, Qt::ControlModifier);
    QCOMPARE(window.rows(), 0);
    sessions->send(draft);
    QVERIFY(window.waitForRows(2));
}

void tst_InspectorDialogs::everyErrorSaysWhatToTry()
{
    QSet<QString> said;
    int known = 0;
    for (quint16 number = 1; number < 2 * quint16(ErrorCode::FirstOfApplication); ++number) {
        const Error error(ErrorCode(number), ErrorOrigin::Peer, u"why\u202e"_s);
        if (error.name() == "Unknown"_L1)
            continue;
        const ErrorText text = errorText(error, u"there\u202e"_s);
        QVERIFY2(text.what.contains(u"there\\u{202e}"_s), qPrintable(error.name()));
        QVERIFY2(!text.what.startsWith(u"Something went"_s), qPrintable(error.name()));
        QVERIFY2(!text.advice.isEmpty(), qPrintable(error.name()));
        QVERIFY2(text.detail.contains(u"why\\u{202e}"_s), qPrintable(error.name()));
        QVERIFY2(error.isApplication() || !said.contains(text.what), qPrintable(text.what));
        said.insert(text.what);
        ++known;
    }
    QVERIFY(known > 1'000);
    QVERIFY(errorText(Error(ErrorCode(99), ErrorOrigin::Peer), u"x"_s).what.startsWith(u"Something went"_s));
    // The same code, said of a peer and of a file.
    const Error malformed(ErrorCode::MalformedMessage, ErrorOrigin::Peer);
    QVERIFY(!errorText(malformed, u"x"_s).toLines().contains(u"pcapng"_s));
    QVERIFY(fileErrorText(malformed, u"x"_s).toLines().contains(u"pcapng"_s));
}

void tst_InspectorDialogs::usersAreExplained()
{
    EndpointDialog dialog({EndpointRequest::Way::Listen, u"tcp://localhost:0"_s, {}});
    const auto *problem = dialog.findChild<QLabel *>(u"problem"_s);
    QCOMPARE(problem->text(), QString());
    dialog.findChild<QLineEdit *>(u"users"_s)->setText(u"nocolon"_s);
    QVERIFY2(problem->text().startsWith(u"What was written for the user who may come in cannot be used."_s),
        qPrintable(problem->text()));
}

QTEST_MAIN(tst_InspectorDialogs)
#include "tst_inspectordialogs.moc"

// SPDX-License-Identifier: MIT
#include <QComboBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStyleFactory>

#include "endpoint/server.h"
#include "inspectorwindow.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;

/// What the window offers works for every protocol, in clear and sealed: it knows none of them.
class tst_InspectorProtocols : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void everythingForEach_data();
    void everythingForEach();
    void whatIsNoMessageIsNotSent_data();
    void whatIsNoMessageIsNotSent();
    void headersThatAreNoTextAreSentAgain();

private:
    /// A server of the protocol, and the window connected to it.
    static void connectTo(Server &server, InspectorWindow &window, const QString &protocol,
        const QString &user, const QString &query);
};

void tst_InspectorProtocols::initTestCase() { QApplication::setStyle(QStyleFactory::create(u"Fusion"_s)); }

void tst_InspectorProtocols::connectTo(Server &server, InspectorWindow &window, const QString &protocol,
    const QString &user, const QString &query)
{
    server.handle(u"sum"_s, [](const Request &request) { return Reply("sum of " + request.payload()); });
    const auto address = server.listen(QUrl(protocol + u"+tcp://127.0.0.1:0"_s + query));
    QVERIFY2(address, address ? "" : qPrintable(address.error().toString()));
    window.window.startEndpoint({EndpointRequest::Way::Connect,
        protocol + u"+tcp://"_s + user + u"127.0.0.1:"_s + QString::number(address->port()) + query, {}});
    QTRY_COMPARE(window.window.workspace()->sessions()->sendable().size(), 1);
}

void tst_InspectorProtocols::everythingForEach_data()
{
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("asking");    // type of the frame that opens the request
    QTest::addColumn<QString>("carrying");  // of the one with its payload
    QTest::addColumn<QString>("answering"); // of the answer's
    QTest::addColumn<QString>("headers");
    QTest::newRow("vstp") << u"vstp"_s << u""_s << u""_s << u"DATA"_s << u"DATA"_s << u"DATA"_s << u""_s;
    for (const char *generation : {"3", "4"}) {
        QTest::addRow("tfserver %s", generation)
            << u"tfserver"_s << u""_s << u"?generation="_s + QLatin1StringView(generation) << u"PacketMeta"_s
            << u"payload"_s << u"answer"_s << u"type: 7"_s;
    }
    QTest::newRow("tfserver sealed") << u"tfserver"_s << u"alice:s3cr3t@"_s << u""_s << u"PacketMeta"_s
                                     << u"payload"_s << u"answer"_s << u"type: 7"_s;
    QTest::newRow("network-protocol") << u"network-protocol"_s << u""_s << u"?packets=plain"_s << u"Custom"_s
                                      << u"Custom"_s << u"Custom"_s << u""_s;
    QTest::newRow("network-protocol sealed")
        << u"network-protocol"_s << u""_s << u""_s << u"Custom"_s << u"Custom"_s << u"Custom"_s << u""_s;
}

void tst_InspectorProtocols::everythingForEach()
{
    QFETCH(const QString, protocol);
    QFETCH(const QString, user);
    QFETCH(const QString, query);
    QFETCH(const QString, asking);
    QFETCH(const QString, carrying);
    QFETCH(const QString, answering);
    QFETCH(const QString, headers);
    ServerOptions options;
    if (!user.isEmpty())
        options.credentials = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
    Server server(options);
    InspectorWindow window;
    connectTo(server, window, protocol, user, query);

    // Written and sent.
    QTest::keyClick(&window.window, Qt::Key_T, Qt::ControlModifier);
    auto *box = window.window.sendBox();
    auto *route = box->findChild<QLineEdit *>(u"sendRoute"_s);
    auto *payload = box->findChild<QPlainTextEdit *>(u"sendPayload"_s);
    auto *shownHeaders = box->findChild<QPlainTextEdit *>(u"sendHeaders"_s);
    auto *result = box->findChild<QLabel *>(u"sendResult"_s);
    auto *send = box->findChild<QPushButton *>(u"send"_s);
    QTRY_VERIFY(send->isEnabled());
    QTest::keyClicks(route, u"sum"_s);
    QTest::keyClicks(payload, u"40 2"_s);
    shownHeaders->setPlainText(headers);
    QTest::mouseClick(send, Qt::LeftButton);
    QTRY_VERIFY2(result->text().startsWith(u"Answered"_s), qPrintable(result->text()));

    // The columns say what it was.
    window.typeFilter(u"kind == request and route == sum and type == %1"_s.arg(carrying));
    QTRY_COMPARE(window.rows(), 1);
    QCOMPARE(window.cell(0, FrameColumn::Type), carrying);
    QCOMPARE(window.cell(0, FrameColumn::Route), u"sum"_s);
    const QString call = window.cell(0, FrameColumn::Id);
    QVERIFY(call.toInt() > 0);
    QTRY_VERIFY(!window.cell(0, FrameColumn::Duration).isEmpty());
    window.typeFilter(u"payload == \"sum of 40 2\""_s);
    QTRY_COMPARE(window.rows(), 1);
    QCOMPARE(window.cell(0, FrameColumn::Type), answering);
    QCOMPARE(window.cell(0, FrameColumn::Id), call);
    QVERIFY(!window.cell(0, FrameColumn::Duration).isEmpty());
    window.typeFilter(u"id == %1 or re == %1"_s.arg(call));
    QTRY_COMPARE(window.rows(), carrying == asking ? 2 : 3);
    window.typeFilter(u"answered and type == %1"_s.arg(asking));
    QTRY_VERIFY(window.rows() >= 1);
    window.window.filterBar()->setFilter({});

    // From the request to its answer and back.
    QTRY_COMPARE(window.rows(), window.window.workspace()->frames()->rowCount());
    int request = 0;
    while (request < window.rows()
        && (window.cell(request, FrameColumn::Type) != carrying
            || window.cell(request, FrameColumn::Route) != u"sum"_s))
        ++request;
    QVERIFY(request < window.rows());
    window.clickRow(request);
    const RowNumber asked = window.list()->currentFrame();
    QTest::keyClick(&window.window, Qt::Key_J, Qt::ControlModifier);
    const RowNumber answered = window.list()->currentFrame();
    QVERIFY(answered > asked);
    QCOMPARE(window.list()->selectionModel()->selectedRows().size(), 1);
    QCOMPARE(window.window.workspace()->explained(answered)->dissection().payload().size(),
        std::size_t(qstrlen("sum of 40 2")));
    window.screenshot(u"protocol-"_s + QString::fromLatin1(QTest::currentDataTag()).replace(u' ', u'-'));
    QTest::keyClick(&window.window, Qt::Key_J, Qt::ControlModifier);
    const RowNumber back = window.list()->currentFrame();
    QCOMPARE(
        window.window.workspace()->store()->typeName(window.window.workspace()->store()->facts(back).type),
        asking);

    // From the frame that opens it to the message, all of it, changed and sent once more.
    route->clear();
    payload->clear();
    shownHeaders->clear();
    QTest::keyClick(&window.window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(route->text(), u"sum"_s);
    QCOMPARE(payload->toPlainText(), u"40 2"_s);
    QCOMPARE(shownHeaders->toPlainText(), headers);
    QCOMPARE(box->findChild<QComboBox *>(u"sendKind"_s)->currentIndex(), 0);
    payload->setPlainText(u"40 3"_s);
    QTest::mouseClick(send, Qt::LeftButton);
    window.typeFilter(u"payload == \"sum of 40 3\""_s);
    QTRY_COMPARE(window.rows(), 1);
    QVERIFY(window.cell(0, FrameColumn::Id).toInt() > call.toInt());
    QVERIFY(!window.cell(0, FrameColumn::Duration).isEmpty());
}

void tst_InspectorProtocols::whatIsNoMessageIsNotSent_data()
{
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("type");
    QTest::newRow("vstp") << u"vstp"_s << u"HELLO"_s;
    QTest::newRow("network-protocol") << u"network-protocol"_s << u"SecureHandshakeInit"_s;
}

/// Said where one looks, and the box stays as it was.
void tst_InspectorProtocols::whatIsNoMessageIsNotSent()
{
    QFETCH(const QString, protocol);
    QFETCH(const QString, type);
    Server server;
    InspectorWindow window;
    connectTo(server, window, protocol, {}, {});
    QVERIFY(window.waitForRowWith(FrameColumn::Type, type));
    window.clickRow(window.rowWith(FrameColumn::Type, type));
    auto *route = window.window.sendBox()->findChild<QLineEdit *>(u"sendRoute"_s);
    route->setText(u"as it was"_s);
    QTest::keyClick(&window.window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(route->text(), u"as it was"_s);
    const auto labels = window.window.findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(),
        [](const QLabel *label) { return label->text().contains(u"protocol's own affair"_s); }));
}

void tst_InspectorProtocols::headersThatAreNoTextAreSentAgain()
{
    Server server;
    QSignalSpy received(&server, &Server::messageReceived);
    InspectorWindow window;
    connectTo(server, window, u"vstp"_s, {}, {});
    MessageDraft draft;
    draft.conversation = window.window.workspace()->sessions()->sendable().firstKey();
    draft.kind = MessageDraft::Kind::Event;
    draft.route = u"note"_s;
    draft.headers = {{"k\xfe", "v\xff\x80"}, {"\xc2\x85", "Gr\xc3\xbc\xc3\x9f: e\xc2\xad"}};
    window.window.workspace()->sessions()->send(draft);
    QVERIFY(window.waitForRowWith(FrameColumn::Route, u"note"_s));
    window.clickRow(window.rowWith(FrameColumn::Route, u"note"_s));
    QTest::keyClick(&window.window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    const QString shown
        = window.window.sendBox()->findChild<QPlainTextEdit *>(u"sendHeaders"_s)->toPlainText();
    QCOMPARE(shown, u"k\\xfe: v\\xff\\x80\n\\u{85}: Gr\u00fc\u00df: e\\u{ad}"_s);
    window.screenshot(u"headers-no-text"_s);
    QTRY_COMPARE(received.count(), 1);
    QTest::mouseClick(window.window.sendBox()->findChild<QPushButton *>(u"send"_s), Qt::LeftButton);
    QTRY_COMPARE(received.count(), 2);
    for (const auto &arguments : received) {
        const auto headers = arguments.at(1).value<Message>().headers();
        QCOMPARE(headers.value("k\xfe"), QByteArray("v\xff\x80"));
        QCOMPARE(headers.value("\xc2\x85"), QByteArray("Gr\xc3\xbc\xc3\x9f: e\xc2\xad"));
    }
}

QTEST_MAIN(tst_InspectorProtocols)
#include "tst_inspectorprotocols.moc"

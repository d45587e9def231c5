// SPDX-License-Identifier: MIT
#include <QAbstractItemModelTester>
#include <QPushButton>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QStyleFactory>
#include <QTcpServer>
#include <QTcpSocket>

#include "conversationmaker.h"
#include "endpoint/client.h"
#include "endpoint/server.h"
#include "inspectorwindow.h"
#include "transport/tlscredentials.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;

/// The window with real sockets: the three ways in, and peers that misbehave.
class tst_InspectorLive : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void connects();
    void listens();
    void standsBetween();
    void standsBetweenWithTls();
    void betweenWithNobodyBehind();
    void severalAtOnce();
    void betweenTellsWhatItSees();
    void conversationOfGarbage();
    void garbageShowsAtOnce();
    void peerClosesWhileItsFrameIsChosen();
    void closesWithEverythingOpen();

private:
    /// Waits for the endpoint to be active and returns its real address.
    static QString addressOf(InspectorWindow &window, const EndpointRequest &request);
    static void serve(Server &server, QUrl &url);
};

void tst_InspectorLive::initTestCase() { QApplication::setStyle(QStyleFactory::create(u"Fusion"_s)); }

QString tst_InspectorLive::addressOf(InspectorWindow &window, const EndpointRequest &request)
{
    QSignalSpy states(window.window.workspace()->sessions(), &Sessions::stateChanged);
    window.window.startEndpoint(request);
    if (states.isEmpty() && !states.wait())
        return {};
    const auto state = states[0][0].value<EndpointState>();
    return state.active ? state.address : u"failed: "_s + state.error.toString();
}

void tst_InspectorLive::serve(Server &server, QUrl &url)
{
    server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
    const auto listening = server.listen(QUrl(u"tcp://127.0.0.1:0"_s));
    QVERIFY2(listening, listening ? "" : qPrintable(listening.error().toString()));
    url = QUrl(listening->toString());
}

void tst_InspectorLive::connects()
{
    Server server;
    QUrl url;
    serve(server, url);
    InspectorWindow window;
    QCOMPARE(addressOf(window, {EndpointRequest::Way::Connect, url.toString(), {}}), url.toString());
    QVERIFY(window.waitForRowWith(FrameColumn::Type, u"WELCOME"_s));
    QVERIFY(window.cell(0, FrameColumn::Direction) == u"out"_s);
    // Sent by us, answered by the server, seen by both.
    QSignalSpy sent(window.window.workspace()->sessions(), &Sessions::sent);
    MessageDraft draft;
    draft.conversation = 1;
    draft.route = u"echo"_s;
    draft.headers = {{"color", "blue"}};
    draft.payload = "ahoy";
    window.window.workspace()->sessions()->send(draft);
    QVERIFY(sent.count() == 1 || sent.wait());
    QVERIFY(window.waitForRowWith(FrameColumn::Route, u"echo"_s));
    window.clickRow(window.rowWith(FrameColumn::Route, u"echo"_s));
    QVERIFY(window.field(u"color"_s).isValid());
    auto *connections = window.window.connectionView()->model();
    QTRY_VERIFY(
        connections->index(0, int(ConnectionColumn::Negotiated)).data().toString().contains(u"halyard"_s));
    QCOMPARE(connections->index(0, int(ConnectionColumn::Transport)).data().toString(), u"tcp"_s);
    server.close();
    QTRY_COMPARE(connections->index(0, int(ConnectionColumn::State)).data().toString(), u"closed"_s);
    QTRY_VERIFY(!connections->index(0, int(ConnectionColumn::CloseReason)).data().toString().isEmpty());
}

void tst_InspectorLive::listens()
{
    InspectorWindow window;
    const QString address = addressOf(window, {EndpointRequest::Way::Listen, u"tcp://127.0.0.1:0"_s, {}});
    QVERIFY2(address.startsWith(u"tcp://127.0.0.1:"_s), qPrintable(address));
    QCOMPARE(window.endpointCell(0, EndpointColumn::Address), address);
    QVERIFY(window.window.endpointView()->isVisible());
    Client client;
    QSignalSpy opened(&client, &Client::opened);
    QVERIFY(client.open(QUrl(address)));
    QVERIFY(opened.wait());
    QVERIFY(client.send(u"note"_s, "from outside"));
    QVERIFY(window.waitForRowWith(FrameColumn::Route, u"note"_s));
    QCOMPARE(window.cell(window.rowWith(FrameColumn::Route, u"note"_s), FrameColumn::Direction), u"in"_s);
    // And back.
    QSignalSpy received(&client, &Client::messageReceived);
    MessageDraft draft;
    draft.conversation = 1;
    draft.kind = MessageDraft::Kind::Event;
    draft.route = u"answer"_s;
    window.window.workspace()->sessions()->send(draft);
    QVERIFY(received.count() == 1 || received.wait());
    QCOMPARE(received[0][0].value<Message>().route(), u"answer"_s);
}

void tst_InspectorLive::standsBetween()
{
    Server server;
    QUrl url;
    serve(server, url);
    InspectorWindow window;
    const QString address
        = addressOf(window, {EndpointRequest::Way::Between, u"tcp://127.0.0.1:0"_s, url.toString()});
    QVERIFY2(address.startsWith(u"tcp://127.0.0.1:"_s), qPrintable(address));
    Client client;
    QSignalSpy opened(&client, &Client::opened);
    QVERIFY(client.open(QUrl(address)));
    QVERIFY(opened.wait());
    for (int i = 0; i < 20; ++i) {
        auto reply = client.request(u"echo"_s, QByteArray::number(i));
        QTRY_VERIFY(reply.isFinished());
        QVERIFY(reply.result());
    }
    QVERIFY(window.waitForRows(42)); // HELLO, WELCOME, 20 requests, 20 answers
    int requests = 0;
    for (int row = 0; row < window.rows(); ++row)
        requests += window.cell(row, FrameColumn::Route) == u"echo"_s ? 1 : 0;
    QCOMPARE(requests, 20);
    window.clickRow(window.rowWith(FrameColumn::Route, u"echo"_s));
    window.screenshot(u"live-proxy"_s);
    client.close();
    auto *connections = window.window.connectionView()->model();
    QTRY_COMPARE(connections->index(0, int(ConnectionColumn::State)).data().toString(), u"closed"_s);
}

void tst_InspectorLive::standsBetweenWithTls()
{
    ServerOptions options;
    const auto serverPin = useDevelopmentCertificate(options.transport.tls);
    QVERIFY(serverPin);
    Server server(options);
    server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
    const auto listening = server.listen(QUrl(u"tls://127.0.0.1:0"_s));
    QVERIFY2(listening, listening ? "" : qPrintable(listening.error().toString()));
    InspectorWindow window;
    QSignalSpy states(window.window.workspace()->sessions(), &Sessions::stateChanged);
    window.window.startEndpoint(
        {EndpointRequest::Way::Between, u"tls://127.0.0.1:0"_s, listening->withPin(*serverPin).toString()});
    QVERIFY(states.count() == 1 || states.wait());
    const auto state = states[0][0].value<EndpointState>();
    QVERIFY2(state.active, qPrintable(state.error.toString()));
    QVERIFY(state.pin.startsWith(u"sha256:"_s));
    QCOMPARE(
        window.endpointCell(0, EndpointColumn::Address), state.clientAddress); // whoever connects needs it
    Client client;
    QSignalSpy opened(&client, &Client::opened);
    QVERIFY(client.open(QUrl(state.clientAddress)));
    QVERIFY(opened.wait());
    auto reply = client.request(u"echo"_s, "behind TLS");
    QTRY_VERIFY(reply.isFinished());
    QVERIFY(reply.result());
    QVERIFY(window.waitForRowWith(FrameColumn::Route, u"echo"_s));
    window.clickRow(window.rowWith(FrameColumn::Route, u"echo"_s));
    QVERIFY(window.window.details()->hex()->bytes().contains("behind TLS")); // in the clear
    auto *connections = window.window.connectionView()->model();
    QTRY_VERIFY(connections->index(0, int(ConnectionColumn::Security)).data().toString().contains(u"1.3"_s));
    // No cell is cut.
    auto *view = window.window.connectionView();
    QTRY_VERIFY(view->columnWidth(int(ConnectionColumn::Security)) >= view->fontMetrics().horizontalAdvance(
                    connections->index(0, int(ConnectionColumn::Security)).data().toString()));
    window.clickField(u"payload"_s);
    window.screenshot(u"live-session"_s);
}

void tst_InspectorLive::betweenWithNobodyBehind()
{
    InspectorWindow window;
    const QString address
        = addressOf(window, {EndpointRequest::Way::Between, u"tcp://127.0.0.1:0"_s, u"tcp://127.0.0.1:1"_s});
    QVERIFY2(address.startsWith(u"tcp://127.0.0.1:"_s), qPrintable(address));
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.1"_s, quint16(QUrl(address).port()));
    auto *connections = window.window.connectionView()->model();
    QTRY_VERIFY(connections->rowCount() > 0); // Qt's socket may try again when it is reset at once
    QCOMPARE(connections->index(0, int(ConnectionColumn::State)).data().toString(), u"closed"_s);
    const QString error = connections->index(0, int(ConnectionColumn::LastError)).data().toString();
    QVERIFY2(error.contains(u"ConnectionRefused"_s), qPrintable(error));
    QVERIFY(connections->index(0, int(ConnectionColumn::Peer)).data().toString().contains(u"127.0.0.1:1"_s));
}

void tst_InspectorLive::severalAtOnce()
{
    Server server;
    QUrl url;
    serve(server, url);
    InspectorWindow window;
    window.window.connectionView()->sortByColumn(int(ConnectionColumn::Number), Qt::DescendingOrder);
    const QAbstractItemModelTester sorted(
        window.window.connectionView()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(addressOf(window, {EndpointRequest::Way::Connect, url.toString(), {}}), url.toString());
    QTRY_COMPARE(window.window.connectionView()->model()->rowCount(), 3);
    QTRY_COMPARE(window.window.workspace()->sessions()->sendable().size(), 3);
    window.typeFilter(u"connection == 2"_s);
    QTRY_VERIFY(window.rows() >= 2);
    for (int row = 0; row < window.rows(); ++row)
        QCOMPARE(window.cell(row, FrameColumn::Connection), u"2"_s);
}

/// A proxy takes no part in the conversation; what was negotiated and how far it is to the server is read
/// from what passes, what waits is asked of the proxy.
void tst_InspectorLive::betweenTellsWhatItSees()
{
    QTcpServer server; // reads nothing by itself
    QVERIFY(server.listen(QHostAddress::LocalHost));
    InspectorWindow window;
    const QString address = addressOf(window,
        {EndpointRequest::Way::Between, u"tcp://127.0.0.1:0"_s,
            u"tcp://127.0.0.1:%1"_s.arg(server.serverPort())});
    QTcpSocket client;
    client.connectToHost(u"127.0.0.1"_s, quint16(QUrl(address).port()));
    QTRY_VERIFY(server.hasPendingConnections());
    std::unique_ptr<QTcpSocket> behind(server.nextPendingConnection());
    behind->setReadBufferSize(1'024);

    auto *connections = window.window.connectionView()->model();
    const auto cell = [connections](ConnectionColumn column, int role = Qt::DisplayRole) {
        return connections->index(0, int(column)).data(role).toString();
    };
    QTRY_COMPARE(connections->rowCount(), 1);
    for (const auto column : {ConnectionColumn::Negotiated, ConnectionColumn::RoundTrip,
             ConnectionColumn::Queued, ConnectionColumn::Security}) {
        QCOMPARE(cell(column), u"–"_s); // and why
        QVERIFY(cell(column, Qt::ToolTipRole).size() > 10);
    }
    const auto greeting = [](Wire::Vstp::FrameType type, const QByteArray &features) {
        return Inspector::Testing::frame(type, {{"halyard", "1"}, {"features", features}});
    };
    client.write(greeting(Wire::Vstp::FrameType::Hello, "stream,cancel"));
    QTRY_VERIFY(behind->bytesAvailable() > 0);
    behind->write(greeting(Wire::Vstp::FrameType::Welcome, "cancel,more"));
    QTRY_COMPARE(cell(ConnectionColumn::Negotiated), u"vstp, halyard conventions 1 (cancel)"_s);
    QVERIFY2(
        cell(ConnectionColumn::RoundTrip).endsWith(u" ms"_s), qPrintable(cell(ConnectionColumn::RoundTrip)));

    // More than the kernel takes for a server that does not read.
    const QByteArray much
        = Inspector::Testing::frame(Wire::Vstp::FrameType::Data, {}, QByteArray(8'000'000, 'x'));
    client.write(much);
    QTRY_VERIFY(cell(ConnectionColumn::Queued) != u"–"_s);
    QCOMPARE(cell(ConnectionColumn::State), u"open"_s);
    behind->setReadBufferSize(0);
    qsizetype got = 0;
    QTRY_VERIFY_WITH_TIMEOUT((got += behind->readAll().size()) >= much.size(), 30'000);
    QTRY_COMPARE(cell(ConnectionColumn::Queued), u"–"_s);
    client.disconnectFromHost();
    behind->disconnectFromHost();
    QTRY_COMPARE(cell(ConnectionColumn::State), u"closed"_s);
    QCOMPARE(cell(ConnectionColumn::Negotiated), u"vstp, halyard conventions 1 (cancel)"_s);
}

/// Between two who say nothing more and do not close, either.
void tst_InspectorLive::garbageShowsAtOnce()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    InspectorWindow window;
    const QString address = addressOf(window,
        {EndpointRequest::Way::Between, u"tcp://127.0.0.1:0"_s,
            u"tcp://127.0.0.1:%1"_s.arg(server.serverPort())});
    QTcpSocket client;
    client.connectToHost(u"127.0.0.1"_s, quint16(QUrl(address).port()));
    QVERIFY(client.waitForConnected());
    client.write("GET / HTTP/1.1\r\n\r\n");
    QVERIFY(window.waitForRowWith(FrameColumn::Summary, u"HTTP request"_s));
    QCOMPARE(client.state(), QAbstractSocket::ConnectedState);
    QCOMPARE(window.list()->model()->index(0, 0).data(SeverityRole).toInt(), int(Wire::Severity::Error));
    client.write(Inspector::Testing::frame(Wire::Vstp::FrameType::Ping));
    QVERIFY(window.waitForRowWith(FrameColumn::Type, u"PING"_s)); // and goes on at the next frame
    client.write("VT");                                           // may yet become a frame
    client.write("more");
    QVERIFY(window.waitForRows(3));
}

void tst_InspectorLive::conversationOfGarbage()
{
    InspectorWindow window;
    const QString address = addressOf(window, {EndpointRequest::Way::Listen, u"tcp://127.0.0.1:0"_s, {}});
    const auto port = quint16(QUrl(address).port());
    QRandomGenerator random(4);
    for (int peer = 0; peer < 5; ++peer) {
        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, port);
        QVERIFY(socket.waitForConnected());
        QByteArray garbage(20'000, Qt::Uninitialized);
        for (char &byte : garbage)
            byte = char(random.generate());
        socket.write(garbage);
        QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState); // thrown out
    }
    QTRY_COMPARE(window.window.connectionView()->model()->rowCount(), 5);
    QVERIFY(window.waitForRows(5));
    QTRY_VERIFY(window.window.workspace()->figures().errors >= 5);
    auto *connections = window.window.connectionView()->model();
    QTRY_VERIFY(!connections->index(4, int(ConnectionColumn::LastError)).data().toString().isEmpty());
    for (int row = 0; row < window.rows(); ++row) {
        window.clickRow(row);
        QVERIFY(!window.window.details()->frame().isEmpty());
    }
    window.screenshot(u"garbage"_s);
}

void tst_InspectorLive::peerClosesWhileItsFrameIsChosen()
{
    auto server = std::make_unique<Server>();
    QUrl url;
    serve(*server, url);
    InspectorWindow window;
    QCOMPARE(addressOf(window, {EndpointRequest::Way::Connect, url.toString(), {}}), url.toString());
    QVERIFY(window.waitForRowWith(FrameColumn::Type, u"WELCOME"_s));
    window.clickRow(0);
    window.clickField(u"type"_s);
    const RowNumber chosen = window.list()->currentFrame();
    server.reset();
    auto *connections = window.window.connectionView()->model();
    QTRY_COMPARE(connections->index(0, int(ConnectionColumn::State)).data().toString(), u"closed"_s);
    QCOMPARE(window.list()->currentFrame(), chosen);
    QVERIFY(!window.window.details()->frame().isEmpty());
    QCOMPARE(window.window.details()->hex()->selection().length, 1);
    window.clickField(u"magic"_s);
    QCOMPARE(window.window.details()->hex()->selection().length, 2);
}

void tst_InspectorLive::closesWithEverythingOpen()
{
    Server server;
    QUrl url;
    serve(server, url);
    auto window = std::make_unique<InspectorWindow>();
    (void)addressOf(*window, {EndpointRequest::Way::Connect, url.toString(), {}});
    (void)addressOf(*window, {EndpointRequest::Way::Listen, u"tcp://127.0.0.1:0"_s, {}});
    (void)addressOf(*window, {EndpointRequest::Way::Sample, {}, {}});
    QTRY_VERIFY(server.connectionCount() == 1);
    window.reset();
    QTRY_COMPARE(server.connectionCount(), 0);
}

QTEST_MAIN(tst_InspectorLive)
#include "tst_inspectorlive.moc"

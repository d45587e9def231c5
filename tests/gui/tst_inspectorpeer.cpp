// SPDX-License-Identifier: MIT
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStyleFactory>

#include "inspectorwindow.h"
#include "rustpair.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;

/// The window between two programs on the published crate, and talking to one of them.
class tst_InspectorPeer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void standsBetweenTwoOfThem();
    void talksToTheirServer();
    void talksToServersOfOtherCrates_data();
    void talksToServersOfOtherCrates();
};

void tst_InspectorPeer::initTestCase() { QApplication::setStyle(QStyleFactory::create(u"Fusion"_s)); }

void tst_InspectorPeer::standsBetweenTwoOfThem()
{
    RustPair pair;
    const QString server = pair.serverAddress();
    QVERIFY(!server.isEmpty());
    InspectorWindow window;
    QSignalSpy states(window.window.workspace()->sessions(), &Sessions::stateChanged);
    window.window.startEndpoint(
        {EndpointRequest::Way::Between, u"tcp://127.0.0.1:0"_s, u"tcp://"_s + server});
    QVERIFY(states.count() == 1 || states.wait());
    const auto state = states[0][0].value<EndpointState>();
    QVERIFY2(state.active, qPrintable(state.error.toString()));
    QVERIFY(pair.connectTo(quint16(QUrl(state.address).port())));
    QVERIFY(pair.holdConversation());

    // Every frame that they have said is a row, byte for byte, in the order of its direction.
    const auto said = pair.frames(Wire::Direction::ClientToServer).size()
        + pair.frames(Wire::Direction::ServerToClient).size();
    QVERIFY(window.waitForRows(int(said)));
    QCOMPARE(window.rows(), int(said));
    QByteArray seen[2];
    auto *store = window.window.workspace()->store();
    for (RowNumber row = 0; row < store->endRow(); ++row) {
        QTRY_VERIFY(window.window.workspace()->explained(row));
        const auto frame = window.window.workspace()->explained(row);
        const auto &bytes = frame->dissection().bytes;
        seen[int(store->facts(row).direction)].append(
            reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()));
    }
    QVERIFY(seen[0] == pair.bytes(Wire::Direction::ClientToServer));
    QVERIFY(seen[1] == pair.bytes(Wire::Direction::ServerToClient));
    QCOMPARE(window.window.workspace()->figures().errors, 0u);

    // With the mouse: the last frame with a route, its field, its bytes.
    const int row = window.rowWith(FrameColumn::Route, u"log"_s);
    QVERIFY(row >= 0);
    window.clickRow(row);
    window.clickField(u"type"_s);
    QCOMPARE(window.window.details()->hex()->selection().length, 1);
    window.screenshot(u"rust-peers"_s);
    QVERIFY(pair.finish());
    QVERIFY(pair.end());
    auto *connections = window.window.connectionView()->model();
    QTRY_COMPARE(connections->index(0, int(ConnectionColumn::State)).data().toString(), u"closed"_s);
}

void tst_InspectorPeer::talksToTheirServer()
{
    RustPeer server({u"serve"_s, u"--echo"_s});
    const QString address = server.address();
    QVERIFY(!address.isEmpty());
    InspectorWindow window;
    auto *sessions = window.window.workspace()->sessions();
    QSignalSpy states(sessions, &Sessions::stateChanged);
    window.window.startEndpoint({EndpointRequest::Way::Connect, u"tcp://"_s + address + u"?peer=raw"_s, {}});
    QVERIFY(states.count() == 1 || states.wait());
    QVERIFY(states[0][0].value<EndpointState>().active);
    QTRY_COMPARE(sessions->sendable().size(), 1);
    MessageDraft draft;
    draft.conversation = sessions->sendable().firstKey();
    draft.kind = MessageDraft::Kind::Event;
    draft.headers = {{"color", "blue"}};
    draft.payload = R"({"ship":"Halyard"})";
    sessions->send(draft);
    QVERIFY(window.waitForRows(2));
    const int echoed = window.rowWith(FrameColumn::Direction, u"in"_s);
    QVERIFY(echoed >= 0);
    window.clickRow(echoed);
    QVERIFY(window.field(u"color"_s).isValid());
    QVERIFY(window.field(u"ship"_s).isValid()); // the payload unfolds
}

void tst_InspectorPeer::talksToServersOfOtherCrates_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("options");
    QTest::addColumn<QString>("type");
    QTest::newRow("tfserver") << QStringLiteral(HALYARD_INTEROP_TFSERVER "045") << u"tfserver"_s
                              << u"?generation=4"_s << u"payload"_s;
    QTest::newRow("network-protocol")
        << QStringLiteral(HALYARD_INTEROP_NPRO "130") << u"network-protocol"_s << u"?family=B"_s << u"Echo"_s;
}

/// The list says as much of them as of our own.
void tst_InspectorPeer::talksToServersOfOtherCrates()
{
    QFETCH(const QString, program);
    QFETCH(const QString, protocol);
    QFETCH(const QString, options);
    QFETCH(const QString, type);
    RustPeer server(program, {u"serve"_s});
    const QString address = server.address();
    QVERIFY(!address.isEmpty());
    InspectorWindow window;
    auto *sessions = window.window.workspace()->sessions();
    window.window.startEndpoint(
        {EndpointRequest::Way::Connect, protocol + u"+tcp://"_s + address + options, {}});
    QTRY_COMPARE(sessions->sendable().size(), 1);
    MessageDraft draft;
    draft.conversation = sessions->sendable().firstKey();
    draft.route = u"echo"_s;
    draft.payload = "ahoy";
    sessions->send(draft);
    window.window.filterBar()->setFilter(u"payload == \"ahoy\" and answered"_s);
    QTRY_COMPARE(window.rows(), 2); // what asks, and what answers
    QCOMPARE(window.cell(0, FrameColumn::Type), type);
    QCOMPARE(window.cell(0, FrameColumn::Route), u"echo"_s);
    QCOMPARE(window.cell(0, FrameColumn::Id), window.cell(1, FrameColumn::Id));
    QVERIFY(!window.cell(1, FrameColumn::Duration).isEmpty());
    // Chosen, changed and sent again.
    window.clickRow(0);
    QTest::keyClick(&window.window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    window.window.sendBox()->findChild<QPlainTextEdit *>(u"sendPayload"_s)->setPlainText(u"ahoy again"_s);
    window.screenshot(u"rust-"_s + protocol);
    window.window.sendBox()->findChild<QPushButton *>(u"send"_s)->click();
    window.window.filterBar()->setFilter(u"payload == \"ahoy again\" and kind == answer"_s);
    QTRY_COMPARE(window.rows(), 1);
}

QTEST_MAIN(tst_InspectorPeer)
#include "tst_inspectorpeer.moc"

// SPDX-License-Identifier: MIT
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
    draft.headers = {{u"color"_s, u"blue"_s}};
    draft.payload = R"({"ship":"Halyard"})";
    sessions->send(draft);
    QVERIFY(window.waitForRows(2));
    const int echoed = window.rowWith(FrameColumn::Direction, u"in"_s);
    QVERIFY(echoed >= 0);
    window.clickRow(echoed);
    QVERIFY(window.field(u"color"_s).isValid());
    QVERIFY(window.field(u"ship"_s).isValid()); // the payload unfolds
}

QTEST_MAIN(tst_InspectorPeer)
#include "tst_inspectorpeer.moc"

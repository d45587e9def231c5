// SPDX-License-Identifier: MIT
// Live sealed sessions that the Inspector takes part in, as client, as listener and between two: frame,
// record, what was inside and the payload are layers of their own.
#include <QSignalSpy>
#include <QTest>

#include "capture/capture.h"
#include "capture/framestore.h"
#include "capture/sessions.h"
#include "decode/explain.h"
#include "decode/framelayers.h"
#include "endpoint/client.h"
#include "endpoint/server.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Qt::StringLiterals;

namespace {

const QByteArray Told("what is told in confidence");

std::shared_ptr<CredentialSource> alice()
{
    return CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
}

/// What the window has, without the window.
struct Observation {
    Observation()
        : store(CaptureLimits().maxConversations)
        , sessions(capture.intake())
    {
        QObject::connect(&capture, &Capture::batchReady, &store, [this](const CaptureBatchPointer &batch) {
            store.apply(*batch);
            capture.acknowledge();
        });
    }
    /// The address that is listened at, or connected to; empty where it did not come to that.
    [[nodiscard]] QUrl start(const EndpointRequest &request)
    {
        QSignalSpy states(&sessions, &Sessions::stateChanged);
        sessions.start(request);
        if (states.isEmpty() && !states.wait())
            return {};
        const auto state = states.first().first().value<EndpointState>();
        return state.active ? QUrl(state.address) : QUrl();
    }
    [[nodiscard]] ExplainedFrame explained(RowNumber row) const
    {
        const FrameFacts &facts = store.facts(row);
        const auto record = store.record(row);
        return record ? ExplainedFrame(explain(facts, *record, store.protocolOf(facts.conversation).get()))
                      : ExplainedFrame();
    }
    /// The rows whose opened layer holds what was told.
    [[nodiscard]] QList<RowNumber> opened() const
    {
        QList<RowNumber> rows;
        for (RowNumber row = 0; row < store.endRow(); ++row) {
            const ExplainedFrame frame = explained(row);
            for (const FrameLayer &layer : frame.layers()) {
                if (layer.name == u"Opened body"_s && layer.bytes.contains(Told))
                    rows.append(row);
            }
        }
        return rows;
    }

    FrameStore store;
    Capture capture;
    Sessions sessions;
};

QStringList namesOf(const std::vector<FrameLayer> &layers)
{
    QStringList names;
    for (const FrameLayer &layer : layers)
        names.append(layer.name);
    return names;
}

void checkLayers(const ExplainedFrame &frame)
{
    const auto &layers = frame.layers();
    QCOMPARE(namesOf(layers), (QStringList {u"Raw"_s, u"Frame"_s, u"Opened body"_s, u"Payload"_s}));
    QCOMPARE(layers[3].bytes, Told);
    QVERIFY(layers[0].bytes.endsWith(layers[1].bytes));
    QVERIFY(!layers[0].bytes.contains(Told));
    QVERIFY(layers[1].bytes.size() > layers[2].bytes.size());
    // From the opened layer's bytes to the field they are of, and back.
    const qsizetype at = layers[2].bytes.indexOf(Told);
    const int node = frame.innermostNode({2, std::size_t(at), std::size_t(Told.size())});
    QVERIFY(node != ExplainedFrame::NoNode);
    QCOMPARE(frame.rangeOf(node), (ByteRange {2, std::size_t(at), std::size_t(Told.size())}));
    QCOMPARE(frame.bytesOf(node), Told);
}

} // namespace

class tst_SealedSessions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void asClient_data();
    static void asClient();
    static void asListener_data() { asClient_data(); }
    static void asListener();
    static void between_data();
    static void between();
    static void aWrongPasswordIsMarked();
};

void tst_SealedSessions::asClient_data()
{
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("query");
    QTest::newRow("tfserver E1") << u"tfserver"_s << u"alice:s3cr3t@"_s << u"?encryption=E1"_s;
    QTest::newRow("tfserver E2") << u"tfserver"_s << u"alice:s3cr3t@"_s << u"?encryption=E2"_s;
    QTest::newRow("network-protocol A") << u"network-protocol"_s << QString() << u"?family=A"_s;
    QTest::newRow("network-protocol B") << u"network-protocol"_s << QString() << u"?family=B"_s;
}

void tst_SealedSessions::asClient()
{
    QFETCH(QString, protocol);
    QFETCH(QString, user);
    QFETCH(QString, query);
    ServerOptions options;
    if (!user.isEmpty())
        options.credentials = alice();
    Server server(options);
    server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
    const auto address = server.listen(QUrl(protocol + u"+tcp://127.0.0.1:0"_s));
    QVERIFY(address.has_value());
    Observation seen;
    const QString url = protocol + u"+tcp://"_s + user + u"127.0.0.1:"_s + QString::number(address->port());
    QVERIFY(!seen.start({EndpointRequest::Way::Connect, url + query, {}}).isEmpty());
    QTRY_COMPARE(seen.sessions.sendable().size(), 1);
    MessageDraft draft;
    draft.conversation = seen.sessions.sendable().firstKey();
    draft.kind = MessageDraft::Kind::Request;
    draft.route = u"echo"_s;
    draft.payload = Told;
    seen.sessions.send(draft);
    QTRY_COMPARE(seen.opened().size(), 2); // there and back
    for (const RowNumber row : seen.opened())
        checkLayers(seen.explained(row));
    for (RowNumber row = 0; row < seen.store.endRow(); ++row) {
        const ExplainedFrame frame = seen.explained(row);
        QCOMPARE(frame.dissection().severity(), seen.store.facts(row).severity);
        QVERIFY2(frame.dissection().severity() < Wire::Severity::Error, frame.dissection().root.note.c_str());
    }
}

void tst_SealedSessions::asListener()
{
    QFETCH(QString, protocol);
    QFETCH(QString, user);
    QFETCH(QString, query);
    Observation seen;
    EndpointRequest request {EndpointRequest::Way::Listen, protocol + u"+tcp://127.0.0.1:0"_s, {}};
    if (!user.isEmpty())
        request.users = alice();
    const QUrl address = seen.start(request);
    QVERIFY(!address.isEmpty());
    Client client;
    QVERIFY(client
                .open(QUrl(protocol + u"+tcp://"_s + user + u"127.0.0.1:"_s + QString::number(address.port())
                    + query))
                .has_value());
    QTRY_COMPARE(client.state(), Client::State::Open);
    const auto answer = client.request(u"0"_s, Told); // nobody serves it; it has been said all the same
    QTRY_VERIFY(seen.opened().size() >= 1);
    checkLayers(seen.explained(seen.opened().constFirst()));
}

void tst_SealedSessions::between_data()
{
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("onward");
    QTest::newRow("tfserver E1 to E2")
        << u"tfserver"_s << u"alice:s3cr3t@"_s << u"?encryption=E1"_s << u"?encryption=E2"_s;
    QTest::newRow("network-protocol B to A")
        << u"network-protocol"_s << QString() << u"?family=B"_s << u"?family=A"_s;
}

// Sealed differently on its two sides: each is a conversation, and each is opened.
void tst_SealedSessions::between()
{
    QFETCH(QString, protocol);
    QFETCH(QString, user);
    QFETCH(QString, query);
    QFETCH(QString, onward);
    ServerOptions options;
    if (!user.isEmpty())
        options.credentials = alice();
    Server server(options);
    server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
    const auto served = server.listen(QUrl(protocol + u"+tcp://127.0.0.1:0"_s));
    QVERIFY(served.has_value());
    Observation seen;
    EndpointRequest request {EndpointRequest::Way::Between, protocol + u"+tcp://127.0.0.1:0"_s,
        protocol + u"+tcp://"_s + user + u"127.0.0.1:"_s + QString::number(served->port()) + onward};
    if (!user.isEmpty())
        request.users = alice();
    const QUrl address = seen.start(request);
    QVERIFY(!address.isEmpty());
    Client client;
    QVERIFY(client
                .open(QUrl(protocol + u"+tcp://"_s + user + u"127.0.0.1:"_s + QString::number(address.port())
                    + query))
                .has_value());
    QTRY_COMPARE(client.state(), Client::State::Open);
    const auto answer = client.request(u"echo"_s, Told);
    QTRY_COMPARE(seen.opened().size(), 4); // there and back, on both sides
    QSet<quint32> conversations;
    for (const RowNumber row : seen.opened()) {
        checkLayers(seen.explained(row));
        conversations.insert(seen.store.facts(row).conversation);
    }
    QCOMPARE(conversations.size(), 2);
}

void tst_SealedSessions::aWrongPasswordIsMarked()
{
    Observation seen;
    EndpointRequest request {EndpointRequest::Way::Listen, u"tfserver+tcp://127.0.0.1:0"_s, {}};
    request.users = alice();
    const QUrl address = seen.start(request);
    QVERIFY(!address.isEmpty());
    Client client;
    auto options = client.options();
    options.reconnect.enabled = false;
    client.setOptions(options);
    QVERIFY(client
                .open(QUrl(u"tfserver+tcp://alice:guess@127.0.0.1:"_s + QString::number(address.port())
                    + u"?encryption=E2"_s))
                .has_value());
    QTRY_COMPARE(seen.store.endRow(), RowNumber(4)); // user, two points, the client's tag
    const ExplainedFrame frame = seen.explained(3);
    const int node = frame.findNode("confirmation");
    QVERIFY(node != ExplainedFrame::NoNode);
    const Wire::Field &field = *frame.nodes()[std::size_t(node)].field;
    QCOMPARE(field.severity, Wire::Severity::Error);
    QVERIFY(field.note.starts_with("AuthenticationFailed"));
    QCOMPARE(seen.store.facts(3).severity, Wire::Severity::Error);
}

QTEST_GUILESS_MAIN(tst_SealedSessions)
#include "tst_sealedsessions.moc"

// SPDX-License-Identifier: MIT
// A connection that is taken, when things go, stand still or cannot be: who may delete what, and what waits.
#include <QTcpSocket>
#include <QtEndian>

#include "handoffpair.h"
#include "wire/tfserver/codec.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

namespace {

/// One frame of tfserver in clear.
QByteArray frame(const QByteArray &body)
{
    QByteArray length(4, '\0');
    qToBigEndian(quint32(body.size()), length.data());
    return length + body;
}

/// PacketMeta of generation 4: type 0, this handler, and a payload that follows.
QByteArray opening(char handler)
{
    const auto meta
        = Wire::TfServer::write(Wire::TfServer::Generation::G4, {0, std::uint64_t(handler), true});
    return frame({Wire::asText(meta).data(), qsizetype(meta.size())});
}

} // namespace

class tst_HandoffLifetime : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    static void whatComesBehindIsLeftAloneAndNotLost();
    static void slotsMayDeleteAnything_data();
    static void slotsMayDeleteAnything();
    static void deletedWhileItIsAskedFor();
    static void takenOnlyOnce();
    static void aReplyThatCannotBeSentGrantsNothing();
    static void requestsOfConnectionsThatWentTakeNothing();
    static void aConnectionThatIsLostFailsWhoAsks();
};

// More than the server has room for comes while the handler thinks, and nothing afterwards: it must go on by
// itself where it stopped reading.
void tst_HandoffLifetime::whatComesBehindIsLeftAloneAndNotLost()
{
    ConnectionOptions small;
    small.engine.maxFrameBytesIn = 1'000;
    HandoffPair pair({}, {}, small);
    QVERIFY(pair.isOpen);
    pair.echoes = false;
    QList<Request> kept;
    pair.server.handle(u"handoff"_s, [&](const Request &request) { kept += request; });

    QTcpSocket peer;
    peer.connectToHost(u"127.0.0.1"_s, quint16(pair.server.serverPort()));
    QTRY_COMPARE(peer.state(), QAbstractSocket::ConnectedState);
    const QByteArray body(900, 'x');
    const QByteArray request = opening(1) + frame("please");
    constexpr int Count = 200;
    peer.write(request);
    for (int i = 0; i < Count; ++i)
        peer.write(frame(body));
    QTRY_COMPARE(kept.size(), 1);
    Connection *atServer = kept.first().connection();
    const auto bytesIn = [&] { return qsizetype(atServer->counters().bytesReceived); };
    // One frame and one piece that is read, and not a byte more.
    const qsizetype room = 1'000 + 65'536;
    QTRY_VERIFY(bytesIn() >= room);
    QVERIFY2(bytesIn() <= room + request.size(), qPrintable(QString::number(bytesIn())));
    QTRY_COMPARE(peer.bytesToWrite(), 0);

    pair.grant(kept.takeFirst());
    QVERIFY(pair.atServer);
    QTRY_COMPARE(pair.heard.size(), Count);
    QCOMPARE(pair.heard, QList<QByteArray>(Count, body));
}

void tst_HandoffLifetime::slotsMayDeleteAnything_data()
{
    QTest::addColumn<QString>("when");
    QTest::addColumn<QString>("what");
    for (const QString &when : {u"opened"_s, u"frame"_s, u"closed"_s}) {
        for (const QString &what : {u"stream"_s, u"client"_s, u"server"_s, u"connection"_s})
            QTest::addRow("%s, %s", qPrintable(when), qPrintable(what)) << when << what;
    }
}

void tst_HandoffLifetime::slotsMayDeleteAnything()
{
    QFETCH(QString, when);
    QFETCH(QString, what);
    EndpointPair ends({}, {}, QUrl(u"tfserver+tcp://127.0.0.1:0"_s));
    ends.server->setMayHandOff(u"handoff"_s);
    QPointer<FrameStream> granted;
    ends.server->handle(u"handoff"_s, [&](const Request &request) {
        granted = request.takeConnection().value();
        connect(granted, &FrameStream::opened, granted, [&granted] {
            granted->send("one");
            granted->send("two");
        });
    });
    QVERIFY(ends.open());
    const QPointer<FrameStream> stream = ends.client->connection()->takeConnection(u"handoff"_s);
    bool done = false;
    const auto act = [&] {
        if (std::exchange(done, true))
            return;
        if (what == "stream")
            delete stream.data();
        else if (what == "connection" && granted)
            delete granted->connection(); // ours belongs to the client
        else if (what == "client")
            ends.client.reset();
        else if (what == "server")
            ends.server.reset();
    };
    connect(stream, &FrameStream::frameReceived, stream.data(), [&] {
        if (when == "frame")
            act();
        else if (when == "closed" && ends.server)
            ends.server->connections().first()->abort();
    });
    connect(stream, &FrameStream::opened, stream.data(), [&] {
        if (when == "opened")
            act();
    });
    connect(stream, &FrameStream::closed, stream.data(), [&] {
        if (when == "closed")
            act();
    });
    QTRY_VERIFY(done);
    // Whatever went, the other end hears of it.
    if (what == "server")
        QTRY_VERIFY(!stream || stream->state() == FrameStream::State::Closed);
    else
        QTRY_VERIFY(ends.server->connections().isEmpty());
    QTRY_VERIFY(!granted || granted->state() == FrameStream::State::Closed);
}

void tst_HandoffLifetime::deletedWhileItIsAskedFor()
{
    HandoffPair pair;
    QVERIFY(pair.isOpen);
    delete pair.take();
    QTRY_COMPARE(pair.client.state(), Client::State::Idle);
    QVERIFY2(!pair.error, "nobody is there to be told");
}

void tst_HandoffLifetime::takenOnlyOnce()
{
    HandoffPair pair;
    QVERIFY(pair.isOpen);
    const FrameStream *first = pair.take();
    FrameStream *second = pair.take();
    QSignalSpy failed(second, &FrameStream::failed);
    QVERIFY(failed.wait());
    QCOMPARE(failed.first().first().value<Error>().code(), ErrorCode::InvalidArgument);
    QTRY_COMPARE(first->state(), FrameStream::State::Open);
    QVERIFY(!first->connection()->capabilities().handoff);
    QCOMPARE(first->connection()->protocol(), "tfserver");
}

void tst_HandoffLifetime::aReplyThatCannotBeSentGrantsNothing()
{
    HandoffPair pair;
    QVERIFY(pair.isOpen);
    Error atServer;
    pair.server.handle(u"handoff"_s, [&](const Request &request) {
        const auto taken = request.takeConnection(Reply("switched", {{"headers", "are not there"}}));
        QVERIFY(taken);
        connect(*taken, &FrameStream::failed, &pair.server, [&](const Error &why) { atServer = why; });
    });
    QVERIFY(pair.take());
    QTRY_COMPARE(atServer.code(), ErrorCode::NotSupportedByProtocol);
    QTRY_COMPARE(pair.error.code(), ErrorCode::HandlerFailed);
    QCOMPARE(resultOf(pair.client.request(u"echo"_s, "still here")).value().payload(), "still here");
}

void tst_HandoffLifetime::requestsOfConnectionsThatWentTakeNothing()
{
    HandoffPair pair;
    QVERIFY(pair.isOpen);
    QList<Request> kept;
    pair.server.handle(u"handoff"_s, [&](const Request &request) { kept += request; });
    QVERIFY(pair.take());
    QTRY_COMPARE(kept.size(), 1);
    kept.first().connection()->abort();
    QCOMPARE(kept.first().takeConnection().error().code(), ErrorCode::NotConnected);
    QTRY_VERIFY(!kept.first().connection());
    QCOMPARE(kept.first().takeConnection().error().code(), ErrorCode::NotConnected);
}

void tst_HandoffLifetime::aConnectionThatIsLostFailsWhoAsks()
{
    HandoffPair pair;
    QVERIFY(pair.isOpen);
    pair.server.handle(u"handoff"_s, [](const Request &request) { request.connection()->abort(); });
    QVERIFY(pair.take());
    QTRY_COMPARE(pair.error.code(), ErrorCode::CallLost);
}

QTEST_GUILESS_MAIN(tst_HandoffLifetime)
#include "tst_handofflifetime.moc"

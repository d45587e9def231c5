// SPDX-License-Identifier: MIT
// A connection that is taken from tfserver by both of its ends, in clear and sealed, over sockets.
#include "handoffpair.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

ErrorCode codeOf(const QFuture<Result<Reply>> &future)
{
    const auto result = resultOf(future);
    return result ? ErrorCode::None : result.error().code();
}

} // namespace

class tst_Handoff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    static void framesPassBothWays_data();
    static void framesPassBothWays();
    static void bothEndsMayClose();
    static void aRefusalLeavesTheConnection();
    static void whatWaitsBehindItFails();
    static void onlyWhoMayTakesIt();
    static void timeOutClosesTheConnection();
    static void backpressure();
    static void whoDeletesItCloses();
    static void framesAreBounded();
};

void tst_Handoff::framesPassBothWays_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("query");
    QTest::newRow("G3") << QString() << u"?generation=3"_s;
    QTest::newRow("G4") << QString() << u"?generation=4"_s;
    QTest::newRow("G3, E1") << u"alice:s3cr3t@"_s << u"?generation=3&encryption=E1"_s;
    QTest::newRow("G4, E2") << u"alice:s3cr3t@"_s << u"?generation=4&encryption=E2"_s;
}

void tst_Handoff::framesPassBothWays()
{
    QFETCH(QString, user);
    QFETCH(QString, query);
    HandoffPair pair(user, query);
    QVERIFY(pair.isOpen);
    QCOMPARE(resultOf(pair.client.request(u"echo"_s, "before")).value().payload(), "before");
    FrameStream *stream = pair.take();
    QVERIFY(!stream->send("too early"));
    QSignalSpy opened(stream, &FrameStream::opened);
    QVERIFY(opened.wait());
    QCOMPARE(stream->reply().payload(), "switched");
    QCOMPARE(stream->state(), FrameStream::State::Open);
    const QByteArray large(1'000'000, 'x');
    const QList<QByteArray> frames {"one", "", QByteArray(17, '\0'), large};
    for (const QByteArray &frame : frames)
        QVERIFY(stream->send(frame));
    QTRY_COMPARE(pair.answered.size(), frames.size());
    QCOMPARE(pair.heard, frames);
    QCOMPARE(pair.answered, frames);
    // There is no way back.
    QCOMPARE(codeOf(pair.client.request(u"echo"_s, "x")), ErrorCode::NotSupportedByProtocol);
    QCOMPARE(pair.client.send(u"x"_s, "x").error().code(), ErrorCode::NotSupportedByProtocol);
}

void tst_Handoff::bothEndsMayClose()
{
    for (const bool byClient : {true, false}) {
        HandoffPair pair;
        QVERIFY(pair.isOpen);
        pair.echoes = false;
        FrameStream *stream = pair.take();
        QTRY_COMPARE(stream->state(), FrameStream::State::Open);
        QTRY_VERIFY(pair.atServer && pair.atServer->state() == FrameStream::State::Open);
        QSignalSpy here(stream, &FrameStream::closed);
        QSignalSpy there(pair.atServer, &FrameStream::closed);
        FrameStream *closing = byClient ? stream : pair.atServer.data();
        bool isSilent = false; // asked now: it goes with its connection
        connect(closing, &FrameStream::closed, closing, [&] { isSilent = !closing->send("x"); });
        QVERIFY(closing->send("last words"));
        closing->close();
        QTRY_COMPARE(here.count(), 1);
        QTRY_COMPARE(there.count(), 1);
        QVERIFY(!here.first().first().value<Error>());
        QVERIFY(!there.first().first().value<Error>());
        QCOMPARE((byClient ? pair.heard : pair.answered), QList<QByteArray> {"last words"});
        QVERIFY(isSilent);
    }
}

void tst_Handoff::aRefusalLeavesTheConnection()
{
    HandoffPair pair;
    QVERIFY(pair.isOpen);
    const QPointer<FrameStream> stream = pair.take("no");
    QTRY_COMPARE(pair.error.code(), ErrorCode::HandlerFailed);
    QTRY_VERIFY(!stream);
    QCOMPARE(resultOf(pair.client.request(u"echo"_s, "still here")).value().payload(), "still here");
    const FrameStream *granted = pair.take();
    QTRY_COMPARE(granted->state(), FrameStream::State::Open);
}

void tst_Handoff::whatWaitsBehindItFails()
{
    HandoffPair pair;
    QVERIFY(pair.isOpen);
    const auto before = pair.client.request(u"echo"_s, "before");
    const FrameStream *stream = pair.take();
    const auto behind = pair.client.request(u"echo"_s, "behind");
    QCOMPARE(resultOf(before).value().payload(), "before");
    QCOMPARE(codeOf(behind), ErrorCode::NotSupportedByProtocol);
    QCOMPARE(stream->state(), FrameStream::State::Open);
    QVERIFY(pair.heard.isEmpty());
}

void tst_Handoff::onlyWhoMayTakesIt()
{
    HandoffPair pair;
    QVERIFY(pair.isOpen);
    QList<ErrorCode> codes;
    pair.server.handle(u"other"_s, [&](const Request &request) {
        codes += request.takeConnection().error().code();
        return Reply("as ever");
    });
    QCOMPARE(resultOf(pair.client.request(u"other"_s)).value().payload(), "as ever");
    pair.server.handle(u"handoff"_s, [&](const Request &request) {
        codes += request.takeConnection(Reply::error(1'000, u"no"_s)).error().code();
        request.respond(Reply("answered"));
        codes += request.takeConnection().error().code();
    });
    QCOMPARE(resultOf(pair.client.request(u"handoff"_s)).value().payload(), "answered");
    QCOMPARE(codes, QList<ErrorCode>(3, ErrorCode::InvalidArgument));

    EndpointPair vstp;
    QVERIFY(vstp.open());
    FrameStream *stream = vstp.client->connection()->takeConnection(u"x"_s);
    QSignalSpy failed(stream, &FrameStream::failed);
    QVERIFY(failed.wait());
    QCOMPARE(failed.first().first().value<Error>().code(), ErrorCode::NotSupportedByProtocol);
    QCOMPARE(vstp.client->state(), Client::State::Open);
}

void tst_Handoff::timeOutClosesTheConnection()
{
    HandoffPair pair;
    QVERIFY(pair.isOpen);
    QList<Request> kept;
    pair.server.handle(u"handoff"_s, [&](const Request &request) { kept += request; });
    FrameStream *stream = pair.client.connection()->takeConnection(u"handoff"_s, {}, CallOptions {{}, 50ms});
    QSignalSpy failed(stream, &FrameStream::failed);
    QVERIFY(failed.wait());
    QCOMPARE(failed.first().first().value<Error>().code(), ErrorCode::CallTimedOut);
    QTRY_COMPARE(pair.client.state(), Client::State::Idle);
}

void tst_Handoff::backpressure()
{
    HandoffPair pair;
    QVERIFY(pair.isOpen);
    pair.echoes = false;
    FrameStream *stream = pair.take();
    QTRY_VERIFY(pair.atServer && stream->state() == FrameStream::State::Open);
    pair.atServer->setReceivingPaused(true);
    QSignalSpy writable(stream, &FrameStream::writableChanged);
    const QByteArray frame(100'000, 'x');
    int sent = 0;
    const auto pour = [&] {
        for (; sent < 2'000; ++sent) {
            const auto outcome = stream->send(frame);
            if (outcome == SendResult::Backpressured) {
                ++sent;
                return true;
            }
        }
        return false;
    };
    QTRY_VERIFY(pour());
    QVERIFY(!stream->isWritable());
    QTRY_VERIFY(!writable.isEmpty());
    for (int i = 0; i < 100; ++i)
        sent += stream->send(frame) ? 1 : 0;
    QCOMPARE(stream->send(frame).error().code(), ErrorCode::QueueFull);
    pair.atServer->setReceivingPaused(false);
    QTRY_COMPARE_WITH_TIMEOUT(pair.heard.size(), sent, 20'000);
    QVERIFY(stream->isWritable());
    QVERIFY(writable.last().first().toBool());
}

void tst_Handoff::whoDeletesItCloses()
{
    HandoffPair pair;
    QVERIFY(pair.isOpen);
    const FrameStream *stream = pair.take();
    QTRY_VERIFY(pair.atServer && stream->state() == FrameStream::State::Open);
    delete pair.atServer.data();
    QTRY_COMPARE(pair.client.state(), Client::State::Idle);
}

void tst_Handoff::framesAreBounded()
{
    ConnectionOptions small;
    small.engine.maxFrameBytesOut = 1'000;
    HandoffPair pair({}, {}, small);
    QVERIFY(pair.isOpen);
    FrameStream *stream = pair.take();
    QTRY_COMPARE(stream->state(), FrameStream::State::Open);
    QCOMPARE(stream->send(QByteArray(1'001, 'x')).error().code(), ErrorCode::PayloadTooLarge);
    QSignalSpy refused(stream, &FrameStream::sendFailed);
    QVERIFY(stream->send(QByteArray(1'000, 'x'))); // with its length it is too large
    QVERIFY(refused.wait());
    QCOMPARE(refused.first().first().value<Error>().code(), ErrorCode::PayloadTooLarge);
    QVERIFY(stream->send(QByteArray(996, 'x')));
    QTRY_COMPARE(pair.answered, QList<QByteArray> {QByteArray(996, 'x')});
}

QTEST_GUILESS_MAIN(tst_Handoff)
#include "tst_handoff.moc"

// SPDX-License-Identifier: MIT
// ConnectionOptions::answerTimeout: a handler that does not answer in time has failed, whatever it says
// later.
#include <QPromise>

#include "endpointpair.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_AnswerTimeout : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void aHandlerThatNeverAnswers_data();
    static void aHandlerThatNeverAnswers();
    static void aLateAnswerIsDropped();
    static void aLateFutureIsDropped();
    static void streamsUntilTheFirstItem();
    static void answersInTimeAreNotTouched();
    static void aServerThatClosesWaitsNoLonger();
    static void offUnlessAskedFor();
};

namespace {

ServerOptions withTime(std::chrono::milliseconds timeout)
{
    ServerOptions options;
    options.connection.answerTimeout = timeout;
    return options;
}

/// Serves echo, and hold, whose requests wait in `held`.
struct HoldingPair : EndpointPair {
    explicit HoldingPair(const ServerOptions &options, const QString &protocol = u"vstp"_s)
        : EndpointPair(options, {}, QUrl(protocol + u"+tcp://127.0.0.1:0"_s))
    {
        server->handle(u"np.echo"_s, [](const Request &request) { return request.payload(); });
        server->handle(u"hold"_s, [this](const Request &request) { held += request; });
    }
    [[nodiscard]] QByteArray echo(const QByteArray &payload) const
    {
        const auto answer = resultOf(client->request(u"np.echo"_s, payload));
        return answer ? answer->payload() : answer.error().toString().toUtf8();
    }

    QList<Request> held;
};

} // namespace

void tst_AnswerTimeout::aHandlerThatNeverAnswers_data()
{
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("detail");
    const QString text = u"the application did not answer in time"_s;
    QTest::newRow("vstp") << u"vstp"_s << ErrorCode::AnswerTimedOut << text;
    QTest::newRow("tfserver") << u"tfserver"_s << ErrorCode::HandlerFailed << text;
    // Its wire has no errors: the caller's own time ends the call, and the next answer is the next call's.
    QTest::newRow("network-protocol")
        << u"network-protocol"_s << ErrorCode::CallTimedOut << u"no answer in time"_s;
}

void tst_AnswerTimeout::aHandlerThatNeverAnswers()
{
    QFETCH(const QString, protocol);
    QFETCH(const ErrorCode, code);
    QFETCH(const QString, detail);
    HoldingPair pair(withTime(100ms), protocol);
    QVERIFY(pair.open());
    CallOptions options;
    options.timeout = code == ErrorCode::CallTimedOut ? 3s : 30s;
    const auto future = pair.client->request(u"hold"_s, "never", options);
    QTRY_COMPARE(pair.held.size(), 1);
    QTRY_VERIFY(pair.held.first().isCancelled());
    QVERIFY(code != ErrorCode::CallTimedOut || !future.isFinished()); // so it was not the caller
    QVERIFY(pair.held.first().isAnswered());
    const auto answer = resultOf(future);
    QVERIFY(!answer);
    QCOMPARE(answer.error().code(), code);
    QVERIFY2(answer.error().detail().contains(detail), qPrintable(answer.error().detail()));
    QCOMPARE(pair.echo("goes on"), "goes on");
    pair.held.first().respond(Reply("too late"));
    QCOMPARE(pair.echo("what comes next"), "what comes next");
    QCOMPARE(pair.server->connectionCount(), 1);
}

void tst_AnswerTimeout::aLateAnswerIsDropped()
{
    HoldingPair pair(withTime(50ms));
    QVERIFY(pair.open());
    Call *call = pair.client->call(u"hold"_s);
    QSignalSpy failed(call, &Call::failed);
    QSignalSpy finished(call, &Call::finished);
    QSignalSpy strays(pair.client.get(), &Client::messageReceived);
    QSignalSpy unsent(pair.atServer, &Connection::sendFailed);
    QTRY_COMPARE(failed.size(), 1);
    pair.held.first().respond(Reply("late"));
    pair.held.clear();
    QCOMPARE(pair.echo("behind it"), "behind it"); // nothing stands between
    QVERIFY(finished.isEmpty() && strays.isEmpty() && unsent.isEmpty());
}

void tst_AnswerTimeout::aLateFutureIsDropped()
{
    HoldingPair pair(withTime(50ms));
    QPromise<Reply> promise;
    promise.start();
    pair.server->handle(u"future"_s, [&promise](const Request &) { return promise.future(); });
    QVERIFY(pair.open());
    QCOMPARE(resultOf(pair.client->request(u"future"_s)).error().code(), ErrorCode::AnswerTimedOut);
    promise.addResult(Reply("late"));
    promise.finish();
    QCOMPARE(pair.echo("behind it"), "behind it");
}

void tst_AnswerTimeout::streamsUntilTheFirstItem()
{
    HoldingPair pair(withTime(100ms));
    std::optional<ReplyStream> begun;
    std::optional<ReplyStream> silent;
    int cancelled = 0;
    pair.server->handleStream(u"begun"_s, [&](const Request &, const ReplyStream &stream) {
        QVERIFY(stream.write("first"));
        begun = stream;
    });
    pair.server->handleStream(u"silent"_s, [&](const Request &, const ReplyStream &stream) {
        connect(stream.notifier(), &ReplyStreamNotifier::cancelled, qApp, [&cancelled] { ++cancelled; });
        silent = stream;
    });
    QVERIFY(pair.open());
    Call *one = pair.client->call(u"begun"_s);
    QSignalSpy items(one, &Call::itemReceived);
    QSignalSpy finished(one, &Call::finished);
    QTRY_COMPARE(items.size(), 1);
    // Those that come later expire twice while that one takes its time.
    for (int times = 1; times <= 2; ++times) {
        QCOMPARE(resultOf(pair.client->request(u"silent"_s)).error().code(), ErrorCode::AnswerTimedOut);
        QCOMPARE(cancelled, times);
        QVERIFY(silent->isCancelled() && silent->isFinished());
        QCOMPARE(silent->write("late").error().code(), ErrorCode::CallCancelled);
    }
    QVERIFY(!begun->isCancelled());
    QVERIFY(begun->write("second"));
    begun->end("over");
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(items.size(), 2);
}

void tst_AnswerTimeout::answersInTimeAreNotTouched()
{
    HoldingPair pair(withTime(100ms));
    QVERIFY(pair.open());
    QSignalSpy strays(pair.client.get(), &Client::messageReceived);
    for (int i = 0; i < 20; ++i)
        QCOMPARE(pair.echo(QByteArray::number(i)), QByteArray::number(i));
    // Their time is over before that of this one.
    QCOMPARE(resultOf(pair.client->request(u"hold"_s)).error().code(), ErrorCode::AnswerTimedOut);
    QVERIFY(strays.isEmpty());
}

void tst_AnswerTimeout::aServerThatClosesWaitsNoLonger()
{
    HoldingPair pair(withTime(200ms));
    QVERIFY(pair.open());
    const auto answer = pair.client->request(u"hold"_s);
    QTRY_COMPARE(pair.held.size(), 1);
    QSignalSpy errors(pair.atServer, &Connection::errorOccurred);
    QSignalSpy closed(pair.server.get(), &Server::closed);
    pair.server->close();
    QCOMPARE(resultOf(answer).error().code(), ErrorCode::AnswerTimedOut);
    QTRY_COMPARE(closed.size(), 1);
    QVERIFY(errors.isEmpty()); // it has drained
}

void tst_AnswerTimeout::offUnlessAskedFor()
{
    HoldingPair pair(ServerOptions {});
    QVERIFY(pair.open());
    const auto answer = pair.client->request(u"hold"_s);
    QTRY_COMPARE(pair.held.size(), 1);
    const auto patient = pair.client->request(u"hold"_s, {}, CallOptions {{}, 300ms});
    QCOMPARE(resultOf(patient).error().code(), ErrorCode::CallTimedOut);
    QVERIFY(!pair.held.first().isCancelled());
    pair.held.first().respond(Reply("at last"));
    QCOMPARE(resultOf(answer)->payload(), "at last");
}

QTEST_GUILESS_MAIN(tst_AnswerTimeout)
#include "tst_answertimeout.moc"

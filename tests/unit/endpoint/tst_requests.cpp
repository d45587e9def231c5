// SPDX-License-Identifier: MIT
#include <stdexcept>

#include <QPromise>
#include <QTest>
#include <QTimer>

#include "endpointpair.h"

using namespace Halyard;

struct SumRequest {
    Q_GADGET
    Q_PROPERTY(int a MEMBER a)
    Q_PROPERTY(int b MEMBER b)
public:
    int a = 0;
    int b = 0;
};

struct SumReply {
    Q_GADGET
    Q_PROPERTY(int sum MEMBER sum)
public:
    int sum = 0;
};

namespace {

class Adder : public QObject
{
public:
    Reply add(const Request &request)
    {
        int sum = 0;
        for (const QByteArray &number : request.payload().split(' '))
            sum += number.toInt();
        return QByteArray::number(sum);
    }
};

} // namespace

/// Every way to handle a request, and every way for it to end.
class tst_Requests : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();

    void lambdaReplies();
    void slotReplies();
    void typedReplies();
    void receiverGone();
    void futureReplies();
    void failedFuture();
    void laterReply();
    void repliesOutOfOrder();
    void headersBothWays();
    void emptyAndLargePayloads();
    void unknownRoute();
    void applicationError();
    void throwingHandler();
    void forgottenRequest();
    void bothWays();
    void timeout();
    void cancelledCall();
    void notConnected();
    void tooManyOpen();
    void callDestroyed();

private:
    std::unique_ptr<EndpointPair> m_pair;
};

void tst_Requests::initTestCase_data()
{
    QTest::addColumn<bool>("memory");
    QTest::newRow("memory") << true;
    QTest::newRow("tcp") << false;
}

void tst_Requests::init()
{
    QFETCH_GLOBAL(bool, memory);
    m_pair = memory ? std::make_unique<EndpointPair>(EndpointPair::inMemory())
                    : std::make_unique<EndpointPair>();
    QVERIFY(m_pair->open());
}

void tst_Requests::cleanup() { m_pair.reset(); }

void tst_Requests::lambdaReplies()
{
    m_pair->server->handle("echo", [](const Request &request) { return Reply(request.payload()); });
    m_pair->server->handle("bytes", [](const Request &) { return QByteArray("plain bytes"); });
    const auto reply = resultOf(m_pair->client->request("echo", "hello"));
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().toString()));
    QCOMPARE(reply->payload(), QByteArray("hello"));
    QCOMPARE(resultOf(m_pair->client->request("bytes"))->payload(), QByteArray("plain bytes"));
}

void tst_Requests::slotReplies()
{
    Adder adder;
    m_pair->server->handle("sum", &adder, &Adder::add);
    QCOMPARE(resultOf(m_pair->client->request("sum", "1 2 39"))->payload(), QByteArray("42"));
}

void tst_Requests::typedReplies()
{
    m_pair->server->handle<SumRequest, SumReply>(
        "sum", [](const SumRequest &request) { return SumReply {request.a + request.b}; });
    const auto future = m_pair->client->request<SumReply>("sum", SumRequest {40, 2});
    QTRY_VERIFY(future.isFinished());
    QVERIFY(future.result());
    QCOMPARE(future.result()->sum, 42);
    const auto wrong = resultOf(m_pair->client->request("sum", "no CBOR"));
    QCOMPARE(wrong.error().code(), ErrorCode::DeserializationFailed);
}

void tst_Requests::receiverGone()
{
    auto adder = std::make_unique<Adder>();
    m_pair->server->handle("sum", adder.get(), &Adder::add);
    adder.reset();
    QCOMPARE(resultOf(m_pair->client->request("sum", "1")).error().code(), ErrorCode::NoSuchRoute);
}

void tst_Requests::futureReplies()
{
    QPromise<Reply> promise;
    promise.start();
    m_pair->server->handle("slow", [&](const Request &) { return promise.future(); });
    const auto future = m_pair->client->request("slow");
    m_pair->server->handle("ping", [](const Request &) { return QByteArray(); });
    QVERIFY(resultOf(m_pair->client->request("ping")));
    QVERIFY(!future.isFinished());
    promise.addResult(Reply("done"));
    promise.finish();
    QCOMPARE(resultOf(future)->payload(), QByteArray("done"));
}

void tst_Requests::failedFuture()
{
    m_pair->server->handle("thrown", [](const Request &) {
        QPromise<Reply> promise;
        promise.start();
        promise.setException(std::make_exception_ptr(std::runtime_error("secret")));
        promise.finish();
        return promise.future();
    });
    m_pair->server->handle("cancelled", [](const Request &) {
        QPromise<Reply> promise;
        promise.start();
        promise.future().cancel();
        promise.finish();
        return promise.future();
    });
    for (const char *route : {"thrown", "cancelled"}) {
        const auto reply = resultOf(m_pair->client->request(route));
        QCOMPARE(reply.error().code(), ErrorCode::HandlerFailed);
        QVERIFY(!reply.error().detail().contains("secret"));
    }
}

void tst_Requests::laterReply()
{
    std::optional<Request> kept;
    m_pair->server->handle("later", [&](const Request &request) { kept = request; });
    const auto future = m_pair->client->request("later");
    QTRY_VERIFY(kept);
    kept->respond(Reply("now"));
    kept->respond(Reply("twice")); // only the first answer counts
    QCOMPARE(resultOf(future)->payload(), QByteArray("now"));
}

void tst_Requests::repliesOutOfOrder()
{
    QList<Request> kept;
    m_pair->server->handle("later", [&](const Request &request) { kept += request; });
    const auto first = m_pair->client->request("later", "1");
    const auto second = m_pair->client->request("later", "2");
    QTRY_COMPARE(kept.size(), 2);
    kept[1].respond(Reply(kept[1].payload()));
    QCOMPARE(resultOf(second)->payload(), QByteArray("2"));
    QVERIFY(!first.isFinished());
    kept[0].respond(Reply(kept[0].payload()));
    QCOMPARE(resultOf(first)->payload(), QByteArray("1"));
}

void tst_Requests::headersBothWays()
{
    m_pair->server->handle("headers", [](const Request &request) { return Reply("x", request.headers()); });
    Headers headers {{"a", "1"}, {"a", "2"}, {"", ""}, {"bin", QByteArrayView("\0\xff", 2)}};
    const auto reply = resultOf(m_pair->client->request("headers", {}, {headers, {}}));
    QVERIFY(reply);
    QCOMPARE(reply->headers(), headers);
}

void tst_Requests::emptyAndLargePayloads()
{
    m_pair->server->handle("echo", [](const Request &request) { return Reply(request.payload()); });
    for (const int size : {0, 1, 65'536, 1'000'000, 8'000'000}) {
        const QByteArray payload(size, 'x');
        const auto reply = resultOf(m_pair->client->request("echo", payload));
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().toString()));
        QCOMPARE(reply->payload(), payload);
    }
    const auto tooLarge = resultOf(m_pair->client->request("echo", QByteArray(8'388'609, 'x')));
    QCOMPARE(tooLarge.error().code(), ErrorCode::PayloadTooLarge);
    // Its payload alone fits, with what surrounds it it does not: that shows only when it is encoded.
    const auto justTooLarge = resultOf(m_pair->client->request("echo", QByteArray(8'388'600, 'x')));
    QCOMPARE(justTooLarge.error().code(), ErrorCode::PayloadTooLarge);
    QVERIFY(resultOf(m_pair->client->request("echo", "still there")));
}

void tst_Requests::unknownRoute()
{
    const auto reply = resultOf(m_pair->client->request("nowhere"));
    QCOMPARE(reply.error().code(), ErrorCode::NoSuchRoute);
    QCOMPARE(reply.error().origin(), ErrorOrigin::Peer);
}

void tst_Requests::applicationError()
{
    m_pair->server->handle(
        "fail", [](const Request &) { return Reply::error(1007, QStringLiteral("no coffee")); });
    const auto reply = resultOf(m_pair->client->request("fail"));
    QVERIFY(reply.error().isApplication());
    QCOMPARE(reply.error().number(), quint16(1007));
    QCOMPARE(reply.error().detail(), QStringLiteral("no coffee"));
}

void tst_Requests::throwingHandler()
{
    m_pair->server->handle("throw", [](const Request &) -> Reply { throw std::runtime_error("secret"); });
    QTest::ignoreMessage(QtWarningMsg, "the handler of route \"throw\" threw");
    const auto reply = resultOf(m_pair->client->request("throw"));
    QCOMPARE(reply.error().code(), ErrorCode::HandlerFailed);
    QVERIFY(!reply.error().detail().contains("secret"));
}

void tst_Requests::forgottenRequest()
{
    m_pair->server->handle("forget", [](const Request &) {});
    QCOMPARE(resultOf(m_pair->client->request("forget")).error().code(), ErrorCode::HandlerFailed);
}

void tst_Requests::bothWays()
{
    m_pair->client->handle("who", [](const Request &) { return QByteArray("the client"); });
    QCOMPARE(resultOf(m_pair->atServer->request("who"))->payload(), QByteArray("the client"));
}

void tst_Requests::timeout()
{
    std::optional<Request> kept;
    m_pair->server->handle("later", [&](const Request &request) { kept = request; });
    const auto reply = resultOf(m_pair->client->request("later", {}, {{}, std::chrono::milliseconds(20)}));
    QCOMPARE(reply.error().code(), ErrorCode::CallTimedOut);
    QTRY_VERIFY(kept && kept->isCancelled()); // the server was told
    kept->respond(Reply("too late"));
    m_pair->server->handle("echo", [](const Request &request) { return Reply(request.payload()); });
    QCOMPARE(resultOf(m_pair->client->request("echo", "on"))->payload(), QByteArray("on"));
}

void tst_Requests::cancelledCall()
{
    std::optional<Request> kept;
    m_pair->server->handle("later", [&](const Request &request) { kept = request; });
    Call *call = m_pair->client->call("later");
    QSignalSpy failed(call, &Call::failed);
    QSignalSpy destroyed(call, &QObject::destroyed);
    QTRY_VERIFY(kept);
    call->cancel();
    QVERIFY(failed.isEmpty()); // never from inside the call
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed.first().first().value<Error>().code(), ErrorCode::CallCancelled);
    QTRY_VERIFY(kept->isCancelled());
    QTRY_COMPARE(destroyed.size(), 1);
}

void tst_Requests::notConnected()
{
    Client client;
    QCOMPARE(resultOf(client.request("x")).error().code(), ErrorCode::NotConnected);
    Call *call = client.call("x");
    QSignalSpy failed(call, &Call::failed);
    QVERIFY(failed.wait());
    QCOMPARE(failed.first().first().value<Error>().code(), ErrorCode::NotConnected);
    const SendOutcome sent = client.send("x", "y");
    QVERIFY(!sent);
    QCOMPARE(sent.error().code(), ErrorCode::NotConnected);
}

void tst_Requests::tooManyOpen()
{
    QList<Request> kept;
    m_pair->server->handle("later", [&](const Request &request) { kept += request; });
    QList<QFuture<Result<Reply>>> futures;
    for (int i = 0; i < 1024; ++i)
        futures += m_pair->client->request("later");
    QCOMPARE(resultOf(m_pair->client->request("later")).error().code(), ErrorCode::CallRefused);
    QTRY_COMPARE(kept.size(), 1024);
    for (const Request &request : std::as_const(kept))
        request.respond(Reply("ok"));
    for (const auto &future : std::as_const(futures))
        QVERIFY(resultOf(future));
}

void tst_Requests::callDestroyed()
{
    std::optional<Request> kept;
    m_pair->server->handle("later", [&](const Request &request) { kept = request; });
    std::unique_ptr<Call> call(m_pair->client->call("later"));
    QTRY_VERIFY(kept);
    QVERIFY(!kept->isCancelled());
    call.reset();
    QTRY_VERIFY(kept->isCancelled());
}

QTEST_GUILESS_MAIN(tst_Requests)
#include "tst_requests.moc"

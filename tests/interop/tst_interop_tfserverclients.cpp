// SPDX-License-Identifier: MIT
#include <memory>

#include <QSignalSpy>

#include "bytebybyte.h"
#include "endpoint/server.h"
#include "tfserverpeer.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using ErrorKind = Wire::TfServer::ServerError::Kind;

/// Clients of the published crate, each version, in clear and sealed, against our server.
class tst_InteropTfServerClients : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void calls_data() { addTfServerRows(); }
    void calls();
    void emptyPayloadsKeepStep_data() { addTfServerRows(); }
    void emptyPayloadsKeepStep();
    void errors_data() { addTfServerRows(); }
    void errors();
    void manyRequests_data() { addTfServerRows(); }
    void manyRequests();
    void payloadsAtTheLimit_data() { addTfServerRows(); }
    void payloadsAtTheLimit();
    void wrongCredentials_data() { addTfServerRows(false); }
    void wrongCredentials();
    void oneByteAtATime_data() { addTfServerRows(); }
    void oneByteAtATime();
    void hundredsAtOnce_data() { addTfServerRows(false); }
    void hundredsAtOnce();
    void allAtOnceOnOnePort();

private:
    [[nodiscard]] bool listen(bool withUsers, bool clearToo, TransportOptions transport = {});
    /// A client that is connected as the row says.
    [[nodiscard]] std::unique_ptr<RustPeer> client(const TransportOptions &transport = {})
    {
        QFETCH(int, version);
        QFETCH(bool, sealed);
        m_version = TfServerVersions.at(std::size_t(version));
        if (!listen(sealed, false, transport))
            return nullptr;
        auto peer = std::make_unique<RustPeer>(m_version.program(), QStringList {u"client"_s});
        connectTo(*peer, 1, m_server->serverPort(), sealed ? u"alice"_s : QString(), u"s3cr3t"_s);
        return peer->next()["event"].toString() == u"connected"_s ? std::move(peer) : nullptr;
    }

    TfServerVersion m_version {};
    std::unique_ptr<Server> m_server;
};

bool tst_InteropTfServerClients::listen(bool withUsers, bool clearToo, TransportOptions transport)
{
    ServerOptions options;
    options.transport = std::move(transport);
    options.connection.engine.maxFrameBytesIn = 8'388'608 + 4;
    options.connection.engine.maxFrameBytesOut = 8'388'608 + 4;
    Wire::OptionValues values {{"server-id", "room"}};
    if (clearToo)
        values.insert({"clear", "serve"});
    options.protocolOptions[u"tfserver"_s] = values;
    if (withUsers)
        options.credentials = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
    m_server = std::make_unique<Server>(options);
    m_server->handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
    m_server->handle(u"fail"_s, [](const Request &request) {
        return Reply::error(1'000, u"refused: "_s + QString::fromUtf8(request.payload()));
    });
    m_server->handle(
        u"typed"_s, [](const Request &request) { return Reply(request.headers().value("type")); });
    m_server->setTypes(u"typed"_s, {7, 9});
    return m_server->listen(QUrl(u"tfserver+tcp://127.0.0.1:0"_s)).has_value();
}

void tst_InteropTfServerClients::calls()
{
    const auto peer = client();
    QVERIFY(peer);
    call(*peer, 1, u"echo"_s, "hello");
    QCOMPARE(answer(*peer), "hello");
    call(*peer, 1, 0, "by number");
    QCOMPARE(answer(*peer), "by number");
    call(*peer, 1, u"typed"_s, "x", 7);
    QCOMPARE(answer(*peer), "7");
    call(*peer, 1, u"typed"_s, "x", 9);
    QCOMPARE(answer(*peer), "9");
    QCOMPARE(peer->finish(), 0);
}

void tst_InteropTfServerClients::emptyPayloadsKeepStep()
{
    const auto peer = client();
    QVERIFY(peer);
    for (const QByteArray &data :
        {QByteArray(), QByteArray(), QByteArray("one"), QByteArray(), QByteArray("two")}) {
        call(*peer, 1, u"echo"_s, data);
        QCOMPARE(answer(*peer), data);
    }
    // The look-up of another name is not answered by anything that was left over.
    call(*peer, 1, u"typed"_s, "", 7);
    QCOMPARE(answer(*peer), "7");
    QCOMPARE(peer->finish(), 0);
}

void tst_InteropTfServerClients::errors()
{
    const auto peer = client();
    QVERIFY(peer);
    call(*peer, 1, u"fail"_s, "no");
    QCOMPARE(answer(*peer), m_version.error(ErrorKind::InternalError, "refused: no"));
    call(*peer, 1, u"typed"_s, "x", 8); // the crate's server would take it: Q4
    QCOMPARE(answer(*peer), m_version.error(ErrorKind::NoSuchHandler));
    call(*peer, 1, 77, "x");
    QCOMPARE(answer(*peer), m_version.error(ErrorKind::NoSuchHandler));
    call(*peer, 1, u"nobody"_s, "x");
    QCOMPARE(answer(*peer), "LOST"); // that is how the crate says it
    call(*peer, 1, u"echo"_s, "none the worse");
    QCOMPARE(answer(*peer), "none the worse");
    QCOMPARE(peer->finish(), 0);
}

void tst_InteropTfServerClients::manyRequests()
{
    const auto peer = client();
    QVERIFY(peer);
    for (int i = 0; i < 700; ++i)
        call(*peer, 1, u"echo"_s, QByteArray::number(i));
    for (int i = 0; i < 700; ++i)
        QCOMPARE(answer(*peer), QByteArray::number(i));
    QCOMPARE(peer->finish(), 0);
}

void tst_InteropTfServerClients::payloadsAtTheLimit()
{
    QFETCH(bool, sealed);
    const auto peer = client();
    QVERIFY(peer);
    const qsizetype overhead = !sealed ? 0 : m_version.encryption == QByteArray("E2") ? 16 : 24;
    const QByteArray largest(8'388'608 - overhead, 'x');
    call(*peer, 1, u"echo"_s, largest);
    QCOMPARE(answer(*peer), largest);
    QCOMPARE(peer->finish(), 0);
}

void tst_InteropTfServerClients::wrongCredentials()
{
    QFETCH(int, version);
    m_version = TfServerVersions.at(std::size_t(version));
    QVERIFY(listen(true, false));
    QSignalSpy refused(m_server.get(), &Server::connectionRefused);
    RustPeer peer(m_version.program(), {u"client"_s});
    const bool confirms = m_version.encryption == QByteArray("E2");
    int connection = 0;
    for (const auto &[user, password] :
        {std::pair(u"alice"_s, u"guess"_s), std::pair(u"mallory"_s, u"s3cr3t"_s)}) {
        connectTo(peer, ++connection, m_server->serverPort(), user, password);
        // A wrong password and an unknown user are one and the same to whoever tries them.
        QCOMPARE(peer.next()["event"].toString(), confirms ? u"refused"_s : u"connected"_s);
        if (!confirms) {
            call(peer, connection, u"echo"_s, "x");
            QCOMPARE(answer(peer), "LOST");
        }
        QTRY_COMPARE(refused.count(), connection);
        QCOMPARE(refused.last()[1].value<Error>().code(), ErrorCode::AuthenticationFailed);
    }
    QCOMPARE(peer.finish(), 0);
}

void tst_InteropTfServerClients::oneByteAtATime()
{
    const auto peer = client(byteByByte());
    QVERIFY(peer);
    call(*peer, 1, u"echo"_s, "drop by drop");
    QCOMPARE(answer(*peer), "drop by drop");
    call(*peer, 1, u"echo"_s, "");
    QCOMPARE(answer(*peer), "");
    call(*peer, 1, u"fail"_s, "x");
    QCOMPARE(answer(*peer), m_version.error(ErrorKind::InternalError, "refused: x"));
    const QByteArray longer(2'000, 'x');
    call(*peer, 1, u"typed"_s, "", 9);
    QCOMPARE(answer(*peer), "9");
    call(*peer, 1, u"echo"_s, longer);
    QCOMPARE(answer(*peer), longer);
    QCOMPARE(peer->finish(), 0);
}

// The crate's own server loses 60 to 200 of them.
void tst_InteropTfServerClients::hundredsAtOnce()
{
    QFETCH(int, version);
    m_version = TfServerVersions.at(std::size_t(version));
    QVERIFY(listen(true, false));
    QSignalSpy refused(m_server.get(), &Server::connectionRefused);
    RustPeer peer(m_version.program(), {u"client"_s});
    constexpr int Count = 500;
    for (int i = 1; i <= Count; ++i) {
        connectTo(peer, i, m_server->serverPort(), u"alice"_s, u"s3cr3t"_s);
        // At once: a connection counts as being in its handshake until the first record has told E1 from E2.
        call(peer, i, u"echo"_s, QByteArray::number(i));
    }
    for (int i = 1; i <= Count; ++i) {
        QVERIFY(!peer.next(u"connected"_s, i).isEmpty());
        QCOMPARE(answerIn(peer.next(u"answer"_s, i)), QByteArray::number(i));
    }
    QCOMPARE(m_server->connectionCount(), Count);
    QCOMPARE(refused.count(), 0);
    QCOMPARE(peer.finish(), 0);
}

void tst_InteropTfServerClients::allAtOnceOnOnePort()
{
    QVERIFY(listen(true, true));
    QList<std::shared_ptr<RustPeer>> peers;
    for (const TfServerVersion &version : TfServerVersions) {
        const auto peer = std::make_shared<RustPeer>(version.program(), QStringList {u"client"_s});
        connectTo(*peer, 1, m_server->serverPort(), u"alice"_s, u"s3cr3t"_s);
        connectTo(*peer, 2, m_server->serverPort());
        peers += peer;
    }
    for (const auto &peer : peers) {
        for (const int connection : {1, 2})
            QVERIFY(!peer->next(u"connected"_s, connection).isEmpty());
    }
    QTRY_COMPARE(m_server->connectionCount(), 6);
    for (int turn = 0; turn < 20; ++turn) {
        for (const auto &peer : peers) {
            for (const int connection : {1, 2})
                call(*peer, connection, u"echo"_s, QByteArray::number(turn * 10 + connection));
        }
        for (const auto &peer : peers) {
            for (const int connection : {1, 2}) {
                const auto event = peer->next(u"answer"_s, connection);
                QCOMPARE(QByteArray::fromHex(event["data"].toString().toLatin1()),
                    QByteArray::number(turn * 10 + connection));
            }
        }
    }
    for (const auto &peer : peers)
        QCOMPARE(peer->finish(), 0);
}

QTEST_GUILESS_MAIN(tst_InteropTfServerClients)
#include "tst_interop_tfserverclients.moc"

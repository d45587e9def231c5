// SPDX-License-Identifier: MIT
#include <memory>

#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>

#include "endpoint/client.h"
#include "tfserverpeer.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype LargestBody = 8'388'608;

Result<Reply> resultOf(const QFuture<Result<Reply>> &future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 60'000))
        return failure(ErrorCode::CallTimedOut, ErrorOrigin::Local, u"the test"_s);
    return future.result();
}

/// Passes bytes on one at a time, both ways.
class Dripping
{
public:
    explicit Dripping(quint16 to)
        : m_to(to)
    {
        m_listener.listen(QHostAddress::LocalHost);
        QObject::connect(&m_listener, &QTcpServer::newConnection, &m_listener, [this] {
            QTcpSocket *in = m_listener.nextPendingConnection();
            auto *out = new QTcpSocket(in);
            out->connectToHost(QHostAddress::LocalHost, m_to);
            for (QTcpSocket *socket : {in, out})
                socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
            pass(in, out);
            pass(out, in);
        });
    }
    [[nodiscard]] quint16 port() const { return m_listener.serverPort(); }

private:
    static void pass(QTcpSocket *from, QTcpSocket *to)
    {
        const auto drip = [from, to] {
            while (to->state() == QAbstractSocket::ConnectedState && from->bytesAvailable() > 0) {
                to->write(from->read(1));
                to->flush();
            }
        };
        QObject::connect(from, &QTcpSocket::readyRead, to, drip);
        QObject::connect(to, &QTcpSocket::connected, to, drip);
        QObject::connect(from, &QTcpSocket::disconnected, to, &QTcpSocket::disconnectFromHost);
    }

    quint16 m_to;
    QTcpServer m_listener;
};

} // namespace

/// Our client against servers of the published crate, each version, in clear and sealed.
class tst_InteropTfServerServers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void calls_data() { addTfServerRows(); }
    void calls();
    void errors_data() { addTfServerRows(); }
    void errors();
    void manyRequestsInOneGo_data() { addTfServerRows(); }
    void manyRequestsInOneGo();
    void payloadsAtTheLimit_data() { addTfServerRows(); }
    void payloadsAtTheLimit();
    void oneByteAtATime_data() { addTfServerRows(); }
    void oneByteAtATime();
    void wrongCredentials_data() { addTfServerRows(false); }
    void wrongCredentials();

private:
    [[nodiscard]] static QString text(ErrorCode code) { return Error(code, ErrorOrigin::Local).toString(); }
    [[nodiscard]] bool open(quint16 port, const QString &user)
    {
        auto options = m_client->options();
        options.reconnect.enabled = false;
        options.connection.engine.maxFrameBytesIn = std::size_t(LargestBody) + 4;
        options.connection.engine.maxFrameBytesOut = std::size_t(LargestBody) + 4;
        m_client->setOptions(options);
        const QString who = user.isEmpty() ? user : user + u"@"_s;
        const QString serverName = user.isEmpty() ? QString() : u"&server-id=room"_s;
        return m_client->open(QUrl(u"tfserver+tcp://"_s + who + u"127.0.0.1:"_s + QString::number(port)
                   + m_version.options() + serverName))
            && QTest::qWaitFor([this] { return m_client->state() != Client::State::Connecting; }, 20'000)
            && m_client->state() == Client::State::Open;
    }
    [[nodiscard]] bool open() { return open(m_port, m_sealed ? u"alice:s3cr3t"_s : QString()); }
    [[nodiscard]] Result<Reply> ask(
        const QString &route, const QByteArray &payload, const QByteArray &type = {})
    {
        CallOptions options;
        if (!type.isEmpty())
            options.headers = Headers {{"type", type}};
        return resultOf(m_client->request(route, payload, options));
    }

    TfServerVersion m_version {};
    bool m_sealed = false;
    std::unique_ptr<RustPeer> m_peer;
    quint16 m_port = 0;
    std::unique_ptr<Client> m_client;
    Error m_error;
};

void tst_InteropTfServerServers::init()
{
    QFETCH(int, version);
    QFETCH(bool, sealed);
    m_version = TfServerVersions.at(std::size_t(version));
    m_sealed = sealed;
    QStringList arguments {u"serve"_s};
    if (sealed)
        arguments += {u"alice"_s, u"s3cr3t"_s, u"room"_s};
    m_peer = std::make_unique<RustPeer>(m_version.program(), arguments);
    m_port = m_peer->address().section(u':', 1).toUShort();
    QVERIFY(m_port != 0);
    m_client = std::make_unique<Client>();
    m_error = {};
    connect(m_client.get(), &Client::errorOccurred, this, [this](const Error &error) { m_error = error; });
}

void tst_InteropTfServerServers::cleanup()
{
    m_client.reset();
    if (m_peer)
        QCOMPARE(m_peer->finish(), 0);
    m_peer.reset();
}

void tst_InteropTfServerServers::calls()
{
    QVERIFY(open());
    QCOMPARE(ask(u"echo"_s, "hello").value().payload(), "hello");
    QCOMPARE(ask(u"echo"_s, "").value().payload(), "");
    QCOMPARE(ask(u"echo"_s, "again").value().payload(), "again");
    QCOMPARE(ask(u"0"_s, "by number").value().payload(), "by number");
    QCOMPARE(ask(u"typed"_s, "seven", "7").value().payload(), "seven");
}

void tst_InteropTfServerServers::errors()
{
    QVERIFY(open());
    const auto failed = ask(u"fail"_s, "no");
    QVERIFY(!failed);
    QCOMPARE(failed.error().code(), ErrorCode::HandlerFailed);
    QCOMPARE(failed.error().detail(), u"refused: no"_s);
    QCOMPARE(ask(u"nobody"_s, "x").error().code(), ErrorCode::NoSuchRoute);
    QCOMPARE(ask(u"99"_s, "x").error().code(), ErrorCode::NoSuchRoute);
    QCOMPARE(ask(u"typed"_s, "x", "1").error().code(), ErrorCode::NoSuchRoute);
    QCOMPARE(ask(u"echo"_s, "none the worse").value().payload(), "none the worse");
}

void tst_InteropTfServerServers::manyRequestsInOneGo()
{
    QVERIFY(open());
    std::vector<QFuture<Result<Reply>>> replies;
    for (int i = 0; i < 700; ++i)
        replies.push_back(m_client->request(i % 7 == 0 ? u"fail"_s : u"echo"_s, QByteArray::number(i)));
    for (int i = 0; i < 700; ++i) {
        const auto reply = resultOf(replies[std::size_t(i)]);
        QCOMPARE(reply ? reply->payload() : reply.error().detail().toUtf8().sliced(9), QByteArray::number(i));
    }
}

void tst_InteropTfServerServers::payloadsAtTheLimit()
{
    QVERIFY(open());
    const bool isE2 = m_version.encryption == QByteArray("E2");
    const qsizetype overhead = !m_sealed ? 0 : isE2 ? 16 : 24;
    const QByteArray largest(LargestBody - overhead, 'x');
    const auto reply = ask(u"echo"_s, largest);
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().toString()));
    QCOMPARE(reply->payload(), largest);
    QCOMPARE(ask(u"echo"_s, largest + 'x').error().code(), ErrorCode::PayloadTooLarge);
    QCOMPARE(ask(u"echo"_s, "still here").value().payload(), "still here");
}

void tst_InteropTfServerServers::oneByteAtATime()
{
    const Dripping relay(m_port);
    QVERIFY(open(relay.port(), m_sealed ? u"alice:s3cr3t"_s : QString()));
    QCOMPARE(ask(u"echo"_s, "drop by drop").value().payload(), "drop by drop");
    QCOMPARE(ask(u"fail"_s, "x").error().detail(), u"refused: x"_s);
}

void tst_InteropTfServerServers::wrongCredentials()
{
    const bool confirms = m_version.encryption == QByteArray("E2");
    for (const QString &user : {u"alice:guess"_s, u"mallory:s3cr3t"_s}) {
        m_client = std::make_unique<Client>();
        connect(
            m_client.get(), &Client::errorOccurred, this, [this](const Error &error) { m_error = error; });
        const bool isOpen = open(m_port, user);
        // The crate drops users that it does not know before it has answered anything.
        const bool isKnown = user.startsWith(u"alice"_s);
        QCOMPARE(isOpen, isKnown && !confirms);
        if (isOpen)
            QCOMPARE(ask(u"echo"_s, "x").error().code(), ErrorCode::CallLost);
        else if (isKnown)
            QCOMPARE(m_error.code(), ErrorCode::AuthenticationFailed);
        else
            QVERIFY2(
                m_error.code() == ErrorCode::ClosedBeforeReady || m_error.code() == ErrorCode::ConnectionLost,
                qPrintable(m_error.toString()));
    }
}

QTEST_GUILESS_MAIN(tst_InteropTfServerServers)
#include "tst_interop_tfserverservers.moc"

// SPDX-License-Identifier: MIT
// All published crates at once on one port of ours, and those that speak TLS themselves against ours over it.
#include <QSignalSpy>

#include "certificatefiles.h"
#include "endpoint/client.h"
#include "endpoint/server.h"
#include "npropeer.h"
#include "peerframe.h"
#include "tfserverpeer.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

namespace {

/// Serves echo to everybody.
struct Harbour {
    explicit Harbour(const CertificateFiles *certificate = nullptr)
    {
        ServerOptions options;
        options.protocols = {u"vstp"_s, u"tfserver"_s, u"network-protocol"_s};
        options.protocolOptions[u"tfserver"_s] = {{"clear", "serve"}, {"server-id", "room"}};
        options.protocolOptions[u"network-protocol"_s] = {{"packets", "both"}};
        options.credentials = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
        if (certificate && !certificate->use(options.transport.tls))
            return;
        server.setOptions(options);
        server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
        const auto address
            = server.listen(QUrl(certificate ? u"tls://127.0.0.1:0"_s : u"tcp://127.0.0.1:0"_s));
        port = address ? address->port() : quint16(0);
    }

    Server server;
    quint16 port = 0;
};

/// Clients of each version in turn: tfserver in clear (1) and sealed (2), network-protocol (3).
class Visitors
{
public:
    Visitors()
    {
        for (const TfServerVersion &version : TfServerVersions)
            m_tfServer.push_back(std::make_unique<RustPeer>(version.program(), QStringList {u"client"_s}));
        for (const QString &family : {u"A"_s, u"B"_s})
            m_npro.push_back(std::make_unique<RustPeer>(nproProgram(family), QStringList {u"client"_s}));
    }
    void arrive(quint16 port, const CertificateFiles *certificate)
    {
        const QString trusted = certificate ? certificate->certificate() : QString();
        for (const auto &peer : m_tfServer) {
            connectTo(*peer, 1, port, {}, {}, trusted);
            connectTo(*peer, 2, port, u"alice"_s, u"s3cr3t"_s, trusted);
        }
        for (const auto &peer : m_npro) {
            QJsonObject command {{"connect", u"127.0.0.1:%1"_s.arg(port)}, {"connection", 3}};
            if (certificate)
                command["pin"] = certificate->fingerprint();
            peer->tell(command);
        }
        for (const auto &peer : m_tfServer) {
            for (const int connection : {1, 2})
                QVERIFY(!peer->next(u"connected"_s, connection).isEmpty());
        }
        for (const auto &peer : m_npro)
            QVERIFY(!peer->next(u"connected"_s, 3).isEmpty());
    }
    void talk(int turn) const
    {
        const QByteArray text = "turn " + QByteArray::number(turn);
        const QJsonObject echo = nproEcho(QString::fromLatin1(text)).toObject();
        for (const auto &peer : m_tfServer) {
            for (const int connection : {1, 2})
                call(*peer, connection, u"echo"_s, text);
        }
        for (const auto &peer : m_npro)
            peer->act(3, u"ask"_s, {{"message", echo}});
        for (const auto &peer : m_tfServer) {
            for (const int connection : {1, 2})
                QCOMPARE(answerIn(peer->next(u"answer"_s, connection)), text);
        }
        for (const auto &peer : m_npro)
            QCOMPARE(peer->next(u"message"_s, 3)["message"].toObject(), echo);
    }
    [[nodiscard]] qsizetype count() const { return qsizetype(2 * m_tfServer.size() + m_npro.size()); }

private:
    std::vector<std::unique_ptr<RustPeer>> m_tfServer;
    std::vector<std::unique_ptr<RustPeer>> m_npro;
};

QByteArray ask(Client &client, const QString &route, const QByteArray &payload)
{
    const auto answer = client.request(route, payload);
    if (!QTest::qWaitFor([&] { return answer.isFinished(); }, 30'000))
        return "!never";
    const auto result = answer.result();
    return result ? result->payload() : '!' + QByteArray(result.error().name().data());
}

} // namespace

class tst_InteropGuests : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void everyCrateOnOnePort_data();
    static void everyCrateOnOnePort();
    static void serversWithTls_data();
    static void serversWithTls();
    static void aStrangersCertificate_data();
    static void aStrangersCertificate();
};

void tst_InteropGuests::everyCrateOnOnePort_data()
{
    QTest::addColumn<bool>("secure");
    QTest::newRow("tcp") << false;
    QTest::newRow("tls") << true;
}

void tst_InteropGuests::everyCrateOnOnePort()
{
    QFETCH(bool, secure);
    const CertificateFiles files;
    QVERIFY(files.isGood());
    const CertificateFiles *certificate = secure ? &files : nullptr;
    const Harbour harbour(certificate);
    QVERIFY(harbour.port != 0);
    Visitors visitors;
    visitors.arrive(harbour.port, certificate);
    RustPeer vstp({u"client"_s}); // has no TLS
    if (!secure) {
        vstp.connectTo(4, harbour.port, true);
        QVERIFY(!vstp.next(u"connected"_s, 4).isEmpty());
        vstp.send(4, {toJson({Wire::Vstp::FrameType::Hello, 0, {}, {}})});
        QVERIFY(!vstp.next(u"frame"_s, 4).isEmpty());
    }
    for (int turn = 0; turn < 20; ++turn)
        visitors.talk(turn);
    QCOMPARE(harbour.server.connectionCount(), visitors.count() + (secure ? 0 : 1));
}

void tst_InteropGuests::serversWithTls_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("options");
    for (const TfServerVersion &version : TfServerVersions) {
        const QString options = version.options() + u"&server-id=room&"_s;
        QTest::addRow("tfserver %s clear", version.number)
            << version.program() << QStringList() << u"tfserver+tls://"_s << options;
        QTest::addRow("tfserver %s sealed", version.number)
            << version.program() << QStringList {u"alice"_s, u"s3cr3t"_s, u"room"_s}
            << u"tfserver+tls://alice:s3cr3t@"_s << options;
    }
    for (const QString &family : {u"A"_s, u"B"_s}) {
        QTest::addRow("network-protocol %s", qPrintable(family))
            << nproProgram(family) << QStringList() << u"network-protocol+tls://"_s << u"?packets=plain&"_s;
    }
}

void tst_InteropGuests::serversWithTls()
{
    QFETCH(QString, program);
    QFETCH(QStringList, arguments);
    QFETCH(QString, protocol);
    QFETCH(QString, options);
    const CertificateFiles files;
    QVERIFY(files.isGood());
    const bool isTfServer = protocol.startsWith(u"tfserver"_s);
    QStringList serving = isTfServer ? QStringList {u"serve"_s, u"--tls"_s} : QStringList {u"serve-tls"_s};
    serving << files.certificate() << files.key();
    RustPeer server(program, serving + arguments);
    ClientOptions own;
    own.reconnect.enabled = false;
    if (isTfServer && arguments.isEmpty())
        options.remove(u"&server-id=room"_s);
    Client client(own);
    QVERIFY(client.open(QUrl(protocol + server.address() + options + files.pin())));
    QTRY_COMPARE(client.state(), Client::State::Open);
    QVERIFY(client.connection()->transportInfo().tlsVersion.startsWith(u"TLS"_s));
    const QByteArray large(100'000, 'x');
    for (const QByteArray &payload : {QByteArray("hello"), QByteArray(), large})
        QVERIFY(ask(client, u"echo"_s, payload) == payload);
}

void tst_InteropGuests::aStrangersCertificate_data()
{
    QTest::addColumn<QString>("trust");
    QTest::newRow("pinned certificate") << u"pin=sha256:%1"_s;
    QTest::newRow("pinned, and insecure besides") << u"pin=sha256:%1&insecure=1"_s;
    QTest::newRow("insecure") << u"insecure=1"_s;
}

// Clients of network-protocol 1.2 compare the pin and never look whether the server has the key to it.
void tst_InteropGuests::aStrangersCertificate()
{
    QFETCH(QString, trust);
    const CertificateFiles strangers;
    const CertificateFiles own;
    QVERIFY(strangers.isGood() && own.isGood());
    const TfServerVersion &version = TfServerVersions.back();
    if (trust.contains(u"%1"_s))
        trust = trust.arg(strangers.fingerprint());
    // With the key to it all is well, with another nothing is, however little of the certificate is checked.
    for (const bool isImpostor : {false, true}) {
        RustPeer server(version.program(),
            {u"serve"_s, u"--tls"_s, strangers.certificate(), isImpostor ? own.key() : strangers.key()});
        ClientOptions options;
        options.reconnect.enabled = false;
        Client client(options);
        QSignalSpy errors(&client, &Client::errorOccurred);
        QVERIFY(
            client.open(QUrl(u"tfserver+tls://"_s + server.address() + version.options() + u'&' + trust)));
        QTRY_VERIFY_WITH_TIMEOUT(client.state() != Client::State::Connecting, 30'000);
        QCOMPARE(client.state(), isImpostor ? Client::State::Idle : Client::State::Open);
        QCOMPARE(errors.count(), isImpostor ? 1 : 0);
        if (isImpostor)
            QCOMPARE(errors.first().first().value<Error>().code(), ErrorCode::TlsHandshakeFailed);
    }
}

QTEST_GUILESS_MAIN(tst_InteropGuests)
#include "tst_interop_guests.moc"

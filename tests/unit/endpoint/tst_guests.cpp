// SPDX-License-Identifier: MIT
// One port for the guests of every protocol, plain or TLS, each recognised by its first bytes; and what comes
// to those that nobody recognises.
#include <QTcpSocket>

#include "endpointpair.h"
#include "transport/tlscredentials.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

ServerOptions forEverybody()
{
    ServerOptions options;
    options.protocols = {u"vstp"_s, u"tfserver"_s, u"network-protocol"_s};
    options.protocolOptions[u"tfserver"_s] = {{"clear", "serve"}};
    options.protocolOptions[u"network-protocol"_s] = {{"packets", "both"}};
    options.credentials = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
    return options;
}

/// What a guest is told to speak, and as whom.
struct Guest {
    QString protocol;
    QString user;
    QString options;

    [[nodiscard]] QUrl url(const EndpointAddress &server) const
    {
        const QUrl at(server.toString());
        const QString pin = at.query();
        const QString query = pin.isEmpty() || options.isEmpty() ? pin + options : pin + u'&' + options;
        return QUrl(protocol + (server.isSecure() ? u"+tls://"_s : u"+tcp://"_s) + user + u"127.0.0.1:"_s
            + QString::number(server.port()) + (query.isEmpty() ? QString() : u'?' + query));
    }
};

const QMap<QByteArray, Guest> Guests {
    {"vstp", {u"vstp"_s, {}, {}}},
    {"tfserver, generation 3", {u"tfserver"_s, {}, u"generation=3"_s}},
    {"tfserver, generation 4", {u"tfserver"_s, {}, u"generation=4"_s}},
    {"tfserver, generation 3, E1", {u"tfserver"_s, u"alice:s3cr3t@"_s, u"generation=3&encryption=E1"_s}},
    {"tfserver, generation 4, E1", {u"tfserver"_s, u"alice:s3cr3t@"_s, u"generation=4&encryption=E1"_s}},
    {"tfserver, generation 4, E2", {u"tfserver"_s, u"alice:s3cr3t@"_s, u"generation=4&encryption=E2"_s}},
    {"network-protocol, A", {u"network-protocol"_s, {}, u"family=A"_s}},
    {"network-protocol, B", {u"network-protocol"_s, {}, u"family=B"_s}},
    {"network-protocol, plain", {u"network-protocol"_s, {}, u"packets=plain"_s}},
};

/// A server for all of them.
struct Harbour {
    explicit Harbour(bool secure, ServerOptions options = forEverybody())
    {
        if (secure) {
            const auto made = useDevelopmentCertificate(options.transport.tls);
            pin = made ? *made : QByteArray();
        }
        server.setOptions(options);
        server.handle(u"shout"_s, [](const Request &request) {
            return Reply(request.connection()->protocol().toUtf8() + ' ' + request.payload().toUpper());
        });
        const auto listening = server.listen(QUrl(secure ? u"tls://127.0.0.1:0"_s : u"tcp://127.0.0.1:0"_s));
        if (listening)
            address = secure ? listening->withPin(pin) : *listening;
    }

    Server server;
    QByteArray pin;
    std::optional<EndpointAddress> address;
};

struct Caller {
    explicit Caller(const QUrl &url)
    {
        auto options = client.options();
        options.reconnect.enabled = false;
        client.setOptions(options);
        opened = client.open(url).has_value();
    }

    Client client;
    bool opened = false;
};

} // namespace

class tst_Guests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    static void eachIsServed_data();
    static void eachIsServed();
    static void allAtOnce_data();
    static void allAtOnce();
    static void strangersAreTurnedAway_data();
    static void strangersAreTurnedAway();
    static void theSilentAreNotWaitedForForEver();
    static void onlyWhatCanBeToldApartShares();
};

void tst_Guests::eachIsServed_data()
{
    QTest::addColumn<bool>("secure");
    QTest::addColumn<QByteArray>("name");
    for (const bool secure : {false, true}) {
        for (auto guest = Guests.cbegin(); guest != Guests.cend(); ++guest)
            QTest::addRow("%s over %s", guest.key().constData(), secure ? "tls" : "tcp")
                << secure << guest.key();
    }
}

void tst_Guests::eachIsServed()
{
    QFETCH(bool, secure);
    QFETCH(QByteArray, name);
    const Guest guest = Guests.value(name);
    const Harbour harbour(secure);
    QVERIFY(harbour.address);
    Caller caller(guest.url(*harbour.address));
    QVERIFY(caller.opened);
    QTRY_COMPARE(caller.client.state(), Client::State::Open);
    const auto reply = resultOf(caller.client.request(u"shout"_s, "ahoy"));
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().toString()));
    QCOMPARE(reply->payload(), guest.protocol.toUtf8() + " AHOY");
}

void tst_Guests::allAtOnce_data()
{
    QTest::addColumn<bool>("secure");
    QTest::newRow("tcp") << false;
    QTest::newRow("tls") << true;
}

void tst_Guests::allAtOnce()
{
    QFETCH(bool, secure);
    const Harbour harbour(secure);
    QVERIFY(harbour.address);
    constexpr int OfEach = 10;
    std::vector<std::unique_ptr<Caller>> callers;
    std::vector<QByteArray> expected;
    for (int round = 0; round < OfEach; ++round) {
        for (const Guest &guest : Guests) {
            callers.push_back(std::make_unique<Caller>(guest.url(*harbour.address)));
            expected.push_back(guest.protocol.toUtf8() + " AHOY");
        }
    }
    for (std::size_t at = 0; at < callers.size(); ++at) {
        QTRY_COMPARE_WITH_TIMEOUT(callers[at]->client.state(), Client::State::Open, 20'000);
        const auto reply = resultOf(callers[at]->client.request(u"shout"_s, "ahoy"));
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().toString()));
        QCOMPARE(reply->payload(), expected[at]);
    }
}

void tst_Guests::strangersAreTurnedAway_data()
{
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("http") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    QTest::newRow("ssh") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n");
    QTest::newRow("noise") << QByteArray(64, '\xa5');
}

void tst_Guests::strangersAreTurnedAway()
{
    QFETCH(QByteArray, words);
    const Harbour harbour(false);
    QVERIFY(harbour.address);
    Error said;
    QObject::connect(&harbour.server, &Server::connectionOpened, [] { QFAIL("nobody was recognised"); });
    QObject::connect(&harbour.server, &Server::connectionRefused, &harbour.server,
        [&](const QString &, const Error &error) { said = error; });
    QTcpSocket stranger;
    stranger.connectToHost(QHostAddress::LocalHost, quint16(harbour.address->port()));
    QTRY_COMPARE(stranger.state(), QAbstractSocket::ConnectedState);
    stranger.write(words);
    QTRY_COMPARE(stranger.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(said.code(), ErrorCode::ProtocolNotRecognised);
}

void tst_Guests::theSilentAreNotWaitedForForEver()
{
    auto options = forEverybody();
    options.connection.engine.handshakeTimeout = 100ms;
    const Harbour harbour(false, options);
    QVERIFY(harbour.address);
    QTcpSocket silent;
    silent.connectToHost(QHostAddress::LocalHost, quint16(harbour.address->port()));
    QTRY_COMPARE(silent.state(), QAbstractSocket::ConnectedState);
    silent.write("V"); // it might become vstp
    QTRY_COMPARE(silent.state(), QAbstractSocket::UnconnectedState);
}

void tst_Guests::onlyWhatCanBeToldApartShares()
{
    Server server;
    auto options = forEverybody();
    options.protocols << u"vstp"_s;
    server.setOptions(options);
    const auto twice = server.listen(QUrl(u"tcp://127.0.0.1:0"_s));
    QVERIFY(!twice);
    QCOMPARE(twice.error().code(), ErrorCode::InvalidArgument);
    QVERIFY2(twice.error().detail().contains(u"vstp twice"_s), qPrintable(twice.error().detail()));
    QVERIFY(!server.isListening());
}

QTEST_GUILESS_MAIN(tst_Guests)
#include "tst_guests.moc"

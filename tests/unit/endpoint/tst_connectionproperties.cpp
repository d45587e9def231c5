// SPDX-License-Identifier: MIT
// What a connection says of itself, to both ends: its protocol, what seals it, and who is at the other end.
#include <QMetaProperty>

#include "endpointpair.h"
#include "transport/tlscredentials.h"

using namespace Halyard;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// Its properties by name, as an application that knows nothing but the meta-object reads them.
QStringList propertiesOf(const Connection &connection)
{
    QStringList values;
    for (const char *name : {"protocol", "security", "user"})
        values += connection.property(name).toString();
    return values;
}

} // namespace

class tst_ConnectionProperties : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void bothEndsSayTheSame_data();
    static void bothEndsSayTheSame();
    static void theyAreKnownWhenItOpens();
    static void requestsKnowWhoAsks();
    static void roundTripTime_data();
    static void roundTripTime();
    static void aReplacedCertificateIsShown();
};

void tst_ConnectionProperties::bothEndsSayTheSame_data()
{
    QTest::addColumn<QString>("scheme");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("query");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char *name, const QString &protocol, const QString &user, const QString &query,
                         const QString &security) {
        QTest::newRow(name) << protocol + u"+tcp"_s << user << query
                            << QStringList {protocol, security, user.isEmpty() ? QString() : u"alice"_s};
    };
    row("vstp", u"vstp"_s, {}, {}, {});
    row("tfserver, clear", u"tfserver"_s, {}, {}, {});
    row("tfserver, E1", u"tfserver"_s, u"alice:s3cr3t@"_s, u"?encryption=E1"_s, u"E1"_s);
    row("tfserver, E2", u"tfserver"_s, u"alice:s3cr3t@"_s, u"?encryption=E2"_s, u"E2"_s);
    row("network-protocol, A", u"network-protocol"_s, {}, u"?family=A"_s, u"npro-session"_s);
    row("network-protocol, B", u"network-protocol"_s, {}, u"?family=B"_s, u"npro-session"_s);
    row("network-protocol, plain", u"network-protocol"_s, {}, u"?packets=plain"_s, {});
}

void tst_ConnectionProperties::bothEndsSayTheSame()
{
    QFETCH(QString, scheme);
    QFETCH(QString, user);
    QFETCH(QString, query);
    QFETCH(QStringList, expected);
    ServerOptions options;
    if (!user.isEmpty())
        options.credentials = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
    // Families and formats are found out; that packets are plain is not.
    const QString told = query.contains(u"packets"_s) ? query : QString();
    EndpointPair ends(options, {}, QUrl(scheme + u"://127.0.0.1:0"_s + told));
    ends.url = QUrl(scheme + u"://"_s + user + u"127.0.0.1:%1"_s.arg(ends.server->serverPort()) + query);
    QSignalSpy opened(ends.server.get(), &Server::connectionOpened);
    QVERIFY(ends.client->open(ends.url));
    QTRY_COMPARE(ends.client->state(), Client::State::Open);
    const auto asked = ends.client->request(u"nowhere"_s); // a server of E1 believes nobody before that
    QTRY_COMPARE(opened.count(), 1);
    QCOMPARE(propertiesOf(*ends.client->connection()), expected);
    const auto *atServer = opened.first().first().value<Connection *>();
    QCOMPARE(propertiesOf(*atServer), expected);
    const Wire::Capabilities capabilities = atServer->capabilities();
    QCOMPARE(QString::fromStdString(capabilities.security), atServer->security());
    QCOMPARE(QString::fromStdString(capabilities.user), atServer->user());
}

void tst_ConnectionProperties::theyAreKnownWhenItOpens()
{
    ServerOptions options;
    options.credentials = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
    EndpointPair ends(options, {}, QUrl(u"tfserver+tcp://127.0.0.1:0"_s));
    ends.url = QUrl(u"tfserver+tcp://alice:s3cr3t@127.0.0.1:%1"_s.arg(ends.server->serverPort()));
    QVERIFY(ends.client->open(ends.url));
    QCOMPARE(propertiesOf(*ends.client->connection()), QStringList({u"tfserver"_s, QString(), QString()}));
    QStringList told;
    for (const char *name : {"protocol", "security", "user"}) {
        const QMetaObject &type = Connection::staticMetaObject;
        const QMetaProperty property = type.property(type.indexOfProperty(name));
        QCOMPARE(property.notifySignal().name(), "opened");
        QVERIFY(!property.isWritable());
    }
    connect(ends.client->connection(), &Connection::opened, ends.client.get(),
        [&] { told = propertiesOf(*ends.client->connection()); });
    QTRY_COMPARE(told, QStringList({u"tfserver"_s, u"E2"_s, u"alice"_s}));
}

void tst_ConnectionProperties::requestsKnowWhoAsks()
{
    ServerOptions options;
    options.credentials
        = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}, {u"bøb"_s, Password("other")}});
    Server server(options);
    server.handle(u"whoami"_s, [](const Request &request) { return Reply(request.user().toUtf8()); });
    const auto address = server.listen(QUrl(u"tfserver+tcp://127.0.0.1:0"_s));
    QVERIFY(address);
    for (const auto &[user, password] : {std::pair {u"alice"_s, u"s3cr3t"_s}, {u"bøb"_s, u"other"_s}}) {
        Client client;
        QVERIFY(client.open(
            QUrl(u"tfserver+tcp://%1:%2@127.0.0.1:%3"_s.arg(user, password).arg(address->port()))));
        QTRY_COMPARE(client.state(), Client::State::Open);
        QCOMPARE(resultOf(client.request(u"whoami"_s)).value().payload(), user.toUtf8());
    }
}

void tst_ConnectionProperties::roundTripTime_data()
{
    QTest::addColumn<bool>("beats");
    QTest::newRow("heartbeat") << true;
    QTest::newRow("none") << false;
}

void tst_ConnectionProperties::roundTripTime()
{
    QFETCH(const bool, beats);
    ClientOptions options;
    options.connection.engine.heartbeatInterval = beats ? 20ms : 0ms;
    EndpointPair ends = EndpointPair::inMemory({}, options);
    ends.server->handle(u"echo"_s, [](const Request &request) { return request.payload(); });
    QVERIFY(ends.open());
    const Connection &connection = *ends.client->connection();
    QVERIFY(!connection.roundTripTime()); // nobody has asked yet
    if (beats) {
        QTRY_VERIFY(connection.roundTripTime());
        QVERIFY(*connection.roundTripTime() >= 0us);
    } else {
        QVERIFY(resultOf(ends.client->request(u"echo"_s, "an answer is no heartbeat")));
        QVERIFY(!connection.roundTripTime());
    }
}

void tst_ConnectionProperties::aReplacedCertificateIsShown()
{
    ServerOptions options;
    const auto oldPin = useDevelopmentCertificate(options.transport.tls);
    QVERIFY(oldPin);
    EndpointPair ends(options, {}, QUrl(u"tls://127.0.0.1:0"_s));
    ends.server->handle(u"echo"_s, [](const Request &request) { return request.payload(); });
    const quint16 port = ends.server->serverPort();
    const auto urlWith = [port](const QByteArray &pin) {
        return QUrl(u"tls://127.0.0.1:%1?pin=%2"_s.arg(QString::number(port), QString::fromLatin1(pin)));
    };
    ends.url = urlWith(*oldPin);
    QVERIFY(ends.open());

    QCOMPARE(ends.server->setTls({}).error().code(), ErrorCode::NoCertificate);
    TlsOptions tls;
    const auto newPin = useDevelopmentCertificate(tls);
    QVERIFY(newPin && *newPin != *oldPin);
    QVERIFY(ends.server->setTls(tls));
    QCOMPARE(ends.server->serverPort(), port);

    const ClientOptions clientOptions = ends.client->options();
    Client comesLater(clientOptions);
    QVERIFY(comesLater.open(urlWith(*newPin)));
    QTRY_COMPARE(comesLater.state(), Client::State::Open);
    QCOMPARE(comesLater.connection()->transportInfo().peerCertificate, tls.certificateChain.front());
    Client knowsTheOld(clientOptions);
    QSignalSpy error(&knowsTheOld, &Client::errorOccurred);
    QVERIFY(knowsTheOld.open(urlWith(*oldPin)));
    QTRY_COMPARE(error.size(), 1);
    QCOMPARE(error[0][0].value<Error>().code(), ErrorCode::CertificatePinMismatch);
    QVERIFY(resultOf(ends.client->request(u"echo"_s, "who was there is served as before")));
}

QTEST_GUILESS_MAIN(tst_ConnectionProperties)
#include "tst_connectionproperties.moc"

// SPDX-License-Identifier: MIT
// The way to a host: names, families, time limits; under every event dispatcher.
#include <memory>
#include <vector>

#include <QElapsedTimer>
#include <QHostInfo>
#include <QTest>

#include "dispatchers.h"
#include "hostilepeer.h"
#include "tlsworld.h"

using namespace Halyard;
using std::chrono::milliseconds;
using Wire::ErrorCode;

Q_DECLARE_METATYPE(Halyard::Wire::ErrorCode)

class tst_Connecting : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void connectTimesOut_data() { schemes(); }
    void connectTimesOut();
    void hostNotFound_data() { schemes(); }
    void hostNotFound();
    void localhostIsBothFamilies_data() { schemes(); }
    void localhostIsBothFamilies();
    void localhostFindsTheOneThatListens_data();
    void localhostFindsTheOneThatListens();
    void allAddresses_data();
    void allAddresses();
    void addressesThatCannotBeHad_data();
    void addressesThatCannotBeHad();

private:
    static void schemes()
    {
        QTest::addColumn<QString>("scheme");
        QTest::newRow("tcp") << "tcp";
        QTest::newRow("tls") << "tls";
    }
    [[nodiscard]] std::unique_ptr<Listener> listenAt(
        const QString &scheme, const QString &host, int port = 0) const
    {
        auto made = TransportFactory::listener(
            QUrl(scheme + QStringLiteral("://") + host + u':' + QString::number(port)),
            withTls(m_identity.tls));
        return made && (*made)->listen() ? std::move(*made) : nullptr;
    }
    [[nodiscard]] TestClient connectTo(const QString &scheme, const QString &host, quint16 port) const
    {
        return {scheme, host, port, trusting(m_identity)};
    }
    /// Opens what was accepted until the client is there, too.
    [[nodiscard]] static ErrorCode meet(Listener &listener, TestClient &client)
    {
        std::vector<std::unique_ptr<Transport>> accepted;
        connect(&listener, &Listener::pendingAvailable, client.recorder.get(), [&] {
            while (auto transport = listener.takePending()) {
                transport->open();
                accepted.push_back(std::move(transport));
            }
        });
        const ErrorCode code = client.outcome();
        listener.disconnect(client.recorder.get());
        return code;
    }

    const Identity m_identity;
};

/// Whether this machine has IPv6 at all: some build machines have not.
bool hasIpv6()
{
    static const bool has = QTcpServer().listen(QHostAddress::LocalHostIPv6);
    return has;
}

void tst_Connecting::connectTimesOut()
{
    QFETCH(const QString, scheme);
    // A listener whose queue is full: the kernel answers nobody any more.
    const HostileListener full(0);
    std::vector<HostilePeer> waiting;
    for (int i = 0; i < 4; ++i)
        waiting.push_back(HostilePeer::connectTo(full.port()));
    TransportOptions options;
    options.connectTimeout = milliseconds(150);
    QElapsedTimer since;
    since.start();
    TestClient client(scheme, QStringLiteral("127.0.0.1"), full.port(), options);
    QCOMPARE(client.outcome(), ErrorCode::ConnectTimedOut);
    QVERIFY2(since.elapsed() >= 130, qPrintable(QString::number(since.elapsed())));
    QCOMPARE(client.recorder->log, QStringList({"failed", "closed"}));
    QCOMPARE(client.recorder->error->origin, Wire::ErrorOrigin::Transport);
    const QString detail = QString::fromStdString(client.recorder->error->detail);
    QVERIFY2(detail.startsWith("127.0.0.1 port " + QString::number(full.port())), qPrintable(detail));
}

void tst_Connecting::hostNotFound()
{
    QFETCH(const QString, scheme);
    TransportOptions options;
    options.connectTimeout = milliseconds(60'000); // some machines' resolvers think long about nothing
    TestClient client(scheme, QStringLiteral("nobody.invalid"), 1, options);
    QTRY_COMPARE_WITH_TIMEOUT(client.recorder->closed, 1, 60'000);
    QVERIFY(client.recorder->error);
    QCOMPARE(client.recorder->error->code, ErrorCode::HostNotFound);
    QCOMPARE(client.recorder->log, QStringList({"failed", "closed"}));
    QVERIFY(client.recorder->error->detail.starts_with("nobody.invalid: "));

    // A look-up under way is given up with its transport.
    auto made = TransportFactory::connector(QUrl(scheme + QStringLiteral("://nobody.invalid:1")), options);
    QVERIFY(made);
    (*made)->open();
    QCoreApplication::processEvents();
    made->reset();
}

void tst_Connecting::localhostIsBothFamilies()
{
    QFETCH(const QString, scheme);
    const auto listener = listenAt(scheme, QStringLiteral("localhost"));
    QVERIFY(listener);
    QVERIFY(listener->port() > 0);
    TestClient four = connectTo(scheme, QStringLiteral("127.0.0.1"), listener->port());
    QCOMPARE(meet(*listener, four), ErrorCode::None);
    QCOMPARE(four.transport->info().peerAddress, QHostAddress(QHostAddress::LocalHost));
    TestClient named = connectTo(scheme, QStringLiteral("localhost"), listener->port());
    QCOMPARE(meet(*listener, named), ErrorCode::None);
    if (!hasIpv6())
        return;
    TestClient six = connectTo(scheme, QStringLiteral("[::1]"), listener->port());
    QCOMPARE(meet(*listener, six), ErrorCode::None);
    QCOMPARE(six.transport->info().peerAddress, QHostAddress(QHostAddress::LocalHostIPv6));
    QCOMPARE(six.transport->info().peerName, "[::1]:" + QString::number(listener->port()));
    // Nobody else's address.
    TestClient other = connectTo(scheme, QString::fromLatin1(WrongHost), listener->port());
    QCOMPARE(meet(*listener, other), ErrorCode::ConnectionRefused);
}

void tst_Connecting::localhostFindsTheOneThatListens_data()
{
    QTest::addColumn<QString>("address");
    // Only addresses that the machine's own tables give the name.
    const auto addresses = QHostInfo::fromName(QStringLiteral("localhost")).addresses();
    for (const QHostAddress &address : addresses)
        QTest::newRow(qPrintable(address.toString())) << address.toString();
    QVERIFY(!addresses.isEmpty());
}

void tst_Connecting::localhostFindsTheOneThatListens()
{
    QFETCH(const QString, address);
    const bool six = address.contains(u':');
    const auto listener = listenAt(QStringLiteral("tcp"), six ? u'[' + address + u']' : address);
    QVERIFY(listener);
    TestClient client = connectTo(QStringLiteral("tcp"), QStringLiteral("localhost"), listener->port());
    QCOMPARE(meet(*listener, client), ErrorCode::None);
    QCOMPARE(client.transport->info().peerAddress, QHostAddress(address));
}

void tst_Connecting::allAddresses_data()
{
    QTest::addColumn<QString>("host");
    QTest::newRow("empty") << "";
    QTest::newRow("IPv6") << "[::]";
}

void tst_Connecting::allAddresses()
{
    QFETCH(const QString, host);
    const auto listener = listenAt(QStringLiteral("tcp"), host);
    QVERIFY(listener);
    QStringList reachable {QString::fromLatin1(RightHost), QString::fromLatin1(WrongHost)};
    if (hasIpv6())
        reachable += QStringLiteral("[::1]");
    for (const QString &address : reachable) {
        TestClient client = connectTo(QStringLiteral("tcp"), address, listener->port());
        QCOMPARE(meet(*listener, client), ErrorCode::None);
    }
}

void tst_Connecting::addressesThatCannotBeHad_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("taken");
    QTest::addColumn<ErrorCode>("expected");
    QTest::newRow("taken") << "127.0.0.1" << true << ErrorCode::AddressInUse;
    QTest::newRow("taken, by name") << "localhost" << true << ErrorCode::AddressInUse;
    QTest::newRow("not of this machine") << "192.0.2.1" << false << ErrorCode::AddressNotAvailable;
    QTest::newRow("no such name") << "nobody.invalid" << false << ErrorCode::HostNotFound;
}

void tst_Connecting::addressesThatCannotBeHad()
{
    QFETCH(const QString, host);
    QFETCH(const bool, taken);
    QFETCH(const ErrorCode, expected);
    const auto first = listenAt(QStringLiteral("tcp"), QStringLiteral("127.0.0.1"));
    QVERIFY(first);
    const int port = taken ? first->port() : 0;
    auto made = TransportFactory::listener(
        QUrl(QStringLiteral("tcp://") + host + u':' + QString::number(port)), TransportOptions());
    QVERIFY(made);
    const auto listening = (*made)->listen();
    QVERIFY(!listening);
    QCOMPARE(listening.error().code, expected);
    QVERIFY(!(*made)->isListening());
    QVERIFY(!listening.error().detail.empty());
}

HALYARD_TEST_WITH_DISPATCHER(tst_Connecting)
#include "tst_connecting.moc"

// SPDX-License-Identifier: MIT
// A proxy whose two sides are sealed differently, between a Server and a Client of ours.
#include <map>

#include <QPromise>

#include "crypto/securities.h"
#include "endpoint/tap.h"
#include "resealingline.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

class tst_ResealingProxy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyCombination_data();
    void everyCombination();
    void wrongPasswordAtTheServer_data();
    void wrongPasswordAtTheServer();
    void wrongPasswordOfTheClient_data();
    void wrongPasswordOfTheClient();
    void guessesAreCounted();
    void usersMayBeLookedUpElsewhere();
    void whatCannotBeJoinedIsRefused_data();
    void whatCannotBeJoinedIsRefused();
    void aTapReadsBothSides();
};

void tst_ResealingProxy::everyCombination_data()
{
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("listenQuery"); // of the proxy
    QTest::addColumn<bool>("hasUsers");
    QTest::addColumn<QString>("clientQuery");
    QTest::addColumn<QString>("serverQuery"); // of the server
    QTest::addColumn<QString>("onwardUser");
    QTest::addColumn<QString>("onwardQuery");
    const auto tfserver = [](const char *name, const QString &client, const QString &onward) {
        const bool in = client.contains(u"encryption"_s);
        const bool out = onward.contains(u"encryption"_s);
        QTest::newRow(name) << u"tfserver"_s << QString() << in << client << QString()
                            << (out ? Bob : QString()) << onward;
    };
    tfserver("plain, E1", {}, u"?encryption=E1"_s);
    tfserver("plain, E2", {}, u"?encryption=E2"_s);
    tfserver("plain G3, E1", u"?generation=3"_s, u"?generation=3&encryption=E1"_s);
    tfserver("E1, E2", u"?encryption=E1"_s, u"?encryption=E2"_s);
    tfserver("E2, E1", u"?encryption=E2"_s, u"?encryption=E1"_s);
    tfserver("E1, plain", u"?encryption=E1"_s, {});
    tfserver("E2, plain", u"?encryption=E2"_s, {});
    const auto npro = [](const char *name, const QString &listen, const QString &client,
                          const QString &server, const QString &onward) {
        QTest::newRow(name) << u"network-protocol"_s << listen << false << client << server << QString()
                            << onward;
    };
    npro("A, B", {}, u"?family=A"_s, u"?family=B"_s, u"?family=B"_s);
    npro("B, A", {}, u"?family=B"_s, u"?family=A"_s, u"?family=A"_s);
    npro("plain, B", u"?packets=plain"_s, u"?packets=plain"_s, {}, {});
    npro("A, plain", u"?family=A"_s, u"?family=A"_s, u"?packets=plain"_s, u"?packets=plain"_s);
    npro("either, B", u"?packets=both"_s, u"?packets=plain"_s, {}, {});
}

void tst_ResealingProxy::everyCombination()
{
    QFETCH(QString, protocol);
    QFETCH(QString, listenQuery);
    QFETCH(bool, hasUsers);
    QFETCH(QString, clientQuery);
    QFETCH(QString, serverQuery);
    QFETCH(QString, onwardUser);
    QFETCH(QString, onwardQuery);
    Line line(protocol, !onwardUser.isEmpty());
    line.listen(serverQuery);
    ProxyOptions options;
    if (hasUsers)
        options.users = only(u"alice"_s, "s3cr3t");
    QVERIFY(line.start(options, listenQuery, onwardUser, onwardQuery));
    line.open(hasUsers ? Alice : QString(), clientQuery);
    QCOMPARE(line.echoed("through"), "through");
    const QByteArray large(3'000'000, 'x');
    QVERIFY(line.echoed(large) == large);
    QCOMPARE(line.proxy->connectionCount(), 1);
    line.client.close();
    QCOMPARE(line.end(), Error());
}

void tst_ResealingProxy::wrongPasswordAtTheServer_data()
{
    QTest::addColumn<QString>("user");
    QTest::newRow("known") << u"bob:guess@"_s;
    QTest::newRow("unknown") << u"mallory:hunter2@"_s;
}

void tst_ResealingProxy::wrongPasswordAtTheServer()
{
    QFETCH(QString, user);
    Line line(u"tfserver"_s, true);
    line.listen();
    QVERIFY(line.start({}, {}, user, u"?encryption=E2"_s));
    line.open();
    QCOMPARE(line.end().code(), ErrorCode::AuthenticationFailed);
    QVERIFY2(line.end().detail().startsWith(u"server: "_s), qPrintable(line.end().detail()));
    QTRY_VERIFY(line.client.state() == Client::State::Idle);
}

void tst_ResealingProxy::wrongPasswordOfTheClient_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("query");
    for (const QString &format : {u"E1"_s, u"E2"_s}) {
        QTest::addRow("known, %s", qPrintable(format)) << u"alice:guess@"_s << u"?encryption="_s + format;
        QTest::addRow("unknown, %s", qPrintable(format))
            << u"mallory:s3cr3t@"_s << u"?encryption="_s + format;
    }
}

void tst_ResealingProxy::wrongPasswordOfTheClient()
{
    QFETCH(QString, user);
    QFETCH(QString, query);
    Line line(u"tfserver"_s);
    line.listen();
    QSignalSpy reached(&line.server, &Server::connectionOpened);
    ProxyOptions options;
    options.users = only(u"alice"_s, "s3cr3t");
    QVERIFY(line.start(options, {}, {}, {}));
    line.open(user, query);
    if (query.endsWith(u"E1"_s)) // nothing but a record tells there
        (void)line.echoed("x");
    QCOMPARE(line.end().code(), ErrorCode::AuthenticationFailed);
    QVERIFY2(line.end().detail().startsWith(u"client: "_s), qPrintable(line.end().detail()));
    QTRY_VERIFY(line.client.state() == Client::State::Idle);
    QVERIFY(reached.isEmpty());
}

void tst_ResealingProxy::guessesAreCounted()
{
    Line line(u"tfserver"_s);
    line.listen();
    ProxyOptions options;
    options.users = only(u"alice"_s, "s3cr3t");
    options.guesses.perUser = 2;
    QVERIFY(line.start(options, {}, {}, {}));
    for (const QString &user : {u"alice:one@"_s, u"alice:two@"_s, Alice}) {
        line.open(user);
        QTRY_VERIFY(line.client.state() == Client::State::Idle);
        QCOMPARE(line.error.code(), ErrorCode::AuthenticationFailed);
    }
}

void tst_ResealingProxy::usersMayBeLookedUpElsewhere()
{
    Line line(u"tfserver"_s);
    line.listen();
    QPromise<CredentialSource::Answer> answer;
    answer.start();
    QStringList names;
    ProxyOptions options;
    options.users = CredentialSource::callback([&](const QString &user) {
        names += user;
        return answer.future();
    });
    QVERIFY(line.start(options, {}, {}, {}));
    line.open(Alice);
    QTRY_COMPARE(names, QStringList {u"alice"_s});
    QVERIFY(line.client.state() != Client::State::Open);
    answer.addResult(Password("s3cr3t"));
    answer.finish();
    QCOMPARE(line.echoed("patient"), "patient");
}

void tst_ResealingProxy::whatCannotBeJoinedIsRefused_data()
{
    QTest::addColumn<QString>("listenUrl");
    QTest::addColumn<QString>("targetUrl");
    QTest::addColumn<bool>("hasUsers");
    QTest::addColumn<ErrorCode>("code");
    const QString tfserver = u"tfserver+tcp://127.0.0.1:0"_s;
    const QString bob = u"tfserver+tcp://bob:x@127.0.0.1:9"_s;
    QTest::newRow("protocols") << u"vstp+tcp://127.0.0.1:0"_s << bob << false << ErrorCode::InvalidArgument;
    QTest::newRow("no users") << tfserver + u"?encryption=E1"_s << bob << false
                              << ErrorCode::CredentialsRequired;
    QTest::newRow("no user") << tfserver << u"tfserver+tcp://127.0.0.1:9?encryption=E2"_s << true
                             << ErrorCode::CredentialsRequired;
    QTest::newRow("no password") << tfserver << u"tfserver+tcp://bob@127.0.0.1:9"_s << true
                                 << ErrorCode::CredentialsRequired;
    QTest::newRow("users of vstp") << u"tcp://127.0.0.1:0"_s << u"tcp://127.0.0.1:9"_s << true
                                   << ErrorCode::NotSupportedByProtocol;
    QTest::newRow("option") << tfserver << bob + u"?encryption=E3"_s << false << ErrorCode::InvalidArgument;
    QTest::newRow("no protocol named") << u"tcp://127.0.0.1:0"_s << bob << true << ErrorCode::None;
    QTest::newRow("nothing to seal") << tfserver << u"tfserver+tcp://127.0.0.1:9"_s << false
                                     << ErrorCode::None;
}

void tst_ResealingProxy::whatCannotBeJoinedIsRefused()
{
    QFETCH(QString, listenUrl);
    QFETCH(QString, targetUrl);
    QFETCH(bool, hasUsers);
    QFETCH(ErrorCode, code);
    ProxyOptions options;
    if (hasUsers)
        options.users = only(u"alice"_s, "s3cr3t");
    Proxy proxy(options);
    const auto started = proxy.start(QUrl(listenUrl), QUrl(targetUrl));
    QCOMPARE(started ? ErrorCode::None : started.error().code(), code);
    QCOMPARE(proxy.isListening(), code == ErrorCode::None);
}

// Two conversations, of which each is opened by its own secrets.
void tst_ResealingProxy::aTapReadsBothSides()
{
    Line line(u"tfserver"_s, true);
    line.listen();
    Tap tap({.secrets = true});
    struct Conversation {
        std::unique_ptr<Wire::Dissector> dissector;
        Wire::Role ours {};
        QStringList summaries;
        bool closed = false;
    };
    std::map<quint64, Conversation> conversations;
    const auto factory = *Wire::ProtocolRegistry::standard().make("tfserver", {});
    connect(&tap, &Tap::recorded, this, [&](const QList<TapRecord> &records) {
        for (const TapRecord &record : records) {
            Conversation &at = conversations[record.conversation];
            if (record.kind == TapRecord::Kind::Opened) {
                at.dissector = factory->makeDissector();
                at.dissector->useSecurities(std::make_shared<Wire::Securities>());
                at.ours = record.ours;
            } else if (record.kind == TapRecord::Kind::Secrets) {
                QVERIFY(at.dissector->unlock(record.secrets.view()).has_value());
            } else if (record.kind == TapRecord::Kind::Bytes) {
                at.dissector->feed(record.direction,
                    Wire::asBytes({record.bytes.constData(), std::size_t(record.bytes.size())}), record.time);
            } else if (record.kind == TapRecord::Kind::Closed) {
                at.closed = true;
            }
            while (const auto frame = at.dissector->next())
                at.summaries += QString::fromStdString(frame->summary);
        }
    });
    ProxyOptions options;
    options.users = only(u"alice"_s, "s3cr3t");
    options.tap = &tap;
    QVERIFY(line.start(options, {}, Bob, u"?encryption=E2"_s));
    line.open(Alice, u"?encryption=E1"_s);
    QCOMPARE(line.echoed("hello"), "hello");
    const auto pairs = line.proxy->connections();
    QCOMPARE(pairs.size(), 1);
    QCOMPARE(pairs.first().conversation, 1U);
    QCOMPARE(pairs.first().onwardConversation, 2U);
    line.client.close();
    QTRY_VERIFY(conversations.size() == 2 && conversations[1].closed && conversations[2].closed);
    QCOMPARE(conversations[1].ours, Wire::Role::Server);
    QCOMPARE(conversations[2].ours, Wire::Role::Client);
    for (const auto &[number, conversation] : conversations) {
        const QString all = conversation.summaries.join(u'|');
        QVERIFY2(all.contains(number == 1 ? u"user alice"_s : u"user bob"_s), qPrintable(all));
        QVERIFY2(all.contains(u"payload, 5 bytes (sealed)"_s), qPrintable(all));
        QVERIFY2(all.contains(u"answer, 5 bytes (sealed)"_s), qPrintable(all));
        QCOMPARE(all.contains(u"confirmation of the server"_s), number == 2);
    }
}

QTEST_GUILESS_MAIN(tst_ResealingProxy)
#include "tst_resealingproxy.moc"

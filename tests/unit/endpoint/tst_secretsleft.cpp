// SPDX-License-Identifier: MIT
// Passwords on their whole way, from options and addresses through both ends' handshakes: none is left in
// memory that goes back to the heap.
#include "../wire/freedblocks.h"
#include "endpointpair.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

namespace {

const QByteArray Secret(FreedBlocks::Word.data(), qsizetype(FreedBlocks::Word.size()));

ClientOptions knowing(const QByteArray &secret)
{
    ClientOptions options;
    options.reconnect.enabled = false;
    options.credentials = Wire::Credentials {"alice", Wire::toBytes(Wire::asBytes(secret.toStdString()))};
    return options;
}

} // namespace

class tst_SecretsLeft : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void wholeSessions_data();
    static void wholeSessions();
};

void tst_SecretsLeft::wholeSessions_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<bool>("inUrl");
    QTest::addColumn<bool>("isKnown");
    for (const QString &query : {u"?encryption=E1"_s, u"?encryption=E2"_s}) {
        for (const bool inUrl : {false, true})
            QTest::addRow("%s%s", qPrintable(query), inUrl ? ", in the address" : "")
                << query << inUrl << true;
    }
    QTest::newRow("a wrong one") << QString() << false << false;
}

void tst_SecretsLeft::wholeSessions()
{
    QFETCH(QString, query);
    QFETCH(bool, inUrl);
    QFETCH(bool, isKnown);
    {
        ServerOptions options;
        options.credentials
            = CredentialSource::list({{u"alice"_s, isKnown ? Password(Secret) : Password("another one")}});
        Server server(options);
        server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
        const auto address = server.listen(QUrl(u"tfserver+tcp://127.0.0.1:0"_s));
        QVERIFY(address);
        QUrl url(u"tfserver+tcp://alice@127.0.0.1:%1"_s.arg(address->port()) + query);
        if (inUrl)
            url.setPassword(QString::fromUtf8(Secret), QUrl::DecodedMode);
        Client client(inUrl ? ClientOptions() : knowing(Secret));
        FreedBlocks::withWord = 0; // what the test itself has spilled
        QVERIFY(client.open(url));
        if (isKnown) {
            QTRY_COMPARE(client.state(), Client::State::Open);
            QCOMPARE(resultOf(client.request(u"echo"_s, "x")).value().payload(), "x");
        } else {
            QTRY_COMPARE(client.state(), Client::State::Idle);
        }
    }
    QCOMPARE(FreedBlocks::withWord, 0U);
}

QTEST_GUILESS_MAIN(tst_SecretsLeft)
#include "tst_secretsleft.moc"

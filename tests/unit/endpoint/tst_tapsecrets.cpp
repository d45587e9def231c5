// SPDX-License-Identifier: MIT
// What a tap that asked for it is told of sealed conversations: enough to open them, in time, and once.
#include <QHash>

#include "crypto/securities.h"
#include "endpoint/tap.h"
#include "endpointpair.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

namespace {

const QByteArray Told("what is told in confidence");

/// Dissects what a tap hands over, with the secrets as they come.
class Reader : public QObject
{
public:
    explicit Reader(const QString &protocol, bool withSecrets)
        : tap({.secrets = withSecrets})
        , m_factory(*Wire::ProtocolRegistry::standard().make(protocol.toStdString(), {}))
    {
        connect(&tap, &Tap::recorded, this, [this](const QList<TapRecord> &records) {
            for (const TapRecord &record : records)
                take(record);
        });
    }
    /// What was inside of records so far, one behind the other.
    QByteArray opened;
    QStringList summaries;
    QStringList errors; ///< of records and of proofs, with their names
    int secrets = 0;
    int closedRecords = 0; ///< that stayed closed and are not marked
    bool over = false;
    Tap tap;

private:
    void take(const TapRecord &record)
    {
        if (record.kind == TapRecord::Kind::Opened) {
            m_dissector = m_factory->makeDissector();
            m_dissector->useSecurities(std::make_shared<Wire::Securities>());
        } else if (record.kind == TapRecord::Kind::Secrets) {
            ++secrets;
            QVERIFY(!record.secrets.isEmpty() && record.bytes.isEmpty());
            QVERIFY(m_dissector->unlock(record.secrets.view()).has_value());
        } else if (record.kind == TapRecord::Kind::Bytes) {
            QVERIFY(record.secrets.isEmpty());
            m_dissector->feed(record.direction,
                Wire::asBytes(std::string_view(record.bytes.constData(), std::size_t(record.bytes.size()))),
                record.time);
            while (const auto dissection = m_dissector->next())
                read(*dissection);
        } else if (record.kind == TapRecord::Kind::Closed) {
            over = true;
        }
    }
    void read(const Wire::Dissection &dissection)
    {
        summaries.append(QString::fromStdString(dissection.summary));
        const Wire::Field &field = dissection.root.fields.back();
        if (field.severity == Wire::Severity::Error)
            errors.append(QString::fromStdString(field.name + ' ' + field.note));
        if (field.name != "record" || field.fields.empty())
            return;
        if (const auto &layer = field.fields.back().layer)
            opened.append(Wire::asText(*layer).data(), qsizetype(layer->size()));
        else if (field.severity == Wire::Severity::None)
            ++closedRecords;
    }

    std::shared_ptr<const Wire::ProtocolFactory> m_factory;
    std::unique_ptr<Wire::Dissector> m_dissector;
};

/// One conversation between two of ours, each with a tap.
struct Overheard {
    Overheard(const QString &protocol, bool withSecrets)
        : name(protocol)
        , ofServer(protocol, withSecrets)
        , ofClient(protocol, withSecrets)
    {
        ServerOptions options;
        options.tap = &ofServer.tap;
        if (protocol == u"tfserver"_s)
            options.credentials = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
        server.setOptions(options);
        server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
        auto with = client.options();
        with.reconnect.enabled = false;
        with.tap = &ofClient.tap;
        client.setOptions(with);
    }
    void open(const QString &user, const QString &serverQuery, const QString &clientQuery)
    {
        const auto address = server.listen(QUrl(name + u"+tcp://127.0.0.1:0"_s + serverQuery));
        QVERIFY(address.has_value());
        QVERIFY(client
                    .open(QUrl(name + u"+tcp://"_s + user + u"127.0.0.1:"_s + QString::number(address->port())
                        + clientQuery))
                    .has_value());
    }
    void finish()
    {
        client.close();
        QTRY_VERIFY(ofServer.over && ofClient.over);
    }

    QString name;
    Reader ofServer;
    Reader ofClient;
    Server server;
    Client client;
};

} // namespace

class tst_TapSecrets : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void sealedConversationsCanBeRead_data()
    {
        QTest::addColumn<QString>("protocol");
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("serverQuery");
        QTest::addColumn<QString>("clientQuery");
        const auto row
            = [](const char *name, const QString &protocol, const QString &user, const QString &server,
                  const QString &client) { QTest::newRow(name) << protocol << user << server << client; };
        row("tfserver E1", u"tfserver"_s, u"alice:s3cr3t@"_s, {}, u"?encryption=E1"_s);
        row("tfserver E2", u"tfserver"_s, u"alice:s3cr3t@"_s, {}, u"?encryption=E2"_s);
        row("tfserver G3", u"tfserver"_s, u"alice:s3cr3t@"_s, {}, u"?generation=3&encryption=E1"_s);
        row("npro A", u"network-protocol"_s, {}, {}, u"?family=A"_s);
        row("npro B", u"network-protocol"_s, {}, {}, u"?family=B"_s);
        row("npro B, told", u"network-protocol"_s, {}, u"?family=B"_s, u"?family=B"_s);
    }
    static void sealedConversationsCanBeRead()
    {
        QFETCH(QString, protocol);
        QFETCH(QString, user);
        QFETCH(QString, serverQuery);
        QFETCH(QString, clientQuery);
        Overheard heard(protocol, true);
        heard.open(user, serverQuery, clientQuery);
        QTRY_COMPARE(heard.client.state(), Client::State::Open);
        QCOMPARE(resultOf(heard.client.request(u"echo"_s, Told)).value().payload(), Told);
        QCOMPARE(resultOf(heard.client.request(u"echo"_s, Told)).value().payload(), Told);
        heard.finish();
        for (const Reader *reader : {&heard.ofClient, &heard.ofServer}) {
            QVERIFY2(reader->errors.isEmpty(), qPrintable(reader->errors.join(u'\n')));
            QCOMPARE(reader->secrets, 1);
            QCOMPARE(reader->closedRecords, 0);
            QCOMPARE(reader->opened.count(Told), 4);
        }
    }

    static void theyAreNotToldUnasked()
    {
        Overheard heard(u"tfserver"_s, false);
        heard.open(u"alice:s3cr3t@"_s, {}, {});
        QTRY_COMPARE(heard.client.state(), Client::State::Open);
        QCOMPARE(resultOf(heard.client.request(u"echo"_s, Told)).value().payload(), Told);
        heard.finish();
        for (const Reader *reader : {&heard.ofClient, &heard.ofServer}) {
            QCOMPARE(reader->secrets, 0);
            QCOMPARE(reader->opened, "");
            QVERIFY(reader->closedRecords >= 4);
        }
    }

    static void aConversationInClearHasNone()
    {
        Overheard heard(u"tfserver"_s, true);
        heard.server.setOptions([&] {
            auto options = heard.server.options();
            options.credentials.reset();
            return options;
        }());
        heard.open({}, {}, {});
        QTRY_COMPARE(heard.client.state(), Client::State::Open);
        QCOMPARE(resultOf(heard.client.request(u"echo"_s, Told)).value().payload(), Told);
        heard.finish();
        QCOMPARE(heard.ofClient.secrets + heard.ofServer.secrets, 0);
        QVERIFY(heard.ofServer.summaries.contains(u"payload, 26 bytes"_s));
    }

    static void aWrongPasswordIsMarked_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("where");
        for (const QString &user : {u"alice:guess@"_s, u"nobody:s3cr3t@"_s}) {
            QTest::addRow("E1 %s", qPrintable(user)) << user << u"E1"_s << u"record"_s;
            QTest::addRow("E2 %s", qPrintable(user)) << user << u"E2"_s << u"confirmation"_s;
        }
    }
    static void aWrongPasswordIsMarked()
    {
        QFETCH(QString, user);
        QFETCH(QString, format);
        QFETCH(QString, where);
        Overheard heard(u"tfserver"_s, true);
        heard.open(user, {}, u"?encryption="_s + format);
        if (format == u"E1"_s) { // nothing tells before the first record
            QTRY_COMPARE(heard.client.state(), Client::State::Open);
            QVERIFY(!resultOf(heard.client.request(u"echo"_s, Told)).has_value());
        }
        QTRY_VERIFY(heard.ofServer.over && heard.ofClient.over);
        QCOMPARE(heard.ofServer.secrets, 1);
        QCOMPARE(heard.ofServer.errors,
            QStringList(where + u" AuthenticationFailed: wrong user, password or server name"_s));
        QCOMPARE(heard.ofServer.opened, "");
    }

    static void secretsAreSharedAndLastUntilTheLastCopy()
    {
        QVERIFY(SessionSecrets().isEmpty());
        QVERIFY(SessionSecrets().view().empty());
        SessionSecrets copy;
        {
            const SessionSecrets first(Wire::toBytes(Wire::asBytes("keys")));
            copy = first;
            QVERIFY(copy.view().data() == first.view().data());
        }
        QCOMPARE(QByteArray(Wire::asText(copy.view()).data(), qsizetype(copy.view().size())), "keys");
    }
};

QTEST_GUILESS_MAIN(tst_TapSecrets)
#include "tst_tapsecrets.moc"

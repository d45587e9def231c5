// SPDX-License-Identifier: MIT
#include <QDebug>
#include <QTest>

#include "endpoint/endpointaddress.h"
#include "wire/bytes.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using Use = EndpointAddress::Use;

namespace {

const QString Digest = u"0123456789abcdefABCDEF0123456789abcdef0123456789abcdef0123456789"_s;

/// The standard protocols, and one that authenticates.
const Wire::ProtocolRegistry &registry()
{
    static const auto registry = [] {
        auto standard = Wire::ProtocolRegistry::standard();
        Wire::ProtocolDescription sealed;
        sealed.name = "sealed";
        sealed.authenticates = true;
        sealed.options = {{"generation", "3|4", "4", "which one"}};
        standard.add(std::move(sealed));
        return standard;
    }();
    return registry;
}

} // namespace

class tst_EndpointAddress : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void parts_data();
    void parts();
    void listening_data();
    void listening();
    void refused_data();
    void refused();
    void refusedForListening_data();
    void refusedForListening();
    void optionsAreDivided();
    void optionsReachTheTransport();
    void passwordsAreKeptAndNeverShown();
    void brokenAddressesDoNotShowPasswordsEither_data();
    void brokenAddressesDoNotShowPasswordsEither();
    void printedAddressesCanBeReadAgain_data() { parts_data(); }
    void printedAddressesCanBeReadAgain();
    void serversPrintWhatClientsNeed();
    void defaultOneIsNotValid();
};

void tst_EndpointAddress::parts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("expected"); // protocol, transport, host, port, path
    const auto row = [](const char *text, const QStringList &expected) {
        QTest::newRow(text) << QString::fromUtf8(text) << expected;
    };
    row("tls://localhost", {u"vstp"_s, u"tls"_s, u"localhost"_s, u"6969"_s, {}});
    row("tcp://192.0.2.7:80", {u"vstp"_s, u"tcp"_s, u"192.0.2.7"_s, u"80"_s, {}});
    row("tcp://192.0.2.7:80/", {u"vstp"_s, u"tcp"_s, u"192.0.2.7"_s, u"80"_s, {}});
    row("TCP://Example.ORG:65535", {u"vstp"_s, u"tcp"_s, u"example.org"_s, u"65535"_s, {}});
    row("vstp+tcp://h:1", {u"vstp"_s, u"tcp"_s, u"h"_s, u"1"_s, {}});
    row("sealed+wss://h/a%20b/c", {u"sealed"_s, u"wss"_s, u"h"_s, u"6969"_s, u"/a b/c"_s});
    row("ws://h:8080/ws", {u"vstp"_s, u"ws"_s, u"h"_s, u"8080"_s, u"/ws"_s});
    row("tcp://[::1]:7000", {u"vstp"_s, u"tcp"_s, u"::1"_s, u"7000"_s, {}});
    row("udp://[2001:db8::2]", {u"vstp"_s, u"udp"_s, u"2001:db8::2"_s, u"6969"_s, {}});
    row("local:///run/halyard.socket", {u"vstp"_s, u"local"_s, {}, u"0"_s, u"/run/halyard.socket"_s});
    row("local://halyard", {u"vstp"_s, u"local"_s, u"halyard"_s, u"0"_s, {}});
    row("memory://test", {u"vstp"_s, u"memory"_s, u"test"_s, u"0"_s, {}});
    row("memory:test", {u"vstp"_s, u"memory"_s, u"test"_s, u"0"_s, {}});
    row(" tls://localhost ", {u"vstp"_s, u"tls"_s, u"localhost"_s, u"6969"_s, {}});
}

void tst_EndpointAddress::parts()
{
    QFETCH(QString, text);
    QFETCH(QStringList, expected);
    const auto address = EndpointAddress::parse(text, Use::Connect, registry());
    QVERIFY2(address, address ? "" : qPrintable(address.error().toString()));
    const QStringList parts {address->protocol(), address->transport(), address->host(),
        QString::number(address->port()), address->path()};
    QCOMPARE(parts, expected);
    QVERIFY(address->isValid());
    QCOMPARE(address->namesProtocol(), text.contains(u'+'));
    QCOMPARE(address->transportUrl().scheme(), expected[1]);
    QCOMPARE(EndpointAddress::parse(QUrl(text.trimmed()), Use::Connect, registry())->toString(),
        address->toString());
}

void tst_EndpointAddress::listening_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("port");
    QTest::newRow("any") << u"tls://0.0.0.0:0"_s << 0;
    QTest::newRow("any 6") << u"tls://[::]:6969"_s << 6969;
    QTest::newRow("name") << u"tcp://localhost:1"_s << 1;
    QTest::newRow("memory") << u"memory://x"_s << 0;
    QTest::newRow("local") << u"local:///run/x"_s << 0;
}

void tst_EndpointAddress::listening()
{
    QFETCH(QString, text);
    QFETCH(int, port);
    const auto address = EndpointAddress::parse(text, Use::Listen, registry());
    QVERIFY2(address, address ? "" : qPrintable(address.error().toString()));
    QCOMPARE(int(address->port()), port);
}

void tst_EndpointAddress::refused_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected, ErrorCode code = ErrorCode::InvalidUrl) {
        QTest::newRow(text) << QString::fromUtf8(text) << code << QString::fromUtf8(expected);
    };
    row("", "empty address");
    row("localhost", "transport: missing, as in tls://localhost");
    row("localhost:6969", "transport: \"localhost\" is none of tcp tls");
    row("http://h", "transport: \"http\" is none of tcp tls ws wss local udp memory, in \"http://h\"");
    row("vstp://h", "transport: \"vstp\" is none of");
    row("nope+tcp://h", "protocol: \"nope\" is not known", ErrorCode::UnknownProtocol);
    row("+tcp://h", "Relative URL");
    row("tcp://", "host: missing");
    row("tcp:", "host: missing");
    row("tcp://:80", "host: missing");
    row("tcp://h:0", "port: 0 is no port to connect to");
    row("tcp://h:65536", "Invalid port");
    row("tcp://h:-1", "Invalid port");
    row("tcp://h:x", "Invalid port");
    row("tcp://[::1", "");
    row("tcp://h h", "");
    row("tcp://h/path", "path: tcp has none");
    row("tls://h/path", "path: tls has none");
    row("udp://h/path", "path: udp has none");
    row("memory://h:5", "port: memory has none");
    row("memory://h/x", "path: memory has none");
    row("memory:", "host: missing");
    row("local://", "path: local takes either");
    row("local://name/and/path", "path: local takes either");
    row("local://name:5", "port: local has none");
    row("tcp://h#f", "fragment: an endpoint has none");
    row("tcp://h?insecure=1", "option insecure: only tls and wss");
    row("tcp://h?pin=x", "option pin: only tls and wss");
    row("tls://h?insecure", "option insecure: expected 0 or 1");
    row("tls://h?insecure=yes", "option insecure: expected 0 or 1");
    row("tls://h?pin=", "option pin: expected sha256:HEX");
    row("tls://h?pin=sha256:00", "option pin: expected sha256:HEX");
    row("tls://h?pin=md5:0123456789abcdefABCDEF0123456789abcdef0123456789abcdef0123456789",
        "option pin: expected");
    row("tls://h?pin=sha256:0123456789abcdefABCDEF0123456789abcdef0123456789abcdef012345678g",
        "option pin: expected");
    row("tls://h?colour=a@b", "user: the characters / ? # @");
    row("tls://h?colour=red", "option colour: not known to vstp");
    row("tls://h?generation=4", "option generation: not known to vstp");
    row("sealed+tls://h?peer=raw", "option peer: not known to sealed");
    row("tls://h?peer=raw&peer=easy", "option peer: given twice");
    row("tls://alice@h", "user: vstp does not authenticate users", ErrorCode::NotSupportedByProtocol);
    row("sealed+tls://:secret@h", "user: a password without a name");
}

void tst_EndpointAddress::refused()
{
    QFETCH(QString, text);
    QFETCH(ErrorCode, code);
    QFETCH(QString, expected);
    const auto address = EndpointAddress::parse(text, Use::Connect, registry());
    QVERIFY(!address);
    QCOMPARE(address.error().code(), code);
    QCOMPARE(address.error().origin(), ErrorOrigin::Local);
    QVERIFY2(address.error().detail().startsWith(expected), qPrintable(address.error().detail()));
    QVERIFY(!address.error().detail().isEmpty());
}

void tst_EndpointAddress::refusedForListening_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("port") << u"tls://0.0.0.0"_s << u"port: missing; 0 lets the system choose one"_s;
    QTest::newRow("host") << u"tls://:6969"_s << u"host: missing; 0.0.0.0 or [::]"_s;
    QTest::newRow("user") << u"sealed+tls://alice@0.0.0.0:1"_s << u"user: belongs to connecting"_s;
}

void tst_EndpointAddress::refusedForListening()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const auto address = EndpointAddress::parse(text, Use::Listen, registry());
    QVERIFY(!address);
    QCOMPARE(address.error().code(), ErrorCode::InvalidUrl);
    QVERIFY2(address.error().detail().startsWith(expected), qPrintable(address.error().detail()));
}

void tst_EndpointAddress::optionsAreDivided()
{
    const auto address = EndpointAddress::parse(
        u"tls://h?peer=ra%77&insecure=1&profile=S&pin=spki-sha256:"_s + Digest, Use::Connect, registry());
    QVERIFY2(address, address ? "" : qPrintable(address.error().toString()));
    const Wire::OptionValues expected {{"peer", "raw"}, {"profile", "S"}};
    QVERIFY(address->protocolOptions() == expected);
    QVERIFY(address->isInsecure());
    QCOMPARE(address->pin(), "spki-sha256:" + Digest.toLatin1());
    QVERIFY(address->isSecure());
}

void tst_EndpointAddress::optionsReachTheTransport()
{
    TransportOptions base;
    base.tls.pin = "base";
    base.acceptBacklog = 7;
    const auto plain = EndpointAddress::parse(u"tls://h"_s, Use::Connect, registry())->applyTo(base);
    QCOMPARE(plain.tls.pin, QByteArray("base"));
    QVERIFY(!plain.tls.insecure);
    const auto pinned
        = EndpointAddress::parse(u"tls://h?insecure=1&pin=sha256:"_s + Digest, Use::Connect, registry())
              ->applyTo(base);
    QCOMPARE(pinned.tls.pin, "sha256:" + Digest.toLatin1());
    QVERIFY(pinned.tls.insecure);
    QCOMPARE(pinned.acceptBacklog, 7);
}

void tst_EndpointAddress::passwordsAreKeptAndNeverShown()
{
    const auto address = EndpointAddress::parse(
        u"sealed+tls://al%40ice:p%3Ass%2Fword@h:5?generation=3"_s, Use::Connect, registry());
    QVERIFY2(address, address ? "" : qPrintable(address.error().toString()));
    QCOMPARE(address->user(), u"al@ice"_s);
    QCOMPARE(Wire::asText(address->password().view()), "p:ss/word");
    QCOMPARE(address->toString(), u"sealed+tls://al%40ice@h:5?generation=3"_s);
    QString shown;
    QDebug(&shown) << *address;
    QVERIFY(!shown.contains("word"_L1));
    QVERIFY(address->transportUrl().userInfo().isEmpty());
}

void tst_EndpointAddress::brokenAddressesDoNotShowPasswordsEither_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
        {"tls://bob:hunter2@h", "sealed+tls://bob:hunter2@h:0", "sealed+tls://bob:hunter2@h/x",
            "tls://bob:hunter2@h:99999", "tls://bob:hun/hunter2@h", "tls://bob:1/hunter2@h",
            "nope://bob:hunter2@h", "bob:hunter2@h", "tls://bob:hunter2@[::1", "tls://bob:%zzhunter2@h",
            "sealed+tls://bob:1?hunter2@h", "sealed+tls://bob:1#hunter2@h", "tls://bob:1?hunter2=2@h"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void tst_EndpointAddress::brokenAddressesDoNotShowPasswordsEither()
{
    QFETCH(QString, text);
    const auto typed = EndpointAddress::parse(text, Use::Connect, registry());
    QVERIFY(!typed);
    QVERIFY2(!typed.error().detail().contains("hunter2"_L1), qPrintable(typed.error().detail()));
    const auto url = EndpointAddress::parse(QUrl(text), Use::Connect, registry());
    QVERIFY(!url);
    QVERIFY2(!url.error().detail().contains("hunter2"_L1), qPrintable(url.error().detail()));
}

void tst_EndpointAddress::printedAddressesCanBeReadAgain()
{
    QFETCH(QString, text);
    const auto first = EndpointAddress::parse(text, Use::Connect, registry());
    const auto second = EndpointAddress::parse(first->toString(), Use::Connect, registry());
    QVERIFY2(second, qPrintable(first->toString()));
    QCOMPARE(second->toString(), first->toString());
    QCOMPARE(second->host(), first->host());
    QCOMPARE(second->path(), first->path());
}

void tst_EndpointAddress::serversPrintWhatClientsNeed()
{
    const auto bound = EndpointAddress::parse(u"tls://0.0.0.0:0?peer=raw"_s, Use::Listen, registry());
    const auto printed
        = bound->withHost(u"localhost"_s).withPort(4711).withPin("sha256:" + Digest.toLatin1());
    QCOMPARE(printed.toString(), u"tls://localhost:4711?peer=raw&pin=sha256:"_s + Digest);
    const auto client = EndpointAddress::parse(printed.toString(), Use::Connect, registry());
    QVERIFY(client);
    QCOMPARE(client->pin(), "sha256:" + Digest.toLatin1());
    QCOMPARE(bound->port(), quint16(0));
    const auto six = EndpointAddress::parse(u"tcp://[::]:0"_s, Use::Listen, registry());
    QCOMPARE(six->withPort(5).toString(), u"tcp://[::]:5"_s);
}

void tst_EndpointAddress::defaultOneIsNotValid()
{
    QVERIFY(!EndpointAddress().isValid());
    QVERIFY(EndpointAddress().toString().isEmpty());
    QVERIFY(!EndpointAddress().isSecure());
}

QTEST_GUILESS_MAIN(tst_EndpointAddress)
#include "tst_endpointaddress.moc"

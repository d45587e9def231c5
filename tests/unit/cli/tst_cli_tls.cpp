// SPDX-License-Identifier: MIT
#include <csignal>

#include <QTest>
#include <QUrl>
#include <QUrlQuery>

#include "program.h"

using namespace Qt::StringLiterals;

/// The commands over TLS, with certificates that `halyard serve` and `halyard proxy` make for themselves.
class tst_CliTls : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void printedAddressesWork_data();
    void printedAddressesWork();
    void madeCertificatesAreForThisRunAlone();
    void certificatesMustBeTrusted();
    void certificatesFromFiles();
    void plainAgainstTlsAndTheReverse();
    void proxiesShowWhatIsInside_data();
    void proxiesShowWhatIsInside();
};

void tst_CliTls::printedAddressesWork_data()
{
    QTest::addColumn<QString>("listen");
    QTest::addColumn<QString>("host");
    QTest::newRow("address") << u"tls://127.0.0.1:0"_s << u"127.0.0.1"_s;
    QTest::newRow("any") << u"tls://0.0.0.0:0"_s << u"localhost"_s;
    QTest::newRow("name") << u"tls://localhost:0"_s << u"localhost"_s;
}

void tst_CliTls::printedAddressesWork()
{
    QFETCH(QString, listen);
    QFETCH(QString, host);
    RunningServer server(listen);
    const QUrl url(server.url());
    QVERIFY2(url.isValid(), server.program().errors().constData());
    QCOMPARE(url.host(), host);
    QVERIFY(url.port() > 0);
    QVERIFY(QUrlQuery(url).queryItemValue(u"pin"_s).startsWith(u"sha256:"_s));
    const auto outcome = run({u"request"_s, server.url(), u"sum"_s, u"--data"_s, u"1 2"_s});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    QCOMPARE(outcome.output, QByteArray("3"));
    QVERIFY2(outcome.errors.isEmpty(), outcome.errors.constData());
}

void tst_CliTls::madeCertificatesAreForThisRunAlone()
{
    const RunningServer first(u"tls://127.0.0.1:0"_s);
    const RunningServer second(u"tls://127.0.0.1:0"_s);
    const auto pin = [](const QString &url) { return QUrlQuery(QUrl(url)).queryItemValue(u"pin"_s); };
    QVERIFY(pin(first.url()).startsWith(u"sha256:"_s));
    QVERIFY(pin(first.url()) != pin(second.url()));
    auto wrong = second.url();
    wrong.replace(pin(second.url()), pin(first.url()));
    const auto outcome = run({u"request"_s, wrong, u"echo"_s});
    QCOMPARE(outcome.status, 3);
    QVERIFY2(outcome.errors.contains("CertificatePinMismatch"), outcome.errors.constData());
}

void tst_CliTls::certificatesMustBeTrusted()
{
    const RunningServer server(u"tls://127.0.0.1:0"_s);
    const auto url = server.url().section(u'?', 0, 0);
    const auto refused = run({u"request"_s, url, u"echo"_s});
    QCOMPARE(refused.status, 3);
    QVERIFY2(refused.errors.contains("CertificateUntrusted"), refused.errors.constData());
    const auto insecure = run({u"request"_s, url + u"?insecure=1"_s, u"echo"_s, u"--data"_s, u"x"_s});
    QCOMPARE(insecure.status, 0);
    QCOMPARE(insecure.output, QByteArray("x"));
    QVERIFY2(insecure.errors.contains("insecure"), insecure.errors.constData());
}

void tst_CliTls::certificatesFromFiles()
{
    const auto data
        = [](const char *name) { return QStringLiteral(HALYARD_TEST_DATA "/tls/") + QLatin1String(name); };
    const RunningServer server(
        u"tls://127.0.0.1:0"_s, {u"--cert"_s, data("signed.pem"), u"--key"_s, data("signed.key")});
    const QUrl url(server.url());
    QVERIFY(url.port() > 0);
    QVERIFY(!url.hasQuery()); // nothing has to be pinned
    const auto request = [&](const char *authority) {
        return run({u"request"_s, server.url(), u"echo"_s, u"--data"_s, u"x"_s, u"--ca"_s, data(authority)});
    };
    const auto trusted = request("authority.pem");
    QVERIFY2(trusted.status == 0, trusted.errors.constData());
    QCOMPARE(trusted.output, QByteArray("x"));
    const auto other = request("rsa.pem");
    QCOMPARE(other.status, 3);
    QVERIFY2(other.errors.contains("CertificateUntrusted"), other.errors.constData());
}

void tst_CliTls::plainAgainstTlsAndTheReverse()
{
    const RunningServer tls(u"tls://127.0.0.1:0"_s);
    const auto plain = run({u"request"_s, u"tcp://127.0.0.1:%1"_s.arg(QUrl(tls.url()).port()), u"echo"_s});
    QCOMPARE(plain.status, 3);
    QVERIFY2(plain.errors.contains("PlainPeerOnTlsPort"), plain.errors.constData());
    const RunningServer tcp;
    const auto secured
        = run({u"request"_s, u"tls://127.0.0.1:%1?insecure=1"_s.arg(QUrl(tcp.url()).port()), u"echo"_s});
    QCOMPARE(secured.status, 3);
    QVERIFY2(secured.errors.contains("TlsPeerOnPlainPort"), secured.errors.constData());
}

void tst_CliTls::proxiesShowWhatIsInside_data()
{
    QTest::addColumn<QString>("outside");
    QTest::addColumn<QString>("inside");
    QTest::newRow("both") << u"tls://127.0.0.1:0"_s << u"tls://127.0.0.1:0"_s;
    QTest::newRow("outside") << u"tls://127.0.0.1:0"_s << u"tcp://127.0.0.1:0"_s;
    QTest::newRow("inside") << u"tcp://127.0.0.1:0"_s << u"tls://127.0.0.1:0"_s;
}

void tst_CliTls::proxiesShowWhatIsInside()
{
    QFETCH(QString, outside);
    QFETCH(QString, inside);
    const RunningServer server(inside);
    Program proxy({u"proxy"_s, outside, server.url()});
    const auto url = proxy.errorLine(u"listening "_s);
    QVERIFY2(!url.isEmpty(), proxy.errors().constData());
    const auto outcome = run({u"request"_s, url, u"echo"_s, u"--data"_s, u"ahoy"_s});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    QVERIFY(QTest::qWaitFor([&] { return proxy.errors().contains("[1] closed"); }));
    QVERIFY(proxy.output().contains("ahoy"));
    if (outside.startsWith(u"tls"_s))
        QVERIFY2(proxy.errors().contains("TLS 1.3"), proxy.errors().constData());
    proxy.interrupt(SIGINT);
    QCOMPARE(proxy.status(), 0);
}

QTEST_GUILESS_MAIN(tst_CliTls)
#include "tst_cli_tls.moc"

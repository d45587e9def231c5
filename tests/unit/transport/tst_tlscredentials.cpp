// SPDX-License-Identifier: MIT
// How certificates and keys get from files into TlsOptions, and what is said of those that do not.
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "crypto/certificatepin.h"
#include "transport/tlscredentials.h"

using namespace Halyard;
using Wire::ErrorCode;

Q_DECLARE_METATYPE(Halyard::Wire::ErrorCode)

class tst_TlsCredentials : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void pairsThatFit_data();
    void pairsThatFit();
    void oneFileForBoth();
    void chainsKeepTheirOrder();
    void refused_data();
    void refused();
    void aKeyForEverybodyIsWarnedAbout();
    void certificateAuthorities();
    void certificateAuthoritiesRefused_data();
    void certificateAuthoritiesRefused();
    void development();
    void developmentNeedsHosts();

private:
    /// A file of this content that nobody else can read; its path.
    QString file(const QString &name, const QByteArray &content)
    {
        const QString path = m_folder->filePath(name);
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size())
            qFatal("cannot write into the temporary folder");
        out.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        return path;
    }
    static QByteArray data(const QString &name)
    {
        QFile in(QStringLiteral(HALYARD_TEST_DATA "/tls/") + name);
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
    QString copy(const QString &name) { return file(name, data(name)); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_TlsCredentials::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    QVERIFY(!data(QStringLiteral("rsa.pem")).isEmpty());
}

void tst_TlsCredentials::pairsThatFit_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QSsl::KeyAlgorithm>("algorithm");
    QTest::newRow("RSA, PKCS #8") << "rsa.pem"
                                  << "rsa.key" << QSsl::Rsa;
    QTest::newRow("EC, SEC 1") << "ec.pem"
                               << "ec-sec1.key" << QSsl::Ec;
}

void tst_TlsCredentials::pairsThatFit()
{
    QFETCH(const QString, certificate);
    QFETCH(const QString, key);
    QFETCH(const QSsl::KeyAlgorithm, algorithm);
    TlsOptions options;
    const auto loaded = loadCertificate(options, copy(certificate), copy(key));
    QVERIFY2(loaded, loaded ? "" : loaded.error().detail.c_str());
    QCOMPARE(options.certificateChain.size(), 1);
    QVERIFY(
        options.certificateChain[0].subjectInfo(QSslCertificate::CommonName)[0].startsWith("Halyard test"));
    QCOMPARE(options.privateKey.algorithm(), algorithm);
    QCOMPARE(options.privateKey.type(), QSsl::PrivateKey);
}

void tst_TlsCredentials::oneFileForBoth()
{
    TlsOptions options;
    const QString both = file(QStringLiteral("both.pem"), data("ec-sec1.key") + data("ec.pem"));
    QVERIFY(loadCertificate(options, both, both));
    QCOMPARE(options.certificateChain.size(), 1);
    QVERIFY(!options.privateKey.isNull());
}

void tst_TlsCredentials::chainsKeepTheirOrder()
{
    TlsOptions options;
    const QString chain = file(QStringLiteral("chain.pem"), data("ec.pem") + data("rsa.pem"));
    QVERIFY(loadCertificate(options, chain, copy("ec-sec1.key")));
    QCOMPARE(options.certificateChain.size(), 2);
    QCOMPARE(options.certificateChain[0].publicKey().algorithm(), QSsl::Ec);
    QCOMPARE(options.certificateChain[1].publicKey().algorithm(), QSsl::Rsa);
    // The key must belong to the first.
    TlsOptions other;
    const auto loaded = loadCertificate(other, chain, copy("rsa.key"));
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, ErrorCode::BadCertificate);
}

void tst_TlsCredentials::refused_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("says");
    const auto row
        = [](const char *name, const char *certificate, const char *key, ErrorCode code, const char *says) {
              QTest::newRow(name) << QString::fromLatin1(certificate) << QString::fromLatin1(key) << code
                                  << QString::fromLatin1(says);
          };
    const auto bad = ErrorCode::BadCertificate;
    const auto unread = ErrorCode::FileFailed;
    row("no certificate file", "missing.pem", "rsa.key", unread, "missing.pem: ");
    row("no key file", "rsa.pem", "missing.key", unread, "missing.key: ");
    row("a folder", ".", "rsa.key", unread, "");
    row("too large a file", "huge.pem", "rsa.key", unread, "huge.pem: larger than 1 MiB");
    row("empty file", "empty.pem", "rsa.key", bad, "empty.pem: holds no certificate");
    row("no PEM", "text.pem", "rsa.key", bad, "text.pem: holds no certificate");
    row("a key for a certificate", "rsa.key", "rsa.key", bad, "rsa.key: holds no certificate");
    row("a certificate for a key", "rsa.pem", "rsa.pem", bad, "rsa.pem: holds no private key");
    row("another's key", "rsa.pem", "ec-sec1.key", bad, "ec-sec1.key: ");
    row("another's key of the same kind", "ec.pem", "other-ec.key", bad, "other-ec.key: ");
    row("encrypted, PKCS #8", "ec.pem", "encrypted-pkcs8.key", bad,
        "encrypted-pkcs8.key: the private key is encrypted");
    row("encrypted, SEC 1", "ec.pem", "encrypted-sec1.key", bad,
        "encrypted-sec1.key: the private key is encrypted");
    row("Ed25519", "ed25519.pem", "ed25519.key", bad, "ed25519.key: the private key is neither RSA nor EC");
    row("damaged", "rsa.pem", "damaged.key", bad, "damaged.key: ");
}

void tst_TlsCredentials::refused()
{
    QFETCH(const QString, certificate);
    QFETCH(const QString, key);
    QFETCH(const ErrorCode, code);
    QFETCH(const QString, says);
    for (const char *name : {"rsa.pem", "ec.pem", "ed25519.pem", "rsa.key", "ec-sec1.key", "ed25519.key",
             "encrypted-pkcs8.key", "encrypted-sec1.key"})
        copy(QString::fromLatin1(name));
    file("empty.pem", {});
    file("text.pem", "not what you are looking for\n");
    file("huge.pem", data("rsa.pem") + QByteArray(1024 * 1024, '\n'));
    file("damaged.key", data("rsa.key").replace("\n", "\nAAAA"));
    TlsOptions another;
    QVERIFY(useDevelopmentCertificate(another));
    file("other-ec.key", another.privateKey.toPem());

    TlsOptions options;
    QVERIFY(useDevelopmentCertificate(options));
    const TlsOptions before = options;
    const auto loaded = loadCertificate(options, m_folder->filePath(certificate), m_folder->filePath(key));
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, code);
    QCOMPARE(loaded.error().origin, Wire::ErrorOrigin::Local);
    const QString detail = QString::fromStdString(loaded.error().detail);
    QVERIFY2(detail.startsWith(m_folder->filePath(says)) || says.isEmpty(), qPrintable(detail));
    QVERIFY2(detail.size() > m_folder->filePath(says).size() || says.size() > 12, qPrintable(detail));
    // Nothing of a key is in it, and the options are as they were.
    for (const QByteArray &line : data(key).split('\n'))
        QVERIFY(line.size() < 20 || !detail.contains(QString::fromLatin1(line)));
    QCOMPARE(options.certificateChain, before.certificateChain);
    QCOMPARE(options.privateKey, before.privateKey);
}

void tst_TlsCredentials::aKeyForEverybodyIsWarnedAbout()
{
    TlsOptions options;
    const QString key = copy("rsa.key");
    QVERIFY(QFile::setPermissions(key,
        QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadGroup | QFileDevice::ReadOther));
    QTest::ignoreMessage(
        QtWarningMsg, QRegularExpression(QStringLiteral("everybody .* can read .*rsa\\.key")));
    QVERIFY(loadCertificate(options, copy("rsa.pem"), key));
}

void tst_TlsCredentials::certificateAuthorities()
{
    TlsOptions options;
    QVERIFY(loadCaCertificates(options, copy("rsa.pem")));
    QCOMPARE(options.caCertificates.size(), 1);
    QVERIFY(
        loadCaCertificates(options, file("several.pem", data("ec.pem") + "# a comment\n" + data("rsa.pem"))));
    QCOMPARE(options.caCertificates.size(), 2); // instead of the ones before
    QCOMPARE(options.caCertificates[0].publicKey().algorithm(), QSsl::Ec);
    QVERIFY(options.certificateChain.isEmpty());
}

void tst_TlsCredentials::certificateAuthoritiesRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("missing") << "missing.pem" << ErrorCode::FileFailed;
    QTest::newRow("empty") << "empty.pem" << ErrorCode::BadCertificate;
    QTest::newRow("a key") << "rsa.key" << ErrorCode::BadCertificate;
}

void tst_TlsCredentials::certificateAuthoritiesRefused()
{
    QFETCH(const QString, name);
    QFETCH(const ErrorCode, code);
    file("empty.pem", {});
    copy("rsa.key");
    TlsOptions options;
    QVERIFY(loadCaCertificates(options, copy("rsa.pem")));
    const auto loaded = loadCaCertificates(options, m_folder->filePath(name));
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, code);
    QVERIFY(QString::fromStdString(loaded.error().detail).startsWith(m_folder->filePath(name)));
    QCOMPARE(options.caCertificates.size(), 1);
}

void tst_TlsCredentials::development()
{
    TlsOptions options;
    const auto pin = useDevelopmentCertificate(options, {"halyard.test", "192.0.2.7"});
    QVERIFY(pin);
    QCOMPARE(options.certificateChain.size(), 1);
    const QSslCertificate &certificate = options.certificateChain[0];
    const auto names = certificate.subjectAlternativeNames();
    QVERIFY(names.values(QSsl::DnsEntry).contains("localhost"));
    QVERIFY(names.values(QSsl::DnsEntry).contains("halyard.test"));
    QVERIFY(names.values(QSsl::IpAddressEntry).contains("192.0.2.7"));
    const auto now = QDateTime::currentDateTimeUtc();
    QVERIFY(certificate.effectiveDate() < now && certificate.expiryDate() > now.addDays(29));
    QVERIFY(certificate.expiryDate() < now.addDays(31));
    const QByteArray der = certificate.toDer();
    const auto parsed = Wire::CertificatePin::parse({pin->constData(), std::size_t(pin->size())});
    QVERIFY(parsed && parsed->matches(std::as_bytes(std::span(der.constData(), std::size_t(der.size())))));

    TlsOptions second;
    const auto otherPin = useDevelopmentCertificate(second);
    QVERIFY(otherPin && *otherPin != *pin);
    QVERIFY(second.certificateChain[0].serialNumber() != certificate.serialNumber());
}

void tst_TlsCredentials::developmentNeedsHosts()
{
    TlsOptions options;
    const auto made = useDevelopmentCertificate(options, {"not a host"});
    QVERIFY(!made);
    QCOMPARE(made.error().code, ErrorCode::InvalidArgument);
    QVERIFY(options.certificateChain.isEmpty());
}

QTEST_GUILESS_MAIN(tst_TlsCredentials)
#include "tst_tlscredentials.moc"

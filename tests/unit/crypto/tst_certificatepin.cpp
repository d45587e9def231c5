// SPDX-License-Identifier: MIT
#include "crypto/certificatepin.h"

#include <gtest/gtest.h>

#include "crypto/developmentcertificate.h"
#include "pem.h"

using namespace Halyard::Wire;
using Subject = CertificatePin::Subject;

namespace {

const std::string Digits(64, 'a');

Bytes someCertificate()
{
    DevelopmentCertificateRequest request;
    request.now = std::chrono::system_clock::time_point(std::chrono::hours(480'000));
    const auto made = makeDevelopmentCertificate(request);
    return derOf(certificateOf(made->certificatePem()).get());
}

} // namespace

TEST(CertificatePin, parsesBothKinds)
{
    const auto leaf = CertificatePin::parse("sha256:" + Digits);
    ASSERT_TRUE(leaf);
    EXPECT_EQ(leaf->subject(), Subject::Certificate);
    EXPECT_EQ(leaf->toString(), "sha256:" + Digits);
    const auto key = CertificatePin::parse("spki-sha256:" + Digits);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->subject(), Subject::PublicKey);
    EXPECT_EQ(key->toString(), "spki-sha256:" + Digits);
    EXPECT_FALSE(*leaf == *key);
}

TEST(CertificatePin, takesDigitsOfEitherCase)
{
    const auto upper = CertificatePin::parse("sha256:" + std::string(64, 'F'));
    ASSERT_TRUE(upper);
    EXPECT_EQ(upper->toString(), "sha256:" + std::string(64, 'f'));
    EXPECT_TRUE(*upper == *CertificatePin::parse("sha256:" + std::string(64, 'f')));
}

TEST(CertificatePin, refusesWhatIsNone)
{
    for (const std::string &text :
        {std::string(), std::string("sha256:"), Digits, "sha1:" + Digits, "SHA256:" + Digits,
            "sha256:" + Digits.substr(1), "sha256:" + Digits + "a", "sha256:" + Digits.substr(1) + "g",
            "sha256: " + Digits.substr(1), "sha256:" + Digits.substr(1) + std::string(1, '\0')}) {
        const auto pin = CertificatePin::parse(text);
        ASSERT_FALSE(pin) << text;
        EXPECT_EQ(pin.error().code, ErrorCode::InvalidArgument);
        EXPECT_EQ(pin.error().origin, ErrorOrigin::Local);
    }
}

TEST(CertificatePin, matchesItsCertificateAlone)
{
    const Bytes one = someCertificate();
    const Bytes other = someCertificate();
    for (const Subject subject : {Subject::Certificate, Subject::PublicKey}) {
        const auto pin = CertificatePin::of(one, subject);
        ASSERT_TRUE(pin);
        EXPECT_TRUE(pin->matches(one));
        EXPECT_FALSE(pin->matches(other));
        EXPECT_TRUE(CertificatePin::parse(pin->toString())->matches(one));
    }
}

TEST(CertificatePin, aKeyPinSurvivesANewCertificateOfTheSameKey)
{
    DevelopmentCertificateRequest request;
    request.now = std::chrono::system_clock::time_point(std::chrono::hours(480'000));
    const auto made = makeDevelopmentCertificate(request);
    const X509Pointer certificate = certificateOf(made->certificatePem());
    const KeyPointer key = keyOf(made->keyPem());
    const Bytes before = derOf(certificate.get());
    ASSERT_NE(X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3'600), nullptr);
    ASSERT_GT(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);
    const Bytes after = derOf(certificate.get());
    ASSERT_NE(before, after);
    EXPECT_TRUE(CertificatePin::of(before, Subject::PublicKey)->matches(after));
    EXPECT_FALSE(CertificatePin::of(before, Subject::Certificate)->matches(after));
}

TEST(CertificatePin, hashesWhatOpensslsToolsHash)
{
    // `openssl x509 -outform DER | sha256sum` and `openssl x509 -pubkey | openssl pkey -pubin -outform DER |
    // sha256sum` of a fixed certificate.
    const X509Pointer certificate = certificateOf(R"(-----BEGIN CERTIFICATE-----
MIIBgDCCASegAwIBAgIUSxUF+ynL+3t4gKeZIe4Yv9jgv+gwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLcGluLmV4YW1wbGUwHhcNMjYxMTIxMDUwNTU3WhcNMzYxMTE4
MDUwNTU3WjAWMRQwEgYDVQQDDAtwaW4uZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABDlWg5emDLYP2VfGHpujfWOgrGCFy/aA2QpW3IqCm9ovF8H/O7tg
ApitoM0I5Hzlp3kdo2tRYbxH44Bf46WzhJqjUzBRMB0GA1UdDgQWBBTaj0TMmZhe
44jtsyyLF4ega3mYPDAfBgNVHSMEGDAWgBTaj0TMmZhe44jtsyyLF4ega3mYPDAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIAcHO+9Z4hJRIHBsRfrS
B1XnwlJx/6w3DBdw1FQH2u4YAiB739PoP/BJHYBpBg3Enyw29G/HrmSwPKPyHYqG
I9i4mw==
-----END CERTIFICATE-----
)");
    ASSERT_TRUE(certificate);
    const Bytes der = derOf(certificate.get());
    EXPECT_EQ(CertificatePin::of(der, Subject::Certificate)->toString(),
        "sha256:c9934336d76eb4ba37b3e714f255cc6b65f32a534d9b8b1e446a8fad4f142c8c");
    EXPECT_EQ(CertificatePin::of(der, Subject::PublicKey)->toString(),
        "spki-sha256:eb74dbf9fcd42ad9e27407b099853b5e6258a80cc36713aee1f2c3e04fae53d0");
}

TEST(CertificatePin, whatIsNoCertificateHasNoPin)
{
    Bytes der = someCertificate();
    for (const Subject subject : {Subject::Certificate, Subject::PublicKey}) {
        EXPECT_EQ(CertificatePin::of({}, subject).error().code, ErrorCode::BadCertificate);
        EXPECT_EQ(
            CertificatePin::of(asBytes("no certificate"), subject).error().code, ErrorCode::BadCertificate);
        EXPECT_EQ(CertificatePin::of(ByteView(der).first(der.size() - 1), subject).error().code,
            ErrorCode::BadCertificate);
        Bytes longer = der;
        longer.push_back(std::byte {0});
        EXPECT_EQ(CertificatePin::of(longer, subject).error().code, ErrorCode::BadCertificate);
        EXPECT_FALSE(CertificatePin::of(der, subject)->matches(longer));
    }
}

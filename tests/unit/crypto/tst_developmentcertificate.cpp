// SPDX-License-Identifier: MIT
#include "crypto/developmentcertificate.h"

#include <gtest/gtest.h>

#include "pem.h"

using namespace Halyard::Wire;
using std::chrono::hours;
using std::chrono::system_clock;

namespace {

const system_clock::time_point Someday {hours(480'000)};

DevelopmentCertificateRequest request(std::vector<std::string> hosts = {})
{
    DevelopmentCertificateRequest request;
    request.hosts = std::move(hosts);
    request.now = Someday;
    request.serial.fill(std::byte {0x5a});
    return request;
}

std::time_t at(const ASN1_TIME *time)
{
    std::tm parts {};
    EXPECT_EQ(ASN1_TIME_to_tm(time, &parts), 1);
    return timegm(&parts);
}

} // namespace

TEST(DevelopmentCertificate, isForLocalhostAndWhatIsAskedFor)
{
    const auto made = makeDevelopmentCertificate(request({"build.example", "192.0.2.7", "2001:db8::7"}));
    ASSERT_TRUE(made);
    const X509Pointer certificate = certificateOf(made->certificatePem());
    ASSERT_TRUE(certificate);
    for (const char *name : {"localhost", "build.example"})
        EXPECT_EQ(X509_check_host(certificate.get(), name, 0, 0, nullptr), 1) << name;
    for (const char *address : {"127.0.0.1", "::1", "192.0.2.7", "2001:db8::7"})
        EXPECT_EQ(X509_check_ip_asc(certificate.get(), address, 0), 1) << address;
    EXPECT_EQ(X509_check_host(certificate.get(), "elsewhere.example", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "192.0.2.8", 0), 0);
}

TEST(DevelopmentCertificate, fitsItsKeyAndSignsItself)
{
    const auto made = makeDevelopmentCertificate(request());
    ASSERT_TRUE(made);
    const X509Pointer certificate = certificateOf(made->certificatePem());
    const KeyPointer key = keyOf(made->keyPem());
    ASSERT_TRUE(certificate && key);
    EXPECT_EQ(X509_check_private_key(certificate.get(), key.get()), 1);
    EXPECT_EQ(X509_verify(certificate.get(), key.get()), 1);
    EXPECT_EQ(EVP_PKEY_get_bits(key.get()), 256);
    EXPECT_EQ(X509_check_ca(certificate.get()), 0);
    EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
    EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
    EXPECT_NE(made->keyPem(), makeDevelopmentCertificate(request())->keyPem());
}

TEST(DevelopmentCertificate, timeAndSerialAreTheCallers)
{
    auto asked = request();
    asked.validity = hours(48);
    const auto made = makeDevelopmentCertificate(asked);
    ASSERT_TRUE(made);
    const X509Pointer certificate = certificateOf(made->certificatePem());
    EXPECT_EQ(at(X509_get0_notBefore(certificate.get())), system_clock::to_time_t(Someday - hours(1)));
    EXPECT_EQ(at(X509_get0_notAfter(certificate.get())), system_clock::to_time_t(Someday + hours(48)));
    const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate.get());
    ASSERT_EQ(ASN1_STRING_length(serial), 16);
    EXPECT_EQ(ASN1_STRING_get0_data(serial)[0], 0x5a);
    EXPECT_EQ(ASN1_STRING_get0_data(serial)[15], 0x5a);
}

TEST(DevelopmentCertificate, aSerialIsPositiveAndOfFullLength)
{
    for (const auto byte : {std::byte {0}, std::byte {0xff}}) {
        auto asked = request();
        asked.serial.fill(byte);
        const auto made = makeDevelopmentCertificate(asked);
        ASSERT_TRUE(made);
        const X509Pointer certificate = certificateOf(made->certificatePem());
        const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate.get());
        EXPECT_EQ(ASN1_STRING_type(serial), V_ASN1_INTEGER);
        EXPECT_EQ(ASN1_STRING_length(serial), 16);
    }
}

TEST(DevelopmentCertificate, refusesWhatIsNoHost)
{
    for (const std::string &host : {std::string(), std::string("two words"), std::string("a,DNS:b"),
             std::string("n\xc3\xb6.example"), std::string("nul\0host", 8), std::string(254, 'a')}) {
        const auto made = makeDevelopmentCertificate(request({host}));
        ASSERT_FALSE(made) << host;
        EXPECT_EQ(made.error().code, ErrorCode::InvalidArgument);
    }
    EXPECT_TRUE(makeDevelopmentCertificate(request({std::string(253, 'a')})));
    EXPECT_TRUE(makeDevelopmentCertificate(request(std::vector<std::string>(100, "a.example"))));
    EXPECT_FALSE(makeDevelopmentCertificate(request(std::vector<std::string>(101, "a.example"))));
}

TEST(DevelopmentCertificate, takesItsKeyAlongWhenMoved)
{
    auto made = makeDevelopmentCertificate(request());
    ASSERT_TRUE(made);
    const std::string key = made->keyPem();
    DevelopmentCertificate moved(std::move(*made));
    EXPECT_EQ(moved.keyPem(), key);
    EXPECT_TRUE(made->keyPem().empty()); // NOLINT(bugprone-use-after-move): that is what is tested
    DevelopmentCertificate assigned;
    assigned = std::move(moved);
    EXPECT_EQ(assigned.keyPem(), key);
    EXPECT_TRUE(moved.keyPem().empty()); // NOLINT(bugprone-use-after-move)
}

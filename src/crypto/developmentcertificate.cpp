// SPDX-License-Identifier: MIT
#include "crypto/developmentcertificate.h"

#include <algorithm>
#include <span>
#include <utility>

#include <openssl/ec.h>
#include <openssl/pem.h>

#include "crypto/openssl_p.h"
#include "wire/wipe.h"

namespace Halyard::Wire {

namespace {

constexpr std::size_t MaxHosts = 100;
constexpr std::size_t MaxNameBytes = 253; // of a DNS name

using NamePointer = std::unique_ptr<GENERAL_NAME, Freeing<GENERAL_NAME_free>>;
using NamesPointer = std::unique_ptr<GENERAL_NAMES, Freeing<GENERAL_NAMES_free>>;
using ExtensionPointer = std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>>;
using NumberPointer = std::unique_ptr<BIGNUM, Freeing<BN_free>>;

bool isDnsName(const std::string &host)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
            || c == '.' || c == '_' || c == '*';
    };
    return !host.empty() && host.size() <= MaxNameBytes && std::all_of(host.begin(), host.end(), allowed);
}

// Built piece by piece, not from OpenSSL's text notation, in which a comma would begin another name.
bool append(GENERAL_NAMES *names, const std::string &host)
{
    NamePointer name(GENERAL_NAME_new());
    if (!name)
        return false;
    if (ASN1_OCTET_STRING *address = a2i_IPADDRESS(host.c_str())) {
        GENERAL_NAME_set0_value(name.get(), GEN_IPADD, address);
    } else {
        ERR_clear_error();
        ASN1_IA5STRING *text = ASN1_IA5STRING_new();
        if (!text)
            return false;
        GENERAL_NAME_set0_value(name.get(), GEN_DNS, text);
        if (!isDnsName(host) || ASN1_STRING_set(text, host.data(), int(host.size())) != 1)
            return false;
    }
    if (sk_GENERAL_NAME_push(names, name.get()) == 0)
        return false;
    (void)name.release();
    return true;
}

bool addText(X509 *certificate, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const ExtensionPointer extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool setSerial(X509 *certificate, std::array<std::byte, 16> serial)
{
    serial[0] = (serial[0] & std::byte {0x7f}) | std::byte {0x40}; // positive, and of full length
    const NumberPointer number(
        BN_bin2bn(reinterpret_cast<const unsigned char *>(serial.data()), int(serial.size()), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool fill(X509 *certificate, EVP_PKEY *key, const DevelopmentCertificateRequest &request)
{
    const std::time_t begin = std::chrono::system_clock::to_time_t(request.now - std::chrono::hours(1));
    const std::time_t end = std::chrono::system_clock::to_time_t(request.now + request.validity);
    static constexpr unsigned char Name[] = "Halyard development";
    X509_NAME *subject = X509_get_subject_name(certificate);
    return X509_set_version(certificate, X509_VERSION_3) == 1 && setSerial(certificate, request.serial)
        && ASN1_TIME_set(X509_getm_notBefore(certificate), begin)
        && ASN1_TIME_set(X509_getm_notAfter(certificate), end)
        && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, Name, -1, -1, 0) == 1
        && X509_set_issuer_name(certificate, subject) == 1 && X509_set_pubkey(certificate, key) == 1
        && addText(certificate, NID_basic_constraints, "critical,CA:FALSE")
        && addText(certificate, NID_key_usage, "critical,digitalSignature")
        && addText(certificate, NID_ext_key_usage, "serverAuth,clientAuth")
        && addText(certificate, NID_subject_key_identifier, "hash");
}

std::string textOf(BIO *memory)
{
    char *bytes = nullptr;
    const long size = BIO_get_mem_data(memory, &bytes);
    return {bytes, std::size_t(size)};
}

} // namespace

Result<DevelopmentCertificate> makeDevelopmentCertificate(const DevelopmentCertificateRequest &request)
{
    const auto refused = [] {
        return failure(
            ErrorCode::BadCertificate, ErrorOrigin::Local, "development certificate: " + opensslReason());
    };
    if (request.hosts.size() > MaxHosts)
        return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
            "development certificate: more than " + std::to_string(MaxHosts) + " hosts");

    const NamesPointer names(sk_GENERAL_NAME_new_null());
    std::vector<std::string> hosts {"localhost", "127.0.0.1", "::1"};
    hosts.insert(hosts.end(), request.hosts.begin(), request.hosts.end());
    for (const std::string &host : hosts) {
        if (!names || !append(names.get(), host))
            return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
                "development certificate: neither a host name nor an address: " + host);
    }

    const KeyPointer key(EVP_EC_gen("P-256"));
    const X509Pointer certificate(X509_new());
    if (!key || !certificate || !fill(certificate.get(), key.get(), request)
        || X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) != 1
        || X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0)
        return refused();

    const BioPointer certificatePem(BIO_new(BIO_s_mem()));
    const BioPointer keyPem(BIO_new(BIO_s_secmem()));
    if (!certificatePem || !keyPem || PEM_write_bio_X509(certificatePem.get(), certificate.get()) != 1
        || PEM_write_bio_PKCS8PrivateKey(keyPem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return refused();
    return DevelopmentCertificate(textOf(certificatePem.get()), textOf(keyPem.get()));
}

DevelopmentCertificate::DevelopmentCertificate(std::string certificate, std::string key)
    : m_certificate(std::move(certificate))
    , m_key(std::move(key))
{ }

DevelopmentCertificate::~DevelopmentCertificate() { wipe(); }

DevelopmentCertificate::DevelopmentCertificate(DevelopmentCertificate &&other) noexcept
    : m_certificate(std::move(other.m_certificate))
    , m_key(std::move(other.m_key))
{
    other.wipe();
}

DevelopmentCertificate &DevelopmentCertificate::operator=(DevelopmentCertificate &&other) noexcept
{
    if (this != &other) {
        wipe();
        m_certificate = std::move(other.m_certificate);
        m_key = std::move(other.m_key);
        other.wipe();
    }
    return *this;
}

void DevelopmentCertificate::wipe() noexcept
{
    Wire::wipe(std::as_writable_bytes(std::span(m_key)));
    m_key.clear();
}

} // namespace Halyard::Wire

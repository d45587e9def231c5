// SPDX-License-Identifier: MIT
#include "crypto/aes256gcm.h"

#include <cassert>

#include <botan/aead.h>

#include "crypto/octets_p.h"

namespace Halyard::Wire {

struct Aes256Gcm::Cipher {
    std::unique_ptr<Botan::AEAD_Mode> mode;
    std::size_t smallestBody = 0;
    Botan::secure_vector<std::uint8_t> buffer; // finish() works in one of these, and spoils it when it fails
};

Aes256Gcm::Aes256Gcm(Task task, const Secret<32> &key)
    : m_cipher(std::make_unique<Cipher>())
{
    m_cipher->mode = Botan::AEAD_Mode::create_or_throw(
        "AES-256/GCM", task == Task::Seal ? Botan::ENCRYPTION : Botan::DECRYPTION);
    m_cipher->smallestBody = task == Task::Seal ? 0 : TagBytes;
    m_cipher->mode->set_key(octets(key.view()), key.view().size());
}

Aes256Gcm::Aes256Gcm(Aes256Gcm &&) noexcept = default;
Aes256Gcm &Aes256Gcm::operator=(Aes256Gcm &&) noexcept = default;
Aes256Gcm::~Aes256Gcm() = default;

std::optional<ByteView> Aes256Gcm::run(ByteView nonce, ByteView associated, ByteView body)
{
    assert(nonce.size() == NonceBytes);
    if (body.size() < m_cipher->smallestBody)
        return std::nullopt;
    auto &buffer = m_cipher->buffer;
    wipe(std::as_writable_bytes(std::span(buffer))); // a shorter body would leave the rest of an older one
    buffer.assign(octets(body), octets(body) + body.size());
    m_cipher->mode->set_associated_data(octets(associated), associated.size());
    m_cipher->mode->start(octets(nonce), nonce.size());
    try {
        m_cipher->mode->finish(buffer);
    } catch (const Botan::Invalid_Authentication_Tag &) {
        return std::nullopt;
    }
    return std::as_bytes(std::span(buffer));
}

} // namespace Halyard::Wire

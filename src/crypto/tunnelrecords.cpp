// SPDX-License-Identifier: MIT
#include "crypto/tunnelrecords.h"

#include <limits>

#include <botan/aead.h>

#include "crypto/octets_p.h"
#include "wire/bytereader.h"
#include "wire/bytewriter.h"

namespace Halyard::Wire {

namespace {
constexpr std::size_t NonceBytes = 12;
} // namespace

struct TunnelRecords::Cipher {
    std::unique_ptr<Botan::AEAD_Mode> mode;
    Botan::secure_vector<std::uint8_t> buffer; // finish() works in one of these, and spoils it when it fails

    /// Runs the cipher over `body`; false where its tag is wrong. The result is in the buffer.
    bool run(std::uint64_t counter, ByteView nonceBase, ByteView body)
    {
        std::array<std::byte, TunnelRecords::CounterBytes> counterBytes {};
        ByteWriter(counterBytes).writeU64Be(counter);
        std::array<std::byte, NonceBytes> nonce {};
        copyBytes(nonceBase, nonce.data());
        for (std::size_t i = 0; i < counterBytes.size(); ++i)
            nonce[NonceBytes - counterBytes.size() + i] ^= counterBytes[i];
        buffer.assign(octets(body), octets(body) + body.size());
        mode->set_associated_data(octets(ByteView(counterBytes)), counterBytes.size());
        mode->start(octets(ByteView(nonce)), nonce.size());
        try {
            mode->finish(buffer);
        } catch (const Botan::Invalid_Authentication_Tag &) {
            return false;
        }
        return true;
    }
};

TunnelRecords::TunnelRecords(Task task, TunnelFormat format, const TunnelKey &key)
    : m_cipher(std::make_unique<Cipher>())
    , m_format(format)
    , m_nonceBase(key.nonceBase)
{
    m_cipher->mode = Botan::AEAD_Mode::create_or_throw(
        "AES-256/GCM", task == Task::Seal ? Botan::ENCRYPTION : Botan::DECRYPTION);
    m_cipher->mode->set_key(octets(key.key.view()), key.key.view().size());
}

TunnelRecords::TunnelRecords(TunnelRecords &&) noexcept = default;
TunnelRecords &TunnelRecords::operator=(TunnelRecords &&) noexcept = default;
TunnelRecords::~TunnelRecords() = default;

Overhead TunnelRecords::overhead(TunnelFormat format) noexcept
{
    return {format == TunnelFormat::E1 ? CounterBytes : 0, TagBytes};
}

Result<void> TunnelRecords::seal(MutableBytes frontBodyBack)
{
    const Overhead extra = overhead(m_format);
    const MutableBytes body
        = frontBodyBack.subspan(extra.front, frontBodyBack.size() - extra.front - extra.back);
    if (auto alive = m_life.check(body.size()); !alive)
        return alive;
    m_life.count(body.size());
    ++m_counter;
    m_cipher->run(m_counter, m_nonceBase.view(), body);
    if (extra.front > 0)
        ByteWriter(frontBodyBack).writeU64Be(m_counter);
    copyBytes(std::as_bytes(std::span(m_cipher->buffer)), body.data());
    return {};
}

Result<MutableBytes> TunnelRecords::open(MutableBytes record)
{
    const auto refused = [](std::string why) {
        return failure(ErrorCode::DecryptionFailed, ErrorOrigin::Peer, std::move(why));
    };
    const Overhead extra = overhead(m_format);
    if (record.size() < extra.front + extra.back)
        return refused("a record of " + std::to_string(record.size()) + " bytes");
    if (auto alive = m_life.check(record.size()); !alive)
        return tl::unexpected(std::move(alive.error()));
    std::uint64_t counter = m_counter + 1;
    if (extra.front > 0) {
        counter = *ByteReader(record).readU64Be();
        if (counter <= m_counter || counter == std::numeric_limits<std::uint64_t>::max()) {
            return refused(
                "record " + std::to_string(counter) + " came after record " + std::to_string(m_counter));
        }
    }
    const ByteView sealed = record.subspan(extra.front);
    if (!m_cipher->run(counter, m_nonceBase.view(), sealed))
        return refused("record " + std::to_string(counter) + " is not authentic");
    m_counter = counter; // only now: a forged record moves nothing
    m_life.count(sealed.size());
    const MutableBytes plain = record.subspan(extra.front, sealed.size() - extra.back);
    copyBytes(std::as_bytes(std::span(m_cipher->buffer)), plain.data());
    return plain;
}

} // namespace Halyard::Wire

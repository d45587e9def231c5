// SPDX-License-Identifier: MIT
#include "crypto/tunnelrecords.h"

#include <array>
#include <limits>

#include "wire/bytereader.h"
#include "wire/bytewriter.h"

namespace Halyard::Wire {

TunnelRecords::TunnelRecords(Task task, TunnelFormat format, const TunnelKey &key)
    : m_cipher(task, key.key)
    , m_format(format)
    , m_nonceBase(key.nonceBase)
{ }

TunnelRecords::TunnelRecords(TunnelRecords &&) noexcept = default;
TunnelRecords &TunnelRecords::operator=(TunnelRecords &&) noexcept = default;
TunnelRecords::~TunnelRecords() = default;

Overhead TunnelRecords::overhead(TunnelFormat format) noexcept
{
    return {format == TunnelFormat::E1 ? CounterBytes : 0, TagBytes};
}

// The counter is authenticated, and part of the nonce.
std::optional<ByteView> TunnelRecords::run(std::uint64_t counter, ByteView body)
{
    std::array<std::byte, CounterBytes> associated {};
    ByteWriter(associated).writeU64Be(counter);
    std::array<std::byte, Aes256Gcm::NonceBytes> nonce {};
    copyBytes(m_nonceBase.view(), nonce.data());
    for (std::size_t i = 0; i < associated.size(); ++i)
        nonce[nonce.size() - associated.size() + i] ^= associated[i];
    return m_cipher.run(nonce, associated, body);
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
    const auto sealed = run(m_counter, body);
    if (extra.front > 0)
        ByteWriter(frontBodyBack).writeU64Be(m_counter);
    copyBytes(*sealed, body.data());
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
    const auto opened = run(counter, sealed);
    if (!opened)
        return refused("record " + std::to_string(counter) + " is not authentic");
    m_counter = counter; // only now: a forged record moves nothing
    m_life.count(sealed.size());
    copyBytes(*opened, record.data() + extra.front);
    return record.subspan(extra.front, opened->size());
}

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#include "crypto/nprorecords.h"

#include <algorithm>
#include <string>

#include "crypto/xchacha.h"
#include "wire/bytereader.h"

namespace Halyard::Wire {

static_assert(NproRecords::RecordOverhead.front == XChachaNonceBytes);
static_assert(NproRecords::RecordOverhead.back == XChachaTagBytes);

namespace {

tl::unexpected<Error> refused(std::string why)
{
    return failure(ErrorCode::DecryptionFailed, ErrorOrigin::Peer, std::move(why));
}

} // namespace

NproRecords::NproRecords(const Secret<32> &key, Random random)
    : m_key(key)
    , m_random(std::move(random))
{ }

bool NproRecords::isRemembered(ByteView nonce) const
{
    const std::uint64_t front = ByteReader(nonce).readU64Le().value_or(0);
    return std::ranges::find(m_nonces, front) != m_nonces.end();
}

void NproRecords::remember(ByteView nonce)
{
    const std::uint64_t front = ByteReader(nonce).readU64Le().value_or(0);
    if (m_nonces.size() < RememberedNonces) {
        m_nonces.push_back(front);
        return;
    }
    m_nonces[m_oldest] = front;
    m_oldest = (m_oldest + 1) % RememberedNonces;
}

Result<void> NproRecords::seal(MutableBytes frontBodyBack)
{
    const std::size_t plain = frontBodyBack.size() - RecordOverhead.front - RecordOverhead.back;
    if (auto alive = m_life.check(plain); !alive)
        return alive;
    m_life.count(plain);
    const MutableBytes nonce = frontBodyBack.first(RecordOverhead.front);
    m_random(nonce);
    remember(nonce);
    xchachaSeal(m_key, nonce, {}, frontBodyBack.subspan(RecordOverhead.front, plain),
        frontBodyBack.last(RecordOverhead.back));
    return {};
}

Result<MutableBytes> NproRecords::openWith(const Secret<32> &key, MutableBytes record)
{
    if (record.size() < RecordOverhead.front + RecordOverhead.back)
        return refused("a record of " + std::to_string(record.size()) + " bytes");
    const MutableBytes body
        = record.subspan(RecordOverhead.front, record.size() - RecordOverhead.front - RecordOverhead.back);
    if (!xchachaOpen(key, record.first(RecordOverhead.front), {}, body, record.last(RecordOverhead.back)))
        return refused("a record of " + std::to_string(record.size()) + " bytes is not authentic");
    return body;
}

Result<MutableBytes> NproRecords::open(MutableBytes record)
{
    if (auto alive = m_life.check(record.size()); !alive)
        return tl::unexpected(std::move(alive.error()));
    const ByteView nonce = record.first(std::min(record.size(), RecordOverhead.front));
    if (nonce.size() == RecordOverhead.front && isRemembered(nonce))
        return refused("a record that has been here before");
    auto body = openWith(m_key, record);
    if (body) {
        remember(nonce);
        m_life.count(body->size());
    }
    return body;
}

} // namespace Halyard::Wire

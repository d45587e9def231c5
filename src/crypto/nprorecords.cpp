// SPDX-License-Identifier: MIT
#include "crypto/nprorecords.h"

#include <algorithm>
#include <string>

#include "crypto/xchacha.h"

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

Result<void> NproRecords::seal(MutableBytes frontBodyBack)
{
    const std::size_t plain = frontBodyBack.size() - RecordOverhead.front - RecordOverhead.back;
    if (auto alive = m_life.check(plain); !alive)
        return alive;
    m_life.count(plain);
    const MutableBytes nonce = frontBodyBack.first(RecordOverhead.front);
    m_random(nonce);
    m_nonces.remember(nonce);
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
    if (nonce.size() == RecordOverhead.front && m_nonces.isRemembered(nonce))
        return refused("a record that has been here before");
    auto body = openWith(m_key, record);
    if (body) {
        m_nonces.remember(nonce);
        m_life.count(body->size());
    }
    return body;
}

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#include "wire/sealedrecords.h"

#include <utility>

#include "wire/streamdissector.h"

namespace Halyard::Wire {

void SealedRecords::useSecurities(std::shared_ptr<const SecurityProvider> securities)
{
    m_securities = std::move(securities);
}

Result<void> SealedRecords::unlock(ByteView exportedSecrets)
{
    if (!m_securities)
        return failure(
            ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "nothing here can open records");
    auto opener = m_securities->makeOpener(m_security, exportedSecrets);
    if (!opener)
        return tl::unexpected(std::move(opener.error()));
    m_opener = std::move(*opener);
    return {};
}

SealedRecords::Outcome SealedRecords::open(
    Direction direction, Field &record, ByteView body, ByteView identity)
{
    Outcome outcome;
    const bool repeated = m_memory.isRemembered(identity);
    if (repeated)
        outcome.wrong
            = Error {ErrorCode::DecryptionFailed, ErrorOrigin::Peer, "a record that has been here before"};
    bool believed = !m_opener; // a forgery must not make the record that it imitates a repetition
    if (m_opener) {
        Bytes copy = toBytes(body);
        const auto plain = m_opener->open(direction, copy);
        if (plain) {
            const auto front = std::size_t(plain->data() - copy.data());
            Field field = fieldOf("opened", {}, record.offset + front, plain->size());
            field.layer = toBytes(*plain);
            outcome.opened = &record.fields.emplace_back(std::move(field));
            believed = true;
        } else if (!repeated) {
            outcome.wrong = plain.error();
        }
    }
    if (believed && !repeated)
        m_memory.remember(identity);
    if (outcome.wrong)
        markFailed(record, *outcome.wrong);
    return outcome;
}

std::optional<Error> SealedRecords::check(Direction direction, Field &proof, ByteView body) const
{
    const auto checked = m_opener ? m_opener->check(direction, body) : Result<void>();
    if (checked)
        return std::nullopt;
    markFailed(proof, checked.error());
    return checked.error();
}

} // namespace Halyard::Wire

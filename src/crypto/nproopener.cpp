// SPDX-License-Identifier: MIT
#include "crypto/nproopener.h"

#include <string>

#include "crypto/nprorecords.h"
#include "wire/bytewriter.h"

namespace Halyard::Wire {

Bytes NproOpener::secretsOf(ByteView key, ByteView keyOfA)
{
    Bytes secrets(key.size() + keyOfA.size()); // in one piece: what grows leaves copies behind
    ByteWriter(secrets).writeBytes(key).writeBytes(keyOfA);
    return secrets;
}

NproOpener::~NproOpener() = default;

Result<std::unique_ptr<RecordOpener>> NproOpener::make(ByteView exportedSecrets)
{
    const std::size_t size = exportedSecrets.size();
    if (size != KeyBytes && size != 2 * KeyBytes) {
        return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
            std::to_string(size) + " bytes are no keys of npro-session, which have 32 each");
    }
    std::unique_ptr<NproOpener> opener(new NproOpener);
    copyBytes(exportedSecrets.first(KeyBytes), opener->m_key.bytes().data());
    if (size > KeyBytes)
        copyBytes(exportedSecrets.last(KeyBytes), opener->m_otherKey.emplace().bytes().data());
    return opener;
}

Result<MutableBytes> NproOpener::open(Direction direction, MutableBytes record)
{
    auto plain = NproRecords::openWith(m_key, record);
    if (!m_otherKey)
        return plain;
    if (!plain) {
        plain = NproRecords::openWith(*m_otherKey, record);
        if (!plain)
            return plain;
        m_key = *m_otherKey;
    } else if (direction == Direction::ServerToClient) {
        return plain; // what it says before it knows better decides nothing
    }
    m_otherKey.reset();
    return plain;
}

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "crypto/keylife.h"
#include "crypto/secret.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/framesecurity.h"
#include "wire/recordmemory.h"

namespace Halyard::Wire {

/// Seals and opens the records of a session of network-protocol (its specification, section 3.4):
///   | nonce, 24 random bytes | ciphertext | tag, 16 bytes |
/// Records have no number, so that the wire cannot tell one that is repeated, or sent back to whom it came
/// from. We can, for as long as we remember its nonce: that of the last ones, of both directions.
class HALYARD_EXPORT NproRecords
{
public:
    static constexpr Overhead RecordOverhead {24, 16};
    using Random = std::function<void(MutableBytes)>;

    NproRecords(const Secret<32> &key, Random random);

    /// The span covers front, plain body and back.
    [[nodiscard]] Result<void> seal(MutableBytes frontBodyBack);
    /// The plain part, in place. Fails with DecryptionFailed for a record that is too short, not authentic,
    /// or repeated; it is then as it was.
    [[nodiscard]] Result<MutableBytes> open(MutableBytes record);
    /// The same without a memory: repeated ones open.
    [[nodiscard]] static Result<MutableBytes> openWith(const Secret<32> &key, MutableBytes record);
    [[nodiscard]] ByteView key() const noexcept { return m_key.view(); }

private:
    Secret<32> m_key;
    Random m_random;
    KeyLife m_life;
    RecordMemory m_nonces;
};

} // namespace Halyard::Wire

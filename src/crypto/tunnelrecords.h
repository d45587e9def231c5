// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "crypto/aes256gcm.h"
#include "crypto/keylife.h"
#include "crypto/tunnelkeys.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/framesecurity.h"

namespace Halyard::Wire {

/// Seals or opens the records of one direction of a tunnel with AES-256-GCM (tfserver specification,
/// section 4.4):
///   E1 | counter u64 BE | ciphertext | tag |      E2 | ciphertext | tag |
class HALYARD_EXPORT TunnelRecords
{
public:
    using Task = Aes256Gcm::Task;
    static constexpr std::size_t TagBytes = Aes256Gcm::TagBytes;
    static constexpr std::size_t CounterBytes = 8;

    TunnelRecords(Task task, TunnelFormat format, const TunnelKey &key);
    TunnelRecords(TunnelRecords &&) noexcept;
    TunnelRecords &operator=(TunnelRecords &&) noexcept;
    ~TunnelRecords();

    [[nodiscard]] static Overhead overhead(TunnelFormat format) noexcept;

    /// The span covers front, plain body and back.
    [[nodiscard]] Result<void> seal(MutableBytes frontBodyBack);
    /// The plain part, in place. Fails with DecryptionFailed for a record that is too short, not authentic,
    /// repeated, or out of order (in E1 gaps are allowed); the record is then as it was, and so is the
    /// counter.
    [[nodiscard]] Result<MutableBytes> open(MutableBytes record);

private:
    [[nodiscard]] std::optional<ByteView> run(std::uint64_t counter, ByteView body);

    Aes256Gcm m_cipher;
    TunnelFormat m_format;
    Secret<12> m_nonceBase;
    std::uint64_t m_counter = 0; // of the last record
    KeyLife m_life;
};

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

#include "wire/bytes.h"
#include "wire/wipe.h"

namespace Halyard::Wire {

/// Owned bytes that are nobody else's business: wiped when they go or are replaced. Every copy is a secret
/// of its own, and a move leaves nothing behind. They cannot be changed, for what grows leaves its old self
/// in freed memory.
class SecretBytes
{
public:
    SecretBytes() = default;
    /// Takes them over; what the caller still has of them is the caller's to wipe.
    SecretBytes(Bytes bytes) noexcept // NOLINT(google-explicit-constructor): a secret is made of bytes
        : m_bytes(std::move(bytes))
    { }
    SecretBytes(const SecretBytes &) = default;
    SecretBytes(SecretBytes &&) noexcept = default;
    /// What was here is wiped with the argument.
    SecretBytes &operator=(SecretBytes other) noexcept
    {
        m_bytes.swap(other.m_bytes);
        return *this;
    }
    ~SecretBytes() { wipe(m_bytes); }

    [[nodiscard]] ByteView view() const noexcept { return m_bytes; }
    operator ByteView() const noexcept { return m_bytes; } // NOLINT(google-explicit-constructor): likewise

private:
    Bytes m_bytes;
};

} // namespace Halyard::Wire

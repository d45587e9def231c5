// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard {

/// What opens the sealed records of one conversation (Wire::Dissector::unlock()): whoever holds it can read
/// all of it. A value that is shared and never changed; the last copy wipes it. It has no text of its own, so
/// that it cannot end up in a log.
class HALYARD_EXPORT SessionSecrets
{
public:
    SessionSecrets() = default;
    /// Takes the bytes; what the caller still has of them is the caller's to wipe.
    explicit SessionSecrets(Wire::Bytes secrets);

    [[nodiscard]] bool isEmpty() const noexcept { return m_held == nullptr; }
    /// Lives as long as any copy of this.
    [[nodiscard]] Wire::ByteView view() const noexcept;

private:
    struct Held;
    std::shared_ptr<const Held> m_held;
};

} // namespace Halyard

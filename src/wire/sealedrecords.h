// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "wire/dissection.h"
#include "wire/recordmemory.h"
#include "wire/recordopener.h"
#include "wire/securityprovider.h"

namespace Halyard::Wire {

/// What dissectors of sealed protocols have in common: it opens records once there are secrets for them, and
/// marks those that do not open or come again. Not installed.
class SealedRecords
{
public:
    /// The name is a literal: that of SecurityProvider::makeOpener().
    explicit SealedRecords(std::string_view security) noexcept
        : m_security(security)
    { }

    void useSecurities(std::shared_ptr<const SecurityProvider> securities);
    /// See Dissector::unlock().
    [[nodiscard]] Result<void> unlock(ByteView exportedSecrets);

    struct Outcome {
        Field *opened = nullptr; ///< below the record, to be explained further
        std::optional<Error> wrong;
    };
    /// Adds to `record`, whose bytes are `body` and which `identity` tells from all others, the field
    /// "opened" with what is inside as its layer; without secrets it stays closed. Marks the record where it
    /// does not open, or was here before.
    [[nodiscard]] Outcome open(Direction direction, Field &record, ByteView body, ByteView identity);
    /// Marks a handshake's field where the secrets contradict it.
    [[nodiscard]] std::optional<Error> check(Direction direction, Field &proof, ByteView body) const;

private:
    std::string_view m_security;
    std::shared_ptr<const SecurityProvider> m_securities;
    std::unique_ptr<RecordOpener> m_opener;
    RecordMemory m_memory;
};

} // namespace Halyard::Wire

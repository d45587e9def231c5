// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "crypto/secret.h"
#include "wire/export.h"
#include "wire/recordopener.h"

namespace Halyard::Wire {

/// Opens both directions of one sealed session of network-protocol with the secrets that NproSecurity
/// exports: its key, or two, of which the first record of the client tells which is the one.
class HALYARD_EXPORT NproOpener final : public RecordOpener
{
public:
    static constexpr std::size_t KeyBytes = 32;

    /// Of one key, or, while the family is not known, of that of family B and that of A.
    [[nodiscard]] static Bytes secretsOf(ByteView key, ByteView keyOfA);
    /// Fails with InvalidArgument where those are neither one key nor two.
    [[nodiscard]] static Result<std::unique_ptr<RecordOpener>> make(ByteView exportedSecrets);
    ~NproOpener() override;

    [[nodiscard]] Result<MutableBytes> open(Direction direction, MutableBytes record) override;

private:
    NproOpener() = default;

    Secret<KeyBytes> m_key;
    std::optional<Secret<KeyBytes>> m_otherKey;
};

} // namespace Halyard::Wire

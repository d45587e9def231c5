// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "crypto/tunnelkeys.h"
#include "crypto/tunnelrecords.h"
#include "wire/export.h"
#include "wire/recordopener.h"

namespace Halyard::Wire {

/// Opens both directions of a tunnel with the secrets that TunnelSecurity exports:
///   | 1 or 2: the format | key, nonce base to the server | the same to the client | E2: both tags |
/// It follows both counters, so that it has to see all records; one that does not fit moves nothing.
class HALYARD_EXPORT TunnelOpener final : public RecordOpener
{
public:
    [[nodiscard]] static Bytes secretsOf(TunnelFormat format, const TunnelKeys &keys);
    /// Fails with InvalidArgument where those are no such secrets.
    [[nodiscard]] static Result<std::unique_ptr<RecordOpener>> make(ByteView exportedSecrets);
    ~TunnelOpener() override;

    /// AuthenticationFailed in place of DecryptionFailed before the first record has opened: as nothing
    /// confirms a password in E1, that is how a wrong one shows.
    [[nodiscard]] Result<MutableBytes> open(Direction direction, MutableBytes record) override;
    [[nodiscard]] Result<void> check(Direction direction, ByteView proof) const override;

private:
    TunnelOpener(TunnelFormat format, const TunnelKeys &keys);

    const TunnelFormat m_format;
    TunnelRecords m_toServer;
    TunnelRecords m_toClient;
    Secret<TunnelTagBytes> m_clientTag;
    Secret<TunnelTagBytes> m_serverTag;
    bool m_opened = false;
};

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#include "crypto/tunnelopener.h"

#include <string>

#include "wire/bytereader.h"
#include "wire/bytewriter.h"

namespace Halyard::Wire {

namespace {

constexpr std::size_t KeyBytes = 32 + 12;

std::size_t secretBytes(TunnelFormat format)
{
    return 1 + 2 * KeyBytes + (format == TunnelFormat::E2 ? 2 * TunnelTagBytes : 0);
}

template <std::size_t Size>
void take(ByteView &secrets, Secret<Size> &secret)
{
    copyBytes(secrets.first(Size), secret.bytes().data());
    secrets = secrets.subspan(Size);
}

} // namespace

TunnelOpener::TunnelOpener(TunnelFormat format, const TunnelKeys &keys)
    : m_format(format)
    , m_toServer(TunnelRecords::Task::Open, format, keys.clientToServer)
    , m_toClient(TunnelRecords::Task::Open, format, keys.serverToClient)
    , m_clientTag(keys.clientTag)
    , m_serverTag(keys.serverTag)
    , m_opened(format == TunnelFormat::E2)
{ }

TunnelOpener::~TunnelOpener() = default;

Bytes TunnelOpener::secretsOf(TunnelFormat format, const TunnelKeys &keys)
{
    Bytes secrets(secretBytes(format));
    ByteWriter writer(secrets);
    writer.writeU8(format == TunnelFormat::E1 ? 1 : 2);
    for (const TunnelKey *key : {&keys.clientToServer, &keys.serverToClient})
        writer.writeBytes(key->key.view()).writeBytes(key->nonceBase.view());
    if (format == TunnelFormat::E2)
        writer.writeBytes(keys.clientTag.view()).writeBytes(keys.serverTag.view());
    return secrets;
}

Result<std::unique_ptr<RecordOpener>> TunnelOpener::make(ByteView exportedSecrets)
{
    const std::uint8_t number = ByteReader(exportedSecrets).readU8().value_or(0);
    const TunnelFormat format = number == 1 ? TunnelFormat::E1 : TunnelFormat::E2;
    if ((number != 1 && number != 2) || exportedSecrets.size() != secretBytes(format))
        return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
            std::to_string(exportedSecrets.size()) + " bytes that are no keys of spake2-ed25519");
    ByteView rest = exportedSecrets.subspan(1);
    TunnelKeys keys;
    for (TunnelKey *key : {&keys.clientToServer, &keys.serverToClient}) {
        take(rest, key->key);
        take(rest, key->nonceBase);
    }
    if (format == TunnelFormat::E2) {
        take(rest, keys.clientTag);
        take(rest, keys.serverTag);
    }
    return std::unique_ptr<RecordOpener>(new TunnelOpener(format, keys));
}

Result<MutableBytes> TunnelOpener::open(Direction direction, MutableBytes record)
{
    auto plain = (direction == Direction::ClientToServer ? m_toServer : m_toClient).open(record);
    if (!plain && !m_opened)
        return tl::unexpected(tunnelRefusal());
    m_opened = true;
    return plain;
}

Result<void> TunnelOpener::check(Direction direction, ByteView proof) const
{
    if (m_format == TunnelFormat::E2
        && !isTunnelTag(proof, direction == Direction::ClientToServer ? m_clientTag : m_serverTag))
        return tl::unexpected(tunnelRefusal());
    return {};
}

} // namespace Halyard::Wire

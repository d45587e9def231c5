// SPDX-License-Identifier: MIT
#include "crypto/tunnelkeys.h"

#include <sodium.h>

#include "crypto/hkdf.h"
#include "wire/bytewriter.h"

namespace Halyard::Wire {

namespace {

// Everything that was said, each with its length in front.
Bytes scriptOf(std::initializer_list<ByteView> said)
{
    std::size_t size = 0;
    for (const ByteView bytes : said)
        size += sizeof(std::uint32_t) + bytes.size();
    Bytes script(size);
    ByteWriter writer(script);
    for (const ByteView bytes : said)
        writer.writeU32Be(std::uint32_t(bytes.size())).writeBytes(bytes);
    return script;
}

Bytes labelled(std::string_view label, ByteView script)
{
    Bytes info(label.size() + script.size());
    ByteWriter(info).writeBytes(asBytes(label)).writeBytes(script);
    return info;
}

} // namespace

bool isTunnelTag(ByteView tag, const Secret<TunnelTagBytes> &expected) noexcept
{
    return tag.size() == TunnelTagBytes
        && sodium_memcmp(tag.data(), expected.view().data(), TunnelTagBytes) == 0;
}

Error tunnelRefusal()
{
    return {ErrorCode::AuthenticationFailed, ErrorOrigin::Peer, "wrong user, password or server name"};
}

TunnelKeys deriveTunnelKeys(TunnelFormat format, const Secret<32> &shared, ByteView clientName,
    ByteView serverName, ByteView clientMessage, ByteView serverMessage)
{
    const bool confirmed = format == TunnelFormat::E2;
    const Bytes script
        = confirmed ? scriptOf({clientName, serverName, clientMessage, serverMessage}) : Bytes();
    TunnelKeys keys;
    hkdfSha256(shared.view(), script, asBytes("aes-tunnel-key-a"), keys.clientToServer.key.bytes());
    hkdfSha256(shared.view(), script, asBytes("aes-tunnel-key-b"), keys.serverToClient.key.bytes());
    if (confirmed) {
        hkdfSha256(shared.view(), script, asBytes("aes-tunnel-iv-a"), keys.clientToServer.nonceBase.bytes());
        hkdfSha256(shared.view(), script, asBytes("aes-tunnel-iv-b"), keys.serverToClient.nonceBase.bytes());
        hkdfSha256(shared.view(), {}, labelled("tf-confirm-client", script), keys.clientTag.bytes());
        hkdfSha256(shared.view(), {}, labelled("tf-confirm-server", script), keys.serverTag.bytes());
    }
    return keys;
}

} // namespace Halyard::Wire

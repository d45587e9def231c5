// SPDX-License-Identifier: MIT
#include "crypto/spake2ed25519.h"

#include <algorithm>
#include <cassert>

#include <sodium.h>

#include "crypto/hkdf.h"
#include "crypto/octets_p.h"

namespace Halyard::Wire {

namespace {

using Point = std::array<std::uint8_t, crypto_core_ed25519_BYTES>;

// The blinding points of the two sides.
constexpr Point M {0x15, 0xcf, 0xd1, 0x8e, 0x38, 0x59, 0x52, 0x98, 0x2b, 0x6a, 0x8f, 0x8c, 0x78, 0x54, 0x96,
    0x3b, 0x58, 0xe3, 0x43, 0x88, 0xc8, 0xe6, 0xda, 0xe8, 0x91, 0xdb, 0x75, 0x64, 0x81, 0xa0, 0x23, 0x12};
constexpr Point N {0xf0, 0x4f, 0x2e, 0x7e, 0xb7, 0x34, 0xb2, 0xa8, 0xf8, 0xb4, 0x72, 0xea, 0xf9, 0xc3, 0xc6,
    0x32, 0x57, 0x6a, 0xc6, 0x4a, 0xea, 0x65, 0x0b, 0x49, 0x6a, 0x8a, 0x20, 0xff, 0x00, 0xe5, 0x83, 0xc3};

constexpr auto ClientLetter = std::byte('A');
constexpr auto ServerLetter = std::byte('B');

std::byte letterOf(Spake2Ed25519::Side side)
{
    return side == Spake2Ed25519::Side::Client ? ClientLetter : ServerLetter;
}
Spake2Ed25519::Side otherThan(Spake2Ed25519::Side side)
{
    return side == Spake2Ed25519::Side::Client ? Spake2Ed25519::Side::Server : Spake2Ed25519::Side::Client;
}
const Point &blindingOf(Spake2Ed25519::Side side) { return side == Spake2Ed25519::Side::Client ? M : N; }

void sha256(ByteView bytes, MutableBytes out)
{
    crypto_hash_sha256(octets(out), octets(bytes), bytes.size());
}

// HKDF's output is a big-endian number of 48 bytes; libsodium reduces little-endian ones of 64.
void scalarOfPassword(ByteView password, MutableBytes scalar)
{
    Secret<48> number;
    hkdfSha256(password, {}, asBytes("SPAKE2 pw"), number.bytes());
    Secret<crypto_core_ed25519_NONREDUCEDSCALARBYTES> wide;
    std::ranges::reverse_copy(number.view(), wide.bytes().begin());
    crypto_core_ed25519_scalar_reduce(octets(scalar), octets(wide.view()));
}

} // namespace

Spake2Ed25519::Spake2Ed25519(
    Side side, ByteView password, ByteView clientName, ByteView serverName, ByteView random)
    : m_side(side)
{
    assert(random.size() == RandomBytes);
    crypto_core_ed25519_scalar_reduce(octets(m_scalar.bytes()), octets(random));
    scalarOfPassword(password, m_passwordScalar.bytes());
    sha256(password, m_hashes.bytes().first(32));
    sha256(clientName, m_hashes.bytes().subspan(32, 32));
    sha256(serverName, m_hashes.bytes().subspan(64, 32));

    Secret<32> own;
    Secret<32> blinding;
    m_message[0] = letterOf(side);
    m_usable = crypto_scalarmult_ed25519_base_noclamp(octets(own.bytes()), octets(m_scalar.view())) == 0
        && crypto_scalarmult_ed25519_noclamp(
               octets(blinding.bytes()), octets(m_passwordScalar.view()), blindingOf(side).data())
            == 0
        && crypto_core_ed25519_add(
               octets(MutableBytes(m_message).subspan(1)), octets(own.view()), octets(blinding.view()))
            == 0;
}

Result<Spake2Ed25519::Key> Spake2Ed25519::finish(ByteView peerMessage) const
{
    const Side peer = otherThan(m_side);
    if (peerMessage.size() != MessageBytes || peerMessage.front() != letterOf(peer)) {
        return failure(ErrorCode::SecurityHandshakeFailed, ErrorOrigin::Peer,
            "no SPAKE2 message of the other side, " + std::to_string(peerMessage.size()) + " bytes");
    }
    if (!m_usable)
        return failure(ErrorCode::SecurityHandshakeFailed, ErrorOrigin::Local, "the random scalar was zero");
    const ByteView point = peerMessage.subspan(1);
    Secret<32> blinding;
    Secret<32> unblinded;
    Secret<32> shared;
    const bool valid = crypto_scalarmult_ed25519_noclamp(
                           octets(blinding.bytes()), octets(m_passwordScalar.view()), blindingOf(peer).data())
            == 0
        && crypto_core_ed25519_sub(octets(unblinded.bytes()), octets(point), octets(blinding.view())) == 0
        && crypto_scalarmult_ed25519_noclamp(
               octets(shared.bytes()), octets(m_scalar.view()), octets(unblinded.view()))
            == 0;
    if (!valid)
        return failure(
            ErrorCode::SecurityHandshakeFailed, ErrorOrigin::Peer, "a SPAKE2 point outside of the group");

    const ByteView own = ByteView(m_message).subspan(1);
    Secret<192> transcript;
    std::byte *end = copyBytes(m_hashes.view(), transcript.bytes().data());
    end = copyBytes(m_side == Side::Client ? own : point, end); // the client's always first
    end = copyBytes(m_side == Side::Client ? point : own, end);
    copyBytes(shared.view(), end);
    Key key;
    sha256(transcript.view(), key.bytes());
    return key;
}

} // namespace Halyard::Wire

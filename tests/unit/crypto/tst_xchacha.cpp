// SPDX-License-Identifier: MIT
// The cases of RFC 8439 and of the XChaCha draft: of the two parts that libsodium gives, and of the whole.
#include <gtest/gtest.h>
#include <sodium.h>

#include "crypto/octets_p.h"
#include "crypto/xchacha.h"
#include "secretof.h"
#include "wire/hexdump.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using nlohmann::json;

namespace {

const json Rows = loadVectors("xchacha.json");

} // namespace

TEST(XChacha, theCipherInside)
{
    const json &row = Rows[0];
    const Bytes plain = bytesOf(row, "plain");
    const Bytes associated = bytesOf(row, "associated");
    Bytes sealed(plain.size());
    Bytes tag(16);
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(octets(MutableBytes(sealed)),
        octets(MutableBytes(tag)), nullptr, octets(ByteView(plain)), plain.size(),
        octets(ByteView(associated)), associated.size(), nullptr, octets(ByteView(bytesOf(row, "nonce"))),
        octets(ByteView(bytesOf(row, "key"))));
    EXPECT_EQ(toHex(sealed), textOf(row["sealed"]));
    EXPECT_EQ(toHex(tag), textOf(row["tag"]));
}

TEST(XChacha, theKeyInside)
{
    Bytes subkey(32);
    crypto_core_hchacha20(octets(MutableBytes(subkey)), octets(ByteView(bytesOf(Rows[1], "nonce"))),
        octets(ByteView(bytesOf(Rows[1], "key"))), nullptr);
    EXPECT_EQ(toHex(subkey), textOf(Rows[1]["subkey"]));
}

TEST(XChacha, sealAndOpen)
{
    const json &row = Rows[2];
    const Secret<32> key = secretOf(bytesOf(row, "key"));
    const Bytes nonce = bytesOf(row, "nonce");
    const Bytes associated = bytesOf(row, "associated");
    Bytes body = bytesOf(row, "plain");
    Bytes tag(XChachaTagBytes);
    xchachaSeal(key, nonce, associated, body, tag);
    EXPECT_EQ(toHex(body), textOf(row["sealed"]));
    EXPECT_EQ(toHex(tag), textOf(row["tag"]));
    const Bytes sealed = body;
    EXPECT_TRUE(xchachaOpen(key, nonce, associated, body, tag));
    EXPECT_EQ(toHex(body), textOf(row["plain"]));

    // One wrong bit anywhere: refused, and the body is as it was.
    const auto opens
        = [&](const Bytes &theNonce, const Bytes &theAssociated, Bytes theBody, const Bytes &theTag) {
              const Bytes before = theBody;
              const bool opened = xchachaOpen(key, theNonce, theAssociated, theBody, theTag);
              EXPECT_EQ(theBody == before, !opened);
              return opened;
          };
    const auto flipped = [](Bytes bytes, std::size_t bit) {
        bytes[bit / 8] ^= std::byte(1U << (bit % 8));
        return bytes;
    };
    EXPECT_TRUE(opens(nonce, associated, sealed, tag));
    for (std::size_t bit = 0; bit < 8 * sealed.size(); bit += 37)
        EXPECT_FALSE(opens(nonce, associated, flipped(sealed, bit), tag));
    for (std::size_t bit = 0; bit < 8 * tag.size(); ++bit)
        EXPECT_FALSE(opens(nonce, associated, sealed, flipped(tag, bit)));
    for (std::size_t bit = 0; bit < 8 * nonce.size(); ++bit)
        EXPECT_FALSE(opens(flipped(nonce, bit), associated, sealed, tag));
    for (std::size_t bit = 0; bit < 8 * associated.size(); ++bit)
        EXPECT_FALSE(opens(nonce, flipped(associated, bit), sealed, tag));
}

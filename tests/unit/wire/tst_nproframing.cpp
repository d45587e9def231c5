// SPDX-License-Identifier: MIT
// Packets: limits from the header alone, first wrong bytes, and what we refuse to write.
#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/npro/framing.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Npro;
using namespace Halyard::Wire::Test;

namespace {

ErrorCode verdict(ByteView bytes, std::size_t limit)
{
    const auto extent = NproFraming().measure(bytes, limit);
    return extent ? ErrorCode::None : extent.error().code;
}

Bytes header(std::uint32_t length)
{
    Bytes bytes(HeaderBytes);
    NproFraming().wrap(bytes, {HeaderBytes, length, 0});
    return bytes;
}

} // namespace

TEST(NproFraming, limitsFromTheHeaderAlone)
{
    constexpr std::size_t limit = 1'000;
    constexpr std::uint32_t most = limit - HeaderBytes;
    EXPECT_EQ(verdict(header(most - 1), limit), ErrorCode::None);
    EXPECT_EQ(verdict(header(most), limit), ErrorCode::None);
    EXPECT_EQ(verdict(header(most + 1), limit), ErrorCode::PayloadTooLarge);

    constexpr std::size_t enough = std::size_t(1) << 40U;
    EXPECT_EQ(verdict(header(MaxPayloadBytes - 1), enough), ErrorCode::None);
    EXPECT_EQ(verdict(header(MaxPayloadBytes), enough), ErrorCode::None);
    EXPECT_EQ(verdict(header(MaxPayloadBytes + 1), enough), ErrorCode::PayloadTooLarge);
    EXPECT_EQ(verdict(header(0xFFFFFFFFU), enough), ErrorCode::PayloadTooLarge);
}

TEST(NproFraming, theFirstWrongByteDecides)
{
    const Bytes good = header(0);
    for (std::size_t at = 0; at < 5; ++at) {
        Bytes bytes = good;
        bytes[at] ^= std::byte {1};
        for (std::size_t size = 0; size <= bytes.size(); ++size) {
            const ErrorCode expected = size <= at ? ErrorCode::None
                : at < 4                          ? ErrorCode::BadMagic
                                                  : ErrorCode::BadVersion;
            EXPECT_EQ(verdict(ByteView(bytes).first(size), 100), expected) << at << ' ' << size;
        }
    }
}

TEST(NproFraming, textThatIsNoUtf8IsNotWritten)
{
    for (const Message &message :
        {Message(Echo {"\xff"}), Message(Custom {"\xed\xa0\x80", {}}), Message(Custom {"a\xc3", {}})}) {
        const auto bytes = encodeMessage(message);
        ASSERT_FALSE(bytes);
        EXPECT_EQ(bytes.error().code, ErrorCode::InvalidArgument);
        EXPECT_EQ(bytes.error().origin, ErrorOrigin::Local);
    }
    const Bytes payload = fromHex("ff00");
    const auto custom = encodeMessage(Custom {"é", payload});
    ASSERT_TRUE(custom);
    EXPECT_EQ(custom->rest.data(), payload.data()) << "the payload is not copied";
    EXPECT_EQ(custom->size(), 20U + 2U + 2U);
}

TEST(NproFraming, namesOfMessages)
{
    EXPECT_EQ(messageName(Message(Ping {})), "Ping");
    EXPECT_EQ(messageName(Message(Unknown {})), "Unknown");
    EXPECT_EQ(messageName(2), "SecureHandshakeInit");
    EXPECT_EQ(messageName(8), "Unknown");
    EXPECT_EQ(messageName(0xFFFFFFFFU), "Unknown");
}

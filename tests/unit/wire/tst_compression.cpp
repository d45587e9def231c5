// SPDX-License-Identifier: MIT
// Limits on what comes out, at -1, 0 and +1, and what never costs memory.
#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/compression.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

namespace {

/// Bytes that both formats can hardly make smaller.
Bytes noise(std::size_t size)
{
    Bytes bytes(size);
    std::uint32_t state = 1;
    for (std::byte &byte : bytes) {
        state = state * 1'664'525U + 1'013'904'223U;
        byte = std::byte(state >> 24U);
    }
    return bytes;
}

ErrorCode verdict(Compression kind, ByteView bytes, const DecompressionLimits &limits)
{
    const auto plain = decompress(kind, bytes, limits);
    return plain ? ErrorCode::None : plain.error().code;
}

constexpr auto Kinds = {Compression::Lz4, Compression::Zstd};

} // namespace

TEST(Compression, sizeLimit)
{
    for (const Compression kind : Kinds) {
        for (const std::size_t size : {std::size_t(1), std::size_t(1'000), std::size_t(300'000)}) {
            const auto packed = compress(kind, noise(size));
            ASSERT_TRUE(packed);
            EXPECT_EQ(verdict(kind, *packed, {.maxBytes = size - 1}), ErrorCode::DecompressionBomb);
            EXPECT_EQ(verdict(kind, *packed, {.maxBytes = size}), ErrorCode::None);
            EXPECT_EQ(verdict(kind, *packed, {.maxBytes = size + 1}), ErrorCode::None);
        }
    }
}

TEST(Compression, ratioLimit)
{
    for (const Compression kind : Kinds) {
        const Bytes zeros(1'000'000);
        const auto packed = compress(kind, zeros);
        ASSERT_TRUE(packed);
        const std::size_t ratio = zeros.size() / packed->size() + 1; // rounded up
        EXPECT_EQ(verdict(kind, *packed, {}), ErrorCode::DecompressionBomb);
        EXPECT_EQ(verdict(kind, *packed, {.maxRatio = ratio - 1}), ErrorCode::DecompressionBomb);
        EXPECT_EQ(verdict(kind, *packed, {.maxRatio = ratio}), ErrorCode::None);
        EXPECT_EQ(verdict(kind, *packed, {.maxRatio = 0}), ErrorCode::None);
    }
}

TEST(Compression, aWindowIsNotBelieved)
{
    // A frame header that wants a window of 128 GiB: no memory is taken for it.
    const Bytes frame = fromHex("28b52ffd00d8 010000");
    EXPECT_EQ(verdict(Compression::Zstd, frame, {}), ErrorCode::DecompressionBomb);
}

TEST(Compression, surplusBytes)
{
    for (const Compression kind : Kinds) {
        auto packed = compress(kind, noise(100));
        ASSERT_TRUE(packed);
        packed->push_back(std::byte {0});
        EXPECT_EQ(verdict(kind, *packed, {}), ErrorCode::MalformedMessage);
    }
}

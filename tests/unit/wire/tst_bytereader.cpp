// SPDX-License-Identifier: MIT
#include <array>

#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/bytereader.h"
#include "wire/bytewriter.h"

using namespace Halyard::Wire;
using Test::fromHex;

TEST(ByteReader, readsBothByteOrders)
{
    const Bytes bytes = fromHex("01 0203 0203 04050607 04050607 08090a0b0c0d0e0f 08090a0b0c0d0e0f");
    ByteReader reader(bytes);
    EXPECT_EQ(reader.readU8(), 0x01);
    EXPECT_EQ(reader.readU16Be(), 0x0203);
    EXPECT_EQ(reader.readU16Le(), 0x0302);
    EXPECT_EQ(reader.readU32Be(), 0x04050607U);
    EXPECT_EQ(reader.readU32Le(), 0x07060504U);
    EXPECT_EQ(reader.readU64Be(), 0x08090a0b0c0d0e0fULL);
    EXPECT_EQ(reader.readU64Le(), 0x0f0e0d0c0b0a0908ULL);
    EXPECT_EQ(reader.remaining(), 0U);
    EXPECT_FALSE(reader.readU8());
}

TEST(ByteReader, aReadBeyondTheEndMovesNothing)
{
    const Bytes bytes = fromHex("010203");
    ByteReader reader(bytes);
    EXPECT_FALSE(reader.readU32Be());
    EXPECT_FALSE(reader.readU64Le());
    EXPECT_FALSE(reader.readBytes(4));
    EXPECT_FALSE(reader.readBytes(std::size_t(-1)));
    EXPECT_EQ(reader.position(), 0U);
    EXPECT_EQ(reader.readU16Be(), 0x0102);
    EXPECT_FALSE(reader.readU16Le());
    EXPECT_EQ(reader.unread().size(), 1U);
    const auto last = reader.readBytes(1);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->data(), bytes.data() + 2);
    EXPECT_TRUE(reader.readBytes(0));
}

TEST(ByteWriter, writesBothByteOrders)
{
    std::array<std::byte, 29> space {};
    ByteWriter writer(space);
    writer.writeU8(0x01).writeU16Be(0x0203).writeU16Le(0x0302).writeU32Be(0x04050607).writeU32Le(0x07060504);
    writer.writeU64Be(0x08090a0b0c0d0e0fULL).writeU64Le(0x0f0e0d0c0b0a0908ULL);
    EXPECT_TRUE(writer.fits());
    EXPECT_EQ(writer.remaining(), 0U);
    EXPECT_EQ(toBytes(space), fromHex("01 0203 0203 04050607 04050607 08090a0b0c0d0e0f 08090a0b0c0d0e0f"));
}

TEST(ByteWriter, whatDoesNotFitIsLeftOut)
{
    std::array<std::byte, 3> space {};
    ByteWriter writer(space);
    writer.writeU16Be(0x0102).writeU32Be(0xffffffff).writeU8(0xff);
    EXPECT_FALSE(writer.fits());
    EXPECT_EQ(writer.position(), 2U);
    EXPECT_EQ(toBytes(space), fromHex("010200"));
}

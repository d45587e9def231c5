// SPDX-License-Identifier: MIT
// Messages of network-protocol outside of packets, with a format byte in front: what the crate wrote, written
// and read, and what is refused.
#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/hexdump.h"
#include "wire/npro/formats.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Npro;
using namespace Halyard::Wire::Test;
using nlohmann::json;

namespace {

Bytes formatted(Format format, std::string_view body)
{
    Bytes bytes {static_cast<std::byte>(format)};
    const ByteView more = asBytes(body);
    bytes.insert(bytes.end(), more.begin(), more.end());
    return bytes;
}

std::string read(ByteView bytes)
{
    const auto message = readFormatted(bytes);
    return message ? toHex(*message) : std::string(errorName(message.error().code));
}

} // namespace

TEST(NproFormats, whatTheCrateWrote)
{
    const json rows = loadVectors("network-protocol.json");
    int count = 0;
    for (const json &row : rows) {
        const auto layer = row["layer"].get<std::string>();
        if (!layer.starts_with("format-"))
            continue;
        const auto name = row["name"].get<std::string>();
        SCOPED_TRACE(name);
        ++count;
        const Format format = layer == "format-json" ? Format::Json
            : layer == "format-msgpack"              ? Format::MessagePack
                                                     : Format::Bincode;
        // The row in bincode has the same message.
        const auto same = std::ranges::find_if(rows,
            [&](const json &other) { return other["name"] == "format-bincode" + name.substr(layer.size()); });
        ASSERT_NE(same, rows.end());
        Bytes bincode = fromHex((*same)["hex"].get<std::string>());
        bincode.erase(bincode.begin());
        const auto message = parseMessage(bincode);
        ASSERT_TRUE(message);
        const auto written = writeFormatted(*message, format);
        ASSERT_TRUE(written);
        EXPECT_EQ(toHex(*written), row["hex"].get<std::string>());
        EXPECT_EQ(read(fromHex(row["hex"].get<std::string>())), toHex(bincode));
    }
    EXPECT_EQ(count, 42);
}

TEST(NproFormats, whatElseIsTaken)
{
    EXPECT_EQ(
        read(formatted(Format::Json, R"( {"Custom": {"more": true, "payload": [1], "command": "c"}} )")),
        toHex(writeMessage(Custom {"c", Bytes {std::byte(1)}})));
    EXPECT_EQ(read(formatted(Format::Json, R"({"Custom":["c",[]]})")), toHex(writeMessage(Custom {"c", {}})));
    EXPECT_EQ(read(formatted(Format::Json, R"({"Ping":null})")), "00000000");
    EXPECT_EQ(read(formatted(Format::Json, R"("Nobody")")), "08000000");
    EXPECT_EQ(read(fromHex("03 81 a6 437573746f6d 92 a1 63 c4 01 07")),
        toHex(writeMessage(Custom {"c", Bytes {std::byte(7)}})));
    EXPECT_EQ(read(fromHex("03 a4 50696e67 ff")), "00000000"); // with a byte behind it
}

TEST(NproFormats, whatIsRefused)
{
    for (const char *body : {"", "{}", "[]", "7", "null", "{\"Echo\":7}", "{\"Echo\":null}", "\"Echo\"",
             "\"Ping\" 1", "{\"Ping\":1}", "{\"Ping\":null,\"Pong\":null}",
             "{\"Custom\":{\"command\":\"c\"}}", "{\"Custom\":{\"command\":\"c\",\"payload\":[256]}}",
             "{\"Custom\":{\"command\":\"c\",\"payload\":[-1]}}",
             "{\"Custom\":{\"command\":1,\"payload\":[]}}",
             "{\"Custom\":{\"command\":\"c\",\"payload\":[[1]]}}",
             "{\"SecureHandshakeConfirm\":{\"nonce_verification\":[1,2]}}", "{\"Echo\":\"\xff\"}",
             "{\"Echo\":\"a"})
        EXPECT_EQ(read(formatted(Format::Json, body)), "MalformedMessage") << body;
    for (const char *hex :
        {"", "00", "04", "02", "03", "01 0000", "03 81", "03 81 a4 4563686f", "03 81 a4 4563686f a1 ff"})
        EXPECT_EQ(read(fromHex(hex)), "MalformedMessage") << hex;
    EXPECT_FALSE(writeFormatted(Echo {"\xff"}, Format::Json));
}

// However deep and long a message says it is, only what is there costs something.
TEST(NproFormats, depthAndAnnouncedLengths)
{
    EXPECT_EQ(read(formatted(Format::Json, std::string(1'000'000, '['))), "MalformedMessage");
    EXPECT_EQ(
        read(formatted(Format::Json, "{\"Custom\":" + std::string(1'000'000, '['))), "MalformedMessage");
    EXPECT_EQ(read(formatted(Format::MessagePack, std::string(1'000'000, '\x91'))), "MalformedMessage");
    EXPECT_EQ(read(fromHex("03 81 a6 437573746f6d 92 a1 63 dd ffffffff")), "MalformedMessage");
    EXPECT_EQ(read(fromHex("03 81 a4 4563686f db ffffffff 61")), "MalformedMessage");
    EXPECT_EQ(read(fromHex("03 81 a6 437573746f6d 92 a1 63 c6 ffffffff 61")), "MalformedMessage");
}

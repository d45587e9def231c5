// SPDX-License-Identifier: MIT
// Every row of tests/data/network-protocol.json that is bytes without a key, both ways.
#include <gtest/gtest.h>

#include "npromessages.h"
#include "vectors.h"
#include "wire/compression.h"
#include "wire/hexdump.h"
#include "wire/npro/framing.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Npro;
using namespace Halyard::Wire::Test;
using nlohmann::json;

namespace {

constexpr std::size_t Limit = MaxPayloadBytes + HeaderBytes;

template <class Judge>
int forRows(std::string_view layer, Judge judge)
{
    int rows = 0;
    for (const json &row : loadVectors("network-protocol.json")) {
        if (row["layer"] != layer)
            continue;
        SCOPED_TRACE(row["name"]);
        ++rows;
        judge(row, fromHex(row["hex"].get<std::string>()));
    }
    return rows;
}

/// What an engine makes of a stream so far, in the crate's words.
std::string wordsFor(ByteView stream)
{
    const NproFraming framing;
    std::string words;
    for (;;) {
        const auto extent = framing.measure(stream, Limit);
        if (!extent)
            return words + "error " + std::string(errorName(extent.error().code));
        if (!*extent || stream.size() < (*extent)->total())
            return words + "wait(" + std::to_string(stream.size()) + ")";
        EXPECT_TRUE(framing.check(stream.first((*extent)->total()), **extent));
        words += "packet(" + toHex(stream.subspan((*extent)->header, (*extent)->body)) + ") ";
        stream = stream.subspan((*extent)->total());
    }
}

/// What we say where 1.3.0 says this; where the crate waits for bytes that cannot help, we do not.
std::string oursFor(const json &row)
{
    std::string words = row["fields"]["1.3.0"];
    for (const auto &[theirs, ours] : std::map<std::string, std::string> {{"InvalidHeader", "BadMagic"},
             {"UnsupportedVersion(0)", "BadVersion"}, {"UnsupportedVersion(2)", "BadVersion"},
             {"OversizedPacket(16777217)", "PayloadTooLarge"},
             {"OversizedPacket(4294967295)", "PayloadTooLarge"}}) {
        if (const auto at = words.find(theirs); at != std::string::npos)
            words.replace(at, theirs.size(), ours);
    }
    return words;
}

Bytes plainOf(const json &fields)
{
    if (fields.contains("plain"))
        return fromHex(fields["plain"].get<std::string>());
    return Bytes(fields["plain_length"].get<std::size_t>(),
        fromHex(fields["plain_repeat"].get<std::string>()).front());
}

} // namespace

TEST(NproVectors, messages)
{
    EXPECT_EQ(forRows("message",
                  [](const json &row, const Bytes &bytes) {
                      const auto message = parseMessage(bytes);
                      ASSERT_TRUE(message) << message.error().detail;
                      expectFields(*message, row["fields"]);
                      EXPECT_EQ(toHex(writeMessage(*message)), toHex(bytes));
                      // Every beginning of it is too short, but that of a text or payload of no bytes.
                      for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
                          const auto part = parseMessage(ByteView(bytes).first(cut));
                          ASSERT_FALSE(part) << "cut at byte " << cut;
                          EXPECT_EQ(errorName(part.error().code), "MalformedMessage");
                      }
                  }),
        14);
}

TEST(NproVectors, packets)
{
    const NproFraming framing;
    const int rows = forRows("packet", [&](const json &row, const Bytes &bytes) {
        const auto extent = framing.measure(bytes, Limit);
        ASSERT_TRUE(extent && *extent);
        ASSERT_EQ((*extent)->total(), bytes.size());
        Bytes again(bytes.size());
        copyBytes(ByteView(bytes).subspan(HeaderBytes), again.data() + HeaderBytes);
        EXPECT_EQ(framing.extentFor(ByteView(bytes).subspan(HeaderBytes)), **extent);
        framing.wrap(again, **extent);
        EXPECT_EQ(toHex(again), toHex(bytes));
        if (row["fields"].contains("message")) {
            const auto message = parseMessage(ByteView(bytes).subspan(HeaderBytes));
            ASSERT_TRUE(message);
            expectFields(*message, row["fields"]);
        }
        for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
            const auto part = framing.measure(ByteView(bytes).first(cut), Limit);
            ASSERT_TRUE(part) << "cut at byte " << cut;
            EXPECT_EQ(part->has_value(), cut >= HeaderBytes);
        }
    });
    EXPECT_EQ(rows, 15);
}

TEST(NproVectors, streams)
{
    EXPECT_EQ(forRows("stream",
                  [](const json &row, const Bytes &bytes) {
                      EXPECT_EQ(wordsFor(bytes), oursFor(row));
                      // A verdict once given stays, whatever follows.
                      std::string before;
                      for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
                          const std::string words = wordsFor(ByteView(bytes).first(cut));
                          if (before.find("error") != std::string::npos) {
                              EXPECT_EQ(words, before) << "cut at byte " << cut;
                          }
                          before = words;
                      }
                  }),
        12);
}

TEST(NproVectors, malformedMessages)
{
    EXPECT_EQ(forRows("message-decode",
                  [](const json &row, const Bytes &bytes) {
                      const std::string verdict = row["fields"]["1.3.0"];
                      EXPECT_EQ(row["fields"]["1.0.0"], verdict);
                      const auto message = parseMessage(bytes);
                      EXPECT_EQ(message ? "ok " + toHex(writeMessage(*message)) : "error", verdict);
                      if (!message) {
                          EXPECT_EQ(errorName(message.error().code), "MalformedMessage");
                          EXPECT_EQ(message.error().origin, ErrorOrigin::Peer);
                      }
                  }),
        18);
}

TEST(NproVectors, compressed)
{
    for (const auto &[kind, layer] : {std::pair {Compression::Lz4, "lz4"}, {Compression::Zstd, "zstd"}}) {
        const int rows = forRows(layer, [kind = kind](const json &row, const Bytes &bytes) {
            const Bytes plain = plainOf(row["fields"]);
            const auto opened = decompress(kind, bytes, {.maxRatio = 0});
            ASSERT_TRUE(opened) << opened.error().detail;
            EXPECT_EQ(toHex(*opened), toHex(plain));
            const auto packed = compress(kind, plain);
            ASSERT_TRUE(packed);
            EXPECT_EQ(decompress(kind, *packed, {.maxRatio = 0}), plain);
            // 70 000 zeros are more than a hundred times what they are packed in.
            const bool tooGood = plain.size() > 100 * bytes.size();
            const auto careful = decompress(kind, bytes);
            EXPECT_EQ(careful.has_value(), !tooGood);
            if (!careful) {
                EXPECT_EQ(errorName(careful.error().code), "DecompressionBomb");
            }
            for (std::size_t cut = 0; cut < bytes.size(); ++cut)
                EXPECT_FALSE(decompress(kind, ByteView(bytes).first(cut), {.maxRatio = 0})) << cut;
        });
        EXPECT_EQ(rows, 6);
    }
}

TEST(NproVectors, malformedCompressed)
{
    int bombs = 0;
    const auto judge = [&bombs](Compression kind) {
        return [&bombs, kind](const json &row, const Bytes &bytes) {
            const auto opened = decompress(kind, bytes);
            // The crate believes a claim that is too large, and returns less; we do not.
            const bool claims = row["name"] == "lz4-claim-too-large" || row["name"] == "lz4-claim-16Mi";
            const std::string verdict = claims ? "error" : row["fields"]["1.3.0"].get<std::string>();
            EXPECT_EQ(opened ? "ok " + toHex(*opened) : "error", verdict);
            if (opened)
                return;
            const bool isBomb = opened.error().code == ErrorCode::DecompressionBomb;
            bombs += isBomb ? 1 : 0;
            EXPECT_EQ(errorName(opened.error().code), isBomb ? "DecompressionBomb" : "MalformedMessage");
        };
    };
    EXPECT_EQ(forRows("lz4-decode", judge(Compression::Lz4)), 9);
    EXPECT_EQ(bombs, 3); // 16 MiB, one more, and 4 GiB out of ten bytes
    EXPECT_EQ(forRows("zstd-decode", judge(Compression::Zstd)), 4);
}

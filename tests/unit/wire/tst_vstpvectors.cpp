// SPDX-License-Identifier: MIT
// Every row of tests/data/vstp.json that is bytes of a stream, both ways.
#include <map>

#include <gtest/gtest.h>

#include "vectors.h"
#include "vstpstream.h"
#include "wire/hexdump.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using nlohmann::json;

namespace {

std::string kindOf(const json &row) { return row["fields"].value("kind", ""); }

/// The crate's words for the frames it decoded, without the verdict on re-encoding.
std::string describe(const DecodedFrame &frame)
{
    std::string text
        = "frame type=" + std::to_string(int(frame.type)) + " flags=" + toHex(frame.flags, 2) + " headers=[";
    for (const auto &[key, value] : frame.headers)
        text += (text.back() == '[' ? "" : ",") + toHex(asBytes(key)) + '=' + toHex(asBytes(value));
    return text + "] payload=" + toHex(asBytes(frame.payload));
}

std::vector<std::string> framesOf(std::string outcome)
{
    std::vector<std::string> frames;
    outcome += " ; ";
    for (std::size_t from = 0, to = 0; (to = outcome.find(" ; ", from)) != std::string::npos; from = to + 3) {
        const std::string one = outcome.substr(from, to - from);
        if (one.starts_with("frame "))
            frames.push_back(one.substr(0, one.find(" reencodes=")));
    }
    return frames;
}

bool hasOnlyKnownFlags(const DecodedFrame &frame)
{
    return (std::to_integer<unsigned>(frame.bytes[4]) & ~unsigned(Vstp::KnownFlags)) == 0;
}

/// Every way to cut the bytes in two, and one byte at a time.
void expectSameForEveryCut(ByteView bytes, Vstp::Profile profile, const Decoded &expected)
{
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        StreamDecoder decoder(profile);
        decoder.feed(bytes.first(cut));
        decoder.feed(bytes.subspan(cut));
        ASSERT_EQ(decoder.decoded(), expected) << "cut at byte " << cut;
    }
    StreamDecoder decoder(profile);
    for (const std::byte &byte : bytes)
        decoder.feed({&byte, 1});
    ASSERT_EQ(decoder.decoded(), expected) << "byte by byte";
}

void expectReencodes(const Decoded &decoded, Vstp::Profile profile)
{
    for (const DecodedFrame &frame : decoded.frames) {
        if (!hasOnlyKnownFlags(frame))
            continue; // we never write the others
        const auto again = encode(frame, profile);
        ASSERT_TRUE(again) << again.error().detail;
        EXPECT_EQ(toHex(*again), toHex(frame.bytes));
    }
}

struct Verdict {
    std::size_t frames = 0;
    ErrorCode error = ErrorCode::None;
};

Verdict verdictOf(const std::string &ours)
{
    static const std::map<std::string, Verdict> verdicts {
        {"NeedMore", {0, ErrorCode::None}},
        {"NeedMore or BadMagic", {0, ErrorCode::BadMagic}}, // ours does not wait for what cannot help
        {"BadMagic", {0, ErrorCode::BadMagic}},
        {"BadVersion", {0, ErrorCode::BadVersion}},
        {"TooLarge", {0, ErrorCode::PayloadTooLarge}},
        {"CrcMismatch", {0, ErrorCode::CrcMismatch}},
        {"BadType", {0, ErrorCode::UnknownFrameType}},
        {"BadHeaders", {0, ErrorCode::BadHeaders}},
        {"first frame, then CrcMismatch", {1, ErrorCode::CrcMismatch}},
    };
    return verdicts.at(ours);
}

} // namespace

TEST(VstpVectors, validFrames)
{
    int rows = 0;
    for (const json &row : loadVectors("vstp.json")) {
        if (kindOf(row) != "valid")
            continue;
        SCOPED_TRACE(row["name"]);
        ++rows;
        const Bytes bytes = fromHex(row["hex"].get<std::string>());
        const Decoded decoded = decode(bytes);
        // The crate waits for eleven bytes before it looks at the two stray ones of V23.
        const bool strayBytes = row["fields"]["crate_rest_bytes"] != 0;
        EXPECT_EQ(errorName(decoded.error), errorName(strayBytes ? ErrorCode::BadMagic : ErrorCode::None));
        EXPECT_EQ(decoded.rest, 0U);

        const auto expected = framesOf(row["fields"]["crate_decoder"]);
        ASSERT_EQ(decoded.frames.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            DecodedFrame frame = decoded.frames[i];
            if (!hasOnlyKnownFlags(frame)) {
                // The crate forgets all flags where one is unknown; we keep the known ones.
                EXPECT_EQ(frame.flags, std::to_integer<unsigned>(frame.bytes[4]) & Vstp::KnownFlags);
                frame.flags = 0;
            }
            EXPECT_EQ(describe(frame), expected[i]);
        }
        expectReencodes(decoded, Vstp::Profile::R);
        expectSameForEveryCut(bytes, Vstp::Profile::R, decoded);
    }
    EXPECT_EQ(rows, 34);
}

TEST(VstpVectors, malformedAndIncomplete)
{
    int rows = 0;
    for (const json &row : loadVectors("vstp.json")) {
        if (kindOf(row) != "malformed or incomplete")
            continue;
        SCOPED_TRACE(row["name"]);
        ++rows;
        const Bytes bytes = fromHex(row["hex"].get<std::string>());
        const Verdict verdict = verdictOf(row["fields"]["ours"]);
        const Decoded decoded = decode(bytes);
        EXPECT_EQ(errorName(decoded.error), errorName(verdict.error));
        EXPECT_EQ(decoded.frames.size(), verdict.frames);
        if (verdict.error == ErrorCode::None) {
            EXPECT_EQ(decoded.rest, bytes.size());
        }
        expectSameForEveryCut(bytes, Vstp::Profile::R, decoded);
    }
    EXPECT_EQ(rows, 46);
}

TEST(VstpVectors, announcedHeadersCountAsTheFrame)
{
    // M21 announces 1024 bytes of headers: beyond a limit of 1024 with what surrounds them, from the header
    // alone.
    int rows = 0;
    for (const json &row : loadVectors("vstp.json")) {
        if (!row["name"].get<std::string>().starts_with("M21 "))
            continue;
        ++rows;
        const Bytes bytes = fromHex(row["hex"].get<std::string>());
        const Decoded tooLarge {{}, ErrorCode::PayloadTooLarge, 0};
        EXPECT_EQ(decode(bytes, Vstp::Profile::R, 1'024), tooLarge);
        EXPECT_EQ(decode(ByteView(bytes).first(11), Vstp::Profile::R, 1'024), tooLarge);
    }
    EXPECT_EQ(rows, 1);
}

TEST(VstpVectors, framesWithFields)
{
    int rows = 0;
    for (const json &row : loadVectors("vstp.json")) {
        if (row["layer"] != "frame" || !row["fields"].contains("headers_hex"))
            continue;
        SCOPED_TRACE(row["name"]);
        ++rows;
        const json &fields = row["fields"];
        DecodedFrame frame;
        frame.type = Vstp::FrameType(fields["type"].get<int>());
        frame.flags = fields["flags"].get<std::uint8_t>();
        const auto text
            = [](const json &hex) { return std::string(asText(fromHex(hex.get<std::string>()))); };
        for (const json &header : fields["headers_hex"])
            frame.headers.emplace_back(text(header[0]), text(header[1]));
        frame.payload = text(fields["payload_hex"]);
        frame.bytes = fromHex(row["hex"].get<std::string>());

        const auto encoded = encode(frame, Vstp::Profile::R);
        ASSERT_TRUE(encoded) << encoded.error().detail;
        EXPECT_EQ(toHex(*encoded), row["hex"].get<std::string>());
        EXPECT_EQ(toHex(ByteView(*encoded).last(4)), fields["crc"].get<std::string>());
        const Decoded expected {{frame}, ErrorCode::None, 0};
        EXPECT_EQ(decode(*encoded), expected);
        expectSameForEveryCut(*encoded, Vstp::Profile::R, expected);
    }
    EXPECT_EQ(rows, 9);
}

TEST(VstpVectors, profileS)
{
    int rows = 0;
    for (const json &row : loadVectors("vstp.json")) {
        if (kindOf(row) != "profile S (no peer)")
            continue;
        SCOPED_TRACE(row["name"]);
        ++rows;
        const Bytes bytes = fromHex(row["hex"].get<std::string>());
        const Decoded decoded = decode(bytes, Vstp::Profile::S);
        EXPECT_EQ(decoded.error, ErrorCode::None);
        EXPECT_EQ(decoded.rest, 0U);
        ASSERT_EQ(decoded.frames.size(), 1U);
        expectReencodes(decoded, Vstp::Profile::S);
        expectSameForEveryCut(bytes, Vstp::Profile::S, decoded);
        // To profile R the trailer is missing.
        EXPECT_EQ(decode(bytes), (Decoded {{}, ErrorCode::None, bytes.size()}));
    }
    EXPECT_EQ(rows, 6);
}

TEST(VstpVectors, profileSContents)
{
    const auto only
        = [](std::string_view hex) { return decode(fromHex(hex), Vstp::Profile::S).frames.at(0); };
    const auto hi = only("56540103020000000000026869efee");
    EXPECT_EQ(hi.type, Vstp::FrameType::Data);
    EXPECT_EQ(hi.flags, Vstp::Flag::Crc);
    EXPECT_EQ(hi.payload, "hi");
    const auto text = only(
        "56540103001f00000000040c636f6e74656e742d7479706510006170706c69636174696f6e2f6a736f6e22686922");
    ASSERT_EQ(text.headers.size(), 1U);
    EXPECT_EQ(text.headers[0].first, "content-type");
    EXPECT_EQ(text.headers[0].second, "application/json");
    EXPECT_EQ(text.payload, "\"hi\"");
    EXPECT_EQ(
        decode(fromHex("56540103020000000000026869eeef"), Vstp::Profile::S).error, ErrorCode::CrcMismatch);
    EXPECT_EQ(decode(fromHex("5654010900000000000000"), Vstp::Profile::S).error, ErrorCode::UnknownFrameType);
    EXPECT_EQ(
        decode(fromHex("565401030003000000000001610200"), Vstp::Profile::S).error, ErrorCode::BadHeaders);
}

TEST(VstpVectors, capturedStreams)
{
    // Verdicts on what the client of the capture sent, where that is not simply frames.
    const std::map<std::string, ErrorCode> wrongOnPurpose {
        {"tcp good frame, then bad magic", ErrorCode::BadMagic},
        {"tcp bad checksum", ErrorCode::CrcMismatch},
        {"tcp version 2", ErrorCode::BadVersion},
        {"tcp type 9", ErrorCode::UnknownFrameType},
        {"tcp 8 MiB + 1 announced", ErrorCode::PayloadTooLarge},
        {"tcp TLS client hello on a plain port", ErrorCode::BadMagic},
        {"tcp crate client script, api low, connection 3", ErrorCode::CrcMismatch},
        {"tcp crate client script, api low, connection 4", ErrorCode::BadMagic},
        {"tcp crate client script, api low, connection 5", ErrorCode::BadVersion},
        {"tcp crate client script, api low, connection 6", ErrorCode::UnknownFrameType},
        {"tcp crate client script, api low, connection 7", ErrorCode::PayloadTooLarge},
    };
    int rows = 0;
    std::size_t frames = 0;
    for (const json &row : loadVectors("vstp.json")) {
        if (row["layer"] != "session" || row["fields"]["transport"] != "tcp")
            continue;
        SCOPED_TRACE(row["name"]);
        ++rows;
        for (const std::string direction : {"c2s", "s2c"}) {
            SCOPED_TRACE(direction);
            Bytes whole;
            StreamDecoder asCaptured;
            for (const json &chunk : row["chunks"]) {
                if (chunk["dir"] != direction || !chunk.contains("hex"))
                    continue;
                const Bytes bytes = fromHex(chunk["hex"].get<std::string>());
                whole.insert(whole.end(), bytes.begin(), bytes.end());
                asCaptured.feed(bytes);
            }
            const auto verdict = wrongOnPurpose.find(row["name"]);
            const bool wrong = direction == "c2s" && verdict != wrongOnPurpose.end();
            const bool cutOff = direction == "c2s" && row["name"] == "tcp end of stream inside a frame";
            const Decoded decoded = decode(whole);
            EXPECT_EQ(decoded, asCaptured.decoded());
            EXPECT_EQ(errorName(decoded.error), errorName(wrong ? verdict->second : ErrorCode::None));
            EXPECT_EQ(decoded.rest != 0, cutOff);
            frames += decoded.frames.size();
            expectReencodes(decoded, Vstp::Profile::R);
            expectSameForEveryCut(whole, Vstp::Profile::R, decoded);
        }
    }
    EXPECT_EQ(rows, 29);
    EXPECT_GT(frames, 100U);
}

TEST(VstpVectors, capturedDatagrams)
{
    int rows = 0;
    std::vector<std::string> refused;
    for (const json &row : loadVectors("vstp.json")) {
        if (row["layer"] != "session" || row["fields"]["transport"] != "udp")
            continue;
        SCOPED_TRACE(row["name"]);
        ++rows;
        for (const json &chunk : row["chunks"]) {
            if (!chunk.contains("hex"))
                continue;
            const Bytes bytes = fromHex(chunk["hex"].get<std::string>());
            const Decoded decoded = decode(bytes);
            expectReencodes(decoded, Vstp::Profile::R);
            if (decoded.frames.size() != 1 || decoded.rest != 0 || decoded.error != ErrorCode::None)
                refused.push_back(row["name"]);
        }
    }
    EXPECT_EQ(rows, 21);
    // Two frames in one, one cut short, one with a wrong checksum.
    EXPECT_EQ(refused,
        std::vector<std::string>(
            3, "udp two frames in one datagram, short datagram, bad checksum, then data"));
}

// SPDX-License-Identifier: MIT
// The dissector over streams: every cut, garbage and what follows it, both directions, limits; and that it
// says of every golden byte what the decoder says.
#include "dissections.h"
#include "vstpstream.h"
#include "wire/headerblock.h"
#include "wire/hexdump.h"
#include "wire/vstp/codec.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace std::chrono_literals;
using nlohmann::json;
using Vstp::Profile;
using Vstp::VstpDissector;

namespace {

constexpr Direction ToServer = Direction::ClientToServer;
constexpr Direction ToClient = Direction::ServerToClient;

const Bytes Ping = fromHex("5654010400000000000000d8429a00");
const Bytes Hi = fromHex("56540103000000000000026869291147a3");

Bytes joined(std::initializer_list<Bytes> parts)
{
    Bytes whole;
    for (const Bytes &part : parts)
        whole.insert(whole.end(), part.begin(), part.end());
    return whole;
}

std::vector<std::string> summaries(const std::vector<Dissection> &dissections)
{
    std::vector<std::string> all;
    for (const Dissection &dissection : dissections)
        all.push_back(dissection.summary);
    return all;
}

/// Runs the checks that hold for any input and returns what came out.
std::vector<Dissection> examine(
    ByteView bytes, Profile profile = Profile::R, const DissectorLimits &limits = {})
{
    auto whole = dissect(bytes, profile, limits);
    checkDissections(whole, bytes);
    VstpDissector byteByByte(profile, limits);
    std::vector<Dissection> collected;
    for (const std::byte &byte : bytes) {
        byteByByte.feed(ToServer, {&byte, 1}, {});
        for (Dissection &dissection : drain(byteByByte))
            collected.push_back(std::move(dissection));
    }
    byteByByte.finish(ToServer, {});
    for (Dissection &dissection : drain(byteByByte))
        collected.push_back(std::move(dissection));
    EXPECT_TRUE(areEqual(collected, whole)) << "byte by byte";

    for (std::size_t cut = 0; bytes.size() <= 150 && cut <= bytes.size(); ++cut) {
        VstpDissector dissector(profile, limits);
        dissector.feed(ToServer, bytes.first(cut), {});
        dissector.feed(ToServer, bytes.subspan(cut), {});
        dissector.finish(ToServer, {});
        EXPECT_TRUE(areEqual(drain(dissector), whole)) << "cut at byte " << cut;
    }
    return whole;
}

/// The frames in front of the first error are those that the decoder gives, and the error is its own.
void expectAgreement(ByteView bytes, const std::vector<Dissection> &dissections, Profile profile)
{
    const Decoded decoded = decode(bytes, profile);
    std::size_t good = 0;
    while (good < dissections.size() && errorOf(dissections[good]).empty()) {
        ASSERT_LT(good, decoded.frames.size());
        EXPECT_EQ(dissections[good].bytes, decoded.frames[good].bytes);
        ++good;
    }
    EXPECT_EQ(good, decoded.frames.size());
    if (decoded.error != ErrorCode::None) {
        ASSERT_LT(good, dissections.size());
        EXPECT_EQ(errorOf(dissections[good]), errorName(decoded.error));
    } else if (decoded.rest != 0) {
        ASSERT_EQ(dissections.size(), good + 1);
        EXPECT_EQ(errorOf(dissections[good]), "FrameTruncated");
        EXPECT_FALSE(dissections[good].complete);
    }
}

} // namespace

TEST(VstpDissectorStream, everyGoldenFrame)
{
    for (const json &row : loadVectors("vstp.json")) {
        if (row["layer"] != "frame")
            continue;
        SCOPED_TRACE(row["name"]);
        const Bytes bytes = fromHex(row["hex"].get<std::string>());
        for (const Profile profile : {Profile::R, Profile::S})
            expectAgreement(bytes, examine(bytes, profile), profile);
    }
}

TEST(VstpDissectorStream, everyCapturedStream)
{
    for (const json &row : loadVectors("vstp.json")) {
        if (row["layer"] != "session" || row["fields"]["transport"] != "tcp")
            continue;
        SCOPED_TRACE(row["name"]);
        VstpDissector dissector;
        std::array<Bytes, 2> streams;
        std::array<std::vector<Dissection>, 2> collected;
        const auto collect = [&] {
            for (Dissection &dissection : drain(dissector))
                collected[std::size_t(dissection.direction)].push_back(std::move(dissection));
        };
        for (const json &chunk : row["chunks"]) {
            const Direction direction = chunk["dir"] == "c2s" ? ToServer : ToClient;
            const Bytes bytes = fromHex(chunk.value("hex", ""));
            Bytes &stream = streams[std::size_t(direction)];
            stream.insert(stream.end(), bytes.begin(), bytes.end());
            dissector.feed(direction, bytes, {});
            collect();
        }
        dissector.finish(ToServer, {});
        dissector.finish(ToClient, {});
        collect();
        for (const Direction direction : {ToServer, ToClient}) {
            const auto &dissections = collected[std::size_t(direction)];
            checkDissections(dissections, streams[std::size_t(direction)]);
            expectAgreement(streams[std::size_t(direction)], dissections, Profile::R);
        }
    }
}

TEST(VstpDissectorStream, goesOnBehindAFrameWithAWrongChecksum)
{
    Bytes corrupt = Hi;
    corrupt[12] = std::byte {'x'};
    EXPECT_EQ(summaries(examine(joined({Ping, corrupt, Hi}))),
        (std::vector<std::string> {"PING", "DATA, 2 bytes [CrcMismatch]", "DATA, 2 bytes"}));
}

TEST(VstpDissectorStream, goesOnBehindUnknownTypesAndBadHeaders)
{
    EXPECT_EQ(summaries(examine(joined({fromHex("565401090000000000000043478fd1"),
                  fromHex("56540103000100000000000167cbfbfc"), Ping}))),
        (std::vector<std::string> {
            "unknown type 9 [UnknownFrameType]", "DATA, 0 bytes [BadHeaders]", "PING"}));
}

TEST(VstpDissectorStream, findsTheNextFrameBehindGarbage)
{
    EXPECT_EQ(summaries(examine(joined({Ping, toBytes(asBytes("noise VT\x01 more V")), Hi}))),
        (std::vector<std::string> {"PING", "16 bytes of garbage [BadMagic]", "DATA, 2 bytes"}));
    EXPECT_EQ(summaries(examine(joined({fromHex("56540200"), Hi}))),
        (std::vector<std::string> {"4 bytes of garbage [BadVersion]", "DATA, 2 bytes"}));
    EXPECT_EQ(summaries(examine(joined({fromHex("56540103000000ffffffff 616263"), Hi}))),
        (std::vector<std::string> {"DATA, 4294967295 bytes announced [PayloadTooLarge]", "DATA, 2 bytes"}));
}

TEST(VstpDissectorStream, theNextFrameMayBeginInsideAWrongLength)
{
    // Cut off behind HDR_LEN; what follows reads as PAY_LEN 0x00565401.
    const auto dissections
        = examine(joined({fromHex("5654010300040000"), Hi}), Profile::R, {.maxFrameBytes = 65'536});
    EXPECT_EQ(summaries(dissections), (std::vector<std::string> {"DATA [PayloadTooLarge]", "DATA, 2 bytes"}));
}

TEST(VstpDissectorStream, asksMoreOfAFrameBehindGarbage)
{
    // A type that does not exist, an undefined flag, a size beyond the limit: no start of a frame.
    const Bytes unlikely = fromHex("00 5654010900000000000000 5654010304000000000000 56540103000000ffffffff");
    EXPECT_EQ(summaries(examine(joined({unlikely, Ping}))),
        (std::vector<std::string> {"34 bytes of garbage [BadMagic]", "PING"}));
}

TEST(VstpDissectorStream, longGarbageComesInPieces)
{
    DissectorLimits limits;
    limits.maxGarbageBytes = 10;
    EXPECT_EQ(summaries(examine(joined({Bytes(25, std::byte {'x'}), Ping}), Profile::R, limits)),
        (std::vector<std::string> {"10 bytes of garbage [BadMagic]", "10 bytes of garbage [BadMagic]",
            "5 bytes of garbage [BadMagic]", "PING"}));
    for (std::size_t size = 8; size <= 12; ++size)
        EXPECT_EQ(
            examine(joined({Bytes(size, std::byte {'V'}), Ping}), Profile::R, limits).back().summary, "PING");
    limits.maxGarbageBytes = 0;
    EXPECT_EQ(examine(fromHex("000000"), Profile::R, limits).size(), 3U);
}

TEST(VstpDissectorStream, everyEndInsideAFrame)
{
    const Bytes frame = fromHex("565401030109000000000506016d73672d69643768656c6c6f4a89562e");
    for (std::size_t size = 1; size < frame.size(); ++size) {
        const auto dissections = examine(ByteView(frame).first(size));
        ASSERT_EQ(dissections.size(), 1U) << size;
        EXPECT_EQ(errorOf(dissections[0]), "FrameTruncated") << size;
        EXPECT_FALSE(dissections[0].complete);
    }
}

TEST(VstpDissectorStream, directionsAreApartAndInOrder)
{
    VstpDissector dissector;
    const Now first {TimePoint(std::chrono::seconds(1)), {}};
    const Now second {TimePoint(std::chrono::seconds(2)), {}};
    dissector.feed(ToServer, ByteView(Hi).first(9), first);
    dissector.feed(ToClient, Ping, first);
    dissector.feed(ToServer, ByteView(Hi).subspan(9), second);
    dissector.feed(ToClient, Hi, second);
    const auto dissections = drain(dissector);
    ASSERT_EQ(dissections.size(), 3U);
    EXPECT_EQ(summaries(dissections), (std::vector<std::string> {"PING", "DATA, 2 bytes", "DATA, 2 bytes"}));
    EXPECT_EQ(dissections[0].direction, ToClient);
    EXPECT_EQ(dissections[1].direction, ToServer);
    EXPECT_EQ(dissections[1].time.steady, second.steady);
    EXPECT_EQ(dissections[1].streamOffset, 0U);
    EXPECT_EQ(dissections[2].streamOffset, Ping.size());
}

TEST(VstpDissectorStream, finishingTwiceOrWithNothingGivesNothing)
{
    VstpDissector dissector;
    dissector.finish(ToServer, {});
    EXPECT_FALSE(dissector.next());
    dissector.feed(ToServer, ByteView(Hi).first(3), {});
    dissector.finish(ToServer, {});
    dissector.finish(ToServer, {});
    EXPECT_EQ(drain(dissector).size(), 1U);
}

TEST(VstpDissectorStream, theFrameLimitIsJudgedFromTheHeaderAlone)
{
    DissectorLimits limits;
    for (const int off : {-1, 0, 1}) {
        limits.maxFrameBytes = Hi.size() + std::size_t(1) + std::size_t(off) - 1;
        VstpDissector dissector(Profile::R, limits);
        dissector.feed(ToServer, ByteView(Hi).first(11), {});
        dissector.finish(ToServer, {});
        EXPECT_EQ(errorOf(drain(dissector).at(0)), off < 0 ? "PayloadTooLarge" : "FrameTruncated") << off;
    }
}

TEST(VstpDissectorStream, whatNobodyFetchesIsBoundedAndCounted)
{
    DissectorLimits limits;
    limits.maxHeldBytes = 10'000;
    VstpDissector dissector(Profile::R, limits);
    for (int i = 0; i < 1'000; ++i) {
        dissector.feed(ToServer, Ping, {});
        dissector.feed(ToClient, Ping, {});
    }
    auto dissections = drain(dissector);
    ASSERT_GT(dissections.size(), 10U);
    ASSERT_LT(dissections.size(), 200U);
    const std::size_t lost = 2'000 - (dissections.size() - 1);
    const Dissection &last = dissections.back();
    EXPECT_EQ(last.summary,
        std::to_string(lost) + " frames, " + std::to_string(lost * Ping.size()) + " bytes: not explained");
    EXPECT_EQ(last.severity(), Severity::Warning);
    EXPECT_FALSE(last.complete);

    dissector.feed(ToServer, Hi, {}); // fetched in time again
    EXPECT_EQ(summaries(drain(dissector)), std::vector<std::string> {"DATA, 2 bytes"});
}

TEST(VstpDissectorStream, memoryIsBoundedWhateverComes)
{
    DissectorLimits limits;
    limits.maxFrameBytes = 1'000;
    limits.maxGarbageBytes = 500;
    limits.maxHeldBytes = 2'000;
    const std::size_t bound = 2 * limits.maxFrameBytes + limits.maxHeldBytes;
    for (const Bytes &piece :
        {Ping, Bytes(1, std::byte {'x'}), fromHex("56540103000000000300"), Bytes(3'000), Hi}) {
        VstpDissector dissector(Profile::R, limits);
        for (int i = 0; i < 2'000; ++i) {
            dissector.feed(i % 2 == 0 ? ToServer : ToClient, piece, {});
            ASSERT_LE(dissector.heldBytes(), bound) << toHex(piece) << ' ' << i;
        }
        EXPECT_LE(drain(dissector).size(), 100U);
        EXPECT_LE(dissector.heldBytes(), 2 * limits.maxFrameBytes);
    }
}

TEST(VstpDissectorStream, oneLongFeedIsCutLikeManyShortOnes)
{
    Bytes whole;
    for (int i = 0; i < 10'000; ++i)
        whole.insert(whole.end(), Hi.begin(), Hi.end());
    VstpDissector dissector;
    dissector.feed(ToServer, whole, {});
    const auto dissections = drain(dissector);
    EXPECT_EQ(dissections.size(), 10'000U);
    EXPECT_EQ(dissections.back().streamOffset, whole.size() - Hi.size());
}

TEST(VstpDissectorStream, garbageComesOutWhenNothingFollows)
{
    VstpDissector dissector;
    dissector.feed(ToServer, asBytes("garbage VT"), {}); // its end may be the start of a frame
    dissector.feed(ToClient, ByteView(Ping).first(9), {});
    EXPECT_TRUE(drain(dissector).empty());
    dissector.settle({});
    EXPECT_EQ(summaries(drain(dissector)), std::vector<std::string> {"8 bytes of garbage [BadMagic]"});
    dissector.settle({});
    EXPECT_TRUE(drain(dissector).empty()); // frames that have begun are waited for
    dissector.feed(ToServer, ByteView(Hi).subspan(2), {});
    dissector.feed(ToClient, ByteView(Ping).subspan(9), {});
    EXPECT_EQ(summaries(drain(dissector)), (std::vector<std::string> {"DATA, 2 bytes", "PING"}));
    dissector.feed(ToServer, asBytes("x"), {});
    dissector.settle({});
    EXPECT_EQ(drain(dissector).back().streamOffset, 8 + Hi.size());
}

namespace {

Bytes framed(Vstp::FrameType type, std::initializer_list<Header> headers = {})
{
    HeaderBlock block;
    for (const Header &header : headers)
        EXPECT_TRUE(block.append(header.key, header.value));
    return *Vstp::encodeFrame({type, 0, block.view(), {}}, Profile::R);
}

Now at(int milliseconds) { return {TimePoint(std::chrono::milliseconds(milliseconds)), {}}; }

/// Feeds a frame and fetches what it gives.
void pass(VstpDissector &dissector, Direction direction, const Bytes &frame, int milliseconds)
{
    dissector.feed(direction, frame, at(milliseconds));
    EXPECT_EQ(drain(dissector).size(), 1U);
}

} // namespace

TEST(VstpDissectorStream, tellsWhatTwoPeersNegotiate)
{
    using enum Vstp::FrameType;
    VstpDissector both;
    EXPECT_EQ(both.traits(), ConversationTraits());
    pass(both, ToServer, framed(Hello, {{"halyard", "3"}, {"features", "stream,x,cancel"}}), 0);
    EXPECT_TRUE(both.traits().negotiated.empty());
    pass(both, ToClient, framed(Welcome, {{"halyard", "1"}, {"features", "cancel,y,stream"}}), 7);
    EXPECT_EQ(both.traits().negotiated, "vstp, halyard conventions 1 (stream, cancel)");
    EXPECT_EQ(both.traits().roundTrip, 7ms);
    pass(both, ToClient, framed(Welcome), 8); // decided is decided
    EXPECT_EQ(both.traits().negotiated, "vstp, halyard conventions 1 (stream, cancel)");

    VstpDissector plainServer;
    pass(plainServer, ToServer, framed(Hello, {{"halyard", "1"}, {"features", "stream"}}), 0);
    pass(plainServer, ToClient, framed(Welcome), 1);
    EXPECT_EQ(plainServer.traits().negotiated, "vstp, plain peer");
    VstpDissector noGreeting;
    pass(noGreeting, ToServer, framed(Data), 0);
    EXPECT_EQ(noGreeting.traits().negotiated, "vstp, plain peer");
    EXPECT_FALSE(noGreeting.traits().roundTrip);
    VstpDissector fewFeatures;
    pass(fewFeatures, ToServer, framed(Hello, {{"halyard", "1"}, {"features", "\x1b,cancel"}}), 0);
    pass(fewFeatures, ToClient, framed(Welcome, {{"halyard", "1"}, {"features", "\x1b"}}), 1);
    EXPECT_EQ(fewFeatures.traits().negotiated, "vstp, halyard conventions 1 (\\x1b)");
}

TEST(VstpDissectorStream, measuresTheWayToWhoAnswersAtOnce)
{
    using enum Vstp::FrameType;
    VstpDissector dissector;
    pass(dissector, ToClient, framed(Pong), 1); // answers nothing
    EXPECT_FALSE(dissector.traits().roundTrip);
    pass(dissector, ToServer, framed(Ping), 10);
    pass(dissector, ToServer, framed(Pong), 11); // not the other side's
    EXPECT_FALSE(dissector.traits().roundTrip);
    pass(dissector, ToServer, framed(Ping), 12);
    pass(dissector, ToClient, framed(Pong), 15); // of the first one
    EXPECT_EQ(dissector.traits().roundTrip, 5ms);
    pass(dissector, ToClient, framed(Ping), 20);
    pass(dissector, ToServer, framed(Pong), 22); // the way to the client
    EXPECT_EQ(dissector.traits().roundTrip, 2ms);
    Bytes corrupt = framed(Ping);
    corrupt.back() ^= std::byte {1};
    pass(dissector, ToServer, corrupt, 30); // nobody answers that
    pass(dissector, ToClient, framed(Pong), 90);
    EXPECT_EQ(dissector.traits().roundTrip, 2ms);
}

TEST(VstpDissectorStream, nothingIsUnlocked)
{
    const auto unlocked = VstpDissector().unlock(asBytes("secret"));
    ASSERT_FALSE(unlocked);
    EXPECT_EQ(unlocked.error().code, ErrorCode::NotSupportedByProtocol);
}

// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "vectors.h"
#include "vstpstream.h"
#include "wire/bytewriter.h"
#include "wire/checksum.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using Vstp::FrameType;
using Vstp::Profile;
using Vstp::VstpFraming;

namespace {

Bytes startOf(std::uint16_t headerBytes, std::uint32_t payloadBytes, std::uint8_t flags = 0)
{
    Bytes start(11);
    ByteWriter(start)
        .writeBytes(asBytes("VT\x01\x03"))
        .writeU8(flags)
        .writeU16Le(headerBytes)
        .writeU32Be(payloadBytes);
    return start;
}

ErrorCode measureError(ByteView bytes, std::size_t limit = DefaultLimit, Profile profile = Profile::R)
{
    const auto extent = VstpFraming(profile).measure(bytes, limit);
    return extent ? ErrorCode::None : extent.error().code;
}

Bytes withChecksum(Bytes frame)
{
    const std::uint32_t crc = crc32(frame);
    frame.resize(frame.size() + 4);
    ByteWriter(MutableBytes(frame).last(4)).writeU32Be(crc);
    return frame;
}

} // namespace

TEST(VstpFraming, badMagicFromTheFirstWrongByteOn)
{
    EXPECT_EQ(measureError({}), ErrorCode::None);
    EXPECT_EQ(measureError(asBytes("V")), ErrorCode::None);
    EXPECT_EQ(measureError(asBytes("VT")), ErrorCode::None);
    EXPECT_EQ(measureError(asBytes("G")), ErrorCode::BadMagic);
    EXPECT_EQ(measureError(asBytes("VX")), ErrorCode::BadMagic);
    EXPECT_EQ(measureError(asBytes("TV")), ErrorCode::BadMagic);
    EXPECT_EQ(measureError(asBytes("VT\x01")), ErrorCode::None);
    EXPECT_EQ(measureError(asBytes("VT\x02")), ErrorCode::BadVersion);
    EXPECT_EQ(measureError(ByteView(std::as_bytes(std::span("VT\0", 3)))), ErrorCode::BadVersion);
}

TEST(VstpFraming, needsElevenBytesToKnowTheExtent)
{
    const Bytes start = startOf(30, 4);
    const VstpFraming framing;
    for (std::size_t size = 0; size < start.size(); ++size) {
        const auto extent = framing.measure(ByteView(start).first(size), DefaultLimit);
        ASSERT_TRUE(extent);
        EXPECT_FALSE(extent->has_value()) << size;
    }
    const auto extent = framing.measure(start, DefaultLimit);
    ASSERT_TRUE(extent);
    ASSERT_TRUE(extent->has_value());
    EXPECT_EQ(**extent, (Extent {3, 8 + 30 + 4, 4}));
    EXPECT_EQ((*extent)->total(), 49U);
}

TEST(VstpFraming, limitsAreDecidedFromTheHeaderAlone)
{
    // 15 bytes of overhead count.
    EXPECT_EQ(measureError(startOf(0, 8'388'592)), ErrorCode::None);
    EXPECT_EQ(measureError(startOf(0, 8'388'593)), ErrorCode::None);
    EXPECT_EQ(measureError(startOf(0, 8'388'594)), ErrorCode::PayloadTooLarge);
    EXPECT_EQ(measureError(startOf(1000, 85), 1099), ErrorCode::PayloadTooLarge);
    EXPECT_EQ(measureError(startOf(1000, 85), 1100), ErrorCode::None);
    EXPECT_EQ(measureError(startOf(1000, 85), 1101), ErrorCode::None);
    EXPECT_EQ(measureError(startOf(0, 0), 14), ErrorCode::PayloadTooLarge);
    EXPECT_EQ(measureError(startOf(0, 0), 15), ErrorCode::None);
    EXPECT_EQ(measureError(startOf(0, 0), 0), ErrorCode::PayloadTooLarge);
    // One byte earlier nothing is known.
    const Bytes start = startOf(0, 0xffffffff);
    EXPECT_EQ(measureError(ByteView(start).first(10)), ErrorCode::None);
    EXPECT_EQ(measureError(start), ErrorCode::PayloadTooLarge);
}

TEST(VstpFraming, theSumOfBothLengthsDoesNotWrap)
{
    const auto extent = VstpFraming().measure(startOf(0xffff, 0xffffffff), std::size_t(-1));
    ASSERT_TRUE(extent && *extent);
    EXPECT_EQ((*extent)->total(), 15ULL + 0xffff + 0xffffffff);
    EXPECT_EQ(
        measureError(startOf(0xffff, 0xffffffff), 15ULL + 0xffff + 0xfffffffe), ErrorCode::PayloadTooLarge);
}

TEST(VstpFraming, profileSHasItsTrailerOnDemand)
{
    const VstpFraming framing(Profile::S);
    EXPECT_EQ(framing.measure(startOf(5, 2), 100)->value(), (Extent {3, 15, 0}));
    EXPECT_EQ(framing.measure(startOf(5, 2, 0x02), 100)->value(), (Extent {3, 15, 2}));
    EXPECT_EQ(framing.maxOverhead(), (Extent {3, 0, 2}));
    EXPECT_EQ(VstpFraming().maxOverhead(), (Extent {3, 0, 4}));
    for (const std::uint8_t flags : {0x00, 0x02}) {
        const std::size_t total = 11 + 5 + 2 + (flags != 0 ? 2 : 0);
        EXPECT_EQ(measureError(startOf(5, 2, flags), total - 1, Profile::S), ErrorCode::PayloadTooLarge);
        EXPECT_EQ(measureError(startOf(5, 2, flags), total, Profile::S), ErrorCode::None);
        EXPECT_EQ(measureError(startOf(5, 2, flags), total + 1, Profile::S), ErrorCode::None);
    }
}

TEST(VstpFraming, wrapFollowsTheSizeOfTheBody)
{
    // A filter has made the payload longer than PAY_LEN says.
    const VstpFraming framing;
    Bytes frame(3 + 8 + 4 + 5 + 4);
    const MutableBytes body = MutableBytes(frame).subspan(3, 8 + 4 + 5);
    Vstp::writeBodyPrefix(body, FrameType::Data, 0, 4, 1);
    ByteWriter(body.subspan(8)).writeBytes(fromHex("01016131")).writeBytes(asBytes("hello"));
    const Extent extent = framing.extentFor(body);
    EXPECT_EQ(extent, (Extent {3, 17, 4}));
    framing.wrap(frame, extent);
    EXPECT_EQ(frame, fromHex("56540103000400000000050101613168656c6c6ff07342f6"));
    EXPECT_TRUE(framing.check(frame, extent));
}

TEST(VstpFraming, wrapOfABodyThatIsNoneStaysInside)
{
    for (const Profile profile : {Profile::R, Profile::S}) {
        const VstpFraming framing(profile);
        for (std::size_t size = 0; size < 12; ++size) {
            Bytes frame(3 + size, std::byte {0xff});
            const Extent extent = framing.extentFor(ByteView(frame).subspan(3));
            frame.resize(extent.total());
            framing.wrap(frame, extent);
            EXPECT_EQ(asText(frame).substr(0, 3), "VT\x01");
        }
    }
}

TEST(VstpFraming, checkNamesBothValues)
{
    const Bytes frame = fromHex("565401010000000000000012345678");
    const auto checked = VstpFraming().check(frame, {3, 8, 4});
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::CrcMismatch);
    EXPECT_EQ(checked.error().origin, ErrorOrigin::Peer);
    EXPECT_NE(checked.error().detail.find("12345678"), std::string::npos);
    EXPECT_NE(checked.error().detail.find("90a29464"), std::string::npos);
}

TEST(VstpFrame, theOrderOfTheChecks)
{
    // Type 9 with a wrong checksum is a wrong checksum; with a right one, and bad headers, a wrong type.
    EXPECT_EQ(decode(fromHex("565401090000000000000000000000")).error, ErrorCode::CrcMismatch);
    EXPECT_EQ(decode(withChecksum(fromHex("5654010900010000000000 ff"))).error, ErrorCode::UnknownFrameType);
    EXPECT_EQ(decode(withChecksum(fromHex("5654010300010000000000 ff"))).error, ErrorCode::BadHeaders);
}

TEST(VstpFrame, tooManyHeaders)
{
    for (const std::size_t count : {255U, 256U, 257U, 10'000U}) {
        Bytes frame = startOf(static_cast<std::uint16_t>(2 * count), 0);
        frame.resize(frame.size() + 2 * count);
        const Decoded decoded = decode(withChecksum(std::move(frame)));
        EXPECT_EQ(
            errorName(decoded.error), errorName(count > 256 ? ErrorCode::TooManyHeaders : ErrorCode::None));
    }
}

TEST(VstpFrame, shortBodiesAreMalformed)
{
    const auto verdict = [](std::string_view hex) {
        const auto view = Vstp::parseBody(fromHex(hex), Profile::R, 256);
        return view ? ErrorCode::None : view.error().code;
    };
    EXPECT_EQ(verdict(""), ErrorCode::MalformedMessage);
    EXPECT_EQ(verdict("03000000000000"), ErrorCode::MalformedMessage);
    EXPECT_EQ(verdict("0300000000000000"), ErrorCode::None);
    EXPECT_EQ(verdict("0300020000000000 00"), ErrorCode::MalformedMessage);
    EXPECT_EQ(verdict("0300020000000000 0000"), ErrorCode::None);
}

TEST(VstpFrame, viewsLieInTheBody)
{
    const Bytes body = fromHex("0300040000000005 01016131 68656c6c6f");
    const auto view = Vstp::parseBody(body, Profile::R, 256);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->headers.bytes().data(), body.data() + 8);
    EXPECT_EQ(view->payload.data(), body.data() + 12);
    EXPECT_EQ(view->payload.size(), 5U);
}

TEST(VstpFrame, everyHeaderSizeComesBack)
{
    for (std::size_t bytes = 0; bytes <= 255; ++bytes) {
        DecodedFrame frame;
        frame.headers = {{std::string(bytes, 'k'), std::string(255 - bytes, 'v')}};
        frame.payload = std::string(bytes, 'p');
        for (const Profile profile : {Profile::R, Profile::S}) {
            const auto encoded = encode(frame, profile);
            ASSERT_TRUE(encoded);
            frame.bytes = *encoded;
            EXPECT_EQ(decode(*encoded, profile), (Decoded {{frame}, ErrorCode::None, 0}));
        }
    }
}

TEST(VstpEncoder, refusals)
{
    const auto error = [](const Vstp::FrameView &frame, const Vstp::EncodeLimits &limits = {}) {
        const auto encoded = Vstp::encodeFrame(frame, Profile::R, limits);
        return encoded ? ErrorCode::None : encoded.error().code;
    };
    const Bytes payload(100);
    EXPECT_EQ(error({FrameType::Data, 0, {}, payload}, {114, 256}), ErrorCode::PayloadTooLarge);
    EXPECT_EQ(error({FrameType::Data, 0, {}, payload}, {115, 256}), ErrorCode::None);
    EXPECT_EQ(error({FrameType::Data, 0, {}, payload}, {116, 256}), ErrorCode::None);
    EXPECT_EQ(error({FrameType(0), 0, {}, {}}), ErrorCode::UnknownFrameType);
    EXPECT_EQ(error({FrameType(9), 0, {}, {}}), ErrorCode::UnknownFrameType);

    HeaderBlock headers;
    for (int i = 0; i < 257; ++i)
        ASSERT_TRUE(headers.append("", ""));
    EXPECT_EQ(error({FrameType::Data, 0, headers.view(), {}}), ErrorCode::TooManyHeaders);
    EXPECT_EQ(error({FrameType::Data, 0, headers.view(), {}}, {1000, 257}), ErrorCode::None);

    const Bytes tooLong(65'536);
    EXPECT_EQ(
        error({FrameType::Data, 0, HeaderBlockView(tooLong), {}}, {1 << 20, 1 << 20}), ErrorCode::BadHeaders);
    const Bytes broken = fromHex("05");
    EXPECT_EQ(error({FrameType::Data, 0, HeaderBlockView(broken), {}}), ErrorCode::BadHeaders);
    HeaderBlock longHeaders(HeaderLayout::Long);
    ASSERT_TRUE(longHeaders.append("k", "v"));
    EXPECT_EQ(error({FrameType::Data, 0, longHeaders.view(), {}}), ErrorCode::BadHeaders);
}

TEST(VstpEncoder, writesKnownFlagsOnly)
{
    const auto encoded = Vstp::encodeFrame({FrameType::Data, 0xff, {}, {}}, Profile::R);
    ASSERT_TRUE(encoded);
    EXPECT_EQ((*encoded)[4], std::byte {0x33});
}

TEST(VstpEncoder, aWholeBlockOf65535Bytes)
{
    HeaderBlock headers;
    for (int i = 0; i < 127; ++i)
        ASSERT_TRUE(headers.append(std::string(255, 'k'), std::string(255, 'v')));
    ASSERT_TRUE(headers.append(std::string(255, 'k'), std::string(254, 'v')));
    ASSERT_EQ(headers.view().bytes().size(), HeaderBlock::MaxBytes);
    const auto encoded = Vstp::encodeFrame({FrameType::Data, 0, headers.view(), asBytes("x")}, Profile::R);
    ASSERT_TRUE(encoded);
    const Decoded decoded = decode(*encoded);
    ASSERT_EQ(decoded.frames.size(), 1U);
    EXPECT_EQ(decoded.frames[0].headers.size(), 128U);
    EXPECT_EQ(decoded.frames[0].payload, "x");
}

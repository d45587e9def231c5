// SPDX-License-Identifier: MIT
// A program without Qt: what it links is looked at by the test wire_links_no_qt.
#include <gtest/gtest.h>

#include <halyard/wire/vstp/codec.h>
#include <halyard/wire/vstp/framing.h>

using namespace Halyard::Wire;

TEST(WireAlone, aFrameIsWrittenAndRead)
{
    const auto frame = Vstp::encodeFrame({.payload = asBytes("ahoy")}, Vstp::Profile::R);
    ASSERT_TRUE(frame) << frame.error().detail;

    const Vstp::VstpFraming framing;
    const auto extent = framing.measure(*frame, frame->size());
    ASSERT_TRUE(extent && *extent);
    ASSERT_TRUE(framing.check(*frame, **extent));
    const auto parsed
        = Vstp::parseBody(ByteView(*frame).subspan((*extent)->header, (*extent)->body), Vstp::Profile::R, 0);
    ASSERT_TRUE(parsed) << parsed.error().detail;
    EXPECT_EQ(asText(parsed->payload), "ahoy");
}

// SPDX-License-Identifier: MIT
// Reading and writing small frames must not allocate: this program counts.
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/bytewriter.h"
#include "wire/vstp/framing.h"

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): operator new has no object to count in
std::size_t allocations = 0;

void *counted(std::size_t size)
{
    ++allocations;
    void *const memory = std::malloc(size); // NOLINT(cppcoreguidelines-no-malloc)
    if (memory == nullptr)
        throw std::bad_alloc();
    return memory;
}

} // namespace

void *operator new(std::size_t size) { return counted(size); }
void *operator new[](std::size_t size) { return counted(size); }
void operator delete(void *memory) noexcept { std::free(memory); }                // NOLINT
void operator delete[](void *memory) noexcept { std::free(memory); }              // NOLINT
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }   // NOLINT
void operator delete[](void *memory, std::size_t) noexcept { std::free(memory); } // NOLINT

using namespace Halyard::Wire;
using Test::fromHex;
using Vstp::Profile;

TEST(VstpAllocations, readingAFrameAndItsHeaders)
{
    const Bytes frame = fromHex("56540103000400000000050101613168656c6c6ff07342f6");
    const Vstp::VstpFraming framing;
    const std::size_t before = allocations;
    const auto extent = framing.measure(frame, 1'000);
    const bool isWhole = extent && *extent && framing.check(frame, **extent);
    const auto view = Vstp::parseBody(ByteView(frame).subspan(3, frame.size() - 7), Profile::R, 256);
    std::size_t keyBytes = 0;
    for (const Header &header : view->headers)
        keyBytes += header.key.size();
    const bool isFound = view->headers.find("a") == "1";
    const std::size_t after = allocations;
    EXPECT_TRUE(isWhole && isFound);
    EXPECT_EQ(keyBytes, 1U);
    EXPECT_EQ(after, before);
}

TEST(VstpAllocations, writingAFrameInPlace)
{
    HeaderBlock headers;
    ASSERT_TRUE(headers.append("route", "sum"));
    Bytes space(1'000);
    const Vstp::VstpFraming framing;
    const std::size_t before = allocations;
    headers.clear(); // keeps its memory
    const bool isAppended = headers.append("a", "1").has_value();
    const ByteView block = headers.view().bytes();
    const ByteView payload = asBytes("hello");
    const MutableBytes body
        = MutableBytes(space).subspan(Vstp::PrefixBytes, Vstp::bodySize(block.size(), payload.size()));
    Vstp::writeBodyPrefix(body, Vstp::FrameType::Data, 0, block.size(), payload.size());
    ByteWriter(body.subspan(Vstp::BodyPrefixBytes)).writeBytes(block).writeBytes(payload);
    const Extent extent = framing.extentFor(body);
    framing.wrap(MutableBytes(space).first(extent.total()), extent);
    const std::size_t after = allocations;
    EXPECT_TRUE(isAppended);
    EXPECT_EQ(after, before);
    space.resize(extent.total());
    EXPECT_EQ(space, fromHex("56540103000400000000050101613168656c6c6ff07342f6"));
}

TEST(VstpAllocations, theCounterCounts)
{
    const std::size_t before = allocations;
    const auto encoded = Vstp::encodeFrame({}, Profile::R);
    EXPECT_TRUE(encoded.has_value());
    EXPECT_EQ(allocations, before + 1); // the frame itself
}

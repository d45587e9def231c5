// SPDX-License-Identifier: MIT
// The parts that sessions and channels are made of.
#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "framenotation.h"
#include "protocol/bytequeue.h"
#include "protocol/heartbeat.h"
#include "protocol/openrequests.h"
#include "protocol/protocolfactory.h"
#include "protocol/spareblocks.h"
#include "protocol/vstp/conventions.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace Halyard::Wire::Vstp;
using namespace std::chrono_literals;

namespace {

Now at(std::chrono::milliseconds time) { return {TimePoint(1h) + time, {}}; }

} // namespace

TEST(ByteQueue, keepsOrderUnderAnyMixOfReadingAndWriting)
{
    std::minstd_rand random(3);
    ByteQueue queue;
    unsigned written = 0;
    unsigned read = 0;
    std::size_t most = 0;
    for (int round = 0; round < 20'000; ++round) {
        const std::size_t more = random() % 50;
        const MutableBytes space = queue.reserve(std::max<std::size_t>(more, 1));
        for (std::size_t index = 0; index < more; ++index)
            space[index] = static_cast<std::byte>(written++);
        queue.append(more);
        most = std::max(most, queue.size());
        const std::size_t less = std::min<std::size_t>(random() % 52, queue.size());
        for (std::size_t index = 0; index < less; ++index)
            ASSERT_EQ(queue.pending()[index], static_cast<std::byte>(read++));
        queue.consume(less);
        ASSERT_LE(queue.capacity(), 4 * (most + 50));
    }
    queue.clear();
    queue.release();
    EXPECT_EQ(queue.heldBytes(), 0U);
}

TEST(ByteQueue, pinnedBytesStayWhereTheyAre)
{
    ByteQueue queue;
    std::copy_n(asBytes("abcd").begin(), 4, queue.reserve(4).begin());
    queue.append(4);
    const ByteView pinned = queue.pending();
    queue.pin();
    queue.consume(2);
    for (int round = 0; round < 10; ++round) {
        const MutableBytes space = queue.reserve(100);
        std::fill_n(space.begin(), 100, std::byte {'x'});
        queue.append(100);
    }
    EXPECT_EQ(asText(pinned), "abcd");
    EXPECT_EQ(asText(queue.pending().first(3)), "cdx");
    const std::size_t held = queue.heldBytes();
    queue.unpin();
    EXPECT_LT(queue.heldBytes(), held);
    EXPECT_EQ(queue.size(), 1'002U);
}

TEST(ByteQueue, whatIsPinnedIsNotReleased)
{
    ByteQueue queue;
    std::copy_n(asBytes("ab").begin(), 2, queue.reserve(2).begin());
    queue.append(2);
    const ByteView pinned = queue.pending();
    queue.pin();
    queue.clear();
    queue.release();
    EXPECT_EQ(asText(pinned), "ab");
    queue.unpin();
    queue.release();
    EXPECT_EQ(queue.heldBytes(), 0U);
}

TEST(ByteQueue, whatOneIsDoneWithTheNextOneTakes)
{
    const auto spares = std::make_shared<SpareBlocks>();
    const std::byte *first = nullptr;
    {
        ByteQueue queue(spares);
        first = queue.reserve(5'000).data();
        queue.release();
        EXPECT_EQ(queue.heldBytes(), 0U);
        EXPECT_EQ(spares->keptBytes(), 8'192U);
        EXPECT_NE(queue.reserve(4'000).data(), first) << "of another size";
        EXPECT_EQ(queue.reserve(5'000).data(), first) << "grown into it";
        EXPECT_EQ(spares->keptBytes(), 4'096U);
    }
    EXPECT_EQ(spares->keptBytes(), 4'096U + 8'192U) << "what a queue had when it went";
    ByteQueue other(spares);
    EXPECT_EQ(other.reserve(8'192).data(), first);
}

TEST(SpareBlocks, keepNoMoreThanTheyMay)
{
    SpareBlocks spares;
    spares.give(spares.take(SpareBlocks::SmallestBytes - 1));
    EXPECT_EQ(spares.keptBytes(), SpareBlocks::SmallestBytes) << "a power of two";
    spares.give(spares.take(SpareBlocks::SmallestBytes / 2));
    EXPECT_EQ(spares.keptBytes(), SpareBlocks::SmallestBytes) << "too small to keep";
    spares.give(spares.take(SpareBlocks::MostBytes));
    EXPECT_EQ(spares.keptBytes(), SpareBlocks::SmallestBytes) << "too large beside the other";
    std::vector<Block> blocks;
    for (std::size_t count = 0; count <= SpareBlocks::MostBlocks; ++count)
        blocks.push_back(spares.take(SpareBlocks::SmallestBytes));
    EXPECT_EQ(spares.keptBytes(), 0U);
    for (Block &block : blocks)
        spares.give(std::move(block));
    EXPECT_EQ(spares.keptBytes(), SpareBlocks::MostBlocks * SpareBlocks::SmallestBytes);
    spares = {};
    spares.give(spares.take(SpareBlocks::MostBytes));
    EXPECT_EQ(spares.keptBytes(), SpareBlocks::MostBytes) << "alone it fits";
}

TEST(OpenRequests, agreesWithAMap)
{
    std::minstd_rand random(5);
    OpenRequests table;
    std::map<std::uint64_t, bool> model;
    for (int round = 0; round < 50'000; ++round) {
        // Few ids, so that they come again, and some that differ in one place only.
        const std::uint64_t id = 1 + (random() % 300) * (random() % 2 == 0 ? 1 : std::uint64_t {1} << 40U);
        if (OpenRequests::Entry *const found = table.find(id)) {
            ASSERT_TRUE(model.contains(id));
            ASSERT_EQ(found->hasItems, model[id]);
            if (random() % 3 == 0) {
                found->hasItems = model[id] = true;
            } else {
                ASSERT_TRUE(table.remove(id));
                model.erase(id);
            }
        } else {
            ASSERT_FALSE(model.contains(id));
            ASSERT_FALSE(table.remove(id));
            table.insert(id);
            model[id] = false;
        }
        ASSERT_EQ(table.count(), model.size());
    }
    for (const auto &[id, hasItems] : std::map(model))
        ASSERT_TRUE(table.remove(id));
    EXPECT_EQ(table.heldBytes(), 0U) << "a large table is given back when it is empty";
    EXPECT_FALSE(table.find(0));
}

TEST(Heartbeat, offMeansNoDeadline)
{
    Heartbeat off(0ms, 4);
    off.start(at(0ms));
    EXPECT_FALSE(off.isOn());
    EXPECT_FALSE(off.deadline());
    EXPECT_EQ(off.expired(at(1h)), false);
}

TEST(Heartbeat, notBeforeItIsStarted)
{
    Heartbeat heartbeat(10ms, 2);
    EXPECT_FALSE(heartbeat.deadline());
    EXPECT_EQ(heartbeat.expired(at(1h)), false);
    heartbeat.start(at(0ms));
    EXPECT_EQ(heartbeat.deadline(), at(10ms).steady);
    EXPECT_EQ(heartbeat.expired(at(9ms)), false);
    EXPECT_EQ(heartbeat.expired(at(10ms)), true);
    EXPECT_EQ(heartbeat.expired(at(20ms)).error().code, ErrorCode::HeartbeatTimedOut);
}

TEST(Heartbeat, zeroSilentPeriodsAreOne)
{
    Heartbeat heartbeat(10ms, 0);
    heartbeat.start(at(0ms));
    EXPECT_EQ(heartbeat.expired(at(10ms)).error().code, ErrorCode::HeartbeatTimedOut);
}

TEST(Conventions, numbersAreCanonical)
{
    EXPECT_EQ(parseDecimal("0"), 0U);
    EXPECT_EQ(parseDecimal("18446744073709551615"), 18'446'744'073'709'551'615U);
    for (const std::string_view text :
        {"", "00", "01", "+1", "-1", " 1", "1 ", "0x1", "1.0", "18446744073709551616"})
        EXPECT_FALSE(parseDecimal(text)) << text;
    EXPECT_EQ(parseCode("65535"), 65'535);
    EXPECT_EQ(parseCode("65536"), 0);
    EXPECT_EQ(parseCode("busy"), 0);
}

TEST(Conventions, utf8IsChecked)
{
    for (const std::string_view text : {"", "abc", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
             "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80"})
        EXPECT_TRUE(isUtf8(text)) << text;
    // Cut short, stray, overlong, surrogates, beyond the last code point.
    for (const std::string_view text :
        {"\xC3", "\x80", "a\xBF", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0\x80",
            "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC3\x28"})
        EXPECT_FALSE(isUtf8(text)) << toHex(asBytes(text));
}

TEST(Conventions, remainingHeadersAreAViewOfTheBlockWhereTheyStandTogether)
{
    HeaderBlock block;
    ASSERT_TRUE(block.append("route", "r") && block.append("id", "1") && block.append("a", "1")
        && block.append("b", "2"));
    Bytes scratch;
    const auto read = readConventions(block.view(), Carrier::Data, scratch);
    ASSERT_TRUE(read);
    EXPECT_TRUE(scratch.empty());
    EXPECT_EQ(read->remaining.bytes().data(), block.view().bytes().data() + 13);
    EXPECT_EQ(read->remaining.count(), 2U);

    ASSERT_TRUE(block.append("re", "")) << "out of place, and wrong";
    EXPECT_EQ(
        readConventions(block.view(), Carrier::Data, scratch).error().code, ErrorCode::MalformedMessage);
}

TEST(VstpFactory, optionsAreChecked)
{
    const ProtocolRegistry registry = ProtocolRegistry::standard();
    const auto fails = [&](const OptionValues &options) {
        const auto made = registry.make("vstp", options);
        return made ? std::string() : made.error().detail;
    };
    EXPECT_EQ(fails({}), "");
    EXPECT_EQ(fails({{"profile", "S"}, {"peer", "easy"}}), "");
    EXPECT_EQ(fails({{"profile", "s"}}), "option profile=s of vstp: possible are R, S");
    EXPECT_EQ(fails({{"peer", ""}}), "option peer= of vstp: possible are halyard, raw, easy");
    EXPECT_EQ(fails({{"pear", "raw"}}), "vstp has no option pear");
    EXPECT_EQ(registry.make("http", {}).error().code, ErrorCode::UnknownProtocol);
}

TEST(VstpFactory, recognisesItsPrefix)
{
    const auto factory = ProtocolRegistry::standard().make("vstp", {}).value();
    const auto recognised = [&](const std::string &hex) { return factory->recognise(fromHex(hex)); };
    EXPECT_EQ(recognised(""), Recognition::More);
    EXPECT_EQ(recognised("56"), Recognition::More);
    EXPECT_EQ(recognised("5654"), Recognition::More);
    EXPECT_EQ(recognised("565401"), Recognition::Yes);
    EXPECT_EQ(recognised("56540108"), Recognition::Yes);
    EXPECT_EQ(recognised("565402"), Recognition::No);
    EXPECT_EQ(recognised("57"), Recognition::No);
    EXPECT_TRUE(factory->makeDissector());
    EXPECT_FALSE(factory->acceptsPeer(frameBytes("HELLO"))) << "datagrams come later";
}

TEST(ProtocolRegistry, oneOfTheSameNameIsReplaced)
{
    ProtocolRegistry registry = ProtocolRegistry::standard();
    ProtocolDescription mine;
    mine.name = "vstp";
    mine.summary = "mine";
    registry.add(mine);
    const std::size_t ours = ProtocolRegistry::standard().all().size();
    EXPECT_EQ(registry.all().size(), ours) << "a value, no global state";
    EXPECT_EQ(registry.find("vstp")->summary, "mine");
    mine.name = "other";
    registry.add(mine);
    EXPECT_EQ(registry.all().size(), ours + 1);
    EXPECT_FALSE(registry.find("none"));
    EXPECT_EQ(ProtocolRegistry::standard().all().size(), ours);
    EXPECT_NE(ProtocolRegistry::standard().find("vstp")->summary, "mine");
}

// SPDX-License-Identifier: MIT
// The handshake as a conversation, every transition by name, and what each side refuses.
#include <gtest/gtest.h>

#include "crypto/nprosecurity.h"
#include "wire/hexdump.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Npro;
using namespace std::chrono_literals;
using Took = FrameSecurity::Took;

namespace {

constexpr std::size_t MaxBody = 65'536;

/// Never the same bytes twice.
NproSecurity::Random chance()
{
    return [state = std::make_shared<std::uint64_t>(1)](MutableBytes out) {
        for (std::byte &byte : out) {
            *state = *state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
            byte = std::byte(*state >> 56U);
        }
    };
}

Now at(std::chrono::milliseconds time)
{
    return {TimePoint(time), std::chrono::system_clock::time_point(1'700'000'000s + time)};
}

/// A client and a server in one room.
struct Room {
    explicit Room(Family clientFamily, std::optional<Family> serverFamily = std::nullopt,
        std::chrono::milliseconds clientAhead = 0ms)
        : client(NproSecurity::client(clientFamily, random, MaxBody))
        , server(NproSecurity::server(serverFamily, random, replays, MaxBody))
    {
        server->start(at(0ms));
        client->start(at(clientAhead));
    }

    /// What one has to say goes to the other; the error's name, or an empty text.
    static std::string say(NproSecurity &from, NproSecurity &to)
    {
        const auto frame = from.nextHandshakeFrame();
        if (!frame)
            return "silence";
        EXPECT_FALSE(from.nextHandshakeFrame()) << "one at a time";
        EXPECT_LE(frame->size(), NproSecurity::MaxHandshakeBody);
        const auto took = to.handshake(*frame, at(0ms));
        if (took) {
            EXPECT_EQ(*took, Took::Handshake);
        }
        return took ? "" : std::string(errorName(took.error().code));
    }
    std::string init() { return say(*client, *server); }
    std::string response() { return say(*server, *client); }
    std::string confirm() { return say(*client, *server); }
    void meet()
    {
        EXPECT_EQ(init(), "");
        EXPECT_EQ(response(), "");
        EXPECT_EQ(confirm(), "");
    }

    NproSecurity::Random random = chance();
    std::shared_ptr<ReplayCache> replays = std::make_shared<ReplayCache>();
    std::unique_ptr<NproSecurity> client;
    std::unique_ptr<NproSecurity> server;
};

Bytes record(NproSecurity &security, std::string_view text)
{
    const Overhead extra = security.overhead();
    Bytes bytes(extra.front + text.size() + extra.back);
    copyBytes(asBytes(text), bytes.data() + extra.front);
    EXPECT_TRUE(security.seal(bytes));
    return bytes;
}

std::string opened(NproSecurity &security, Bytes bytes)
{
    const auto plain = security.open(bytes);
    return plain ? std::string(asText(*plain)) : "!" + std::string(errorName(plain.error().code));
}

} // namespace

TEST(NproSecurity, idleToEstablished)
{
    Room room(Family::B);
    EXPECT_FALSE(room.client->credentialsNeeded());
    EXPECT_FALSE(room.server->nextHandshakeFrame()) << "a server waits";
    EXPECT_EQ(room.client->maxBody(), NproSecurity::MaxHandshakeBody);
    EXPECT_EQ(room.init(), "");
    EXPECT_FALSE(room.server->isEstablished());
    EXPECT_EQ(room.response(), "");
    EXPECT_TRUE(room.client->isEstablished()) << "it may send records at once";
    EXPECT_FALSE(room.server->isEstablished());
    EXPECT_FALSE(room.server->expectsRecords());
    EXPECT_EQ(room.confirm(), "");
    EXPECT_TRUE(room.server->isEstablished());
    EXPECT_EQ(room.server->maxBody(), MaxBody);
    EXPECT_EQ(opened(*room.server, record(*room.client, "there")), "there");
    EXPECT_EQ(opened(*room.client, record(*room.server, "and back")), "and back");
    const auto late = room.server->handshake(Bytes(36), at(0ms));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::SecurityHandshakeFailed);
}

TEST(NproSecurity, theServerFindsTheFamilyOut)
{
    for (const Family family : {Family::A, Family::B}) {
        Room room(family);
        room.meet();
        EXPECT_FALSE(room.server->family());
        EXPECT_EQ(opened(*room.server, record(*room.client, "first")), "first");
        EXPECT_EQ(room.server->family(), family);
        EXPECT_EQ(opened(*room.client, record(*room.server, "answer")), "answer");
        EXPECT_EQ(opened(*room.server, record(*room.client, "second")), "second");
    }
}

TEST(NproSecurity, beforeTheFirstRecordItIsTakenForFamilyB)
{
    Room silentB(Family::B);
    silentB.meet();
    EXPECT_EQ(opened(*silentB.client, record(*silentB.server, "are you there?")), "are you there?");
    Room silentA(Family::A);
    silentA.meet();
    EXPECT_EQ(opened(*silentA.client, record(*silentA.server, "are you there?")), "!DecryptionFailed");
    Room toldA(Family::A, Family::A);
    toldA.meet();
    EXPECT_EQ(opened(*toldA.client, record(*toldA.server, "are you there?")), "are you there?");
}

TEST(NproSecurity, aServerThatWasToldTakesNoOther)
{
    for (const auto &[client, server] : {std::pair {Family::A, Family::B}, {Family::B, Family::A}}) {
        Room room(client, server);
        room.meet();
        EXPECT_EQ(opened(*room.server, record(*room.client, "x")), "!DecryptionFailed");
    }
}

TEST(NproSecurity, aGarbledFirstRecordDecidesNothing)
{
    Room room(Family::A);
    room.meet();
    Bytes bytes = record(*room.client, "x");
    bytes.back() ^= std::byte {1};
    EXPECT_EQ(opened(*room.server, bytes), "!DecryptionFailed");
    EXPECT_FALSE(room.server->family());
}

TEST(NproSecurity, clocks)
{
    const auto verdict = [](std::optional<Family> family, std::chrono::milliseconds ahead) {
        return Room(family.value_or(Family::A), family, ahead).init();
    };
    for (const std::optional<Family> family : {std::optional(Family::A), std::optional(Family::B), {}}) {
        EXPECT_EQ(verdict(family, -29'999ms), "");
        EXPECT_EQ(verdict(family, -30'000ms), "");
        EXPECT_EQ(verdict(family, -30'001ms), "SecurityHandshakeFailed");
        EXPECT_EQ(verdict(family, 1'999ms), "");
        EXPECT_EQ(verdict(family, 2'000ms), "");
        EXPECT_EQ(verdict(family, 2'001ms), family == Family::B ? "SecurityHandshakeFailed" : "");
        EXPECT_EQ(verdict(family, 5'000ms), family == Family::B ? "SecurityHandshakeFailed" : "");
        EXPECT_EQ(verdict(family, 5'001ms), "SecurityHandshakeFailed");
    }
    // Who turns out to be B has had B's two seconds all the time.
    Room late(Family::B, std::nullopt, 2'001ms);
    late.meet();
    EXPECT_EQ(opened(*late.server, record(*late.client, "x")), "!SecurityHandshakeFailed");
    Room again(Family::B, std::nullopt, 2'001ms);
    again.meet();
    Bytes body = record(*again.client, "x");
    const Bytes before = body;
    EXPECT_FALSE(again.server->open(body));
    EXPECT_EQ(body, before) << "what is refused stays as it was";
    Room inTime(Family::A, std::nullopt, 2'001ms);
    inTime.meet();
    EXPECT_EQ(opened(*inTime.server, record(*inTime.client, "x")), "x");
}

TEST(NproSecurity, aReplayedInitIsRefused)
{
    Room room(Family::B);
    const auto init = room.client->nextHandshakeFrame();
    ASSERT_TRUE(init);
    EXPECT_TRUE(room.server->handshake(*init, at(0ms)));
    const auto other = NproSecurity::server(std::nullopt, room.random, room.replays, MaxBody);
    other->start(at(1ms));
    const auto again = other->handshake(*init, at(1ms));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::SecurityHandshakeFailed);
    EXPECT_FALSE(other->nextHandshakeFrame()) << "no Response";
}

TEST(NproSecurity, anInitThatIsTooOldToCountIsNotRemembered)
{
    Room room(Family::B, std::nullopt, -40'000ms);
    EXPECT_EQ(room.init(), "SecurityHandshakeFailed");
    EXPECT_EQ(room.replays->count(), 0U);
}

TEST(NproSecurity, wrongPacketsInPlaceOfTheRightOnes)
{
    const Bytes wrong[] = {writeMessage(Ping {}), writeMessage(Echo {"x"}), writeMessage(HandshakeInit {}),
        writeMessage(HandshakeResponse {}), writeMessage(HandshakeConfirm {}), Bytes(3), Bytes()};
    for (const Bytes &body : wrong) {
        SCOPED_TRACE(toHex(body));
        Room fresh(Family::B);
        const auto first = fresh.server->handshake(body, at(0ms));
        EXPECT_FALSE(first) << "an Init of zeros is too old";
        EXPECT_EQ(first.error().code,
            body.size() < 4 ? ErrorCode::MalformedMessage : ErrorCode::SecurityHandshakeFailed);
        EXPECT_FALSE(fresh.client->handshake(body, at(0ms)));
        Room half(Family::B);
        EXPECT_EQ(half.init(), "");
        EXPECT_FALSE(half.server->handshake(body, at(0ms)));
        EXPECT_FALSE(half.server->isEstablished());
    }
}

TEST(NproSecurity, surplusBehindInitAndConfirmIsIgnored)
{
    Room room(Family::B);
    Bytes init = room.client->nextHandshakeFrame().value_or(Bytes());
    init.push_back(std::byte {1});
    EXPECT_TRUE(room.server->handshake(init, at(0ms)));
    EXPECT_EQ(room.response(), "");
    Bytes confirm = room.client->nextHandshakeFrame().value_or(Bytes());
    confirm.push_back(std::byte {1});
    EXPECT_TRUE(room.server->handshake(confirm, at(0ms)));
    EXPECT_TRUE(room.server->isEstablished());
}

TEST(NproSecurity, keysAndProofsThatAreWrong)
{
    Room room(Family::A); // whose crate's client takes any proof but zeros: ours does not
    ASSERT_EQ(room.init(), "");
    const auto frame = room.server->nextHandshakeFrame();
    ASSERT_TRUE(frame);
    auto response = std::get<HandshakeResponse>(*parseMessage(*frame));
    const auto refused = [](const HandshakeResponse &changed) {
        Room other(Family::A);
        return !other.client->handshake(writeMessage(changed), at(0ms)).has_value();
    };
    EXPECT_FALSE(refused(response)) << "this room has the same chances";
    for (const std::size_t at : {0U, 31U}) {
        auto wrong = response;
        wrong.verification[at] ^= std::byte {1};
        EXPECT_TRUE(refused(wrong)) << "an answer to another Init";
    }
    auto none = response;
    none.verification.fill(std::byte {0});
    EXPECT_TRUE(refused(none));
    response.publicKey.fill(std::byte {0});
    const auto lowOrder = room.client->handshake(writeMessage(response), at(0ms));
    ASSERT_FALSE(lowOrder);
    EXPECT_NE(lowOrder.error().detail.find("low order"), std::string::npos);

    Room second(Family::B);
    auto init = std::get<HandshakeInit>(*parseMessage(second.client->nextHandshakeFrame().value()));
    init.publicKey.fill(std::byte {0});
    EXPECT_FALSE(second.server->handshake(writeMessage(init), at(0ms)));
}

TEST(NproSecurity, repeatedAndReflectedRecords)
{
    Room room(Family::B);
    room.meet();
    const Bytes first = record(*room.client, "pay");
    EXPECT_EQ(opened(*room.server, first), "pay");
    EXPECT_EQ(opened(*room.server, first), "!DecryptionFailed") << "again";
    EXPECT_EQ(opened(*room.client, first), "!DecryptionFailed") << "back to whom it came from";
    for (std::size_t i = 0; i + 1 < RecordMemory::Remembered; ++i)
        ASSERT_EQ(opened(*room.server, record(*room.client, "x")), "x");
    EXPECT_EQ(opened(*room.server, first), "!DecryptionFailed") << "still known";
    ASSERT_EQ(opened(*room.server, record(*room.client, "x")), "x");
    EXPECT_EQ(opened(*room.server, first), "pay") << "the bound: one more, and it is forgotten";
}

TEST(ReplayCache, isBoundedInTimeAndNumber)
{
    ReplayCache cache(10s, 3);
    EXPECT_TRUE(cache.isFirst(asBytes("a"), at(0s)));
    EXPECT_FALSE(cache.isFirst(asBytes("a"), at(9'999ms)));
    EXPECT_TRUE(cache.isFirst(asBytes("a"), at(10s))) << "its time is over";
    EXPECT_TRUE(cache.isFirst(asBytes("b"), at(10s)));
    EXPECT_TRUE(cache.isFirst(asBytes("c"), at(10s)));
    EXPECT_EQ(cache.count(), 3U);
    EXPECT_TRUE(cache.isFirst(asBytes("d"), at(10s)));
    EXPECT_EQ(cache.count(), 3U);
    EXPECT_TRUE(cache.isFirst(asBytes("a"), at(10s))) << "the oldest was forgotten";
    EXPECT_FALSE(cache.isFirst(asBytes("d"), at(10s)));
}

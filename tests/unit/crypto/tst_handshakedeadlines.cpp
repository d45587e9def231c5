// SPDX-License-Identifier: MIT
// A peer that falls silent in a sealed handshake: before its first frame, behind each, inside each, and an
// application that never says who a user is. Both roles of each security end at the same moment with the same
// error; with the last frame there, nothing ends. Time is an argument.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "crypto/securities.h"
#include "protocol/protocolfactory.h"

using namespace Halyard::Wire;
using namespace std::chrono_literals;

namespace {

constexpr auto Timeout = 10s;
constexpr Now Start {TimePoint(1h), std::chrono::system_clock::time_point(500'000h)};

struct Handshake {
    const char *name;
    const char *protocol;
    OptionValues client;
    OptionValues server;
    bool hasUsers;
    std::size_t framesOfClient; ///< that a server needs to be ready
    std::size_t framesOfServer; ///< and the other way round
};

const std::vector<Handshake> Handshakes {
    // A server of E1 knows of nobody before the first record.
    {"E1", "tfserver", {{"encryption", "E1"}}, {}, true, 3, 1},
    {"E1ofG3", "tfserver", {{"generation", "3"}}, {}, true, 3, 1},
    {"E2", "tfserver", {{"encryption", "E2"}}, {}, true, 3, 2},
    {"E2besideClear", "tfserver", {{"encryption", "E2"}}, {{"clear", "serve"}}, true, 3, 2},
    {"familyA", "network-protocol", {{"family", "A"}}, {}, false, 2, 1},
    {"familyB", "network-protocol", {{"family", "B"}}, {{"family", "B"}}, false, 2, 1},
    {"familyBbesidePlain", "network-protocol", {}, {{"packets", "both"}}, false, 2, 1},
};

/// One of the two, who says one frame after the other and hears what it is given.
class Side
{
public:
    Side(const Handshake &handshake, Role role)
        : m_role(role)
        , m_factory(ProtocolRegistry::standard()
                        .make(handshake.protocol, role == Role::Client ? handshake.client : handshake.server)
                        .value())
    {
        EngineSetup setup;
        setup.role = role;
        setup.limits.handshakeTimeout = Timeout;
        setup.authenticates = handshake.hasUsers;
        setup.random = [next = role == Role::Client ? 1 : 100](
                           MutableBytes out) mutable { std::ranges::fill(out, std::byte(next++)); };
        setup.securities = std::make_shared<Securities>();
        m_engine = m_factory->makeEngine(setup);
        m_engine->start(Start);
        pump();
    }

    bool knowsUsers = true;

    void hear(ByteView bytes)
    {
        while (!bytes.empty() && !closed) {
            const MutableBytes space = m_engine->inputSpace(bytes.size());
            ASSERT_FALSE(space.empty());
            copyBytes(bytes.first(space.size()), space.data());
            m_engine->received(space.size(), m_now);
            bytes = bytes.subspan(space.size());
            pump();
        }
    }
    /// Its next frame.
    std::optional<Bytes> say()
    {
        pump();
        const auto extent = m_factory->framing()->measure(m_said, 65'536).value();
        if (!extent)
            return std::nullopt;
        const auto end = m_said.begin() + std::ptrdiff_t(extent->total());
        Bytes frame(m_said.begin(), end);
        m_said.erase(m_said.begin(), end);
        return frame;
    }
    void letTimePass(std::chrono::milliseconds until)
    {
        m_now.steady = Start.steady + until;
        m_now.wall = Start.wall + until;
        if (const auto due = m_engine->deadline(); due && *due <= m_now.steady)
            m_engine->expired(m_now);
        pump();
    }

    bool isReady = false;
    std::optional<Error> closed;

private:
    void pump()
    {
        for (bool again = true; again;) {
            again = false;
            while (const auto event = m_engine->nextEvent(m_now)) {
                take(*event);
                again = true;
            }
            if (const auto output = m_engine->output(); output && !output->empty()) {
                m_said.insert(m_said.end(), output->begin(), output->end());
                m_engine->written(output->size(), m_now);
                again = true;
            }
        }
    }
    void take(const Event &event)
    {
        if (std::holds_alternative<CredentialsNeeded>(event)) {
            if (knowsUsers)
                m_engine->provide(Credentials {"alice", toBytes(asBytes("s3cr3t"))}, m_now);
        } else if (std::holds_alternative<Ready>(event)) {
            isReady = true;
            if (m_role == Role::Client)
                ask();
        } else if (const auto *end = std::get_if<Closed>(&event)) {
            closed = end->error;
        }
    }
    /// So that there is a first record.
    void ask()
    {
        MessageView request;
        request.kind = MessageKind::Request;
        request.id = 1;
        request.route = "0";
        EXPECT_TRUE(m_engine->send(request, m_now));
    }

    const Role m_role;
    const std::shared_ptr<const ProtocolFactory> m_factory;
    std::unique_ptr<Engine> m_engine;
    Now m_now = Start;
    Bytes m_said;
};

/// Lets a side in `role` meet a peer that says so many frames and, where `more`, all but the last byte of one
/// more; then it is silent.
void meet(Side &one, Side &peer, std::size_t frames, bool more)
{
    std::size_t said = 0;
    for (bool again = true; again;) {
        again = false;
        while (const auto frame = one.say()) {
            peer.hear(*frame);
            again = true;
        }
        while (said <= frames) {
            const auto frame = peer.say();
            if (!frame)
                break;
            again = true;
            ++said;
            if (said <= frames)
                one.hear(*frame);
            else if (more)
                one.hear(ByteView(*frame).first(frame->size() - 1));
        }
    }
}

} // namespace

class HandshakeDeadline : public testing::TestWithParam<std::tuple<Handshake, Role>>
{
public:
    [[nodiscard]] const Handshake &handshake() const { return std::get<0>(GetParam()); }
    [[nodiscard]] Role role() const { return std::get<1>(GetParam()); }
    [[nodiscard]] Role peersRole() const { return role() == Role::Client ? Role::Server : Role::Client; }
    /// That a side in our role needs.
    [[nodiscard]] std::size_t framesNeeded() const
    {
        return role() == Role::Client ? handshake().framesOfServer : handshake().framesOfClient;
    }
};

INSTANTIATE_TEST_SUITE_P(Securities, HandshakeDeadline,
    testing::Combine(testing::ValuesIn(Handshakes), testing::Values(Role::Client, Role::Server)),
    [](const auto &chosen) {
        return std::string(std::get<0>(chosen.param).name)
            + (std::get<1>(chosen.param) == Role::Client ? "Client" : "Server");
    });

TEST_P(HandshakeDeadline, APeerThatStopsAtAnyFrameEndsIt)
{
    for (std::size_t frames = 0; frames < framesNeeded(); ++frames) {
        for (const bool more : {false, true}) {
            SCOPED_TRACE(std::to_string(frames) + (more ? " frames and a piece" : " frames"));
            Side one(handshake(), role());
            Side peer(handshake(), peersRole());
            meet(one, peer, frames, more);
            ASSERT_FALSE(one.isReady);
            ASSERT_FALSE(one.closed);
            one.letTimePass(Timeout - 1ms);
            EXPECT_FALSE(one.closed);
            one.letTimePass(Timeout);
            ASSERT_TRUE(one.closed);
            EXPECT_EQ(one.closed->code, ErrorCode::HandshakeTimedOut);
            EXPECT_EQ(one.closed->origin, ErrorOrigin::Peer);
            EXPECT_FALSE(one.say()) << "it says nothing to whom it has given up, behind what it said before";
        }
    }
}

TEST_P(HandshakeDeadline, AWholeHandshakeOutlivesIt)
{
    Side one(handshake(), role());
    Side peer(handshake(), peersRole());
    meet(one, peer, framesNeeded(), false);
    EXPECT_TRUE(one.isReady);
    one.letTimePass(Timeout);
    EXPECT_FALSE(one.closed);
}

TEST_P(HandshakeDeadline, AnApplicationThatNeverAnswersEndsIt)
{
    if (!handshake().hasUsers)
        return; // nobody is asked
    Side one(handshake(), Role::Server);
    one.knowsUsers = false;
    Side client(handshake(), Role::Client);
    meet(one, client, SIZE_MAX - 1, false);
    EXPECT_FALSE(one.isReady);
    one.letTimePass(Timeout - 1ms);
    EXPECT_FALSE(one.closed);
    one.letTimePass(Timeout);
    ASSERT_TRUE(one.closed);
    EXPECT_EQ(one.closed->code, ErrorCode::HandshakeTimedOut);
}

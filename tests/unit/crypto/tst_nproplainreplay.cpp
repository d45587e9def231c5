// SPDX-License-Identifier: MIT
// Recorded sessions of network-protocol in plain packets: over TCP and a Unix socket, where the crate's
// servers send every packet back as it is, and inside TLS, where they answer.
#include <gtest/gtest.h>

#include "../wire/dissections.h"
#include "nprosessions.h"
#include "protocol/npro/factory.h"
#include "wire/hexdump.h"
#include "wire/npro/dissector.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Npro;
using namespace Halyard::Wire::Test;
using nlohmann::json;

namespace {

constexpr Now Any {TimePoint(std::chrono::hours(1)), {}};

std::vector<json> sessions(std::string_view layer)
{
    std::vector<json> rows;
    for (const json &row : loadVectors("network-protocol.json")) {
        if (textOf(row["layer"]).starts_with(layer))
            rows.push_back(row);
    }
    return rows;
}

/// All bytes of one direction.
Bytes bytesFrom(const json &row, const char *direction)
{
    Bytes bytes;
    for (const json &chunk : row["chunks"]) {
        if (chunk["dir"] == direction) {
            const Bytes more = bytesOf(chunk, "hex");
            bytes.insert(bytes.end(), more.begin(), more.end());
        }
    }
    return bytes;
}

class Player
{
public:
    explicit Player(Role role)
        : m_factory(Options {{}, Options::Packets::Plain})
    {
        EngineSetup setup;
        setup.role = role;
        RouteNames names;
        names.add("ECHO"); // the crate's TLS server has a handler of this name
        setup.routes = [shared = std::make_shared<const RouteNames>(names)] { return shared; };
        m_engine = m_factory.makeEngine(setup);
        m_engine->start(Any);
        pump();
    }

    void hear(ByteView bytes)
    {
        while (!bytes.empty()) {
            const MutableBytes space = m_engine->inputSpace(bytes.size());
            if (space.empty())
                return;
            copyBytes(bytes.first(space.size()), space.data());
            m_engine->received(space.size(), Any);
            bytes = bytes.subspan(space.size());
            pump();
        }
    }
    void ask(std::uint64_t id, std::string_view route, ByteView payload)
    {
        MessageView request;
        request.kind = MessageKind::Request;
        request.id = id;
        request.route = route;
        request.payload = payload;
        EXPECT_TRUE(m_engine->send(request, Any));
        pump();
    }
    Bytes said() { return std::exchange(m_said, {}); }

    std::vector<std::string> heard; ///< id and payload of each answer
    std::optional<Error> closedWith;

private:
    void pump()
    {
        for (bool again = true; again;) {
            again = false;
            while (const auto event = m_engine->nextEvent(Any))
                take(*event);
            if (const auto output = m_engine->output(); output && !output->empty()) {
                m_said.insert(m_said.end(), output->begin(), output->end());
                m_engine->written(output->size(), Any);
                again = true;
            }
        }
    }
    void take(const Event &event)
    {
        if (const auto *closed = std::get_if<Closed>(&event))
            closedWith = closed->error;
        const auto *got = std::get_if<MessageReceived>(&event);
        if (!got)
            return;
        const Bytes payload = toBytes(got->message.payload);
        if (got->message.kind != MessageKind::Request)
            return heard.push_back(std::to_string(got->message.id) + ' ' + toHex(payload));
        MessageView reply;
        reply.kind = MessageKind::Reply;
        reply.id = got->message.id;
        reply.payload = payload;
        EXPECT_TRUE(m_engine->send(reply, Any));
    }

    const NproFactory m_factory;
    std::unique_ptr<Engine> m_engine;
    Bytes m_said;
};

/// Our client's requests against what the crate's server said; so many it can make.
std::uint64_t replayClient(const json &row)
{
    Player client(Role::Client);
    std::uint64_t id = 0;
    for (const RecordedPacket &packet : packetsOf(row)) {
        Bytes whole(HeaderBytes + packet.body.size());
        copyBytes(packet.body, whole.data() + HeaderBytes);
        NproFraming().wrap(whole, NproFraming().extentFor(packet.body));
        if (!packet.isClients) {
            client.hear(whole);
            EXPECT_EQ(client.heard.size(), id);
            continue;
        }
        const auto message = parseMessage(packet.body);
        if (!message || std::holds_alternative<Pong>(*message))
            break; // ours says no such thing by itself
        ++id;
        if (const auto *echo = std::get_if<Echo>(&*message))
            client.ask(id, "echo", asBytes(echo->text));
        else if (const auto *custom = std::get_if<Custom>(&*message))
            client.ask(id, custom->command, custom->payload);
        else
            client.ask(id, "ping", {});
        EXPECT_EQ(toHex(client.said()), toHex(whole));
    }
    EXPECT_FALSE(client.closedWith);
    return id;
}

} // namespace

TEST(NproPlainReplay, ourClient)
{
    int rows = 0;
    for (const json &row : sessions("session-")) {
        SCOPED_TRACE(textOf(row["name"]));
        ++rows;
        EXPECT_EQ(replayClient(row), row["layer"] == "session-tls" ? 4U : 3U);
    }
    EXPECT_EQ(rows, 9);
}

TEST(NproPlainReplay, ourServer)
{
    for (const json &row : sessions("session-tls")) {
        SCOPED_TRACE(textOf(row["name"]));
        Player server(Role::Server);
        server.hear(bytesFrom(row, "c2s"));
        EXPECT_EQ(toHex(server.said()), toHex(bytesFrom(row, "s2c")));
        EXPECT_FALSE(server.closedWith);
    }
}

// Ours answers where the crate's echoes send back, passes over what is no message, and ends at what is no
// packet.
TEST(NproPlainReplay, ourServerIsNoEcho)
{
    for (const char *layer : {"session-plain", "session-unix"}) {
        for (const json &row : sessions(layer)) {
            SCOPED_TRACE(textOf(row["name"]));
            Player server(Role::Server);
            server.hear(bytesFrom(row, "c2s"));
            Bytes expected = fromHex("4e50524f010000000401000000"); // Pong
            for (const std::size_t packet : {3U, 5U}) {
                const Bytes echoed = bytesOf(row["chunks"][packet], "hex");
                expected.insert(expected.end(), echoed.begin(), echoed.end());
            }
            EXPECT_EQ(toHex(server.said()), toHex(expected));
            ASSERT_TRUE(server.closedWith);
            EXPECT_EQ(server.closedWith->code, ErrorCode::BadMagic);
        }
    }
}

TEST(NproPlainReplay, theDissector)
{
    int rows = 0;
    for (const json &row : sessions("session-")) {
        SCOPED_TRACE(textOf(row["name"]));
        ++rows;
        for (const auto &[direction, name] :
            {std::pair {Direction::ClientToServer, "c2s"}, {Direction::ServerToClient, "s2c"}}) {
            const Bytes bytes = bytesFrom(row, name);
            NproDissector dissector;
            dissector.feed(direction, bytes, {});
            dissector.finish(direction, {});
            checkDissections(drain(dissector), bytes);
        }
    }
    EXPECT_EQ(rows, 9);
}

// SPDX-License-Identifier: MIT
// Every recorded session in sealed packets through the whole engine, with the time, the keys and the nonces
// of their day.
#include <gtest/gtest.h>

#include "crypto/nprosecurity.h"
#include "crypto/securities.h"
#include "nprosessions.h"
#include "protocol/npro/factory.h"
#include "wire/hexdump.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Npro;
using namespace Halyard::Wire::Test;
using nlohmann::json;

namespace {

constexpr std::size_t NonceBytes = 24;

/// One of our engines with everything written down.
class Player
{
public:
    Player(const json &row, Role role)
        : m_now(clockOf(row))
        , m_factory(Options {role == Role::Client ? row["family"].get<std::string>() : std::string()})
    {
        const std::string own = role == Role::Client ? "client" : "server";
        random.pieces = {bytesOf(row["fields"], (own + "_private").c_str()),
            bytesOf(row["fields"], (own + "_nonce").c_str())};
        EngineSetup setup;
        setup.role = role;
        setup.limits.maxFrameBytesIn = setup.limits.maxFrameBytesOut = MaxPayloadBytes + HeaderBytes;
        setup.random = random.source();
        setup.securities = std::make_shared<Securities>();
        engine = m_factory.makeEngine(setup);
        engine->start(m_now);
        pump();
    }

    void hear(ByteView bytes)
    {
        while (!bytes.empty()) {
            const MutableBytes space = engine->inputSpace(bytes.size());
            ASSERT_FALSE(space.empty());
            copyBytes(bytes.first(space.size()), space.data());
            engine->received(space.size(), m_now);
            bytes = bytes.subspan(space.size());
            pump();
        }
    }
    void say(const Message &message)
    {
        HeaderBlock headers;
        const MessageView view = fromWire(message, MessageKind::Event, 0, headers);
        HeaderBlock variant;
        EXPECT_TRUE(variant.append("variant", messageName(message)));
        MessageView event = view;
        event.headers = variant.view();
        const auto sent = engine->send(event, m_now);
        EXPECT_TRUE(sent) << (sent ? "" : sent.error().detail);
        pump();
    }
    void ask(std::uint64_t id, std::string_view route)
    {
        MessageView request;
        request.kind = MessageKind::Request;
        request.id = id;
        request.route = route;
        EXPECT_TRUE(engine->send(request, m_now));
        pump();
    }
    void close()
    {
        engine->close(m_now);
        pump();
    }
    /// The peer has closed, and then we do.
    void end()
    {
        engine->inputEnded(m_now);
        pump();
        close();
    }
    /// What was said since the last time.
    Bytes said() { return std::exchange(m_said, {}); }

    WrittenRandom random;
    std::unique_ptr<Engine> engine;
    std::vector<std::string> routes; ///< of what came
    std::optional<Error> closedWith;

private:
    void pump()
    {
        while (const auto event = engine->nextEvent(m_now)) {
            if (const auto *received = std::get_if<MessageReceived>(&*event))
                routes.emplace_back(received->message.route);
            if (const auto *closed = std::get_if<Closed>(&*event))
                closedWith = closed->error;
        }
        if (const auto output = engine->output()) {
            m_said.insert(m_said.end(), output->begin(), output->end());
            engine->written(output->size(), m_now);
        }
        if (const auto event = engine->nextEvent(m_now)) {
            if (const auto *closed = std::get_if<Closed>(&*event))
                closedWith = closed->error;
        }
    }

    const Now m_now;
    const NproFactory m_factory;
    Bytes m_said;
};

/// The names of the messages in sealed packets of this session.
std::vector<std::string> messagesIn(const json &row, ByteView packets)
{
    std::vector<std::string> names;
    const auto opener
        = Securities().makeOpener("npro-session", bytesOf(row["fields"], "session_key")).value();
    while (!packets.empty()) {
        const auto extent = NproFraming().measure(packets, MaxPayloadBytes + HeaderBytes).value().value();
        Bytes record = toBytes(packets.subspan(extent.header, extent.body));
        const auto plain = opener->open(Direction::ClientToServer, record);
        names.emplace_back(plain ? messageName(parseMessage(*plain).value()) : "closed");
        packets = packets.subspan(extent.total());
    }
    return names;
}

bool isZero(const json &digits) { return textOf(digits).find_first_not_of('0') == std::string::npos; }

/// Why our client never says a packet that the recorder's did say; nothing where it does.
std::optional<std::string> refusal(const RecordedPacket &packet)
{
    if (!packet.said.value("sealed", false)) {
        if (packet.said["message"] == "Confirm" && isZero(packet.said["nonce_verification"]))
            return "a proof of nothing";
        return std::nullopt;
    }
    if (!packet.said.contains("plain"))
        return "no record of this session";
    const Bytes plain = bytesOf(packet.said, "plain");
    const auto message = parseMessage(plain);
    if (!message)
        return "no message";
    if (writeMessage(*message) != plain)
        return "surplus bytes, or a number without a meaning";
    return std::nullopt;
}

/// The recorder was the client, the crate's daemon the server, whose private key nobody has: ours is the
/// client, and says the same, byte for byte, but for so many packets that are not its own.
int replayClient(const json &row, ErrorCode end)
{
    Player client(row, Role::Client);
    int unsaid = 0;
    for (const RecordedPacket &packet : packetsOf(row)) {
        SCOPED_TRACE(packet.said.dump());
        if (!packet.isClients) {
            // The recorder's client kept silent where ours answers.
            const bool isPing = packet.said.value("message", "") == "Ping";
            if (isPing)
                client.random.pieces.emplace_back(NonceBytes, std::byte(1));
            client.hear(wrapped(packet.body));
            if (isPing) {
                EXPECT_EQ(messagesIn(row, client.said()), std::vector<std::string> {"Pong"});
            }
            continue;
        }
        if (const auto why = refusal(packet)) {
            ++unsaid;
            EXPECT_NE(toHex(client.said()), toHex(wrapped(packet.body))) << *why;
            continue;
        }
        if (packet.said.value("sealed", false)) {
            const Bytes plain = bytesOf(packet.said, "plain"); // what is parsed refers to it
            const auto message = parseMessage(plain);
            client.random.pieces.push_back(toBytes(ByteView(packet.body).first(NonceBytes)));
            if (std::holds_alternative<Disconnect>(*message))
                client.close();
            else if (end == ErrorCode::SecurityHandshakeFailed)
                client.ask(1, "ping");
            else
                client.say(*message);
        }
        EXPECT_EQ(toHex(client.said()), toHex(wrapped(packet.body)));
    }
    EXPECT_TRUE(client.random.pieces.empty());
    client.end(); // the crate has closed in every row
    EXPECT_EQ(client.closedWith.value_or(Error {ErrorCode::UnexpectedFrame, {}, {}}).code, end);
    return unsaid;
}

} // namespace

TEST(NproReplay, ourClientAgainstTheCratesDaemon)
{
    struct Recorded {
        const char *ending;
        int rows;
        int unsaid; ///< packets in each that ours does not say; refusal() has the reasons
        ErrorCode end = ErrorCode::None;
    };
    int rows = 0;
    for (const Recorded &recorded : {
             Recorded {"-standard", 3, 2}, // a Ping with a surplus byte, a message of number 99
             Recorded {"-coalesced", 3, 0},
             Recorded {"-split", 3, 0},
             Recorded {"-custom-handlers", 1, 0},
             Recorded {"-replayed-and-reflected", 3, 0}, // with nonces that have been
             Recorded {"-bad-tag", 3, 1},
             Recorded {"-short-record", 3, 1},
             Recorded {"-undecodable", 3, 1},
             Recorded {"-plaintext-after-handshake", 3, 1},
             Recorded {"-wrong-confirm", 3, 1},
             Recorded {"-heartbeat-silent", 3, 0},
             Recorded {"-clock--31500ms", 3, 0, ErrorCode::ClosedBeforeReady},
             Recorded {"-clock-2500ms", 2, 0, ErrorCode::ClosedBeforeReady},
             Recorded {"-clock-5500ms", 1, 0, ErrorCode::ClosedBeforeReady},
             Recorded {"-wrong-family", 3, 0, ErrorCode::SecurityHandshakeFailed},
         }) {
        const auto found = sealedSessions(recorded.ending);
        EXPECT_EQ(int(found.size()), recorded.rows) << recorded.ending;
        for (const json &row : found) {
            SCOPED_TRACE(row["name"]);
            EXPECT_EQ(replayClient(row, recorded.end), recorded.unsaid);
            ++rows;
        }
    }
    // With the three in which the crate is the client, below, that is all there is.
    EXPECT_EQ(rows + sealedSessions("-crate-client").size(), sealedSessions("").size());
}

TEST(NproReplay, theCratesClientAgainstOurServer)
{
    int rows = 0;
    for (const json &row : sealedSessions("-crate-client")) {
        SCOPED_TRACE(row["name"]);
        ++rows;
        Player server(row, Role::Server);
        const auto packets = packetsOf(row);
        for (const RecordedPacket &packet : packets) {
            if (!packet.isClients && packet.said.value("sealed", false))
                server.random.pieces.push_back(toBytes(ByteView(packet.body).first(NonceBytes)));
        }
        Bytes expected;
        Bytes said;
        for (const RecordedPacket &packet : packets) {
            if (packet.isClients) {
                server.hear(wrapped(packet.body));
                const Bytes more = server.said();
                said.insert(said.end(), more.begin(), more.end());
            } else {
                const Bytes more = wrapped(packet.body);
                expected.insert(expected.end(), more.begin(), more.end());
            }
        }
        EXPECT_GT(expected.size(), 1'000U);
        EXPECT_EQ(toHex(said), toHex(expected));
        EXPECT_TRUE(server.random.pieces.empty());
        // What the crate's server leaves without an answer is an event with ours.
        EXPECT_EQ(server.routes, (std::vector<std::string> {"no.such.command", "ECHO", "unknown"}));
    }
    EXPECT_EQ(rows, 3);
}

TEST(NproReplay, clocksThatAreOff)
{
    for (const auto &[ending, offset] :
        {std::pair {"clock--31500ms", 31'500}, {"clock-2500ms", -2'500}, {"clock-5500ms", -5'500}}) {
        for (const json &row : sealedSessions(ending)) {
            SCOPED_TRACE(row["name"]);
            const Family family = row["family"] == "A" ? Family::A : Family::B;
            const auto server = NproSecurity::server(
                family, [](MutableBytes out) { std::ranges::fill(out, std::byte {7}); },
                std::make_shared<ReplayCache>(), 1'000);
            Now now = clockOf(row);
            now.wall += std::chrono::milliseconds(offset);
            server->start(now);
            const auto took = server->handshake(packetsOf(row).front().body, now);
            ASSERT_FALSE(took);
            EXPECT_EQ(took.error().code, ErrorCode::SecurityHandshakeFailed);
        }
    }
}

TEST(NproReplay, aServerThatWasNotToldTheFamilyExportsBothKeys)
{
    for (const Family family : {Family::A, Family::B}) {
        const auto random = [seed = 0](MutableBytes out) mutable {
            ++seed;
            std::ranges::fill(out, std::byte(seed));
        };
        const auto client = NproSecurity::client(family, random, 1'000);
        const auto server = NproSecurity::server(
            std::nullopt, [](MutableBytes out) { std::ranges::fill(out, std::byte {99}); },
            std::make_shared<ReplayCache>(), 1'000);
        const Now now {TimePoint(std::chrono::hours(1)),
            std::chrono::system_clock::time_point(std::chrono::hours(500'000))};
        client->start(now);
        server->start(now);
        EXPECT_FALSE(server->exportedSecrets());
        ASSERT_TRUE(server->handshake(*client->nextHandshakeFrame(), now));
        ASSERT_TRUE(client->handshake(*server->nextHandshakeFrame(), now));
        ASSERT_TRUE(server->handshake(*client->nextHandshakeFrame(), now));
        const auto opener = Securities().makeOpener("npro-session", *server->exportedSecrets());
        ASSERT_TRUE(opener);
        const auto opens = [&](Direction direction, NproSecurity &security) {
            const Overhead extra = NproRecords::RecordOverhead;
            Bytes record(extra.front + 5 + extra.back);
            copyBytes(asBytes("hello"), record.data() + extra.front);
            EXPECT_TRUE(security.seal(record));
            const auto plain = (*opener)->open(direction, record);
            return plain && asText(*plain) == "hello";
        };
        EXPECT_TRUE(opens(Direction::ServerToClient, *server)) << "said before it knows";
        EXPECT_TRUE(opens(Direction::ClientToServer, *client));
        EXPECT_TRUE(opens(Direction::ClientToServer, *client));
        EXPECT_EQ(opens(Direction::ServerToClient, *server), family == Family::B)
            << "it has chosen; this server has not";
    }
}

// SPDX-License-Identifier: MIT
// Recorded sessions through the whole engine and through the dissector, with the time, the keys and the
// nonces of their day.
#include <set>

#include <gtest/gtest.h>

#include "crypto/nprosecurity.h"
#include "crypto/securities.h"
#include "nprosessions.h"
#include "protocol/npro/nprofactory.h"
#include "wire/dissectionjson.h"
#include "wire/hexdump.h"
#include "wire/npro/dissector.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Npro;
using namespace Halyard::Wire::Test;
using nlohmann::json;

namespace {

constexpr std::size_t NonceBytes = 24;

std::vector<json> sessions(std::string_view ending)
{
    std::vector<json> rows;
    for (const json &row : loadVectors("network-protocol.json")) {
        if (row["layer"] == "session" && row["name"].get<std::string>().ends_with(ending))
            rows.push_back(row);
    }
    return rows;
}

Bytes wrapped(ByteView body)
{
    const NproFraming framing;
    Bytes packet(HeaderBytes + body.size());
    copyBytes(body, packet.data() + HeaderBytes);
    framing.wrap(packet, framing.extentFor(body));
    return packet;
}

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
    void close()
    {
        engine->close(m_now);
        pump();
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

/// The crate's daemon is the server; what our client could not say is left out.
void replayClient(const json &row)
{
    SCOPED_TRACE(row["name"]);
    Player client(row, Role::Client);
    int said = 0;
    for (const RecordedPacket &packet : packetsOf(row)) {
        SCOPED_TRACE(packet.said.dump());
        if (!packet.isClients) {
            client.hear(wrapped(packet.body));
            continue;
        }
        if (!packet.said.value("sealed", false)) {
            EXPECT_EQ(toHex(client.said()), toHex(wrapped(packet.body)));
            continue;
        }
        const Bytes plain = bytesOf(packet.said, "plain");
        const auto message = parseMessage(plain);
        ASSERT_TRUE(message);
        if (writeMessage(*message) != plain)
            continue; // with surplus bytes, or a number that we do not write
        client.random.pieces.push_back(toBytes(ByteView(packet.body).first(NonceBytes)));
        if (std::holds_alternative<Disconnect>(*message))
            client.close();
        else
            client.say(*message);
        EXPECT_EQ(toHex(client.said()), toHex(wrapped(packet.body)));
        ++said;
    }
    EXPECT_GT(said, 1);
    EXPECT_TRUE(client.random.pieces.empty());
    ASSERT_TRUE(client.closedWith);
    EXPECT_FALSE(*client.closedWith);
}

} // namespace

TEST(NproReplay, ourClientAgainstTheCratesDaemon)
{
    int rows = 0;
    for (const char *ending : {"-standard", "-coalesced", "-split", "-custom-handlers"}) {
        for (const json &row : sessions(ending)) {
            replayClient(row);
            ++rows;
        }
    }
    EXPECT_EQ(rows, 10);
}

TEST(NproReplay, theCratesClientAgainstOurServer)
{
    int rows = 0;
    for (const json &row : sessions("-crate-client")) {
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
        for (const json &row : sessions(ending)) {
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

TEST(NproReplay, theDissectorOpensSessionsWithTheirKey)
{
    int opened = 0;
    int refused = 0;
    for (const json &row : sessions("")) {
        SCOPED_TRACE(row["name"]);
        NproDissector closed;
        NproDissector open;
        NproDissector other;
        open.useSecurities(std::make_shared<Securities>());
        other.useSecurities(std::make_shared<Securities>());
        EXPECT_FALSE(closed.unlock(Bytes(32)));
        EXPECT_FALSE(open.unlock(Bytes(31)));
        ASSERT_TRUE(other.unlock(Bytes(32)));
        if (row["fields"].contains("session_key")) {
            ASSERT_TRUE(open.unlock(bytesOf(row["fields"], "session_key")));
        }
        std::set<std::string> seen;
        for (const RecordedPacket &packet : packetsOf(row)) {
            SCOPED_TRACE(packet.said.dump());
            const Direction direction
                = packet.isClients ? Direction::ClientToServer : Direction::ServerToClient;
            const Bytes bytes = wrapped(packet.body);
            for (NproDissector *dissector : {&closed, &open, &other})
                dissector->feed(direction, bytes, {});
            const auto shut = closed.next();
            const auto told = open.next();
            const auto wrong = other.next();
            ASSERT_TRUE(shut && told && wrong);
            const bool isSealed = packet.said.value("sealed", false);
            if (!isSealed) {
                EXPECT_EQ(told->root, shut->root);
                EXPECT_EQ(told->severity(), Severity::None);
                continue;
            }
            const bool isNew = seen.insert(toHex(packet.body)).second;
            EXPECT_TRUE(wrong->severity() == Severity::Error);
            EXPECT_TRUE(shut->summary.starts_with("sealed record, ")) << shut->summary;
            EXPECT_EQ(toJson(*shut).find("layer"), std::string::npos);
            const bool isWhole = packet.body.size() >= 40;
            EXPECT_EQ(shut->severity(), isNew && isWhole ? Severity::None : Severity::Error);
            if (!packet.said.contains("plain")) {
                ++refused;
                EXPECT_EQ(told->root.note.substr(0, 16), "DecryptionFailed");
                continue;
            }
            ++opened;
            const Field &record = told->root.fields.back();
            const Field &content = record.fields.back();
            EXPECT_EQ(content.name, "opened");
            ASSERT_TRUE(content.layer);
            EXPECT_EQ(toHex(*content.layer), textOf(packet.said["plain"]));
            const bool parses = parseMessage(*content.layer).has_value();
            EXPECT_EQ(told->root.severity == Severity::Error, !isNew || !parses);
            if (!isNew) {
                EXPECT_EQ(record.severity, Severity::Error) << "marked on the record";
            }
        }
        EXPECT_FALSE(open.next());
    }
    EXPECT_GT(opened, 300);
    EXPECT_GE(refused, 9);
}

TEST(NproReplay, changedAndRepeatedRecordsAreMarkedAndTheOthersOpen)
{
    int records = 0;
    for (const json &row : sessions("-standard")) {
        SCOPED_TRACE(row["name"]);
        NproDissector open;
        open.useSecurities(std::make_shared<Securities>());
        ASSERT_TRUE(open.unlock(bytesOf(row["fields"], "session_key")));
        std::set<std::string> seen;
        for (const RecordedPacket &packet : packetsOf(row)) {
            SCOPED_TRACE(packet.said.dump());
            const Direction direction
                = packet.isClients ? Direction::ClientToServer : Direction::ServerToClient;
            const auto read = [&](const Bytes &bytes) {
                open.feed(direction, bytes, {});
                return open.next().value_or(Dissection());
            };
            const Bytes bytes = wrapped(packet.body);
            if (!packet.said.contains("plain") || !seen.insert(toHex(packet.body)).second) {
                read(bytes);
                continue;
            }
            ++records;
            Bytes changed = bytes;
            changed.back() ^= std::byte(1);
            const Dissection forged = read(changed);
            EXPECT_EQ(forged.root.fields.back().name, "record");
            EXPECT_EQ(forged.root.fields.back().severity, Severity::Error);
            EXPECT_TRUE(forged.root.fields.back().note.ends_with("is not authentic"));
            EXPECT_EQ(forged.root.severity, Severity::Error);
            const Dissection good = read(bytes);
            EXPECT_EQ(good.root.fields.back().severity, Severity::None) << "a forgery changes nothing";
            ASSERT_TRUE(good.root.fields.back().fields.back().layer);
            const Dissection again = read(bytes);
            EXPECT_EQ(again.root.fields.back().severity, Severity::Error);
            EXPECT_EQ(again.root.fields.back().note, "DecryptionFailed: a record that has been here before");
            EXPECT_TRUE(again.summary.ends_with(" (sealed) [DecryptionFailed]")) << again.summary;
        }
    }
    EXPECT_GT(records, 20);
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

// SPDX-License-Identifier: MIT
// The captured TCP sessions of tests/data/vstp.json against our engine: as server it hears what the client
// said, as client what the server said, and says what was captured, byte for byte where it plays the same
// part.
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "framenotation.h"
#include "protocol/protocolfactory.h"
#include "wire/vstp/framing.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

namespace {

struct Chunk {
    bool fromClient = false;
    Bytes bytes; // none: that side ended its stream
};

struct Session {
    std::string name;
    bool easy = false;
    std::vector<Chunk> chunks;
};

std::vector<Session> sessions()
{
    std::ifstream file(HALYARD_TEST_DATA "/vstp.json");
    const nlohmann::json vectors = nlohmann::json::parse(file);
    std::vector<Session> result;
    for (const nlohmann::json &vector : vectors) {
        if (vector["layer"] != "session" || vector["fields"]["transport"] != "tcp")
            continue;
        Session session {vector["name"], vector["fields"]["server_api"] == "easy", {}};
        for (const nlohmann::json &chunk : vector["chunks"]) {
            const std::string hex = chunk.contains("hex") ? chunk["hex"].get<std::string>() : "";
            session.chunks.push_back({chunk["dir"] == "c2s", fromHex(hex)});
        }
        result.push_back(std::move(session));
    }
    return result;
}

Bytes allOf(const Session &session, bool fromClient)
{
    Bytes result;
    for (const Chunk &chunk : session.chunks) {
        if (chunk.fromClient == fromClient)
            result.insert(result.end(), chunk.bytes.begin(), chunk.bytes.end());
    }
    return result;
}

// The whole frames at the front, each with its bytes.
std::vector<Bytes> framesOf(ByteView bytes)
{
    const Vstp::VstpFraming framing;
    std::vector<Bytes> result;
    for (;;) {
        const auto extent = framing.measure(bytes, 8'388'608);
        if (!extent || !*extent || (*extent)->total() > bytes.size()
            || !framing.check(bytes.first((*extent)->total()), **extent))
            return result;
        result.push_back(toBytes(bytes.first((*extent)->total())));
        bytes = bytes.subspan((*extent)->total());
    }
}

Vstp::FrameView parse(const Bytes &frame)
{
    const ByteView body = ByteView(frame).subspan(3, frame.size() - 7);
    return Vstp::parseBody(body, Vstp::Profile::R, 100'000).value();
}

std::string eventOf(const Bytes &frame)
{
    const Vstp::FrameView view = parse(frame);
    return describe(MessageView {MessageKind::Event, 0, {}, view.headers, view.payload, 0});
}

// Our engine and what comes out of it.
class Player
{
public:
    Player(Role role, const std::string &peer)
        : m_factory(ProtocolRegistry::standard().make("vstp", {{"peer", peer}}).value())
    {
        EngineSetup setup;
        setup.role = role;
        m_engine = m_factory->makeEngine(setup);
        m_engine->start(m_now);
        pump();
    }

    void hear(ByteView bytes)
    {
        if (bytes.empty())
            m_engine->inputEnded(m_now);
        while (!bytes.empty()) {
            const MutableBytes space = m_engine->inputSpace(bytes.size());
            if (space.empty())
                break;
            std::copy_n(bytes.begin(), space.size(), space.begin());
            m_engine->received(space.size(), m_now);
            bytes = bytes.subspan(space.size());
            pump();
        }
        pump();
    }
    // The application: answers one event as the captured server did.
    std::function<void(Engine &, const MessageView &, Now)> answer;
    std::vector<std::string> told;
    std::vector<std::string> messages;
    Bytes said;

    void send(const MessageView &message)
    {
        EXPECT_TRUE(m_engine->send(message, m_now));
        pump();
    }
    void close()
    {
        m_engine->close(m_now);
        pump();
    }

private:
    void pump()
    {
        for (;;) {
            const auto event = m_engine->nextEvent(m_now);
            if (event) {
                if (const auto *const got = std::get_if<MessageReceived>(&*event)) {
                    messages.push_back(describe(got->message));
                    if (answer)
                        answer(*m_engine, got->message, m_now);
                } else if (!std::holds_alternative<Progress>(*event)) {
                    told.push_back(describe(*event));
                }
                continue;
            }
            const auto output = m_engine->output();
            if (!output)
                return;
            said.insert(said.end(), output->begin(), output->end());
            m_engine->written(output->size(), m_now);
        }
    }

    const Now m_now {TimePoint(std::chrono::hours(1)), {}};
    std::shared_ptr<const ProtocolFactory> m_factory;
    std::unique_ptr<Engine> m_engine;
};

// Sends it back with its headers, but for msg-id, as the captured server of the low-level interface did.
void echo(Engine &engine, const MessageView &message, Now now)
{
    HeaderBlock headers;
    for (const Header header : message.headers) {
        if (header.key != "msg-id") {
            ASSERT_TRUE(headers.append(header.key, header.value));
        }
    }
    MessageView back = message;
    back.headers = headers.view();
    ASSERT_TRUE(engine.send(back, now));
}

// How the sessions end that do not end well. The crate closes without a word; we say one, unless what came
// does not even begin like vstp.
const std::map<std::string, std::string> Failures {
    {"tcp good frame, then bad magic", "BadMagic"},
    {"tcp bad checksum", "CrcMismatch"},
    {"tcp version 2", "BadVersion"},
    {"tcp type 9", "UnknownFrameType"},
    {"tcp 8 MiB + 1 announced", "PayloadTooLarge"},
    {"tcp TLS client hello on a plain port", "BadMagic"},
    {"tcp end of stream inside a frame", "FrameTruncated"},
    {"tcp crate client script, api low, connection 3", "CrcMismatch"},
    {"tcp crate client script, api low, connection 4", "BadMagic"},
    {"tcp crate client script, api low, connection 5", "BadVersion"},
    {"tcp crate client script, api low, connection 6", "UnknownFrameType"},
    {"tcp crate client script, api low, connection 7", "PayloadTooLarge"},
};

std::vector<std::string> notation(ByteView bytes)
{
    std::vector<std::string> result;
    while (!bytes.empty())
        result.push_back(takeFrame(bytes));
    return result;
}

} // namespace

TEST(VstpReplay, ourServerToLowLevelClients)
{
    std::size_t played = 0;
    for (const Session &session : sessions()) {
        if (session.easy || session.name == "tcp mute run server")
            continue;
        SCOPED_TRACE(session.name);
        Player server(Role::Server, "halyard");
        server.answer = echo;
        for (const Chunk &chunk : session.chunks) {
            if (chunk.fromClient)
                server.hear(chunk.bytes);
        }
        std::vector<std::string> expected;
        for (const Bytes &frame : framesOf(allOf(session, true))) {
            if (frame[3] == std::byte {3})
                expected.push_back(eventOf(frame));
        }
        EXPECT_EQ(server.messages, expected);

        const Bytes captured = allOf(session, false);
        const auto failure = Failures.find(session.name);
        if (failure == Failures.end()) {
            EXPECT_EQ(toHex(server.said), toHex(captured));
            server.close();
            EXPECT_EQ(server.told.back(), "closed");
            EXPECT_EQ(server.told.front(), "ready");
        } else {
            EXPECT_EQ(server.told.back(), "closed " + failure->second);
            ASSERT_TRUE(ByteView(server.said).size() >= captured.size());
            EXPECT_EQ(toHex(ByteView(server.said).first(captured.size())), toHex(captured));
            const auto lastWords = notation(ByteView(server.said).subspan(captured.size()));
            const bool strange = failure->second == "BadMagic" && captured.empty();
            ASSERT_EQ(lastWords.size(), strange ? 0U : 1U);
            EXPECT_TRUE(strange || lastWords.front().starts_with("ERR code="));
        }
        ++played;
    }
    EXPECT_EQ(played, 18U);
}

TEST(VstpReplay, ourServerToAClientThatHearsNothingElsewhere)
{
    for (const Session &session : sessions()) {
        if (session.name != "tcp mute run server")
            continue;
        Player server(Role::Server, "halyard");
        server.hear(allOf(session, true));
        EXPECT_EQ(server.messages, std::vector<std::string> {"event | hello"});
        EXPECT_EQ(notation(server.said), (std::vector<std::string> {"WELCOME", "PONG"}));
        EXPECT_EQ(server.told, (std::vector<std::string> {"ready", "finished"}));
    }
}

TEST(VstpReplay, ourServerToEasyClients)
{
    std::size_t played = 0;
    for (const Session &session : sessions()) {
        // There the crate answers frames that an easy client never sends.
        if (!session.easy || session.name.find("HELLO, PING, BYE") != std::string::npos)
            continue;
        SCOPED_TRACE(session.name);
        const std::vector<Bytes> answers = framesOf(allOf(session, false));
        Player server(Role::Server, "easy");
        std::size_t next = 0;
        server.answer = [&](Engine &engine, const MessageView &message, Now now) {
            if (asText(message.payload) == R"({"fail":1})")
                return; // the captured handler failed: silence
            ASSERT_LT(next, answers.size());
            const Vstp::FrameView frame = parse(answers[next++]);
            ASSERT_TRUE(engine.send({MessageKind::Event, 0, {}, frame.headers, frame.payload, 0}, now));
        };
        for (const Chunk &chunk : session.chunks) {
            if (chunk.fromClient)
                server.hear(chunk.bytes);
        }
        std::vector<std::string> expected;
        for (const Bytes &frame : framesOf(allOf(session, true)))
            expected.push_back(eventOf(frame));
        EXPECT_EQ(server.messages, expected);
        // The one difference: whoever asks for an ACK gets one, before the answer. The crate's client waits
        // for it.
        std::vector<std::string> said = notation(server.said);
        const bool asked = parse(framesOf(allOf(session, true)).front()).flags == Vstp::ReqAck;
        if (asked) {
            ASSERT_EQ(said.front(), "ACK");
            said.erase(said.begin());
        }
        EXPECT_EQ(said, notation(allOf(session, false)));
        ++played;
    }
    EXPECT_EQ(played, 9U);
}

TEST(VstpReplay, ourClientToBothKindsOfServer)
{
    std::size_t sent = 0;
    for (const Session &session : sessions()) {
        SCOPED_TRACE(session.name);
        Player client(Role::Client, session.easy ? "easy" : "raw");
        EXPECT_EQ(client.told, std::vector<std::string> {"ready"});
        std::vector<std::string> expected;
        for (const Chunk &chunk : session.chunks) {
            if (!chunk.fromClient) {
                client.hear(chunk.bytes);
                for (const Bytes &frame : framesOf(chunk.bytes)) {
                    if (frame[3] == std::byte {3})
                        expected.push_back(eventOf(frame));
                }
                continue;
            }
            // What an application can say with us leaves as the captured bytes.
            for (const Bytes &frame : framesOf(chunk.bytes)) {
                if (frame[3] != std::byte {3} || frame[4] != std::byte {0} || client.told.size() > 1)
                    continue;
                const Vstp::FrameView view = parse(frame);
                client.said.clear();
                client.send({MessageKind::Event, 0, {}, view.headers, view.payload, 0});
                EXPECT_EQ(toHex(client.said), toHex(frame));
                ++sent;
            }
        }
        EXPECT_EQ(client.messages, expected);
        client.said.clear();
        client.close();
        EXPECT_EQ(client.told.back(), "closed");
        const bool finished = client.told.size() == 3;
        EXPECT_EQ(notation(client.said).size(), session.easy || finished ? 0U : 1U)
            << "BYE, to those who are still there";
    }
    EXPECT_EQ(sent, 46U);
}

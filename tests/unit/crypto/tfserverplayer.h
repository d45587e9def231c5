// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include "crypto/securities.h"
#include "protocol/tfserver/factory.h"
#include "tfserversessions.h"
#include "wire/bytereader.h"
#include "wire/bytewriter.h"
#include "wire/hexdump.h"

namespace Halyard::Wire::Test {

inline constexpr std::size_t HeaderBytes = 4;
inline constexpr std::size_t CrateLimit = 8'388'608;
inline constexpr Now AnyTime {TimePoint(std::chrono::hours(1)), {}};

inline TfServer::Generation generationOf(const nlohmann::json &row)
{
    return row["generation"] == "G3" ? TfServer::Generation::G3 : TfServer::Generation::G4;
}
inline bool isNamed(const nlohmann::json &row, std::string_view ending)
{
    return textOf(row["name"]).ends_with(ending);
}

/// The recorder's routes, whose numbers are their places.
struct Route {
    const char *name;
    std::set<std::uint64_t> types;
};
inline const std::vector<Route> RecordersRoutes {{"echo", {0}}, {"sum", {1}}, {"fail", {0}}, {"handoff", {0}},
    {"blob", {7, 0}}, {"panic", {0}}, {"lose", {0}}, {"slow", {0}}};

/// An engine with everything written down, and the application that the recorder had.
class TfServerPlayer
{
public:
    TfServerPlayer(const nlohmann::json &row, Role role)
        : m_generation(generationOf(row))
        , m_factory(optionsFor(row))
    {
        EngineSetup setup;
        setup.role = role;
        setup.limits.maxFrameBytesIn = CrateLimit + HeaderBytes;
        setup.limits.maxFrameBytesOut
            = (isNamed(row, "answer over the server limit") ? 1'000 : CrateLimit) + HeaderBytes;
        setup.securities = std::make_shared<Securities>();
        RouteNames names;
        for (const Route &route : RecordersRoutes) {
            names.add(route.name);
            names.setTypes(route.name, route.types);
        }
        setup.routes = [shared = std::make_shared<const RouteNames>(names)] { return shared; };
        if (row.contains("secrets")) {
            const nlohmann::json &secrets = row["secrets"];
            setup.authenticates = true;
            Bytes scalar = bytesOf(secrets, role == Role::Client ? "x_le" : "y_le");
            setup.random = [scalar](MutableBytes out) {
                std::ranges::fill(out, std::byte());
                std::ranges::copy(scalar, out.begin());
            };
            m_credentials = {std::string(asText(bytesOf(secrets, "identity"))), bytesOf(secrets, "password")};
        }
        engine = m_factory.makeEngine(setup);
        engine->start(AnyTime);
        pump();
    }

    void hear(ByteView bytes)
    {
        while (!bytes.empty()) {
            const MutableBytes space = engine->inputSpace(bytes.size());
            if (space.empty())
                return;
            copyBytes(bytes.first(space.size()), space.data());
            engine->received(space.size(), AnyTime);
            bytes = bytes.subspan(space.size());
            pump();
        }
    }
    void end()
    {
        engine->inputEnded(AnyTime);
        pump();
    }
    void close()
    {
        engine->close(AnyTime);
        pump();
    }
    Result<void> ask(std::uint64_t id, std::string_view route, std::uint64_t type, ByteView payload)
    {
        HeaderBlock headers;
        EXPECT_TRUE(headers.append("type", type));
        MessageView request;
        request.kind = MessageKind::Request;
        request.id = id;
        request.route = route;
        request.headers = headers.view();
        request.payload = payload;
        auto sent = engine->send(request, AnyTime);
        pump();
        return sent;
    }
    void sayFrame(ByteView body)
    {
        EXPECT_TRUE(engine->sendFrame(body, AnyTime));
        pump();
    }
    /// Whole frames that were said since the last time.
    std::vector<std::string> said()
    {
        std::vector<std::string> frames;
        ByteView rest = m_said;
        while (rest.size() >= HeaderBytes) {
            const std::size_t size = HeaderBytes + *ByteReader(rest).readU32Be();
            frames.push_back(toHex(rest.first(size)));
            rest = rest.subspan(size);
        }
        EXPECT_TRUE(rest.empty());
        m_said.clear();
        return frames;
    }

    std::unique_ptr<Engine> engine;
    std::vector<std::string> heard; ///< bodies of answers and, after a handoff, of frames
    std::optional<Error> closedWith;

private:
    static TfServer::Options optionsFor(const nlohmann::json &row)
    {
        TfServer::Options options;
        options.generation = generationOf(row);
        if (row.contains("secrets")) {
            options.encryption = textOf(row["encryption"]);
            options.serverName = asText(bytesOf(row["secrets"], "server_id"));
        }
        return options;
    }

    void pump()
    {
        for (bool again = true; again;) {
            again = false;
            while (const auto event = engine->nextEvent(AnyTime))
                take(*event);
            if (const auto output = engine->output(); output && !output->empty()) {
                m_said.insert(m_said.end(), output->begin(), output->end());
                engine->written(output->size(), AnyTime);
                again = true;
            }
        }
    }

    void take(const Event &event)
    {
        if (const auto *needed = std::get_if<CredentialsNeeded>(&event)) {
            EXPECT_TRUE(needed->identity.empty() || needed->identity == m_credentials->user);
            engine->provide(m_credentials, AnyTime);
        } else if (const auto *closed = std::get_if<Closed>(&event)) {
            closedWith = closed->error;
        } else if (const auto *frame = std::get_if<FrameReceived>(&event)) {
            if (!m_isServing)
                return heard.push_back(toHex(frame->body));
            const Bytes body = toBytes(frame->body);
            if (asText(body) == "quit")
                return engine->close(AnyTime);
            EXPECT_TRUE(engine->sendFrame(body, AnyTime));
        } else if (const auto *got = std::get_if<MessageReceived>(&event)) {
            if (got->message.kind == MessageKind::Request)
                return serve(got->message);
            heard.push_back(std::string(got->message.kind == MessageKind::Error ? "error " : "")
                + toHex(got->message.payload));
        }
    }

    void serve(const MessageView &request)
    {
        m_isServing = true;
        const std::string route(request.route);
        const Bytes payload = toBytes(request.payload);
        MessageView reply;
        reply.kind = MessageKind::Reply;
        reply.id = request.id;
        const Bytes answer = answerOf(route, payload, reply.kind);
        reply.payload = answer;
        auto sent = engine->send(reply, AnyTime);
        if (!sent) { // as the endpoint does it
            EXPECT_EQ(sent.error().code, ErrorCode::PayloadTooLarge);
            reply.kind = MessageKind::Error;
            reply.code = std::uint16_t(sent.error().code);
            reply.payload = {};
            EXPECT_TRUE(engine->send(reply, AnyTime));
        }
        if (route == "handoff") {
            EXPECT_TRUE(engine->handOff(AnyTime));
        }
    }

    [[nodiscard]] Bytes answerOf(std::string_view route, const Bytes &payload, MessageKind &kind) const
    {
        const bool isThird = m_generation == TfServer::Generation::G3;
        const std::size_t tagBytes = isThird ? 4 : 1;
        if (route == "sum") {
            ByteReader numbers(ByteView(payload).subspan(tagBytes));
            const std::uint64_t total = *numbers.readU64Le() + *numbers.readU64Le();
            Bytes answer {std::byte(2)};
            answer.resize(tagBytes);
            appendLe(answer, total);
            return answer;
        }
        if (route == "blob") {
            // Generation 4: the root, a tag and a number and a text, ends the archive.
            const std::size_t root = isThird ? 0 : payload.size() - 17;
            Bytes answer(*ByteReader(ByteView(payload).subspan(root + tagBytes)).readU64Le());
            for (std::size_t i = 0; i < answer.size(); ++i)
                answer[i] = std::byte(i % 251);
            return answer;
        }
        if (route == "fail" || route == "panic") {
            kind = MessageKind::Error;
            const std::string text
                = route == "fail" ? "refused: " + std::string(asText(payload)) : "handler died :(";
            return toBytes(asBytes(text));
        }
        return route == "handoff" ? toBytes(asBytes("switched")) : payload;
    }

    const TfServer::Generation m_generation;
    const TfServer::TfServerFactory m_factory;
    std::optional<Credentials> m_credentials;
    bool m_isServing = false;
    Bytes m_said;
};

} // namespace Halyard::Wire::Test

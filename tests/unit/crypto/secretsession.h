// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/securities.h"
#include "protocol/protocolfactory.h"
#include "wire/secretbytes.h"

namespace Halyard::Wire::Test {

inline constexpr Now Noon {
    TimePoint(std::chrono::hours(1)), std::chrono::system_clock::time_point(std::chrono::hours(500'000))};

/// One session from the handshake to the goodbye.
struct Scene {
    const char *name;
    const char *protocol;
    OptionValues client;
    OptionValues server;
    std::string_view clientsPassword;
    std::string_view serversPassword; ///< empty: the server does not know the user
    ErrorCode end = ErrorCode::None;

    friend void PrintTo(const Scene &scene, std::ostream *out) { *out << scene.name; }
};

/// Random bytes that are the same each time; it knows what it has given, and keeps that where nothing is
/// freed.
class Randomness
{
public:
    explicit Randomness(std::uint64_t seed)
        : m_seed(seed)
    { }

    void operator()(MutableBytes out)
    {
        for (std::byte &byte : out) {
            m_seed = m_seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
            byte = std::byte(m_seed >> 56U);
        }
        const ByteView kept = out.first(std::min(out.size(), m_space.size() - m_given));
        copyBytes(kept, m_space.data() + m_given);
        m_given += kept.size();
    }
    /// The first bytes that were asked for.
    [[nodiscard]] ByteView given(std::size_t bytes) const { return ByteView(m_space).first(bytes); }

private:
    std::uint64_t m_seed;
    std::array<std::byte, 128> m_space {};
    std::size_t m_given = 0;
};

/// Takes the secrets of one side, and has a dissector read along with them.
class Reader final : public EngineObserver
{
public:
    Reader(const ProtocolFactory &factory, bool isCareless)
        : m_dissector(factory.makeDissector())
        , m_isCareless(isCareless)
    {
        m_dissector->useSecurities(std::make_shared<Securities>());
    }
    void observed(Passage /*passage*/, Layer /*layer*/, ByteView /*bytes*/, Now /*now*/) override { }
    [[nodiscard]] bool wantsSecrets() const override { return true; }
    void secretsExported(Bytes exported, Now /*now*/) override
    {
        keep(exported);
        secrets = std::move(exported);
        EXPECT_TRUE(m_dissector->unlock(secrets));
    }
    /// Where it is careless, copies that nobody wipes.
    void keep(ByteView secret)
    {
        if (m_isCareless)
            m_kept.push_back(toBytes(secret));
    }
    void read(Direction direction, ByteView bytes)
    {
        m_dissector->feed(direction, bytes, Noon);
        while (const auto told = m_dissector->next())
            opened += told->message.type != "record" && told->summary.find("sealed") == std::string::npos;
    }

    SecretBytes secrets;
    int opened = 0; ///< frames that were read

private:
    const std::unique_ptr<Dissector> m_dissector;
    const bool m_isCareless;
    std::vector<Bytes> m_kept;
};

/// One of the two ends.
class Side
{
public:
    Side(const Scene &scene, Role role, Randomness &random, bool isCareless)
        : m_role(role)
        , m_password(role == Role::Client ? scene.clientsPassword : scene.serversPassword)
        , m_factory(ProtocolRegistry::standard()
                        .make(scene.protocol, role == Role::Client ? scene.client : scene.server)
                        .value())
        , reader(*m_factory, isCareless)
    {
        RouteNames names;
        names.add("echo");
        EngineSetup setup;
        setup.role = role;
        setup.authenticates = !scene.clientsPassword.empty();
        setup.random = std::ref(random);
        setup.securities = std::make_shared<Securities>();
        setup.routes = [shared = std::make_shared<const RouteNames>(names)] { return shared; };
        m_engine = m_factory->makeEngine(setup);
        m_engine->setObserver(&reader);
        m_engine->start(Noon);
    }

    /// Whether it had something to say.
    bool talkTo(Side &peer)
    {
        takeEvents();
        const auto output = m_engine->output();
        const Bytes bytes = toBytes(output.value_or(ByteView()));
        m_engine->written(bytes.size(), Noon);
        takeEvents();
        if (bytes.empty())
            return false;
        for (Side *side : {this, &peer})
            side->reader.read(
                m_role == Role::Client ? Direction::ClientToServer : Direction::ServerToClient, bytes);
        peer.hear(bytes);
        return true;
    }
    void ask(std::uint64_t id)
    {
        MessageView request;
        request.kind = MessageKind::Request;
        request.id = id;
        request.route = "echo";
        request.payload = asBytes("hello");
        const auto sent = m_engine->send(request, Noon);
        EXPECT_TRUE(sent || sent.error().code == ErrorCode::NotReady) << sent.error().detail;
        m_isAsking = !sent;
    }
    void close() { m_engine->close(Noon); }
    void end() { m_engine->inputEnded(Noon); }

    int answers = 0;
    std::optional<Error> closed;

private:
    void hear(ByteView bytes)
    {
        while (!bytes.empty() && !closed) {
            const MutableBytes space = m_engine->inputSpace(bytes.size());
            ASSERT_FALSE(space.empty());
            copyBytes(bytes.first(space.size()), space.data());
            m_engine->received(space.size(), Noon);
            bytes = bytes.subspan(space.size());
            takeEvents();
        }
    }
    void takeEvents()
    {
        while (const auto event = m_engine->nextEvent(Noon))
            take(*event);
    }
    void take(const Event &event)
    {
        if (std::holds_alternative<CredentialsNeeded>(event)) {
            reader.keep(asBytes(m_password));
            std::optional<Credentials> known;
            if (!m_password.empty())
                known = Credentials {"alice", toBytes(asBytes(m_password))};
            m_engine->provide(std::move(known), Noon);
        } else if (std::holds_alternative<Ready>(event)) {
            if (m_role == Role::Client)
                ask(1);
        } else if (std::holds_alternative<Writable>(event) && m_isAsking) {
            ask(1);
        } else if (const auto *got = std::get_if<MessageReceived>(&event)) {
            if (got->message.kind == MessageKind::Request)
                return answer(got->message);
            answers += got->message.kind == MessageKind::Reply
                && asText(got->message.payload).find("hello") != std::string_view::npos;
        } else if (std::holds_alternative<PeerFinished>(event)) {
            m_engine->close(Noon);
        } else if (const auto *end = std::get_if<Closed>(&event)) {
            closed = end->error;
        }
    }
    void answer(const MessageView &request)
    {
        const Bytes payload = toBytes(request.payload);
        MessageView reply;
        reply.kind = MessageKind::Reply;
        reply.id = request.id;
        reply.payload = payload;
        EXPECT_TRUE(m_engine->send(reply, Noon));
    }

    const Role m_role;
    const std::string_view m_password;
    const std::shared_ptr<const ProtocolFactory> m_factory;

public:
    Reader reader;

private:
    std::unique_ptr<Engine> m_engine;
    bool m_isAsking = false;
};

} // namespace Halyard::Wire::Test

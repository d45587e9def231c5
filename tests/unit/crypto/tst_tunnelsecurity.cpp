// SPDX-License-Identifier: MIT
// The handshake as a conversation, every transition by name, against itself and against what the crates said.
#include <gtest/gtest.h>

#include "../wire/vectors.h"
#include "crypto/securities.h"
#include "crypto/tunnelsecurity.h"
#include "wire/hexdump.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using nlohmann::json;
using Took = FrameSecurity::Took;

namespace {

constexpr std::size_t MaxBody = 65'536;
constexpr Now Any {};

Bytes random(unsigned seed) { return Bytes(TunnelSecurity::RandomBytes, std::byte(seed)); }
Credentials credentials(std::string user, std::string_view password)
{
    return {std::move(user), toBytes(asBytes(password))};
}

/// A client and a server in one room.
struct Room {
    explicit Room(
        TunnelFormat format, std::string_view password = "s3cr3t", const std::string &serverName = "server")
        : client(TunnelSecurity::client(format, serverName, random(1), MaxBody))
        , server(TunnelSecurity::server("server", random(2), MaxBody))
    {
        client->start(Any);
        server->start(Any);
        client->provide(credentials("alice", password), Any);
    }

    /// All that one has to say goes to the other; the first failure.
    Result<Took> say(FrameSecurity &from, FrameSecurity &to)
    {
        Result<Took> result = Took::Handshake;
        while (const auto frame = from.nextHandshakeFrame()) {
            result = to.handshake(*frame, Any);
            if (!result)
                break;
            if (to.credentialsNeeded())
                to.provide(known, Any);
        }
        return result;
    }

    std::optional<Credentials> known = credentials("alice", "s3cr3t");
    std::unique_ptr<TunnelSecurity> client;
    std::unique_ptr<TunnelSecurity> server;
};

Bytes record(FrameSecurity &security, std::string_view text)
{
    const Overhead extra = security.overhead();
    Bytes bytes(extra.front + text.size() + extra.back);
    copyBytes(asBytes(text), bytes.data() + extra.front);
    EXPECT_TRUE(security.seal(bytes));
    return bytes;
}

std::string opened(FrameSecurity &security, Bytes bytes)
{
    const auto plain = security.open(bytes);
    return plain ? std::string(asText(*plain)) : "!" + std::string(errorName(plain.error().code));
}

ErrorCode codeOf(const Result<Took> &result) { return result ? ErrorCode::None : result.error().code; }

} // namespace

TEST(TunnelSecurity, ConfirmedSession)
{
    Room room(TunnelFormat::E2);
    EXPECT_EQ(room.client->maxBody(), TunnelSecurity::MaxHandshakeBody);
    EXPECT_TRUE(room.say(*room.client, *room.server)); // identity, X
    EXPECT_EQ(room.server->identity(), "alice");
    EXPECT_TRUE(room.server->expectsRecords());
    EXPECT_FALSE(room.server->isEstablished());
    EXPECT_TRUE(room.say(*room.server, *room.client)); // Y
    EXPECT_FALSE(room.client->isEstablished());
    EXPECT_TRUE(room.say(*room.client, *room.server)); // the client's tag
    EXPECT_TRUE(room.server->isEstablished());
    EXPECT_EQ(room.server->format(), TunnelFormat::E2);
    EXPECT_TRUE(room.say(*room.server, *room.client)); // the server's
    EXPECT_TRUE(room.client->isEstablished());
    EXPECT_EQ(room.client->maxBody(), MaxBody);
    EXPECT_EQ(opened(*room.server, record(*room.client, "there")), "there");
    EXPECT_EQ(opened(*room.client, record(*room.server, "and back")), "and back");
}

TEST(TunnelSecurity, UnconfirmedSession)
{
    Room room(TunnelFormat::E1);
    EXPECT_TRUE(room.say(*room.client, *room.server));
    EXPECT_TRUE(room.say(*room.server, *room.client));
    EXPECT_TRUE(room.client->isEstablished());
    const Bytes first = record(*room.client, "there");
    const auto took = room.server->handshake(first, Any);
    ASSERT_TRUE(took);
    EXPECT_EQ(*took, Took::Record);
    EXPECT_EQ(room.server->format(), TunnelFormat::E1);
    EXPECT_EQ(opened(*room.server, first), "there");
    EXPECT_EQ(opened(*room.client, record(*room.server, "and back")), "and back");
}

TEST(TunnelSecurity, WrongSecretsLookAlike)
{
    struct Case {
        const char *what;
        std::string_view password;
        const char *serverName;
        bool known;
    };
    for (const Case &wrong : {Case {"password", "guess", "server", true},
             Case {"server name", "s3cr3t", "other", true}, Case {"user", "s3cr3t", "server", false}}) {
        SCOPED_TRACE(wrong.what);
        for (const TunnelFormat format : {TunnelFormat::E1, TunnelFormat::E2}) {
            Room room(format, wrong.password, wrong.serverName);
            if (!wrong.known)
                room.known.reset();
            EXPECT_TRUE(room.say(*room.client, *room.server));
            EXPECT_TRUE(room.say(*room.server, *room.client)); // a Y in every case
            if (format == TunnelFormat::E2) {
                const auto end = room.say(*room.client, *room.server);
                EXPECT_EQ(codeOf(end), ErrorCode::AuthenticationFailed);
                EXPECT_FALSE(room.server->nextHandshakeFrame()); // not a word
            } else {
                const Bytes first = record(*room.client, "let me in");
                EXPECT_TRUE(room.server->handshake(first, Any));
                EXPECT_EQ(opened(*room.server, first), "!AuthenticationFailed");
            }
        }
    }
}

TEST(TunnelSecurity, ServerWithAnotherSecretIsNoticed)
{
    Room room(TunnelFormat::E2);
    EXPECT_TRUE(room.say(*room.client, *room.server));
    EXPECT_TRUE(room.say(*room.server, *room.client));
    EXPECT_TRUE(room.client->nextHandshakeFrame());
    EXPECT_EQ(codeOf(room.client->handshake(Bytes(32), Any)), ErrorCode::AuthenticationFailed);

    Room unconfirmed(TunnelFormat::E1);
    EXPECT_TRUE(unconfirmed.say(*unconfirmed.client, *unconfirmed.server));
    EXPECT_TRUE(unconfirmed.say(*unconfirmed.server, *unconfirmed.client));
    Bytes forged = record(*unconfirmed.client, "reflected");
    EXPECT_EQ(opened(*unconfirmed.client, forged), "!AuthenticationFailed");
}

TEST(TunnelSecurity, LaterRecordsAreOnlyBroken)
{
    Room room(TunnelFormat::E2);
    for (int turn = 0; turn < 2; ++turn) {
        EXPECT_TRUE(room.say(*room.client, *room.server));
        EXPECT_TRUE(room.say(*room.server, *room.client));
    }
    Bytes changed = record(*room.client, "words");
    changed.back() ^= std::byte(1);
    EXPECT_EQ(opened(*room.server, changed), "!DecryptionFailed");
}

TEST(TunnelSecurity, BadPointsStillGetAnAnswer)
{
    Room room(TunnelFormat::E1);
    EXPECT_TRUE(room.server->handshake(asBytes("alice"), Any));
    EXPECT_EQ(room.server->credentialsNeeded(), "alice");
    EXPECT_EQ(
        codeOf(room.server->handshake(Bytes(33), Any)), ErrorCode::SecurityHandshakeFailed); // too early
    room.server->provide(room.known, Any);
    EXPECT_EQ(codeOf(room.server->handshake(Bytes(33), Any)), ErrorCode::SecurityHandshakeFailed);
    const auto answer = room.server->nextHandshakeFrame();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->size(), 33U);
}

// Our side of each recorded session, said again: what the crate got from its peer is what we would say.
TEST(TunnelSecurity, RecordedHandshakes)
{
    int sessions = 0;
    for (const json &row : loadVectors("tfserver.json")) {
        if (!row.contains("secrets") || row["name"].get<std::string>().ends_with("wrong password"))
            continue;
        SCOPED_TRACE(row["name"].get<std::string>());
        ++sessions;
        const json &secrets = row["secrets"];
        const auto bytes = [&](const char *key) { return fromHex(secrets[key].get<std::string>()); };
        const bool isClient = secrets.contains("x_le");
        Bytes scalar = bytes(isClient ? "x_le" : "y_le");
        scalar.resize(TunnelSecurity::RandomBytes);
        const std::string serverName(asText(bytes("server_id")));
        const auto ours = isClient
            ? TunnelSecurity::client(
                row["encryption"] == "E1" ? TunnelFormat::E1 : TunnelFormat::E2, serverName, scalar, MaxBody)
            : TunnelSecurity::server(serverName, scalar, MaxBody);
        const Credentials known {std::string(asText(bytes("identity"))), bytes("password")};
        ours->start(Any);
        if (isClient)
            ours->provide(known, Any);
        for (const json &chunk : row["chunks"]) {
            Bytes body = fromHex(chunk["hex"].get<std::string>());
            body.erase(body.begin(), body.begin() + 4);
            const bool isOurs = (chunk["from"] == "C") == isClient;
            if (chunk.contains("plain"))
                break; // records have a test of their own
            if (isOurs) {
                const auto said = ours->nextHandshakeFrame();
                ASSERT_TRUE(said);
                EXPECT_EQ(toHex(*said), toHex(body));
                continue;
            }
            ASSERT_TRUE(ours->handshake(body, Any));
            if (ours->credentialsNeeded())
                ours->provide(known, Any);
        }
        EXPECT_TRUE(ours->expectsRecords());
        EXPECT_FALSE(ours->nextHandshakeFrame());
    }
    EXPECT_EQ(sessions, 12);
}

TEST(Securities, makesTunnelsFromOptions)
{
    SecuritySetup setup;
    setup.options = {{"encryption", "E2"}, {"server-id", "server"}};
    setup.maxBody = MaxBody;
    setup.random = [seed = 0](MutableBytes bytes) mutable { std::ranges::fill(bytes, std::byte(++seed)); };
    const auto client = Securities().make("spake2-ed25519", setup);
    setup.side = SecuritySetup::Side::Server;
    setup.options.erase("encryption"); // a server sees it
    const auto server = Securities().make("spake2-ed25519", setup);
    ASSERT_TRUE(client && server);
    (*client)->start(Any);
    (*server)->start(Any);
    (*client)->provide(credentials("alice", "s3cr3t"), Any);
    for (int turn = 0; turn < 2; ++turn) {
        while (const auto frame = (*client)->nextHandshakeFrame()) {
            ASSERT_TRUE((*server)->handshake(*frame, Any));
            if ((*server)->credentialsNeeded())
                (*server)->provide(credentials("alice", "s3cr3t"), Any);
        }
        while (const auto frame = (*server)->nextHandshakeFrame())
            ASSERT_TRUE((*client)->handshake(*frame, Any));
    }
    EXPECT_TRUE((*client)->isEstablished());
    EXPECT_TRUE((*server)->isEstablished());
}

TEST(Securities, refusesWhatItDoesNotKnow)
{
    SecuritySetup setup;
    const auto code = [&](std::string_view name) { return Securities().make(name, setup).error().code; };
    EXPECT_EQ(code("spake2-ed25519"), ErrorCode::InvalidArgument); // no random bytes
    setup.random = [](MutableBytes) {};
    EXPECT_EQ(code("rot13"), ErrorCode::NotSupportedByProtocol);
    EXPECT_EQ(code("spake2-ed25519"), ErrorCode::InvalidArgument); // a client has to be told the format
    setup.options = {{"encryption", "E3"}};
    EXPECT_EQ(code("spake2-ed25519"), ErrorCode::InvalidArgument);
    setup.side = SecuritySetup::Side::Server;
    EXPECT_TRUE(Securities().make("spake2-ed25519", setup));
}

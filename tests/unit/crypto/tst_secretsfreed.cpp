// SPDX-License-Identifier: MIT
// Whole sealed sessions, both engines in memory: when both have gone, no block that went back to the heap on
// the way held the password, a private key or anything that is derived from them. Every session is played
// twice with the same randomness, because only its end tells what its secrets were.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "../wire/freedblocks.h"
#include "crypto/spake2ed25519.h"
#include "crypto/x25519.h"
#include "secretsession.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

namespace {

const std::vector<Scene> Scenes {
    {"E1", "tfserver", {{"encryption", "E1"}}, {}, FreedBlocks::Word, FreedBlocks::Word},
    {"E1ofG3", "tfserver", {{"generation", "3"}}, {}, FreedBlocks::Word, FreedBlocks::Word},
    {"E2", "tfserver", {{"encryption", "E2"}}, {}, FreedBlocks::Word, FreedBlocks::Word},
    {"E2besideClear", "tfserver", {}, {{"clear", "serve"}}, FreedBlocks::Word, FreedBlocks::Word},
    {"E1wrongPassword", "tfserver", {{"encryption", "E1"}}, {}, "a guess as long as that", FreedBlocks::Word,
        ErrorCode::AuthenticationFailed},
    {"E2wrongPassword", "tfserver", {}, {}, FreedBlocks::Word, "what the server knows",
        ErrorCode::AuthenticationFailed},
    {"E2unknownUser", "tfserver", {}, {}, FreedBlocks::Word, "", ErrorCode::AuthenticationFailed},
    {"familyA", "network-protocol", {{"family", "A"}}, {{"family", "A"}}, "", ""},
    {"familyB", "network-protocol", {{"family", "B"}}, {{"family", "B"}}, "", ""},
    {"familyAfound", "network-protocol", {{"family", "A"}}, {}, "", ""},
    {"familyBfound", "network-protocol", {{"family", "B"}}, {}, "", ""},
    {"familyBbesidePlain", "network-protocol", {}, {{"packets", "both"}}, "", ""},
};

/// What both sides gave away to those who asked.
struct Learnt {
    SecretBytes ofClient;
    SecretBytes ofServer;
};

class SecretsFreed : public testing::TestWithParam<Scene>
{
protected:
    void SetUp() override { FreedBlocks::forget(); }
    void TearDown() override { FreedBlocks::forget(); }

    /// From the handshake to the last goodbye.
    Learnt play(bool isCareless = false)
    {
        m_clients = Randomness(1);
        m_servers = Randomness(2);
        const Scene &scene = GetParam();
        Side client(scene, Role::Client, m_clients, isCareless);
        Side server(scene, Role::Server, m_servers, isCareless);
        const auto talk = [&] {
            for (bool again = true; again;) {
                again = client.talkTo(server);
                again = server.talkTo(client) || again;
            }
        };
        talk();
        if (scene.end == ErrorCode::None) {
            EXPECT_EQ(client.answers, 1);
            EXPECT_GE(client.reader.opened, 2);
            EXPECT_GE(server.reader.opened, 2);
            client.close();
            talk();
            server.end();
            client.end();
            talk();
        }
        for (Side *side : {&client, &server}) {
            if (!side->closed)
                side->end();
        }
        talk();
        EXPECT_TRUE(client.closed && server.closed);
        EXPECT_TRUE(client.closed->code == scene.end || server.closed->code == scene.end)
            << client.closed->detail << server.closed->detail;
        return {client.reader.secrets, server.reader.secrets};
    }

    /// Looks for all that a first time has told, and for what follows from the randomness.
    void lookFor(const Learnt &learnt) const
    {
        if (!learnt.ofClient.view().empty())
            FreedBlocks::lookFor("the client's exported secrets", learnt.ofClient);
        if (!learnt.ofServer.view().empty()
            && !std::ranges::equal(learnt.ofServer.view(), learnt.ofClient.view()))
            FreedBlocks::lookFor("the server's exported secrets", learnt.ofServer);
        if (GetParam().clientsPassword.empty())
            lookForNpro(learnt);
        else
            lookForTunnel(learnt);
    }

private:
    static constexpr std::size_t KeyBytes = 32;

    void lookForTunnel(const Learnt &learnt) const
    {
        using Spake2 = Spake2Ed25519;
        const Scene &scene = GetParam();
        FreedBlocks::lookFor("the client's password", asBytes(scene.clientsPassword));
        if (!scene.serversPassword.empty() && scene.serversPassword != scene.clientsPassword)
            FreedBlocks::lookFor("the server's password", asBytes(scene.serversPassword));
        const auto scalars = [&](const char *scalar, const char *nobodys, const Randomness &random) {
            FreedBlocks::lookFor(scalar, random.given(Spake2::RandomBytes));
            FreedBlocks::lookFor(nobodys, random.given(Spake2::RandomBytes + KeyBytes).last(KeyBytes));
        };
        scalars("what the client's scalar is made of", "the client's password of nobody", m_clients);
        scalars("what the server's scalar is made of", "the server's password of nobody", m_servers);
        const auto sideOf = [](Spake2::Side side, ByteView password, const Randomness &random) {
            return Spake2(
                side, password, asBytes("alice"), asBytes("server"), random.given(Spake2::RandomBytes));
        };
        const ByteView serversPassword = scene.serversPassword.empty()
            ? m_servers.given(Spake2::RandomBytes + KeyBytes).last(KeyBytes)
            : asBytes(scene.serversPassword);
        const auto client = sideOf(Spake2::Side::Client, asBytes(scene.clientsPassword), m_clients);
        const auto server = sideOf(Spake2::Side::Server, serversPassword, m_servers);
        FreedBlocks::lookFor("the client's SPAKE2 key", client.finish(server.message()).value().view());
        FreedBlocks::lookFor("the server's SPAKE2 key", server.finish(client.message()).value().view());
        for (const ByteView exported : {ByteView(learnt.ofClient), ByteView(learnt.ofServer)}) {
            if (!exported.empty())
                lookForKeys(exported.subspan(1)); // behind the number of the format
        }
    }

    /// For each direction a key and what its nonces begin with, which is nothing in E1.
    static void lookForKeys(ByteView exported)
    {
        constexpr std::size_t NonceBytes = 12;
        for (const char *name : {"a key to the server", "a key to the client"}) {
            FreedBlocks::lookFor(name, exported.first(KeyBytes));
            const ByteView nonces = exported.subspan(KeyBytes, NonceBytes);
            if (std::ranges::count(nonces, std::byte()) < std::ptrdiff_t(nonces.size()))
                FreedBlocks::lookFor("what nonces begin with", nonces);
            exported = exported.subspan(KeyBytes + NonceBytes);
        }
    }

    void lookForNpro(const Learnt &learnt) const
    {
        const auto keyOf = [](const Randomness &random) {
            Secret<KeyBytes> key;
            std::ranges::copy(random.given(KeyBytes), key.bytes().begin());
            return key;
        };
        // X25519 changes the first and the last byte.
        FreedBlocks::lookFor("the client's private key", m_clients.given(KeyBytes).subspan(1, KeyBytes - 2));
        FreedBlocks::lookFor("the server's private key", m_servers.given(KeyBytes).subspan(1, KeyBytes - 2));
        const auto shared = x25519(keyOf(m_clients), x25519PublicKey(keyOf(m_servers)));
        FreedBlocks::lookFor("what X25519 gave", shared.value().view());
        for (const ByteView exported : {ByteView(learnt.ofClient), ByteView(learnt.ofServer)}) {
            for (std::size_t at = 0; at + KeyBytes <= exported.size(); at += KeyBytes)
                FreedBlocks::lookFor("a session's key", exported.subspan(at, KeyBytes));
        }
    }

    Randomness m_clients {1};
    Randomness m_servers {2};
};

INSTANTIATE_TEST_SUITE_P(Sessions, SecretsFreed, testing::ValuesIn(Scenes),
    [](const auto &scene) { return std::string(scene.param.name); });

} // namespace

TEST_P(SecretsFreed, NoneIsLeft)
{
    lookFor(play());
    play();
    EXPECT_EQ(FreedBlocks::found(), "");
}

TEST_P(SecretsFreed, ACopyThatNobodyWipesWouldBeFound)
{
    const Learnt learnt = play();
    lookFor(learnt);
    play(true);
    const std::string found = FreedBlocks::found();
    EXPECT_NE(found.find("the client's exported secrets in "), std::string::npos)
        << "else the other test shows nothing";
    const bool hasPassword = !GetParam().clientsPassword.empty();
    EXPECT_EQ(found.find("the client's password in ") != std::string::npos, hasPassword) << found;
}

// SPDX-License-Identifier: MIT
// What an unknown user costs a server, against a wrong password: bytes, their order, and how often the group
// and the hash are asked. No time is taken: libsodium's functions are counted on their way to the library.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <sodium.h>

#include "crypto/tunnelsecurity.h"
#include "wire/hexdump.h"

namespace {

/// The calls of whoever is at work, by name.
std::map<std::string, int> &calls()
{
    static std::map<std::string, int> counted;
    return counted;
}

/// While it lives, what is called is not counted.
class OffTheBill
{
public:
    OffTheBill() { calls().swap(m_kept); }
    OffTheBill(const OffTheBill &) = delete;
    OffTheBill &operator=(const OffTheBill &) = delete;
    ~OffTheBill() { calls().swap(m_kept); }

private:
    std::map<std::string, int> m_kept;
};

/// Counts a call, and hands it on to the library's own function of this name.
template <class Function, class... Arguments>
auto passOn(const char *name, Arguments... arguments)
{
    ++calls()[name];
    return reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name))(arguments...);
}

} // namespace

// The linker finds these before the library's.
extern "C" {

int crypto_scalarmult_ed25519_noclamp(unsigned char *q, const unsigned char *n, const unsigned char *p)
{
    return passOn<decltype(crypto_scalarmult_ed25519_noclamp)>("crypto_scalarmult_ed25519_noclamp", q, n, p);
}
int crypto_scalarmult_ed25519_base_noclamp(unsigned char *q, const unsigned char *n)
{
    return passOn<decltype(crypto_scalarmult_ed25519_base_noclamp)>(
        "crypto_scalarmult_ed25519_base_noclamp", q, n);
}
int crypto_core_ed25519_add(unsigned char *r, const unsigned char *p, const unsigned char *q)
{
    return passOn<decltype(crypto_core_ed25519_add)>("crypto_core_ed25519_add", r, p, q);
}
int crypto_core_ed25519_sub(unsigned char *r, const unsigned char *p, const unsigned char *q)
{
    return passOn<decltype(crypto_core_ed25519_sub)>("crypto_core_ed25519_sub", r, p, q);
}
void crypto_core_ed25519_scalar_reduce(unsigned char *r, const unsigned char *s)
{
    passOn<decltype(crypto_core_ed25519_scalar_reduce)>("crypto_core_ed25519_scalar_reduce", r, s);
}
int crypto_hash_sha256(unsigned char *out, const unsigned char *in, unsigned long long inlen)
{
    return passOn<decltype(crypto_hash_sha256)>("crypto_hash_sha256", out, in, inlen);
}
int sodium_memcmp(const void *b1_, const void *b2_, size_t len)
{
    return passOn<decltype(sodium_memcmp)>("sodium_memcmp", b1_, b2_, len);
}

} // extern "C"

using namespace Halyard::Wire;

namespace {

using Took = FrameSecurity::Took;

constexpr Now Any {};
constexpr std::size_t MaxBody = 65'536;

Bytes random(unsigned seed) { return Bytes(TunnelSecurity::RandomBytes, std::byte(seed)); }

/// What a server did for one client.
struct Bill {
    std::map<std::string, int> calls;
    std::vector<std::string> sent;     // in order, as hexadecimal text
    std::vector<std::string> stations; // what became of each frame that came
};

/// A client's tag, or its first record.
Bytes thirdFrame(TunnelSecurity &client)
{
    const OffTheBill clients;
    if (client.format() == TunnelFormat::E2)
        return client.nextHandshakeFrame().value_or(Bytes());
    Bytes record(client.overhead().front + client.overhead().back + 1);
    EXPECT_TRUE(client.seal(record));
    return record;
}

/// A server to which somebody who calls himself alice comes with `password`; what the server costs is
/// counted, what the client costs is not.
Bill billFor(TunnelFormat format, std::string_view password, std::optional<std::string_view> known)
{
    const auto client = TunnelSecurity::client(format, "server", random(1), MaxBody);
    const auto server = TunnelSecurity::server("server", random(2), MaxBody);
    client->start(Any);
    server->start(Any);
    client->provide(Credentials {"alice", toBytes(asBytes(password))}, Any);

    Bill bill;
    const auto take = [&](const Bytes &body) {
        const auto took = server->handshake(body, Any);
        bill.stations.emplace_back(
            took ? (*took == Took::Record ? "record" : "frame") : errorName(took.error().code));
        if (server->credentialsNeeded()) {
            std::optional<Credentials> found;
            if (known)
                found = Credentials {"alice", toBytes(asBytes(*known))};
            server->provide(std::move(found), Any);
        }
        return took;
    };
    const auto hear = [&] {
        while (const auto frame = server->nextHandshakeFrame()) {
            bill.sent.push_back(toHex(*frame));
            const OffTheBill clients;
            EXPECT_TRUE(client->handshake(*frame, Any));
        }
    };
    calls().clear();
    while (const auto frame = client->nextHandshakeFrame())
        EXPECT_TRUE(take(*frame));
    hear();
    const Bytes third = thirdFrame(*client);
    const auto took = take(third);
    hear();
    if (took && *took == Took::Record) {
        Bytes record = third;
        const auto opened = server->open(record);
        bill.stations.emplace_back(opened ? "opened" : errorName(opened.error().code));
    }
    bill.calls = calls();
    return bill;
}

} // namespace

class TunnelCost : public testing::TestWithParam<TunnelFormat>
{
};

INSTANTIATE_TEST_SUITE_P(Formats, TunnelCost, testing::Values(TunnelFormat::E1, TunnelFormat::E2),
    [](const auto &chosen) { return chosen.param == TunnelFormat::E1 ? "E1" : "E2"; });

TEST_P(TunnelCost, AnUnknownUserIsAsDearAsAWrongPassword)
{
    const Bill unknown = billFor(GetParam(), "s3cr3t", std::nullopt);
    const Bill wrong = billFor(GetParam(), "s3cr3t", "another");
    EXPECT_EQ(unknown.calls, wrong.calls);
    EXPECT_EQ(unknown.stations, wrong.stations);
    ASSERT_EQ(unknown.sent.size(), 1U); // its point, and nothing after it
    ASSERT_EQ(wrong.sent.size(), 1U);
    EXPECT_EQ(unknown.sent.front().size(), wrong.sent.front().size());
    EXPECT_EQ(unknown.sent.front().substr(0, 2), wrong.sent.front().substr(0, 2));
    EXPECT_EQ(unknown.stations.back(), "AuthenticationFailed");
}

TEST_P(TunnelCost, WhatIsCountedIsTheWork)
{
    const Bill right = billFor(GetParam(), "s3cr3t", "s3cr3t");
    auto counted = right.calls;
    EXPECT_EQ(counted["crypto_scalarmult_ed25519_base_noclamp"], 1); // y
    EXPECT_EQ(counted["crypto_scalarmult_ed25519_noclamp"], 3);      // both blindings, the shared point
    EXPECT_EQ(counted["crypto_core_ed25519_add"], 1);
    EXPECT_EQ(counted["crypto_core_ed25519_sub"], 1);
    EXPECT_EQ(counted["crypto_core_ed25519_scalar_reduce"], 2); // y, w
    EXPECT_GE(counted["crypto_hash_sha256"], 4);                // password, names, transcript
    EXPECT_EQ(counted["sodium_memcmp"], GetParam() == TunnelFormat::E2 ? 1 : 0);
    // A right password is told by nothing but the end.
    EXPECT_EQ(billFor(GetParam(), "s3cr3t", "another").calls, right.calls);
}

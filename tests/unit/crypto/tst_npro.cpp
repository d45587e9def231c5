// SPDX-License-Identifier: MIT
// Keys and records of tests/data/network-protocol.json, and every recorded session of it, byte for byte: one
// side was the crate, the other one is ours, with its private key, its nonces and its clock.
#include <deque>
#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "crypto/nprosecurity.h"
#include "nprosessions.h"
#include "wire/hexdump.h"
#include "wire/npro/framing.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Npro;
using namespace Halyard::Wire::Test;
using nlohmann::json;

namespace {

constexpr std::size_t MaxBody = MaxPayloadBytes;
constexpr std::size_t NonceBytes = 24;

Family familyOf(const json &row) { return row["family"] == "A" ? Family::A : Family::B; }
Family otherOf(Family family) { return family == Family::A ? Family::B : Family::A; }

Bytes sealed(FrameSecurity &security, const Bytes &plain)
{
    const Overhead extra = security.overhead();
    Bytes record(extra.front + plain.size() + extra.back);
    copyBytes(plain, record.data() + extra.front);
    EXPECT_TRUE(security.seal(record));
    return record;
}

/// What a record gives: its content in hex, or the name of the error; on an error it is as it was.
std::string opened(FrameSecurity &security, Bytes record)
{
    const Bytes before = record;
    const auto plain = security.open(record);
    if (plain)
        return toHex(*plain);
    EXPECT_EQ(record, before);
    return std::string(errorName(plain.error().code));
}

/// Plays the side whose private key is known; says how many sealed packets it took and gave.
int replay(const json &row)
{
    const json &fields = row["fields"];
    const bool isClient = fields.contains("client_private");
    const std::vector<RecordedPacket> packets = packetsOf(row);
    WrittenRandom written;
    written.pieces.push_back(bytesOf(fields, isClient ? "client_private" : "server_private"));
    written.pieces.push_back(bytesOf(fields, isClient ? "client_nonce" : "server_nonce"));
    const auto ours = isClient
        ? NproSecurity::client(familyOf(row), written.source(), MaxBody)
        : NproSecurity::server(std::nullopt, written.source(), std::make_shared<ReplayCache>(), MaxBody);
    const Now now = clockOf(row);
    ours->start(now);
    const bool provesItself = row["name"].get<std::string>().find("wrong-confirm") == std::string::npos;
    std::set<std::string, std::less<>> seen;
    int records = 0;
    for (const RecordedPacket &packet : packets) {
        SCOPED_TRACE(packet.said.dump());
        const bool isOurs = packet.isClients == isClient;
        const bool isSealed = packet.said.value("sealed", false);
        const bool opens = packet.said.value("opens", true) && packet.said.contains("plain");
        const bool isNew = seen.emplace(asText(packet.body)).second;
        if (!isSealed && isOurs) {
            const auto said = ours->nextHandshakeFrame();
            if (!ours->isEstablished() || said) {
                EXPECT_TRUE(said);
                if (provesItself || packet.said["message"] != "Confirm") {
                    EXPECT_EQ(toHex(said.value_or(Bytes())), toHex(packet.body));
                }
            }
        } else if (!isSealed) {
            EXPECT_TRUE(ours->handshake(packet.body, now));
        } else if (isOurs && opens && isNew) {
            ++records;
            written.pieces.push_back(toBytes(ByteView(packet.body).first(NonceBytes)));
            EXPECT_EQ(toHex(sealed(*ours, bytesOf(packet.said, "plain"))), toHex(packet.body));
        } else if (!isOurs && opens) {
            ++records;
            // What comes again, or back, is refused; the crates take it.
            const std::string expected = isNew ? packet.said["plain"].get<std::string>() : "DecryptionFailed";
            EXPECT_EQ(opened(*ours, packet.body), expected);
        }
    }
    EXPECT_TRUE(written.pieces.empty());
    if (!isClient && records > 0) {
        EXPECT_EQ(ours->family(), familyOf(row)) << "a server finds it out";
    }
    return records;
}

} // namespace

TEST(Npro, keys)
{
    int rows = 0;
    for (const json &row : loadVectors("network-protocol.json")) {
        if (row["layer"] != "kdf")
            continue;
        SCOPED_TRACE(row["name"]);
        ++rows;
        const json &fields = row["fields"];
        const NproNonce clientNonce = arrayOf<16>(bytesOf(fields, "client_nonce"));
        const NproNonce serverNonce = arrayOf<16>(bytesOf(fields, "server_nonce"));
        const Secret<32> shared = secretOf(bytesOf(fields, "shared_secret"));
        EXPECT_EQ(
            toHex(deriveNproKey(familyOf(row), shared, clientNonce, serverNonce).view()), textOf(row["hex"]));
        if (!fields.contains("client_private"))
            continue; // that of a key of zeros, which we refuse
        for (const auto &[own, peer] : {std::pair {"client", "server"}, {"server", "client"}}) {
            const Secret<32> key = secretOf(bytesOf(fields, (own + std::string("_private")).c_str()));
            const auto publicKey = bytesOf(fields, (peer + std::string("_public")).c_str());
            EXPECT_EQ(toHex(x25519PublicKey(key)), textOf(fields[own + std::string("_public")]));
            const auto agreed = x25519(key, arrayOf<32>(publicKey));
            ASSERT_TRUE(agreed);
            EXPECT_EQ(toHex(agreed->view()), textOf(fields["shared_secret"]));
        }
        EXPECT_EQ(toHex(nproVerification(clientNonce)), textOf(fields["sha256_client_nonce"]));
        EXPECT_EQ(toHex(nproVerification(serverNonce)), textOf(fields["sha256_server_nonce"]));
    }
    EXPECT_EQ(rows, 10);
}

TEST(Npro, records)
{
    int rows = 0;
    for (const json &row : loadVectors("network-protocol.json")) {
        if (row["layer"] != "record")
            continue;
        SCOPED_TRACE(row["name"]);
        ++rows;
        const json &fields = row["fields"];
        const Bytes packet = bytesOf(row, "hex");
        const Bytes plain = bytesOf(fields, "plain");
        WrittenRandom written {{bytesOf(fields, "nonce")}};
        NproRecords sealing(secretOf(bytesOf(fields, "key")), written.source());
        NproRecords opening(secretOf(bytesOf(fields, "key")), written.source());
        Bytes record(24 + plain.size() + 16);
        copyBytes(plain, record.data() + 24);
        ASSERT_TRUE(sealing.seal(record));
        EXPECT_EQ(toHex(record), toHex(ByteView(packet).subspan(HeaderBytes)));
        const Bytes again = record;
        const auto content = opening.open(record);
        ASSERT_TRUE(content);
        EXPECT_EQ(toHex(*content), toHex(plain));
        for (std::size_t cut = 0; cut < again.size(); ++cut) {
            Bytes part(again.begin(), again.begin() + std::ptrdiff_t(cut));
            NproRecords fresh(secretOf(bytesOf(fields, "key")), nullptr);
            const auto refused = fresh.open(part);
            ASSERT_FALSE(refused) << "cut at byte " << cut;
            EXPECT_EQ(refused.error().code, ErrorCode::DecryptionFailed);
        }
    }
    EXPECT_EQ(rows, 14);
}

TEST(Npro, recordsThatAreNone)
{
    int rows = 0;
    for (const json &row : loadVectors("network-protocol.json")) {
        if (row["layer"] != "record-payload")
            continue;
        SCOPED_TRACE(row["name"]);
        ++rows;
        NproRecords records(secretOf(bytesOf(row["fields"], "key")), nullptr);
        Bytes record = bytesOf(row, "hex");
        const Bytes before = record;
        const auto plain = records.open(record);
        EXPECT_EQ(plain ? "ok " + toHex(*plain) : "error", textOf(row["fields"]["1.3.0"]));
        if (!plain) {
            EXPECT_EQ(plain.error().code, ErrorCode::DecryptionFailed);
            EXPECT_EQ(record, before);
        }
    }
    EXPECT_EQ(rows, 7);
}

TEST(Npro, recordedSessions)
{
    int sessions = 0;
    int records = 0;
    for (const json &row : loadVectors("network-protocol.json")) {
        if (row["layer"] != "session")
            continue;
        SCOPED_TRACE(row["name"]);
        ++sessions;
        records += replay(row);
    }
    EXPECT_EQ(sessions, 43);
    EXPECT_GT(records, 300);
}

TEST(Npro, anotherFamilyOpensNothing)
{
    int rows = 0;
    for (const json &row : loadVectors("network-protocol.json")) {
        if (row["layer"] != "session" || !row["fields"].contains("shared_secret"))
            continue;
        SCOPED_TRACE(row["name"]);
        const json &fields = row["fields"];
        const auto key = deriveNproKey(otherOf(familyOf(row)), secretOf(bytesOf(fields, "shared_secret")),
            arrayOf<16>(bytesOf(fields, "client_nonce")), arrayOf<16>(bytesOf(fields, "server_nonce")));
        for (RecordedPacket &packet : packetsOf(row)) {
            if (!packet.said.value("sealed", false))
                continue;
            ++rows;
            NproRecords records(key, nullptr);
            EXPECT_FALSE(records.open(packet.body));
        }
    }
    EXPECT_GT(rows, 300);
}

// SPDX-License-Identifier: MIT
// Every sealed session of tests/data/tfserver.json, from the secret scalar of one side to the last byte, and
// what is refused. In all of them one side was the crate.
#include <gtest/gtest.h>

#include "../wire/vectors.h"
#include "crypto/spake2ed25519.h"
#include "crypto/tunnelrecords.h"
#include "wire/hexdump.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using nlohmann::json;
using Side = Spake2Ed25519::Side;

namespace {

Bytes bytesOf(const json &object, const char *key) { return fromHex(object[key].get<std::string>()); }

/// A scalar in the form of the random bytes that are reduced to it.
Bytes asRandom(Bytes scalar)
{
    scalar.resize(Spake2Ed25519::RandomBytes);
    return scalar;
}

TunnelFormat formatOf(const json &row)
{
    return row["encryption"] == "E1" ? TunnelFormat::E1 : TunnelFormat::E2;
}

/// The body of the n-th frame.
Bytes frameBody(const json &row, std::size_t n)
{
    Bytes frame = bytesOf(row["chunks"][n], "hex");
    frame.erase(frame.begin(), frame.begin() + 4);
    return frame;
}

void expectEqual(ByteView bytes, const json &secrets, const char *name)
{
    EXPECT_EQ(toHex(bytes), toHex(bytesOf(secrets, name))) << name;
}

Bytes sealed(TunnelRecords &records, TunnelFormat format, const Bytes &plain)
{
    const Overhead extra = TunnelRecords::overhead(format);
    Bytes record(extra.front + plain.size() + extra.back);
    copyBytes(plain, record.data() + extra.front);
    EXPECT_TRUE(records.seal(record));
    return record;
}

struct Tunnel {
    Tunnel(TunnelFormat format, const TunnelKey &key)
        : sealing(TunnelRecords::Task::Seal, format, key)
        , opening(TunnelRecords::Task::Open, format, key)
    { }
    TunnelRecords sealing;
    TunnelRecords opening;
};

TunnelKey someKey()
{
    TunnelKey key;
    std::ranges::fill(key.key.bytes(), std::byte(7));
    std::ranges::fill(key.nonceBase.bytes(), std::byte(9));
    return key;
}

} // namespace

TEST(Spake2Ed25519, PublishedVector)
{
    const json row = loadVectors("spake2.json").at(0);
    const auto text = [&](const char *key) { return row[key].get<std::string>(); };
    const auto side = [&](Side which, const char *scalar) {
        return Spake2Ed25519(which, asBytes(text("password")), asBytes(text("client")),
            asBytes(text("server")), asRandom(bytesOf(row, scalar)));
    };
    const Spake2Ed25519 client = side(Side::Client, "client_scalar_le");
    const Spake2Ed25519 server = side(Side::Server, "server_scalar_le");
    EXPECT_EQ(toBytes(client.message()), bytesOf(row, "client_message"));
    EXPECT_EQ(toBytes(server.message()), bytesOf(row, "server_message"));
    EXPECT_EQ(toBytes(client.finish(server.message())->view()), bytesOf(row, "key"));
    EXPECT_EQ(toBytes(server.finish(client.message())->view()), bytesOf(row, "key"));
}

TEST(Spake2Ed25519, RefusesWhatIsNoMessage)
{
    const Spake2Ed25519 client(
        Side::Client, asBytes("s3cr3t"), asBytes("alice"), asBytes("server"), Bytes(64, std::byte(3)));
    const auto refusal = [&](const Bytes &message) {
        const auto key = client.finish(message);
        return key ? ErrorCode::None : key.error().code;
    };
    const Bytes good = fromHex("42 354e97b88406922b1df4bea1d7870f17aed3dba7c720b313edae315b00959309");
    EXPECT_EQ(refusal(good), ErrorCode::None);
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_EQ(refusal(Bytes(good.begin(), good.begin() + std::ptrdiff_t(size))),
            ErrorCode::SecurityHandshakeFailed);
    Bytes longer = good;
    longer.push_back({});
    EXPECT_EQ(refusal(longer), ErrorCode::SecurityHandshakeFailed);
    EXPECT_EQ(refusal(toBytes(client.message())), ErrorCode::SecurityHandshakeFailed); // our own, reflected
    // No point at all.
    EXPECT_EQ(refusal(fromHex("42 0200000000000000000000000000000000000000000000000000000000000000")),
        ErrorCode::SecurityHandshakeFailed);
}

TEST(Tunnel, EverySession)
{
    int sessions = 0;
    for (const json &row : loadVectors("tfserver.json")) {
        if (!row.contains("secrets"))
            continue;
        SCOPED_TRACE(row["name"].get<std::string>());
        ++sessions;
        const json &secrets = row["secrets"];
        const TunnelFormat format = formatOf(row);
        const Bytes clientMessage = frameBody(row, 1);
        const Bytes serverMessage = frameBody(row, 2);
        const bool isClient = secrets.contains("x_le");
        const Spake2Ed25519 ours(isClient ? Side::Client : Side::Server, bytesOf(secrets, "password"),
            bytesOf(secrets, "identity"), bytesOf(secrets, "server_id"),
            asRandom(bytesOf(secrets, isClient ? "x_le" : "y_le")));
        EXPECT_EQ(toBytes(ours.message()), isClient ? clientMessage : serverMessage);
        const auto shared = ours.finish(isClient ? serverMessage : clientMessage);
        ASSERT_TRUE(shared);
        expectEqual(shared->view(), secrets, "shared");
        if (!secrets.contains("key_a"))
            continue;

        const TunnelKeys keys = deriveTunnelKeys(format, *shared, bytesOf(secrets, "identity"),
            bytesOf(secrets, "server_id"), clientMessage, serverMessage);
        expectEqual(keys.clientToServer.key.view(), secrets, "key_a");
        expectEqual(keys.serverToClient.key.view(), secrets, "key_b");
        if (format == TunnelFormat::E2) {
            expectEqual(keys.clientToServer.nonceBase.view(), secrets, "iv_a");
            expectEqual(keys.serverToClient.nonceBase.view(), secrets, "iv_b");
            expectEqual(keys.clientTag.view(), secrets, "tag_client");
            expectEqual(keys.serverTag.view(), secrets, "tag_server");
        }

        Tunnel toServer(format, keys.clientToServer);
        Tunnel toClient(format, keys.serverToClient);
        Bytes previous;
        for (std::size_t n = 3; n < row["chunks"].size(); ++n) {
            const json &chunk = row["chunks"][n];
            if (!chunk.contains("plain") || !chunk["plain"].is_string())
                continue;
            Tunnel &tunnel = chunk["from"] == "C" ? toServer : toClient;
            Bytes record = frameBody(row, n);
            if (record == previous) { // replayed: the crate ended the connection here
                EXPECT_EQ(tunnel.opening.open(record).error().code, ErrorCode::DecryptionFailed);
                EXPECT_EQ(record, previous);
                continue;
            }
            if (chunk["from"] == "C")
                previous = record;
            const Bytes plain = bytesOf(chunk, "plain");
            EXPECT_EQ(toHex(sealed(tunnel.sealing, format, plain)), toHex(record));
            const auto opened = tunnel.opening.open(record);
            ASSERT_TRUE(opened) << opened.error().detail;
            EXPECT_EQ(toBytes(*opened), plain);
        }
    }
    EXPECT_EQ(sessions, 15);
}

TEST(Tunnel, WorkedVectors)
{
    for (const json &row : loadVectors("tfserver.json")) {
        if (!row.contains("fields"))
            continue;
        SCOPED_TRACE(row["name"].get<std::string>());
        const json &fields = row["fields"];
        const TunnelFormat format = formatOf(row);
        const auto side = [&](Side which, const char *scalar) {
            return Spake2Ed25519(which, bytesOf(fields, "password"), bytesOf(fields, "identity"),
                bytesOf(fields, "server_id"), asRandom(bytesOf(fields, scalar)));
        };
        const Spake2Ed25519 client = side(Side::Client, "x_le");
        const Spake2Ed25519 server = side(Side::Server, "y_le");
        const auto shared = client.finish(server.message());
        ASSERT_TRUE(shared);
        EXPECT_EQ(toBytes(server.finish(client.message())->view()), toBytes(shared->view()));
        expectEqual(shared->view(), fields, "shared");
        const TunnelKeys keys = deriveTunnelKeys(format, *shared, bytesOf(fields, "identity"),
            bytesOf(fields, "server_id"), client.message(), server.message());
        Tunnel toServer(format, keys.clientToServer);
        Tunnel toClient(format, keys.serverToClient);
        for (const json &entry : fields["records"]) {
            Tunnel &tunnel = entry["from"] == "C" ? toServer : toClient;
            Bytes record = bytesOf(entry, "record");
            EXPECT_EQ(toHex(sealed(tunnel.sealing, format, bytesOf(entry, "plain"))), toHex(record));
            EXPECT_EQ(toBytes(*tunnel.opening.open(record)), bytesOf(entry, "plain"));
        }
    }
}

TEST(Tunnel, EveryChangedBitIsNoticed)
{
    for (const TunnelFormat format : {TunnelFormat::E1, TunnelFormat::E2}) {
        Tunnel tunnel(format, someKey());
        const Bytes record = sealed(tunnel.sealing, format, toBytes(asBytes("plain")));
        for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
            Bytes changed = record;
            changed[bit / 8] ^= std::byte(1U << (bit % 8));
            const Bytes before = changed;
            EXPECT_EQ(tunnel.opening.open(changed).error().code, ErrorCode::DecryptionFailed) << bit;
            EXPECT_EQ(changed, before) << "a refused record stays as it was";
        }
        for (std::size_t size = 0; size < record.size(); ++size) {
            Bytes cut(record.begin(), record.begin() + std::ptrdiff_t(size));
            EXPECT_EQ(tunnel.opening.open(cut).error().code, ErrorCode::DecryptionFailed);
        }
        Bytes good = record; // none of these moved the counter
        EXPECT_TRUE(tunnel.opening.open(good));
    }
}

TEST(Tunnel, OrderOfRecords)
{
    for (const TunnelFormat format : {TunnelFormat::E1, TunnelFormat::E2}) {
        Tunnel tunnel(format, someKey());
        std::vector<Bytes> records;
        for (const char *text : {"first", "second", "third"})
            records.push_back(sealed(tunnel.sealing, format, toBytes(asBytes(text))));
        Bytes third = records[2];
        // A gap is allowed where the counter is written down.
        EXPECT_EQ(tunnel.opening.open(third).has_value(), format == TunnelFormat::E1);
        Bytes first = records[0];
        EXPECT_EQ(tunnel.opening.open(first).has_value(), format == TunnelFormat::E2);
        Bytes again = records[0];
        EXPECT_FALSE(tunnel.opening.open(again));
    }
}

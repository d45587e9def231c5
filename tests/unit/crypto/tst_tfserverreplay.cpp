// SPDX-License-Identifier: MIT
// Recorded sealed sessions through the dissector, with the secrets that our side of each exports; and what it
// says of records that were changed, repeated or sealed with another password.
#include <gtest/gtest.h>

#include "../wire/vectors.h"
#include "crypto/securities.h"
#include "crypto/tunnelsecurity.h"
#include "wire/hexdump.h"
#include "wire/tfserver/dissector.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using nlohmann::json;
using TfServer::TfServerDissector;

namespace {

constexpr std::size_t HeaderBytes = LengthFraming::HeaderBytes;
constexpr std::size_t MaxBody = 65'536;
constexpr Now Any {};

struct Frame {
    Direction direction = Direction::ClientToServer;
    Bytes bytes;
    std::optional<Bytes> plain;
    bool isReplay = false;

    [[nodiscard]] ByteView body() const { return ByteView(bytes).subspan(HeaderBytes); }
};

std::vector<Frame> framesOf(const json &row)
{
    std::vector<Frame> frames;
    for (const json &chunk : row["chunks"]) {
        Frame frame;
        frame.direction = chunk["from"] == "C" ? Direction::ClientToServer : Direction::ServerToClient;
        frame.bytes = fromHex(chunk["hex"].get<std::string>());
        if (chunk.contains("plain"))
            frame.plain = fromHex(chunk["plain"].get<std::string>());
        for (const Frame &earlier : frames)
            frame.isReplay |= frame.plain && earlier.bytes == frame.bytes;
        frames.push_back(std::move(frame));
    }
    return frames;
}

std::vector<json> sealedSessions(bool withWrongPassword = false)
{
    std::vector<json> rows;
    for (const json &row : loadVectors("tfserver.json")) {
        if (row.contains("secrets")
            && row["name"].get<std::string>().ends_with("wrong password") == withWrongPassword)
            rows.push_back(row);
    }
    return rows;
}

/// Our side of a recorded session, said again with the scalar of its day, as far as its secrets.
Bytes secretsOf(const json &row, std::string_view password = {})
{
    const json &secrets = row["secrets"];
    const auto bytes = [&](const char *key) { return fromHex(secrets[key].get<std::string>()); };
    const bool isClient = secrets.contains("x_le");
    Bytes scalar = bytes(isClient ? "x_le" : "y_le");
    scalar.resize(TunnelSecurity::RandomBytes);
    const std::string serverName(asText(bytes("server_id")));
    const TunnelFormat format = row["encryption"] == "E1" ? TunnelFormat::E1 : TunnelFormat::E2;
    const auto ours = isClient ? TunnelSecurity::client(format, serverName, scalar, MaxBody)
                               : TunnelSecurity::server(serverName, scalar, MaxBody);
    const Credentials known {std::string(asText(bytes("identity"))),
        password.empty() ? bytes("password") : toBytes(asBytes(password))};
    ours->start(Any);
    if (isClient)
        ours->provide(known, Any);
    for (const Frame &frame : framesOf(row)) {
        if ((frame.direction == Direction::ClientToServer) == isClient)
            continue;
        EXPECT_FALSE(ours->exportedSecrets()) << "not before there are some";
        // With another password the peer's tag is wrong; the secrets are there all the same.
        EXPECT_EQ(ours->handshake(frame.body(), Any).has_value(),
            password.empty() || frame.body().size() != TunnelTagBytes);
        if (ours->credentialsNeeded())
            ours->provide(known, Any);
        if (auto exported = ours->exportedSecrets())
            return *exported;
    }
    ADD_FAILURE() << "no secrets";
    return {};
}

/// One that has the secrets, or none.
struct Reader {
    explicit Reader(const Bytes &secrets = {})
    {
        if (secrets.empty())
            return;
        dissector.useSecurities(std::make_shared<Securities>());
        const auto unlocked = dissector.unlock(secrets);
        EXPECT_TRUE(unlocked) << unlocked.error().detail;
    }
    Dissection read(Direction direction, ByteView bytes)
    {
        dissector.feed(direction, bytes, {});
        auto dissection = dissector.next();
        EXPECT_TRUE(dissection);
        EXPECT_FALSE(dissector.next());
        return dissection.value_or(Dissection());
    }
    Dissection read(const Frame &frame) { return read(frame.direction, frame.bytes); }

    TfServerDissector dissector;
};

const Field *openedOf(const Dissection &dissection)
{
    const Field &record = dissection.root.fields.back();
    EXPECT_EQ(record.name, "record");
    return !record.fields.empty() && record.fields.back().layer ? &record.fields.back() : nullptr;
}

void expectOpened(const Dissection &dissection, ByteView plain)
{
    const Field *const opened = openedOf(dissection);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->name, "opened");
    EXPECT_EQ(toHex(*opened->layer), toHex(plain));
    EXPECT_EQ(opened->length, plain.size());
    // Packet or payload: a level of its own, which counts in the opened bytes.
    ASSERT_EQ(opened->fields.size(), 1U);
    EXPECT_EQ(opened->fields[0].offset, 0U);
    EXPECT_EQ(opened->fields[0].length, plain.size());
    EXPECT_NE(dissection.summary.find(" (sealed)"), std::string::npos) << dissection.summary;
    EXPECT_NE(dissection.message.type, "record") << "what is inside tells what it is";
    EXPECT_FALSE(dissection.message.type.empty());
    if (!dissection.payload().empty()) {
        EXPECT_EQ(toHex(dissection.payload()), toHex(plain)) << "in the opened bytes";
    }
    EXPECT_EQ(dissection.root.fields.back().severity, Severity::None);
}

void expectMarked(const Dissection &dissection, std::string_view field, std::string_view note)
{
    const Field &marked = dissection.root.fields.back();
    EXPECT_EQ(marked.name, field);
    EXPECT_EQ(marked.severity, Severity::Error);
    EXPECT_NE(marked.note.find(note), std::string::npos) << marked.note;
    EXPECT_EQ(dissection.root.severity, Severity::Error);
    EXPECT_NE(dissection.summary.find('['), std::string::npos) << dissection.summary;
}

} // namespace

TEST(TfServerReplay, everyRecordOpens)
{
    int sessions = 0;
    int records = 0;
    int replays = 0;
    for (const json &row : sealedSessions()) {
        SCOPED_TRACE(row["name"].get<std::string>());
        ++sessions;
        Reader open(secretsOf(row));
        Reader closed;
        for (const Frame &frame : framesOf(row)) {
            const Dissection told = open.read(frame);
            const Dissection shut = closed.read(frame);
            if (!frame.plain) {
                EXPECT_EQ(told.root, shut.root) << "the handshake is the same for all";
                EXPECT_EQ(told.severity(), Severity::None);
                continue;
            }
            EXPECT_TRUE(shut.summary.starts_with("sealed record, ")) << shut.summary;
            EXPECT_FALSE(openedOf(shut));
            ++records;
            if (frame.isReplay) {
                ++replays;
                expectMarked(told, "record", "a record that has been here before");
                expectMarked(shut, "record", "a record that has been here before");
                continue;
            }
            expectOpened(told, *frame.plain);
            EXPECT_EQ(shut.severity(), Severity::None);
        }
    }
    EXPECT_EQ(sessions, 12);
    EXPECT_GT(records, 80);
    EXPECT_EQ(replays, 3);
}

TEST(TfServerReplay, packetsAndPayloadsAreNamed)
{
    const json row = sealedSessions().front();
    Reader open(secretsOf(row));
    std::string said;
    for (const Frame &frame : framesOf(row))
        said += open.read(frame).summary + '\n';
    EXPECT_NE(said.find("user alice\n"), std::string::npos) << said;
    EXPECT_NE(said.find("HandlerMetaReq name=echo (sealed)\n"), std::string::npos) << said;
    EXPECT_NE(said.find("HandlerMetaAns handler=0 (sealed)\n"), std::string::npos) << said;
    EXPECT_NE(said.find("payload, 12 bytes (sealed)\n"), std::string::npos) << said;
    EXPECT_NE(said.find("answer, 12 bytes (sealed)\n"), std::string::npos) << said;
}

TEST(TfServerReplay, changedAndRepeatedRecordsAreMarkedAndTheOthersOpen)
{
    for (const json &row : sealedSessions()) {
        SCOPED_TRACE(row["name"].get<std::string>());
        Reader open(secretsOf(row));
        bool isFirst = true;
        for (const Frame &frame : framesOf(row)) {
            if (!frame.plain || frame.isReplay) {
                open.read(frame);
                continue;
            }
            for (const std::size_t fromBack : {std::size_t(1), TunnelRecords::TagBytes}) {
                Frame changed = frame;
                changed.bytes[changed.bytes.size() - fromBack] ^= std::byte(1);
                // What has opened nothing yet cannot tell a forgery from a wrong password.
                const bool isE1 = row["encryption"] == "E1";
                expectMarked(open.read(changed), "record",
                    isFirst && isE1 ? "AuthenticationFailed: " : "DecryptionFailed: ");
            }
            isFirst = false;
            expectOpened(open.read(frame), *frame.plain);
            expectMarked(open.read(frame), "record", "DecryptionFailed: a record that has been here before");
        }
    }
}

TEST(TfServerReplay, recordsThatAreMissingOrTooShort)
{
    for (const json &row : sealedSessions()) {
        SCOPED_TRACE(row["name"].get<std::string>());
        Reader open(secretsOf(row));
        std::vector<Frame> mine;
        for (const Frame &frame : framesOf(row)) {
            if (frame.plain && frame.direction == Direction::ClientToServer && !frame.isReplay)
                mine.push_back(frame);
            else if (!frame.plain)
                open.read(frame);
        }
        if (mine.size() < 2)
            continue;
        const Dissection second = open.read(mine[1]);
        if (row["encryption"] == "E2") { // the counter is part of what is sealed
            expectMarked(second, "record", "DecryptionFailed: record 1 is not authentic");
            continue;
        }
        EXPECT_TRUE(openedOf(second)) << "a gap is allowed";
        expectMarked(open.read(mine[0]), "record", "DecryptionFailed: record 1 came after record 2");
        expectMarked(open.read(Direction::ClientToServer, fromHex("00000001 ff")), "record",
            "DecryptionFailed: a record of 1 byte, too short to be one");
    }
}

TEST(TfServerReplay, aWrongPasswordIsMarkedWhereItShows)
{
    for (const json &row : sealedSessions()) {
        SCOPED_TRACE(row["name"].get<std::string>());
        Reader open(secretsOf(row, "another"));
        bool isFirst = true;
        for (const Frame &frame : framesOf(row)) {
            const Dissection told = open.read(frame);
            const bool isTag
                = !frame.plain && frame.body().size() == TunnelTagBytes && row["encryption"] == "E2";
            if (isTag || (frame.plain && isFirst)) {
                const bool isE1 = row["encryption"] == "E1";
                expectMarked(told, isTag ? "confirmation" : "record",
                    isTag || isE1 ? "AuthenticationFailed: wrong user, password or server name"
                                  : "DecryptionFailed: ");
                isFirst = isTag;
            }
        }
        EXPECT_FALSE(isFirst);
    }
    // Of a session that ended so its own client's secrets fit what the client has said.
    for (const json &row : sealedSessions(true)) {
        SCOPED_TRACE(row["name"].get<std::string>());
        Reader open(secretsOf(row));
        for (const Frame &frame : framesOf(row))
            EXPECT_EQ(open.read(frame).severity(), Severity::None);
    }
}

TEST(TfServerReplay, otherSecretsAreRefused)
{
    TfServerDissector dissector;
    const Bytes secrets = secretsOf(sealedSessions().front());
    EXPECT_FALSE(dissector.unlock(secrets)) << "nothing here can open records";
    dissector.useSecurities(std::make_shared<Securities>());
    EXPECT_TRUE(dissector.unlock(secrets));
    for (const Bytes &other :
        {Bytes(), Bytes(secrets.size()), toBytes(ByteView(secrets).first(secrets.size() - 1)), Bytes(1)}) {
        const auto refused = dissector.unlock(other);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    }
}

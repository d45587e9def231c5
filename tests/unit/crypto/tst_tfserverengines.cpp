// SPDX-License-Identifier: MIT
// Every recorded session of tfserver through our engines, as client and as server, in clear and sealed, with
// the secret scalar of its day: what we say is what was said, byte for byte, but where we do better than the
// crate on purpose.
#include <map>

#include "tfserverplayer.h"
#include "wire/tfserver/codec.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using nlohmann::json;
using TfServer::Generation;

namespace {

std::vector<json> sessions()
{
    std::vector<json> rows;
    for (const json &row : loadVectors("tfserver.json")) {
        if (row["layer"] == "session")
            rows.push_back(row);
    }
    return rows;
}

/// The client's frames until the first that ours does not say; so many it said.
int replayClient(const json &row)
{
    const auto frames = framesOf(row);
    const Generation generation = generationOf(row);
    TfServerPlayer client(row, Role::Client);
    std::map<std::uint64_t, std::string> names;
    std::string asked;
    std::vector<std::string> expected; // of what it has to say
    std::uint64_t id = 0;
    int count = 0;
    bool isHandedOff = false;
    const auto check
        = [&](const char *what) { EXPECT_EQ(client.said(), std::exchange(expected, {})) << what; };
    for (std::size_t at = 0; at < frames.size(); ++at) {
        const RecordedFrame &frame = frames[at];
        if (!frame.isClients) {
            check("before the server spoke");
            client.hear(frame.bytes);
            if (const auto answer = frame.plain ? TfServer::parseHandlerAnswer(generation, *frame.plain)
                                                : tl::unexpected(Error {});
                answer && !asked.empty())
                names[answer->handlerId] = std::exchange(asked, {});
            if (frame.plain && asText(*frame.plain) == "switched") {
                EXPECT_TRUE(client.engine->handOff(AnyTime));
                isHandedOff = true;
            }
            continue;
        }
        if (frame.plain && isHandedOff) {
            client.sayFrame(*frame.plain);
        } else if (frame.plain) {
            const auto opening = TfServer::parseOpening(generation, *frame.plain);
            const Bytes again = opening
                ? std::visit([&](const auto &one) { return write(generation, one); }, *opening)
                : Bytes();
            if (!opening || again != *frame.plain)
                break; // not ours
            if (const auto *query = std::get_if<TfServer::HandlerQuery>(&*opening)) {
                const auto sent = client.ask(++id, query->name, 0, {});
                if (names.size() + 1 > RecordersRoutes.size() || sent
                    || sent.error().code != ErrorCode::NotReady)
                    break; // again what ours has kept
                asked = query->name;
            } else {
                const auto &meta = std::get<TfServer::PacketMeta>(*opening);
                const std::string route
                    = names.contains(meta.handlerId) ? names[meta.handlerId] : std::to_string(meta.handlerId);
                const bool hasMore = at + 1 < frames.size() && frames[at + 1].isClients;
                const Bytes payload = hasMore ? *frames[at + 1].plain : Bytes();
                if (meta.hasPayload == payload.empty() || meta.structureType > 255)
                    break; // an empty payload in a frame of its own
                EXPECT_TRUE(client.ask(++id, route, meta.structureType, payload));
                expected.push_back(toHex(frame.bytes));
                ++count;
                if (!meta.hasPayload)
                    continue;
                ++at;
                expected.push_back(toHex(frames[at].bytes));
                ++count;
                continue;
            }
        }
        expected.push_back(toHex(frame.bytes));
        ++count;
    }
    // A look-up that ours would not repeat may have been said behind the last.
    auto said = client.said();
    said.resize(std::min(said.size(), expected.size()));
    EXPECT_EQ(said, expected);
    if (isNamed(row, "wrong password"))
        client.end();
    if (client.closedWith) {
        EXPECT_EQ(client.closedWith->code, ErrorCode::AuthenticationFailed);
    }
    return count;
}

/// What our server says to the client's frames, and how it ended.
struct Served {
    std::vector<std::string> said;
    std::optional<Error> closedWith;
};
Served replayServer(const json &row)
{
    TfServerPlayer server(row, Role::Server);
    for (const RecordedFrame &frame : framesOf(row)) {
        if (frame.isClients)
            server.hear(frame.bytes);
    }
    if (!server.closedWith)
        server.end();
    server.close(); // all it was asked is answered
    return {server.said(), server.closedWith};
}

std::vector<std::string> recordedAnswers(const json &row)
{
    std::vector<std::string> frames;
    for (const RecordedFrame &frame : framesOf(row)) {
        if (!frame.isClients)
            frames.push_back(toHex(frame.bytes));
    }
    return frames;
}

std::string errorFrame(Generation generation, TfServer::ServerError::Kind kind,
    std::optional<std::string_view> detail = std::nullopt)
{
    const Bytes body = write(generation, TfServer::ServerError {kind, detail});
    Bytes frame(HeaderBytes);
    ByteWriter(frame).writeU32Be(std::uint32_t(body.size()));
    frame.insert(frame.end(), body.begin(), body.end());
    return toHex(frame);
}

/// What the crate's server said, changed to what ours says where it does better.
std::vector<std::string> improved(const json &row)
{
    using Kind = TfServer::ServerError::Kind;
    const Generation generation = generationOf(row);
    std::vector<std::string> frames = recordedAnswers(row);
    const std::string malformed = errorFrame(generation, Kind::MalformedMetaInfo);
    const std::string noHandler = errorFrame(generation, Kind::NoSuchHandler);
    if (isNamed(row, "empty payload, bug for bug"))
        std::erase(frames, malformed); // the crate's client sends an empty frame that ours passes over
    if (isNamed(row, "malformed metas"))
        frames.erase(frames.begin() + 1); // that frame again
    if (textOf(row["name"]) == "g3/malformed metas") {
        // Nothing has told the generation yet; and twenty zeros are a whole opening of generation 4, with
        // surplus bytes in front.
        std::fill_n(frames.begin(), 3, errorFrame(Generation::G4, Kind::MalformedMetaInfo));
        frames[3] = "00000000";
    }
    if (isNamed(row, "kind beyond 255"))
        std::fill(frames.begin() + 2, frames.end(), noHandler); // no aliases, and sets of types are kept
    if (isNamed(row, "unknown kind kills the connection"))
        frames = {noHandler};
    if (isNamed(row, "answer over the server limit"))
        frames = {errorFrame(generation, Kind::InternalError, "PayloadTooLarge")};
    return frames;
}

} // namespace

TEST(TfServerEngines, ourClientSaysWhatTheClientsSaid)
{
    std::map<std::string, int> said;
    for (const json &row : sessions()) {
        if (row.contains("secrets") && !row["secrets"].contains("x_le"))
            continue;
        SCOPED_TRACE(textOf(row["name"]));
        said[textOf(row["name"])] = replayClient(row);
    }
    EXPECT_EQ(said.size(), 47U);
    for (const char *generation : {"g3", "g4"}) {
        const std::string prefix = generation;
        EXPECT_EQ(said[prefix + "/plain echo by name"], 5);
        EXPECT_EQ(said[prefix + "/plain sum by name, blob by id"], 5);
        EXPECT_EQ(said[prefix + "/websocket echo by name"], 3);
        EXPECT_EQ(said[prefix + "/pipelined"], 7);
        EXPECT_EQ(said[prefix + "/handoff"], 7);
    }
    for (const char *prefix : {"g3", "g4e1", "g4"}) {
        const int handshake = std::string_view(prefix) == "g4" ? 3 : 2;
        EXPECT_EQ(said[prefix + std::string("/encrypted echo by name")], handshake + 6) << prefix;
        EXPECT_EQ(said[prefix + std::string("/encrypted handoff")], handshake + 4) << prefix;
        EXPECT_EQ(said[prefix + std::string("/replayed record")], handshake + 1) << prefix;
        EXPECT_EQ(said[prefix + std::string("/wrong password")], 3) << prefix;
    }
}

TEST(TfServerEngines, ourServerAnswersWhatTheServersAnswered)
{
    int rows = 0;
    for (const json &row : sessions()) {
        if (row.contains("secrets") && !row["secrets"].contains("y_le"))
            continue; // the secret of the crate's server is not known
        SCOPED_TRACE(textOf(row["name"]));
        ++rows;
        const Served served = replayServer(row);
        EXPECT_EQ(served.said, improved(row));
        ASSERT_TRUE(served.closedWith);
        const ErrorCode expected = isNamed(row, "limit + 1 announced") ? ErrorCode::PayloadTooLarge
            : isNamed(row, "half close inside a frame")                ? ErrorCode::FrameTruncated
                                                                       : ErrorCode::None;
        EXPECT_EQ(served.closedWith->code, expected) << served.closedWith->detail;
    }
    EXPECT_EQ(rows, 38);
}

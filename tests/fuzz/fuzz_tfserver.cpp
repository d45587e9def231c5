// SPDX-License-Identifier: MIT
// tfserver: packets there and back, the dissector whole against byte by byte, and a server's session the same
// way. An input is a row of pieces, each a byte (bit 7: from the server; the rest: so many bytes follow) and
// its bytes.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzzing.h"
#include "protocol/protocolfactory.h"
#include "wire/dissectionjson.h"
#include "wire/escape.h"
#include "wire/tfserver/codec.h"
#include "wire/tfserver/dissector.h"

using namespace Halyard::Wire;
using Fuzz::require;
using TfServer::Generation;

namespace {

constexpr std::size_t MaxFrameBytes = 4'096;

struct Piece {
    Direction direction = Direction::ClientToServer;
    ByteView bytes;
};

std::vector<Piece> piecesOf(ByteView input)
{
    std::vector<Piece> pieces;
    while (!input.empty()) {
        const auto head = std::to_integer<unsigned>(input.front());
        input = input.subspan(1);
        const std::size_t size = std::min<std::size_t>(head & 0x7FU, input.size());
        pieces.push_back(
            {(head & 0x80U) != 0 ? Direction::ServerToClient : Direction::ClientToServer, input.first(size)});
        input = input.subspan(size);
    }
    return pieces;
}

/// What was read strictly is written to the same bytes.
void requirePackets(ByteView body)
{
    for (const Generation generation : {Generation::G3, Generation::G4}) {
        static_cast<void>(TfServer::parseOpening(generation, body));
        if (const auto answer = TfServer::parseHandlerAnswer(generation, body))
            require(TfServer::write(generation, *answer) == toBytes(body), "another answer");
        if (const auto error = TfServer::parseServerError(generation, body)) {
            const Bytes written = TfServer::write(generation, *error); // what is read refers to it
            const auto again = TfServer::parseServerError(generation, written);
            require(again.has_value() && again->kind == error->kind && again->detail == error->detail,
                "another error");
        }
    }
    static_cast<void>(TfServer::recogniseGeneration(body));
}

void requireSound(const Field &field, std::size_t first, std::size_t end)
{
    require(field.offset >= first && field.offset + field.length <= end, "a field leaves its parent");
    require(
        (field.severity == Severity::None) == field.note.empty(), "a note without severity, or the reverse");
    for (const std::string &text : {field.name, field.value, field.note})
        require(isPlainText(asBytes(text)), "a text that is not escaped");
    for (const Field &child : field.fields)
        requireSound(child, field.offset, field.offset + field.length);
}

std::vector<Dissection> dissect(const std::vector<Piece> &pieces, std::size_t step)
{
    TfServer::TfServerDissector dissector({.maxFrameBytes = MaxFrameBytes, .maxGarbageBytes = 64});
    std::vector<Dissection> dissections;
    const auto drain = [&] {
        while (auto dissection = dissector.next())
            dissections.push_back(std::move(*dissection));
    };
    for (const Piece &piece : pieces) {
        for (ByteView rest = piece.bytes; !rest.empty();) {
            const ByteView part = rest.first(std::min(step, rest.size()));
            dissector.feed(piece.direction, part, {});
            drain();
            rest = rest.subspan(part.size());
        }
    }
    for (const Direction direction : {Direction::ClientToServer, Direction::ServerToClient}) {
        dissector.finish(direction, {});
        drain();
    }
    return dissections;
}

bool areEqual(const Dissection &one, const Dissection &other)
{
    return one.direction == other.direction && one.streamOffset == other.streamOffset
        && one.complete == other.complete && one.summary == other.summary && one.bytes == other.bytes
        && one.root == other.root;
}

/// A server that answers every request with its own payload; what it said and what it heard.
class Serving
{
public:
    Serving()
        : m_factory(ProtocolRegistry::standard().make("tfserver", {}).value())
    {
        EngineSetup setup;
        setup.role = Role::Server;
        setup.limits.maxFrameBytesIn = MaxFrameBytes;
        setup.limits.maxFrameBytesOut = MaxFrameBytes;
        setup.limits.maxOpenRequests = 4;
        RouteNames names;
        names.add("echo");
        names.add("typed");
        names.setTypes("typed", {7});
        setup.routes = [shared = std::make_shared<const RouteNames>(std::move(names))] { return shared; };
        m_engine = m_factory->makeEngine(setup);
        m_engine->start({});
    }

    void hear(ByteView bytes, std::size_t step)
    {
        while (!bytes.empty()) {
            const MutableBytes space = m_engine->inputSpace(std::min(step, bytes.size()));
            if (space.empty())
                return pump();
            std::copy_n(bytes.begin(), space.size(), space.begin());
            m_engine->received(space.size(), {});
            bytes = bytes.subspan(space.size());
            pump();
        }
    }
    [[nodiscard]] const std::string &log() const { return m_log; }

private:
    void pump()
    {
        while (const auto event = m_engine->nextEvent({})) {
            if (const auto *got = std::get_if<MessageReceived>(&*event))
                take(got->message);
            else if (const auto *closed = std::get_if<Closed>(&*event))
                m_log += "closed " + std::string(errorName(closed->error.code)) + '\n';
            if (const auto output = m_engine->output()) {
                m_log += asText(*output);
                m_engine->written(output->size(), {});
            }
        }
        // Buffers are as large as what a socket might bring at once, whatever has come.
        require(m_engine->heldBytes() < 4 * 65'536, "it holds more than it may");
    }
    void take(const MessageView &message)
    {
        require(message.kind == MessageKind::Request && isUtf8(message.route), "no request");
        m_log += std::string(message.route) + ' ' + std::to_string(message.id) + '\n';
        const Bytes payload = toBytes(message.payload); // the view ends with send()
        MessageView reply;
        reply.kind = MessageKind::Reply;
        reply.id = message.id;
        reply.payload = payload;
        require(m_engine->send(reply, {}).has_value(), "an answer was refused");
    }

    std::shared_ptr<const ProtocolFactory> m_factory;
    std::unique_ptr<Engine> m_engine;
    std::string m_log;
};

std::string served(const std::vector<Piece> &pieces, std::size_t step)
{
    Serving server;
    for (const Piece &piece : pieces) {
        if (piece.direction == Direction::ClientToServer)
            server.hear(piece.bytes, step);
    }
    return server.log();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const ByteView input = std::as_bytes(std::span(data, size));
    const std::vector<Piece> pieces = piecesOf(input);
    for (const Piece &piece : pieces)
        requirePackets(piece.bytes);

    const auto whole = dissect(pieces, SIZE_MAX);
    const auto byteByByte = dissect(pieces, 1);
    std::array<std::size_t, 2> offsets {};
    for (const Dissection &dissection : whole) {
        std::size_t &offset = offsets[std::size_t(dissection.direction)];
        require(dissection.streamOffset == offset, "a gap in the stream");
        offset += dissection.bytes.size();
        requireSound(dissection.root, 0, dissection.bytes.size());
        require(isUtf8(toJson(dissection)), "no UTF-8");
    }
    require(std::equal(whole.begin(), whole.end(), byteByByte.begin(), byteByByte.end(), areEqual),
        "the cut matters to the dissector");
    require(served(pieces, SIZE_MAX) == served(pieces, 1), "the cut matters to the session");
    return 0;
}

// SPDX-License-Identifier: MIT
// network-protocol's decoder, whole against byte by byte against the dissector, and its decompressors. The
// first byte of an input chooses what: 0 and 1 a stream of packets (1: a small frame limit), 2 LZ4, 3 Zstd, 4
// a message with a format byte.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzzing.h"
#include "wire/compression.h"
#include "wire/dissectionjson.h"
#include "wire/dissectiontext.h"
#include "wire/escape.h"
#include "wire/npro/dissector.h"
#include "wire/npro/formats.h"
#include "wire/npro/framing.h"
#include "wire/npro/recognition.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Npro;
using Fuzz::require;

namespace {

struct Outcome {
    std::vector<Bytes> packets;
    ErrorCode error = ErrorCode::None;
    std::size_t rest = 0;
};

void requireRoundTrip(ByteView body)
{
    const auto message = parseMessage(body);
    if (!message)
        return require(message.error().code == ErrorCode::MalformedMessage, "an error of another kind");
    const Bytes again = writeMessage(*message);
    require(again.size() <= body.size(), "a message became longer");
    const auto same = parseMessage(again);
    require(same && *same == *message, "a message came out differently");
}

Outcome decode(ByteView bytes, std::size_t limit)
{
    const NproFraming framing;
    Outcome outcome;
    while (true) {
        const auto extent = framing.measure(bytes, limit);
        outcome.rest = bytes.size();
        if (!extent) {
            outcome.error = extent.error().code;
            return outcome;
        }
        if (!*extent || (*extent)->total() > bytes.size())
            return outcome;
        require((*extent)->total() <= limit, "a packet beyond the limit");
        requireRoundTrip(bytes.subspan((*extent)->header, (*extent)->body));
        outcome.packets.push_back(toBytes(bytes.first((*extent)->total())));
        bytes = bytes.subspan((*extent)->total());
    }
}

std::vector<Dissection> dissect(ByteView bytes, std::size_t step, std::size_t limit)
{
    NproDissector dissector({.maxFrameBytes = limit, .maxGarbageBytes = 64});
    std::vector<Dissection> dissections;
    const auto drain = [&] {
        while (auto dissection = dissector.next())
            dissections.push_back(std::move(*dissection));
    };
    while (!bytes.empty()) {
        const ByteView part = bytes.first(std::min(step, bytes.size()));
        dissector.feed(Direction::ClientToServer, part, {});
        drain();
        bytes = bytes.subspan(part.size());
    }
    dissector.finish(Direction::ClientToServer, {});
    drain();
    return dissections;
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

void requireSound(const std::vector<Dissection> &dissections, ByteView bytes)
{
    std::size_t streamOffset = 0;
    for (const Dissection &dissection : dissections) {
        require(dissection.streamOffset == streamOffset, "a gap in the stream");
        requireSound(dissection.root, 0, dissection.bytes.size());
        std::size_t at = 0;
        for (const Field &field : dissection.root.fields) {
            require(field.offset == at, "a gap between fields");
            at += field.length;
        }
        require(at == dissection.bytes.size(), "bytes without a field");
        require(isUtf8(toJson(dissection)) && isUtf8(toText(dissection, {.withHexDump = true})), "no UTF-8");
        streamOffset += dissection.bytes.size();
    }
    require(streamOffset == bytes.size(), "bytes without a dissection");
}

void tryStream(ByteView bytes, std::size_t limit)
{
    const Outcome whole = decode(bytes, limit);
    const auto dissections = dissect(bytes, std::max<std::size_t>(bytes.size(), 1), limit);
    requireSound(dissections, bytes);
    require(dissections.size() >= whole.packets.size(), "the dissector sees fewer packets");
    for (std::size_t i = 0; i < whole.packets.size(); ++i)
        require(dissections[i].bytes == whole.packets[i], "they see different packets");
    if (whole.error != ErrorCode::None) {
        require(dissections.size() > whole.packets.size()
                && dissections[whole.packets.size()].root.note.starts_with(
                    std::string(errorName(whole.error)) + ':'),
            "different errors");
    }
    const auto byteByByte = dissect(bytes, 1, limit);
    require(std::equal(dissections.begin(), dissections.end(), byteByByte.begin(), byteByByte.end(),
                [](const Dissection &one, const Dissection &other) {
                    return one.summary == other.summary && one.bytes == other.bytes && one.root == other.root;
                }),
        "the cut matters to the dissector");
    for (const auto &looks : {looksSealed, looksPlain}) {
        const Recognition verdict = looks(bytes);
        for (std::size_t size = 0; size < std::min<std::size_t>(bytes.size(), 64); ++size) {
            const Recognition early = looks(bytes.first(size));
            require(early == Recognition::More || early == verdict, "a verdict that changes");
        }
    }
}

void tryDecompressing(Compression kind, ByteView bytes)
{
    constexpr DecompressionLimits limits {.maxBytes = 1'000'000, .maxRatio = 100};
    const auto plain = decompress(kind, bytes, limits);
    if (!plain)
        return require(plain.error().code == ErrorCode::MalformedMessage
                || plain.error().code == ErrorCode::DecompressionBomb,
            "an error of another kind");
    require(plain->size() <= limits.maxBytes && plain->size() <= 100 * bytes.size(), "more than is allowed");
    const auto again = compress(kind, *plain);
    require(again && decompress(kind, *again, {.maxRatio = 0}) == *plain, "it came out differently");
}

void tryFormatted(ByteView bytes)
{
    const auto bincode = readFormatted(bytes);
    if (!bincode)
        return require(bincode.error().code == ErrorCode::MalformedMessage, "an error of another kind");
    const auto message = parseMessage(*bincode);
    require(message.has_value(), "what was read is no message");
    for (const Format format : {Format::Bincode, Format::Json, Format::MessagePack})
        require(
            readFormatted(writeFormatted(*message, format).value()) == *bincode, "it came out differently");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const ByteView bytes = std::as_bytes(std::span(data + 1, size - 1));
    switch (data[0] % 5) {
    case 2:
        tryDecompressing(Compression::Lz4, bytes);
        break;
    case 3:
        tryDecompressing(Compression::Zstd, bytes);
        break;
    case 4:
        tryFormatted(bytes);
        break;
    default:
        tryStream(bytes, data[0] % 5 == 1 ? 60 : 65'536);
    }
    return 0;
}

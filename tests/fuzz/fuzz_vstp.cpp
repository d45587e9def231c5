// SPDX-License-Identifier: MIT
// vstp's decoder, whole against byte by byte against the dissector. The first byte of an input chooses the
// profile (bit 0), a small frame limit (bit 1) and whether checksums are put right (bit 2), because no fuzzer
// guesses a CRC-32; the rest is what a peer sends.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzzing.h"
#include "wire/dissectionjson.h"
#include "wire/dissectiontext.h"
#include "wire/escape.h"
#include "wire/vstp/dissector.h"
#include "wire/vstp/framing.h"

using namespace Halyard::Wire;
using Fuzz::require;
using Vstp::Profile;
using Vstp::VstpDissector;
using Vstp::VstpFraming;

namespace {

constexpr std::size_t MaxHeaders = 8;

struct Setup {
    Profile profile = Profile::R;
    std::size_t maxFrameBytes = 0;
};

struct Outcome {
    std::vector<Bytes> frames;
    ErrorCode error = ErrorCode::None;
    std::size_t rest = 0;

    friend bool operator==(const Outcome &, const Outcome &) = default;
};

/// What was decoded must be encoded to the same bytes, where we would write them at all.
void requireRoundTrip(const Vstp::FrameView &view, ByteView frame, const Setup &setup)
{
    const auto again = Vstp::encodeFrame(view, setup.profile, {setup.maxFrameBytes, MaxHeaders});
    require(again.has_value(), "a decoded frame cannot be encoded");
    const bool hasUnknownFlags = (std::to_integer<unsigned>(frame[4]) & ~unsigned(Vstp::KnownFlags)) != 0;
    require(hasUnknownFlags || *again == toBytes(frame), "a frame came out differently");
}

/// An engine's view of the bytes that have come so far.
class Decoder
{
public:
    explicit Decoder(const Setup &setup)
        : m_setup(setup)
        , m_framing(setup.profile)
    { }

    void feed(ByteView bytes)
    {
        m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.end());
        while (m_outcome.error == ErrorCode::None && step()) { }
        m_outcome.rest = m_outcome.error == ErrorCode::None ? m_buffer.size() : 0;
    }
    [[nodiscard]] const Outcome &outcome() const { return m_outcome; }

private:
    bool step()
    {
        const auto extent = m_framing.measure(m_buffer, m_setup.maxFrameBytes);
        if (!extent)
            return fail(extent.error());
        if (!*extent)
            return false;
        require((*extent)->total() <= m_setup.maxFrameBytes, "a frame beyond the limit");
        if (m_buffer.size() < (*extent)->total())
            return false;
        const Bytes frame = toBytes(ByteView(m_buffer).first((*extent)->total()));
        if (const auto checked = m_framing.check(frame, **extent); !checked)
            return fail(checked.error());
        const auto view = Vstp::parseBody(
            ByteView(frame).subspan((*extent)->header, (*extent)->body), m_setup.profile, MaxHeaders);
        if (!view)
            return fail(view.error());
        require(view->headers.count() <= MaxHeaders, "more headers than allowed");
        requireRoundTrip(*view, frame, m_setup);
        m_outcome.frames.push_back(frame);
        m_buffer.erase(m_buffer.begin(), m_buffer.begin() + std::ptrdiff_t(frame.size()));
        return true;
    }

    bool fail(const Error &error)
    {
        m_outcome.error = error.code;
        return false;
    }

    Setup m_setup;
    VstpFraming m_framing;
    Bytes m_buffer;
    Outcome m_outcome;
};

Outcome decode(ByteView bytes, std::size_t step, const Setup &setup)
{
    Decoder decoder(setup);
    while (!bytes.empty()) {
        const ByteView part = bytes.first(std::min(step, bytes.size()));
        decoder.feed(part);
        bytes = bytes.subspan(part.size());
    }
    return decoder.outcome();
}

std::vector<Dissection> dissect(ByteView bytes, std::size_t step, const Setup &setup)
{
    VstpDissector dissector(setup.profile,
        {.maxFrameBytes = setup.maxFrameBytes, .maxHeaders = MaxHeaders, .maxGarbageBytes = 64});
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
        require(
            dissection.bytes == toBytes(bytes.subspan(streamOffset, dissection.bytes.size())), "other bytes");
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

void requireAgreement(const Outcome &outcome, const std::vector<Dissection> &dissections)
{
    std::size_t good = 0;
    for (; good < dissections.size() && dissections[good].root.severity != Severity::Error; ++good) {
        require(good < outcome.frames.size(), "the dissector likes what the decoder does not");
        require(dissections[good].bytes == outcome.frames[good], "they see different frames");
    }
    require(good == outcome.frames.size(), "the decoder likes what the dissector does not");
    if (outcome.error == ErrorCode::None && outcome.rest == 0) {
        require(good == dissections.size(), "an error that the decoder does not see");
        return;
    }
    require(good < dissections.size(), "an error that the dissector does not see");
    const ErrorCode expected = outcome.error != ErrorCode::None ? outcome.error : ErrorCode::FrameTruncated;
    require(
        dissections[good].root.note.starts_with(std::string(errorName(expected)) + ':'), "different errors");
}

/// Gives every frame the checksum it should have.
Bytes repaired(ByteView bytes, const Setup &setup)
{
    const VstpFraming framing(setup.profile);
    Bytes copy = toBytes(bytes);
    MutableBytes rest = copy;
    while (true) {
        const auto extent = framing.measure(rest, setup.maxFrameBytes);
        if (!extent || !*extent || (*extent)->total() > rest.size())
            return copy;
        framing.wrap(rest.first((*extent)->total()), **extent);
        rest = rest.subspan((*extent)->total());
    }
}

bool areEqual(const Dissection &one, const Dissection &other)
{
    return one.streamOffset == other.streamOffset && one.complete == other.complete
        && one.summary == other.summary && one.bytes == other.bytes && one.root == other.root;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const Setup setup {(data[0] & 1U) != 0 ? Profile::S : Profile::R, (data[0] & 2U) != 0 ? 40U : 65'536U};
    const ByteView input = std::as_bytes(std::span(data + 1, size - 1));
    const Bytes bytes = (data[0] & 4U) != 0 ? repaired(input, setup) : toBytes(input);

    const Outcome whole = decode(bytes, bytes.size(), setup);
    require(decode(bytes, 1, setup) == whole, "the cut matters to the decoder");
    const auto dissections = dissect(bytes, bytes.size(), setup);
    requireSound(dissections, bytes);
    requireAgreement(whole, dissections);
    const auto byteByByte = dissect(bytes, 1, setup);
    require(
        std::equal(dissections.begin(), dissections.end(), byteByByte.begin(), byteByByte.end(), areEqual),
        "the cut matters to the dissector");
    return 0;
}

// SPDX-License-Identifier: MIT
#include "wire/vstp/dissector.h"

#include <algorithm>
#include <string>

#include "wire/guestname.h"
#include "wire/vstp/exchange.h"
#include "wire/vstp/fieldtrace.h"
#include "wire/vstp/layout.h"

namespace Halyard::Wire::Vstp {

VstpDissector::VstpDissector(Profile profile, const DissectorLimits &limits)
    : StreamDissector("vstp", m_framing, limits)
    , m_framing(profile)
    , m_exchange(std::make_unique<Exchange>())
{ }

VstpDissector::~VstpDissector() = default;

const ConversationTraits &VstpDissector::traits() const { return m_exchange->traits(); }

std::optional<std::byte> VstpDissector::firstByte() const { return Magic.front(); }

std::optional<bool> VstpDissector::looksLikeFrame(ByteView bytes) const
{
    const auto extent = m_framing.measure(bytes, limits().maxFrameBytes);
    if (!extent)
        return false;
    if (!*extent)
        return std::nullopt;
    const auto type = std::to_integer<std::uint8_t>(bytes[TypeAt]);
    const auto flags = std::to_integer<std::uint8_t>(bytes[FlagsAt]);
    return isFrameType(type) && (flags & ~unsigned(KnownFlags)) == 0;
}

void VstpDissector::explainFrame(Dissection &dissection, bool isTruncated)
{
    const ByteView bytes = dissection.bytes;
    const Profile profile = m_framing.profile();
    FieldTrace trace(bytes, profile);
    const auto extent = readStart(bytes, limits().maxFrameBytes, profile, trace);
    std::string size;
    Error error;
    if (extent && *extent) {
        const ByteView behindPrefix = bytes.subspan(PrefixBytes);
        const ByteView body = behindPrefix.first(std::min((*extent)->body, behindPrefix.size()));
        const auto frame = readBody(body, profile, limits().maxHeaders, trace);
        if (!frame)
            error = frame.error();
        if (!isTruncated) {
            // The engine checks this first, although it comes last.
            if (const auto checked = readChecksum(bytes, **extent, profile, trace); !checked)
                error = checked.error();
        } else {
            size = std::to_string((*extent)->total());
        }
    }
    if (isTruncated) {
        trace.addUnfinishedPart();
        error = {ErrorCode::FrameTruncated, ErrorOrigin::Peer,
            size.empty()
                ? "the stream ends in the first " + std::to_string(HeadersAt) + " bytes of a frame"
                : "the stream ends after " + std::to_string(bytes.size()) + " of " + size + " bytes"};
    }
    trace.explain();

    const auto type = trace.value(Part::Type);
    dissection.message = Exchange::factsOf(type, trace.headers());
    dissection.summary = typeName(type);
    dissection.summary += summaryOf(trace.headers());
    if (isTruncated)
        dissection.summary += ", " + std::to_string(bytes.size()) + " of "
            + (size.empty() ? "at least " + std::to_string(HeadersAt) : size) + " bytes";
    else if (trace.payloadSize() > 0 || type == std::uint64_t(FrameType::Data))
        dissection.summary += ", " + countOf(trace.payloadSize(), "byte");
    if (error) {
        markDissection(dissection, error);
    } else {
        m_exchange->passed(
            static_cast<FrameType>(type.value_or(0)), dissection.direction, dissection.time, trace.headers());
    }
    dissection.root.fields = trace.takeFields();
}

void VstpDissector::explainGarbage(Dissection &dissection, const Error &error)
{
    const ByteView bytes = dissection.bytes;
    FieldTrace trace(bytes, m_framing.profile());
    // Fails again, or ends where the next frame cuts in.
    static_cast<void>(readStart(bytes, limits().maxFrameBytes, m_framing.profile(), trace));
    markFailed(dissection.root, error);

    const std::string_view guest = guestName(bytes);
    dissection.summary = countOf(bytes.size(), "byte") + " of garbage";
    if (error.code == ErrorCode::BadMagic) {
        // All of it is one field: two bytes by themselves would say nothing.
        trace = FieldTrace(bytes, m_framing.profile());
        if (!guest.empty()) {
            dissection.root.note += "; this is " + std::string(guest);
            dissection.summary += ": " + std::string(guest.substr(0, guest.find(':')));
        }
        trace.addGarbage(dissection.root.note);
    } else {
        trace.addGarbage("where the next frame begins cannot be known");
    }
    if (error.code == ErrorCode::PayloadTooLarge) {
        dissection.complete = false;
        dissection.root.name = "frame";
        dissection.message = Exchange::factsOf(trace.value(Part::Type), trace.headers());
        dissection.summary = typeName(trace.value(Part::Type));
        if (const auto announced = trace.value(Part::PayloadLength))
            dissection.summary += ", " + countOf(*announced, "byte") + " announced";
    }
    dissection.summary += " [" + std::string(errorName(error.code)) + ']';
    dissection.root.fields = trace.takeFields();
}

} // namespace Halyard::Wire::Vstp

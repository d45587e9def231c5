// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <limits>

#include "wire/decimal.h"
#include "wire/escape.h"
#include "wire/vstp/fieldtrace.h"
#include "wire/vstp/naming.h"

namespace Halyard::Wire::Vstp {

namespace {

constexpr std::array<std::string_view, 6> CallKeys {
    HeaderRoute, HeaderId, HeaderRe, HeaderEnd, HeaderCancel, HeaderCode};

/// As the published peers read the numbers of fragments and acknowledgements: a plus sign and zeros may stand
/// in front.
std::optional<std::uint64_t> lenientDecimal(std::string_view text, std::uint64_t most)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.empty() ? 0 : text.size() - 1));
    const auto number = parseDecimal(text);
    return number && *number <= most ? number : std::nullopt;
}

const Header *find(const std::vector<Header> &headers, std::string_view key)
{
    for (const Header &header : headers) {
        if (header.key == key)
            return &header;
    }
    return nullptr;
}

struct Remark {
    Severity severity = Severity::None;
    std::string text;
};

Remark note(std::string text) { return {Severity::Note, std::move(text)}; }

Remark warning(std::string text) { return {Severity::Warning, std::move(text)}; }

struct Slice {
    std::uint64_t id = 0;
    std::uint64_t index = 0;
    std::uint64_t total = 0;
};

/// What the three headers of a fragment say, if all are there and parse (vstp specification, section 3.2).
std::optional<Slice> sliceOf(const std::vector<Header> &headers)
{
    const auto number = [&headers](std::string_view key) -> std::optional<std::uint64_t> {
        const Header *header = find(headers, key);
        return header != nullptr ? lenientDecimal(header->value, 255) : std::nullopt;
    };
    const auto id = number("frag-id");
    const auto index = number("frag-index");
    const auto total = number("frag-total");
    if (!id || !index || !total)
        return std::nullopt;
    return Slice {*id, *index, *total};
}

Remark explainFragment(const Header &header, const std::vector<Header> &headers)
{
    if (!lenientDecimal(header.value, 255))
        return warning("no number from 0 to 255: this is an ordinary frame then");
    const auto slice = sliceOf(headers);
    if (!slice)
        return note("without all of frag-id, frag-index and frag-total this is an ordinary frame");
    if (header.key == "frag-total" && slice->total == 0)
        return warning("a message of no fragments is never complete");
    if (header.key == "frag-index" && slice->index >= slice->total)
        return warning("beyond the last of " + std::to_string(slice->total) + " fragments");
    if (header.key == "frag-index")
        return note("fragment " + std::to_string(slice->index + 1) + " of " + std::to_string(slice->total));
    return {};
}

Remark explainCode(std::string_view value)
{
    const auto code = parseDecimal(value);
    if (!code)
        return note("text of another implementation");
    if (*code >= std::uint64_t(ErrorCode::FirstOfApplication))
        return note("a code of the application");
    return note(std::string(errorName(static_cast<ErrorCode>(*code))));
}

Remark explainMessageId(std::string_view value, std::uint64_t type, std::uint64_t flags)
{
    if (!lenientDecimal(value, std::numeric_limits<std::uint64_t>::max()))
        return warning("no decimal number of 64 bits: nobody acknowledges it");
    if (type == std::uint64_t(FrameType::Ack))
        return note("acknowledges the frame with this msg-id");
    if ((flags & Flag::ReqAck) != 0)
        return note("to be acknowledged by an ACK with this msg-id");
    return {};
}

/// Halyard's headers for calls, on DATA and ERR frames (docs/wire/vstp-conventions.md). Whether these peers
/// have agreed on the conventions is not known here.
Remark explainCall(const Header &header, std::uint64_t type, const std::vector<Header> &headers)
{
    const auto has = [&headers](std::string_view key) { return find(headers, key) != nullptr; };
    const bool isNumber = parseDecimal(header.value).value_or(0) > 0;
    const bool isSet = header.value == "1";
    if (header.key == HeaderRoute)
        return isUtf8(header.value) ? Remark() : warning("no UTF-8: Halyard peers refuse it");
    if (header.key == HeaderCode)
        return type == std::uint64_t(FrameType::Err) ? explainCode(header.value) : Remark();
    if (!isNumber)
        return note("no decimal number from 1 on: not Halyard's");
    if (header.key == HeaderId) {
        if (has(HeaderRe) || type == std::uint64_t(FrameType::Err))
            return warning("not beside re and not on ERR: Halyard peers refuse it");
        return note(
            (has(HeaderCancel) ? "the request that is cancelled: " : "a request: its answers carry re=")
            + escapeText(header.value));
    }
    if (header.key == HeaderRe)
        return note("belongs to the request with id=" + escapeText(header.value));
    if (header.key == HeaderEnd && isSet)
        return has(HeaderRe) ? note("last frame of the answer")
                             : warning("without re: Halyard peers refuse it");
    if (header.key == HeaderCancel && isSet)
        return has(HeaderId) ? note("the caller wants no more of the answer")
                             : warning("without id: Halyard peers refuse it");
    return {};
}

Remark explainHeader(
    const Header &header, std::uint64_t type, std::uint64_t flags, const std::vector<Header> &headers)
{
    const std::string_view key = header.key;
    const bool isCallFrame = type == std::uint64_t(FrameType::Data) || type == std::uint64_t(FrameType::Err);
    const bool isGreeting
        = type == std::uint64_t(FrameType::Hello) || type == std::uint64_t(FrameType::Welcome);
    if (isCallFrame && std::find(CallKeys.begin(), CallKeys.end(), key) != CallKeys.end())
        return explainCall(header, type, headers);
    if (isGreeting && key == HeaderVersion)
        return note("the version of Halyard's conventions that the sender speaks");
    if (isGreeting && key == HeaderFeatures)
        return note("what the sender can do beyond the minimum");
    if (key == "msg-id")
        return explainMessageId(header.value, type, flags);
    if (key == "frag-id" || key == "frag-index" || key == "frag-total")
        return explainFragment(header, headers);
    if (key == "x-auto-probe" && type == std::uint64_t(FrameType::Ping))
        return note("a published client tries the transport: wants an ACK and nothing else");
    return {};
}

} // namespace

void explainHeaders(std::uint64_t type, std::uint64_t flags, const std::vector<Header> &headers, Field &block)
{
    for (std::size_t i = 0; i < headers.size() && i < block.fields.size(); ++i) {
        Remark remark = explainHeader(headers[i], type, flags, headers);
        if (remark.severity != Severity::None && find(headers, headers[i].key) != &headers[i])
            remark = note("repeated: the first one counts");
        block.fields[i].severity = remark.severity;
        block.fields[i].note = std::move(remark.text);
    }
}

std::string summaryOf(const std::vector<Header> &headers)
{
    constexpr std::size_t shownBytes = 48;
    std::string summary;
    for (const std::string_view key :
        {HeaderRoute, HeaderId, HeaderRe, HeaderEnd, HeaderCancel, HeaderCode, std::string_view("msg-id")}) {
        if (const Header *header = find(headers, key))
            summary += ' ' + std::string(key) + '=' + escapeText(header->value, shownBytes);
    }
    if (const auto slice = sliceOf(headers)) {
        summary += " fragment " + std::to_string(slice->index + 1) + '/' + std::to_string(slice->total)
            + " (id " + std::to_string(slice->id) + ')';
    }
    return summary;
}

} // namespace Halyard::Wire::Vstp

// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <vector>

#include "wire/decimal.h"
#include "wire/escape.h"
#include "wire/vstp/fieldtrace.h"

namespace Halyard::Wire::Vstp {

namespace {

/// Of a route, in both layouts of headers (docs/wire/vstp-conventions.md).
constexpr std::size_t MaxRouteBytes = 255;

bool isRoute(const Header &header)
{
    return header.key == "route" && header.value.size() <= MaxRouteBytes && isUtf8(header.value);
}

std::uint64_t numberIn(const Header *header) { return header ? parseDecimal(header->value).value_or(0) : 0; }

/// The conventions among the headers of one frame, each the first of its name.
struct Conventions {
    const Header *route = nullptr;
    const Header *id = nullptr;
    const Header *re = nullptr;
    const Header *end = nullptr;
    const Header *cancel = nullptr;
    const Header *code = nullptr;

    /// Whether it is one; it is then kept.
    [[nodiscard]] bool take(const Header &header, bool isError)
    {
        if (isRoute(header))
            return keep(route, header);
        if (header.key == "id" && numberIn(&header) > 0)
            return keep(id, header);
        if (header.key == "re" && numberIn(&header) > 0)
            return keep(re, header);
        if (header.key == "end" && header.value == "1")
            return keep(end, header);
        if (header.key == "cancel" && header.value == "1")
            return keep(cancel, header);
        return isError && header.key == "code" && keep(code, header);
    }

private:
    static bool keep(const Header *&place, const Header &header)
    {
        const bool isFirst = place == nullptr;
        if (isFirst)
            place = &header;
        return isFirst;
    }
};

} // namespace

std::string typeName(std::optional<std::uint64_t> type)
{
    if (!type)
        return "unfinished frame";
    if (!isFrameType(static_cast<std::uint8_t>(*type)))
        return "unknown type " + std::to_string(*type);
    return std::string(frameTypeName(static_cast<FrameType>(*type)));
}

MessageFacts factsOf(std::optional<std::uint64_t> type, const std::vector<Header> &headers)
{
    MessageFacts facts;
    if (!type)
        return facts;
    facts.type = typeName(type);
    const bool isError = *type == std::uint64_t(FrameType::Err);
    if (!isError && *type != std::uint64_t(FrameType::Data))
        return facts;
    Conventions conventions;
    for (const Header &header : headers) {
        if (!conventions.take(header, isError))
            facts.headers.emplace_back(header.key, header.value);
    }
    if (conventions.route)
        facts.route = conventions.route->value;
    if (conventions.re) {
        facts.call = numberIn(conventions.re);
        facts.part = isError || conventions.end ? CallPart::Ends : CallPart::Answers;
    } else if (conventions.id && !isError) {
        facts.call = numberIn(conventions.id);
        facts.part = conventions.cancel ? CallPart::Cancels : CallPart::Opens;
    }
    facts.isApplications = !isError && !conventions.cancel;
    return facts;
}

} // namespace Halyard::Wire::Vstp

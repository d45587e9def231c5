// SPDX-License-Identifier: MIT
#include "wire/vstp/exchange.h"

#include <algorithm>
#include <utility>

#include "wire/decimal.h"
#include "wire/escape.h"
#include "wire/vstp/fieldtrace.h"
#include "wire/vstp/naming.h"

namespace Halyard::Wire::Vstp {

namespace {

constexpr std::size_t HelloQuestion = 0;
constexpr std::size_t PingQuestion = 1;
constexpr std::size_t MaxFeatures = 16; ///< that are looked at; both sides may name as many as they like

std::string_view valueOf(const std::vector<Header> &headers, std::string_view key)
{
    const auto found = std::find_if(
        headers.begin(), headers.end(), [key](const Header &header) { return header.key == key; });
    return found == headers.end() ? std::string_view() : found->value;
}

std::vector<std::string_view> listed(std::string_view features)
{
    std::vector<std::string_view> names;
    while (!features.empty() && names.size() < MaxFeatures) {
        const auto comma = features.find(',');
        if (const auto name = features.substr(0, comma); !name.empty())
            names.push_back(name);
        features = comma == std::string_view::npos ? std::string_view() : features.substr(comma + 1);
    }
    return names;
}

bool isRoute(const Header &header)
{
    return header.key == HeaderRoute && header.value.size() <= MaxRouteBytes && isUtf8(header.value);
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
        if (header.key == HeaderId && numberIn(&header) > 0)
            return keep(id, header);
        if (header.key == HeaderRe && numberIn(&header) > 0)
            return keep(re, header);
        if (header.key == HeaderEnd && header.value == "1")
            return keep(end, header);
        if (header.key == HeaderCancel && header.value == "1")
            return keep(cancel, header);
        return isError && header.key == HeaderCode && keep(code, header);
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

MessageFacts Exchange::factsOf(std::optional<std::uint64_t> type, const std::vector<Header> &headers)
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

void Exchange::passed(FrameType type, Direction direction, Now now, const std::vector<Header> &headers)
{
    switch (type) {
    case FrameType::Hello:
        ask(HelloQuestion, direction, now);
        if (direction == Direction::ClientToServer && !m_hello)
            m_hello = Greeting {parseDecimal(valueOf(headers, HeaderVersion)).value_or(0),
                std::string(valueOf(headers, HeaderFeatures))};
        break;
    case FrameType::Welcome:
        answer(HelloQuestion, direction, now);
        if (direction == Direction::ServerToClient)
            decide({parseDecimal(valueOf(headers, HeaderVersion)).value_or(0),
                std::string(valueOf(headers, HeaderFeatures))});
        break;
    case FrameType::Ping:
        ask(PingQuestion, direction, now);
        break;
    case FrameType::Pong:
        answer(PingQuestion, direction, now);
        break;
    case FrameType::Data:
        decide({}); // nobody says anything before it is decided, unless nothing is to be
        break;
    default:
        break;
    }
}

void Exchange::decide(const Greeting &answer)
{
    if (std::exchange(m_isDecided, true))
        return;
    const std::uint64_t version = std::min(m_hello ? m_hello->version : 0, answer.version);
    if (version == 0) {
        m_traits.negotiated = NegotiatedPlain;
        return;
    }
    const auto theirs = listed(answer.features);
    auto both = listed(m_hello->features);
    std::erase_if(both, [&theirs](std::string_view feature) {
        return std::find(theirs.begin(), theirs.end(), feature) == theirs.end();
    });
    m_traits.negotiated = negotiatedText(version, both);
}

void Exchange::ask(std::size_t question, Direction direction, Now now)
{
    auto &asked = m_asked[question][std::size_t(direction)];
    if (!asked)
        asked = now.steady;
}

void Exchange::answer(std::size_t question, Direction direction, Now now)
{
    auto &asked = m_asked[question][1 - std::size_t(direction)];
    if (!asked)
        return;
    m_traits.roundTrip = std::max(std::chrono::duration_cast<std::chrono::microseconds>(now.steady - *asked),
        std::chrono::microseconds::zero());
    asked.reset();
}

} // namespace Halyard::Wire::Vstp

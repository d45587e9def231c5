// SPDX-License-Identifier: MIT
#include "wire/vstp/acquaintance.h"

#include <algorithm>
#include <utility>

#include "wire/decimal.h"
#include "wire/escape.h"

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

} // namespace

std::string negotiatedText(std::uint64_t version, const std::vector<std::string_view> &features)
{
    std::string text = "vstp, halyard conventions " + std::to_string(version);
    for (const std::string_view feature : features)
        text += (feature == features.front() ? " (" : ", ") + escapeText(feature, 32);
    return features.empty() ? text : text + ')';
}

void Acquaintance::passed(FrameType type, Direction direction, Now now, const std::vector<Header> &headers)
{
    switch (type) {
    case FrameType::Hello:
        ask(HelloQuestion, direction, now);
        if (direction == Direction::ClientToServer && !m_hello)
            m_hello = Greeting {parseDecimal(valueOf(headers, "halyard")).value_or(0),
                std::string(valueOf(headers, "features"))};
        break;
    case FrameType::Welcome:
        answer(HelloQuestion, direction, now);
        if (direction == Direction::ServerToClient)
            decide({parseDecimal(valueOf(headers, "halyard")).value_or(0),
                std::string(valueOf(headers, "features"))});
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

void Acquaintance::decide(const Greeting &answer)
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

void Acquaintance::ask(std::size_t question, Direction direction, Now now)
{
    auto &asked = m_asked[question][std::size_t(direction)];
    if (!asked)
        asked = now.steady;
}

void Acquaintance::answer(std::size_t question, Direction direction, Now now)
{
    auto &asked = m_asked[question][1 - std::size_t(direction)];
    if (!asked)
        return;
    m_traits.roundTrip = std::max(std::chrono::duration_cast<std::chrono::microseconds>(now.steady - *asked),
        std::chrono::microseconds::zero());
    asked.reset();
}

} // namespace Halyard::Wire::Vstp

// SPDX-License-Identifier: MIT
#include "protocol/answerrow.h"

#include <algorithm>
#include <string>
#include <utility>

namespace Halyard::Wire {

namespace {

// Places for each request that may be open: what is answered at once has places, too.
constexpr std::size_t PlacesPerRequest = 2;
constexpr std::size_t FewestPlaces = 16;

} // namespace

Result<void> AnswerRow::checkRoom() const
{
    const std::size_t most = std::max(PlacesPerRequest * m_limits.maxOpenRequests, FewestPlaces);
    return m_places.size() < most ? Result<void>() : tooMany();
}

tl::unexpected<Error> AnswerRow::tooMany() const
{
    return failure(ErrorCode::InputBudgetExceeded, ErrorOrigin::Peer,
        std::to_string(m_places.size()) + " answers of " + std::to_string(m_keptBytes)
            + " bytes wait for one in front of them");
}

Result<std::uint64_t> AnswerRow::add()
{
    if (auto room = checkRoom(); !room)
        return tl::unexpected(std::move(room.error()));
    m_places.push_back({true, std::nullopt});
    ++m_waiting;
    return m_firstId + m_places.size() - 1;
}

Result<void> AnswerRow::addAnswered(Bytes answer)
{
    if (auto room = checkRoom(); !room)
        return room;
    if (m_keptBytes + answer.size() > 2 * m_limits.maxFrameBytesOut)
        return tooMany();
    m_keptBytes += answer.size();
    m_places.push_back({false, std::move(answer)});
    return {};
}

Result<void> AnswerRow::checkOpen(std::uint64_t id) const
{
    if (holds(id)) {
        const Place &place = m_places[id - m_firstId];
        if (place.isRequest && !place.answer)
            return {};
    }
    return refused(ErrorCode::InvalidArgument, "request " + std::to_string(id) + " is not open");
}

void AnswerRow::settle()
{
    --m_waiting;
    leave();
}

void AnswerRow::keep(std::uint64_t id, Bytes answer)
{
    --m_waiting;
    m_keptBytes += answer.size();
    m_places[id - m_firstId].answer = std::move(answer);
}

std::optional<Bytes> AnswerRow::takeReady()
{
    if (m_places.empty() || !m_places.front().answer)
        return std::nullopt;
    auto answer = std::exchange(m_places.front().answer, std::nullopt);
    m_keptBytes -= answer->size();
    leave();
    return answer;
}

std::vector<std::uint64_t> AnswerRow::clear()
{
    std::vector<std::uint64_t> open;
    for (; !m_places.empty(); leave()) {
        const Place &place = m_places.front();
        if (place.isRequest && !place.answer)
            open.push_back(m_firstId);
    }
    m_waiting = 0;
    m_keptBytes = 0;
    return open;
}

void AnswerRow::leave()
{
    m_places.pop_front();
    ++m_firstId;
}

} // namespace Halyard::Wire

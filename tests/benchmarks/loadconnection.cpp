// SPDX-License-Identifier: MIT
#include "loadconnection.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>

#include <sys/socket.h>
#include <unistd.h>

namespace Halyard::Bench {

namespace {

constexpr std::size_t ReadBytesPerTurn = 262'144;
constexpr std::uint64_t FirstId
    = 1'000'000; // all ids of a run have the same number of digits, all frames one size
constexpr std::size_t NoSlot = SIZE_MAX;

/// Different for each slot of each connection, so that an answer that went to the wrong one is found out.
void fillPayload(std::vector<std::byte> &payload, std::size_t connection, std::size_t slot)
{
    std::uint32_t state = std::uint32_t(connection * 2'654'435'761U + slot * 40'503U + 1);
    for (std::byte &byte : payload) {
        state = state * 1'664'525U + 1'013'904'223U;
        byte = std::byte(state >> 24U);
    }
}

} // namespace

LoadConnection::LoadConnection(const LoadOptions &options, Tally &tally, std::size_t index)
    : m_options(options)
    , m_tally(tally)
    , m_index(index)
    , m_slots(options.inFlight)
{
    buildFrames();
}

void LoadConnection::buildFrames()
{
    std::vector<std::byte> payload(m_options.payloadBytes);
    for (std::size_t slot = 0; slot < m_slots.size(); ++slot) {
        SmallHeaders headers;
        if (m_options.speech == Speech::Requests) {
            headers.append("route", "echo");
            headers.append("id", std::to_string(FirstId + slot));
        }
        fillPayload(payload, m_index, slot);
        appendFrame(m_frames, Type::Data, headers.view(), payload);
        m_payloadAt = PrefixBytes + headers.view().size();
    }
    m_frameBytes = m_frames.view().size() / m_slots.size();
}

bool LoadConnection::open()
{
    m_socket = connectToLoopback(m_options.port);
    if (!m_socket.isValid())
        m_phase = Phase::Dead;
    return m_socket.isValid();
}

void LoadConnection::writable()
{
    if (m_phase == Phase::Connecting) {
        int error = 0;
        socklen_t size = sizeof(error);
        if (::getsockopt(m_socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
            return die();
        resetOnClose(m_socket);
        m_phase = Phase::FirstExchange;
        OutputBuffer first;
        if (m_options.speech == Speech::Requests) {
            SmallHeaders headers;
            headers.append("halyard", "1");
            appendFrame(first, Type::Hello, headers.view(), {});
        } else {
            sendSlot(0, Clock::now(), first);
        }
        return write(first);
    }
    if (m_unsent.empty())
        return;
    const ssize_t sent = ::send(m_socket.get(), m_unsent.data(), m_unsent.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN)
        return die();
    m_unsent.erase(m_unsent.begin(), m_unsent.begin() + std::max<ssize_t>(sent, 0));
}

void LoadConnection::readable(std::vector<std::byte> &scratch, OutputBuffer &output)
{
    const std::size_t kept = m_unfinished.size();
    if (scratch.size() < kept + ReadBytesPerTurn)
        scratch.resize(kept + ReadBytesPerTurn);
    if (kept != 0)
        std::memcpy(scratch.data(), m_unfinished.data(), kept);
    const ssize_t got = ::read(m_socket.get(), scratch.data() + kept, ReadBytesPerTurn);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR))
            die();
        return;
    }
    ByteView rest = ByteView(scratch).first(kept + std::size_t(got));
    const auto now = Clock::now();
    Frame frame;
    Cut cut = cutFrame(rest, frame);
    for (; cut == Cut::Complete && isAlive(); cut = cutFrame(rest, frame)) {
        rest = rest.subspan(frame.size());
        take(frame, now, output);
    }
    if (cut == Cut::Broken)
        die();
    if (!isAlive())
        return output.clear();
    m_unfinished.assign(rest.begin(), rest.end());
    write(output);
}

void LoadConnection::take(const Frame &frame, Clock::time_point now, OutputBuffer &output)
{
    switch (frame.type) {
    case Type::Data:
        return takeAnswer(frame, now, output);
    case Type::Welcome:
        if (m_phase == Phase::FirstExchange && findHeader(frame.headers, "halyard")) {
            m_phase = Phase::Ready;
            ++m_tally.ready;
        }
        return;
    case Type::Ping:
        return appendFrame(output, Type::Pong, frame.headers, frame.payload);
    default: // ERR, BYE or nothing that belongs here
        return die();
    }
}

void LoadConnection::takeAnswer(const Frame &frame, Clock::time_point now, OutputBuffer &output)
{
    const std::size_t slot = slotOf(frame);
    const ByteView expected = m_frames.view().subspan(
        (slot == NoSlot ? 0 : slot) * m_frameBytes + m_payloadAt, m_options.payloadBytes);
    if (slot == NoSlot || !m_slots[slot].busy || frame.payload.size() != expected.size()
        || std::memcmp(frame.payload.data(), expected.data(), expected.size()) != 0)
        return die();
    m_slots[slot].busy = false;
    --m_tally.outstanding;
    if (m_phase == Phase::FirstExchange) {
        m_phase = Phase::Ready;
        ++m_tally.ready;
        return;
    }
    m_nextSlot = (slot + 1) % m_slots.size();
    if (m_tally.counting) {
        ++m_tally.messages;
        m_tally.latency.add(std::uint64_t(std::chrono::nanoseconds(now - m_slots[slot].sentAt).count()));
    }
    if (m_tally.sending)
        sendSlot(slot, now, output);
}

std::size_t LoadConnection::slotOf(const Frame &frame) const
{
    if (m_options.speech == Speech::Raw)
        return frame.headers.empty() ? m_nextSlot : NoSlot;
    const auto answered = findHeader(frame.headers, "re");
    std::uint64_t id = 0;
    if (!answered
        || std::from_chars(answered->data(), answered->data() + answered->size(), id).ec != std::errc()
        || id < FirstId || id - FirstId >= m_slots.size())
        return NoSlot;
    return id - FirstId;
}

void LoadConnection::sendSlot(std::size_t slot, Clock::time_point now, OutputBuffer &output)
{
    output.append(m_frames.view().subspan(slot * m_frameBytes, m_frameBytes));
    m_slots[slot] = {now, true};
    ++m_tally.outstanding;
}

void LoadConnection::startLoad(OutputBuffer &output)
{
    if (m_phase != Phase::Ready)
        return;
    const auto now = Clock::now();
    for (std::size_t slot = 0; slot < m_slots.size(); ++slot)
        sendSlot(slot, now, output);
    write(output);
}

void LoadConnection::write(OutputBuffer &output)
{
    ByteView bytes = output.view();
    if (m_unsent.empty() && !bytes.empty()) {
        const ssize_t sent = ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN)
            die();
        bytes = bytes.subspan(std::size_t(std::max<ssize_t>(sent, 0)));
    }
    m_unsent.insert(m_unsent.end(), bytes.begin(), bytes.end());
    output.clear();
}

void LoadConnection::die()
{
    if (m_phase == Phase::Dead)
        return;
    std::size_t lost = 0;
    for (Slot &slot : m_slots) {
        lost += slot.busy ? 1 : 0;
        slot.busy = false;
    }
    m_tally.outstanding -= lost;
    m_tally.failures += std::max<std::size_t>(lost, 1);
    m_tally.ready -= m_phase == Phase::Ready ? 1 : 0;
    m_phase = Phase::Dead;
    m_unsent.clear();
    m_socket = {};
}

} // namespace Halyard::Bench

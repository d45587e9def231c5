// SPDX-License-Identifier: MIT
#include "protocol/securedengine.h"

#include <algorithm>
#include <string>
#include <utility>

namespace Halyard::Wire {

namespace {

// Sealing stays this far ahead of what is written; the rest waits in the inner engine.
constexpr std::size_t SealedAhead = 65'536;

EngineLimits channelLimits(EngineLimits limits)
{
    limits.maxFrameBytesIn = LengthFraming::HeaderBytes + SecuredEngine::MaxSealedBytes;
    limits.maxFrameBytesOut = limits.maxFrameBytesIn;
    return limits;
}

void takeEarlier(std::optional<TimePoint> &earliest, std::optional<TimePoint> other)
{
    if (other && (!earliest || *other < *earliest))
        earliest = other;
}

} // namespace

SecuredEngine::SecuredEngine(
    std::unique_ptr<Engine> inner, std::unique_ptr<FrameSecurity> security, const EngineLimits &limits)
    : m_limits(limits)
    , m_inner(std::move(inner))
    , m_channel(m_framing, std::move(security), channelLimits(limits))
{ }

SecuredEngine::~SecuredEngine() = default;

void SecuredEngine::start(Now now)
{
    if (m_phase != Phase::Idle)
        return;
    m_now = now;
    m_phase = Phase::Handshaking;
    m_handshakeDeadline = now.steady + m_limits.handshakeTimeout;
    m_channel.start(now);
    startInnerIfPossible(now);
}

void SecuredEngine::startInnerIfPossible(Now now)
{
    if (m_phase != Phase::Handshaking || !m_channel.isEstablished())
        return;
    m_phase = Phase::Running;
    m_inner->start(now);
}

MutableBytes SecuredEngine::inputSpace(std::size_t wanted)
{
    if ((m_phase != Phase::Handshaking && m_phase != Phase::Running) || m_inputEnded || m_inputDone)
        return {};
    return m_channel.inputSpace(wanted);
}

void SecuredEngine::received(std::size_t bytes, Now now)
{
    m_now = now;
    m_channel.received(bytes, now);
}

void SecuredEngine::inputEnded(Now now)
{
    m_now = now;
    m_inputEnded = true;
}

void SecuredEngine::inputPaused(bool paused, Now now)
{
    m_channel.inputPaused(paused, now);
    m_inner->inputPaused(paused, now);
}

std::optional<Event> SecuredEngine::nextEvent(Now now)
{
    m_now = now;
    m_channel.setNow(now);
    while (m_phase == Phase::Handshaking || m_phase == Phase::Running) {
        startInnerIfPossible(now);
        if (m_phase == Phase::Running) {
            if (auto event = innerEvent(now))
                return event;
            if (m_phase != Phase::Running)
                break;
            if (feedInner(now))
                continue;
        }
        auto opened = openNext(now);
        if (opened && !*opened) {
            if (auto identity = m_channel.credentialsNeeded(); identity && !m_askedForCredentials) {
                m_askedForCredentials = true;
                return CredentialsNeeded {std::move(*identity)};
            }
            if (m_failure)
                opened = tl::unexpected(std::move(*m_failure));
            else
                opened = endOfInput(now);
        }
        if (!opened)
            stop(std::move(opened.error()), now);
        else if (!*opened)
            return std::nullopt;
    }
    return m_phase == Phase::Closing ? closedIfWritten() : std::nullopt;
}

// The inner engine's next event; its Closed becomes ours when the sealed output has left.
std::optional<Event> SecuredEngine::innerEvent(Now now)
{
    auto event = m_inner->nextEvent(now);
    if (!event)
        return std::nullopt;
    if (auto *const closed = std::get_if<Closed>(&*event)) {
        beginClosing(std::move(closed->error), now);
        return std::nullopt;
    }
    m_ready = m_ready || std::holds_alternative<Ready>(*event);
    return event;
}

bool SecuredEngine::feedInner(Now now)
{
    if (m_plain.empty())
        return false;
    const MutableBytes space = m_inner->inputSpace(m_plain.size());
    if (space.empty()) {
        m_plain = {}; // it takes nothing any more
        return false;
    }
    std::copy_n(m_plain.begin(), space.size(), space.begin());
    m_inner->received(space.size(), now);
    m_plain = m_plain.subspan(space.size());
    return true;
}

// Whether there is something new to do.
Result<bool> SecuredEngine::openNext(Now now)
{
    if (m_inputDone)
        return false;
    const bool wasEstablished = m_channel.isEstablished();
    const auto body = m_channel.nextBody(now);
    if (!body)
        return tl::unexpected(body.error());
    if (!*body)
        return !wasEstablished && m_channel.isEstablished();
    m_plain = **body;
    m_channel.holdBody(); // the inner engine may take it in several pieces, with more input between them
    return true;
}

Result<bool> SecuredEngine::endOfInput(Now now)
{
    if (!m_inputEnded || m_inputDone || m_channel.credentialsNeeded())
        return false;
    if (m_channel.isInsideFrame())
        return tl::unexpected(m_channel.truncation());
    if (m_phase == Phase::Handshaking)
        return failure(ErrorCode::ClosedBeforeReady, ErrorOrigin::Peer, "the input ended in the handshake");
    m_inputDone = true;
    m_inner->inputEnded(now);
    return true;
}

void SecuredEngine::stop(Error error, Now now)
{
    m_inputDone = true;
    m_failure.reset();
    if (m_phase == Phase::Running)
        m_inner->fail(std::move(error), now);
    else
        beginClosing(std::move(error), now);
}

void SecuredEngine::failLater(Error error)
{
    if (!m_failure && !m_inputDone)
        m_failure = std::move(error);
}

void SecuredEngine::beginClosing(Error error, Now now)
{
    m_inputDone = true;
    if (!m_sealFailed)
        m_closeError = std::move(error);
    if (!m_closeDeadline)
        m_closeDeadline = now.steady + m_limits.closeTimeout;
    m_phase = Phase::Closing;
    m_plain = {};
    m_channel.discardInput();
}

std::optional<Event> SecuredEngine::closedIfWritten()
{
    if (m_channel.pendingBytes() > 0)
        return std::nullopt;
    m_phase = Phase::Closed;
    return Closed {std::move(m_closeError)};
}

tl::unexpected<Error> SecuredEngine::cannotSend() const
{
    if (m_phase == Phase::Closing || m_phase == Phase::Closed)
        return failure(ErrorCode::NotConnected, ErrorOrigin::Local, "the connection is closing");
    return failure(ErrorCode::NotReady, ErrorOrigin::Local, "the security handshake is not done");
}

Result<void> SecuredEngine::send(const MessageView &message, Now now)
{
    if (m_phase != Phase::Running)
        return cannotSend();
    m_now = now;
    return m_inner->send(message, now);
}

void SecuredEngine::provide(std::optional<Credentials> credentials, Now now)
{
    m_now = now;
    m_askedForCredentials = false;
    if (m_phase == Phase::Handshaking)
        m_channel.provide(std::move(credentials), now);
    else
        m_inner->provide(std::move(credentials), now);
}

void SecuredEngine::close(Now now)
{
    m_now = now;
    if (m_phase == Phase::Running) {
        if (!m_closeDeadline)
            m_closeDeadline = now.steady + m_limits.closeTimeout;
        m_inputDone = true; // whatever still comes is of no interest, good or bad
        m_inner->close(now);
    } else if (m_phase == Phase::Idle || m_phase == Phase::Handshaking) {
        beginClosing({}, now);
    }
}

void SecuredEngine::fail(Error error, Now now)
{
    m_now = now;
    if (error.origin == ErrorOrigin::Transport)
        m_channel.dropOutput();
    if (m_phase == Phase::Running)
        failLater(std::move(error)); // what has come in is still opened and delivered
    else if (m_phase == Phase::Idle || m_phase == Phase::Handshaking)
        beginClosing(std::move(error), now);
    else if (m_phase == Phase::Closing && !m_closeError)
        m_closeError = std::move(error);
}

Result<void> SecuredEngine::handOff(Now now)
{
    if (m_phase != Phase::Running)
        return cannotSend();
    return m_inner->handOff(now);
}

Result<void> SecuredEngine::sendFrame(ByteView body, Now now)
{
    if (m_phase != Phase::Running)
        return cannotSend();
    m_now = now;
    return m_inner->sendFrame(body, now);
}

void SecuredEngine::sealOutput()
{
    while (m_phase == Phase::Running && !m_sealFailed && m_channel.pendingBytes() < SealedAhead) {
        const auto plain = m_inner->output();
        if (!plain)
            return;
        const ByteView piece = plain->first(std::min(plain->size(), RecordBytes));
        Result<void> sealed;
        if (const auto space = m_channel.begin(piece.size())) {
            std::copy(piece.begin(), piece.end(), space->begin());
            sealed = m_channel.commit();
        } else {
            sealed = tl::unexpected(space.error());
        }
        if (!sealed) {
            // Nothing can leave any more, so there are no last words either.
            m_sealFailed = true;
            m_closeError = std::move(sealed.error());
            m_inner->fail({m_closeError.code, ErrorOrigin::Transport, m_closeError.detail}, m_now);
            return;
        }
        m_inner->written(piece.size(), m_now);
    }
}

std::optional<ByteView> SecuredEngine::output()
{
    m_channel.setNow(m_now);
    sealOutput();
    if (m_channel.pendingBytes() == 0)
        return std::nullopt;
    return m_channel.output();
}

void SecuredEngine::written(std::size_t bytes, Now now)
{
    m_now = now;
    m_channel.written(bytes);
}

std::size_t SecuredEngine::heldBytes() const { return m_channel.heldBytes() + m_inner->heldBytes(); }

Capabilities SecuredEngine::capabilities() const { return m_channel.withSecurity(m_inner->capabilities()); }

std::optional<std::chrono::microseconds> SecuredEngine::roundTripTime() const
{
    return m_inner->roundTripTime();
}

std::optional<TimePoint> SecuredEngine::deadline() const
{
    if (m_phase == Phase::Closing)
        return m_closeDeadline;
    if (m_phase != Phase::Handshaking && m_phase != Phase::Running)
        return std::nullopt;
    if (m_failure)
        return std::nullopt;
    std::optional<TimePoint> earliest = m_inputDone ? std::nullopt : m_channel.deadline();
    if (!m_ready && !m_inputDone)
        takeEarlier(earliest, m_handshakeDeadline);
    if (m_phase == Phase::Running)
        takeEarlier(earliest, m_inner->deadline());
    return earliest;
}

void SecuredEngine::expired(Now now)
{
    m_now = now;
    if (m_phase == Phase::Closing && m_closeDeadline && now.steady >= *m_closeDeadline)
        m_channel.dropOutput();
    if (m_phase != Phase::Handshaking && m_phase != Phase::Running)
        return;
    if (m_phase == Phase::Running)
        m_inner->expired(now);
    if (m_inputDone)
        return;
    auto inTime = m_channel.expired(now);
    if (inTime && !m_ready && now.steady >= m_handshakeDeadline)
        inTime = tl::unexpected(m_channel.lateness());
    if (!inTime)
        failLater(std::move(inTime.error()));
}

void SecuredEngine::setObserver(EngineObserver *observer) { m_channel.setObserver(observer); }

} // namespace Halyard::Wire

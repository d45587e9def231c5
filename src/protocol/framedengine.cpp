// SPDX-License-Identifier: MIT
#include "protocol/framedengine.h"

#include <algorithm>
#include <utility>

#include "protocol/bodywriter.h"

namespace Halyard::Wire {

namespace {

bool isAnswer(const MessageView &message)
{
    return message.kind == MessageKind::Reply || message.kind == MessageKind::Item
        || message.kind == MessageKind::End || (message.kind == MessageKind::Error && message.id != 0);
}

void takeEarlier(std::optional<TimePoint> &earliest, std::optional<TimePoint> other)
{
    if (other && (!earliest || *other < *earliest))
        earliest = other;
}

} // namespace

FramedEngine::FramedEngine(const Framing &framing, std::unique_ptr<Session> session,
    std::unique_ptr<FrameSecurity> security, const EngineSetup &setup)
    : m_limits(setup.limits)
    , m_channel(framing, std::move(security), setup.limits, setup.spares)
    , m_session(setup.onlyFrames ? nullptr : std::move(session))
{
    if (!setup.filters.factories.empty())
        m_filters = std::make_unique<FilterChain>(
            setup.filters, m_channel, std::max(setup.limits.maxFrameBytesIn, setup.limits.maxFrameBytesOut));
}

FramedEngine::~FramedEngine() = default;

FrameSink &FramedEngine::sink() noexcept
{
    if (m_filters)
        return *m_filters;
    return m_channel;
}

void FramedEngine::start(Now now)
{
    if (m_phase != Phase::Idle)
        return;
    m_phase = Phase::Preparing;
    m_handshakeDeadline = now.steady + m_limits.handshakeTimeout;
    m_channel.start(now);
    if (auto started = startSessionIfPossible(now); !started)
        failLater(std::move(started.error()));
}

MutableBytes FramedEngine::inputSpace(std::size_t wanted)
{
    if (!isRunning() || m_inputEnded || m_failure)
        return {};
    return m_channel.inputSpace(wanted);
}

void FramedEngine::received(std::size_t bytes, Now now)
{
    if (!isRunning())
        return;
    m_channel.received(bytes, now);
    if (m_sessionStarted && m_session && bytes > 0)
        m_session->heardFrom(now);
}

void FramedEngine::inputEnded(Now now)
{
    m_channel.setNow(now);
    m_inputEnded = true;
}

void FramedEngine::inputPaused(bool paused, Now now)
{
    m_channel.inputPaused(paused, now);
    if (m_session)
        m_session->inputPaused(paused, now);
}

Result<void> FramedEngine::startSessionIfPossible(Now now)
{
    if (m_sessionStarted || !m_session || !m_channel.isEstablished())
        return {};
    m_sessionStarted = true;
    return m_session->start(sink(), now);
}

std::optional<Event> FramedEngine::nextEvent(Now now)
{
    if (m_afterReady)
        return std::exchange(m_afterReady, std::nullopt);
    if (m_phase == Phase::Closing)
        return closedIfWritten();
    if (!isRunning())
        return std::nullopt;
    Step step = nextStep(now);
    if (!step) {
        const bool broken = !m_failure && step.error().origin == ErrorOrigin::Peer;
        if (broken && m_phase == Phase::Open && m_session && m_session->owesAnswers()) {
            beginParting(std::move(step.error()), now);
            return std::nullopt;
        }
        beginClosing(std::move(step.error()), now);
        return closedIfWritten();
    }
    return readyFirst(std::move(*step));
}

bool FramedEngine::canBeReady() const
{
    return m_session ? m_sessionStarted && m_session->isReady() : m_channel.isEstablished();
}

std::optional<Event> FramedEngine::readyFirst(std::optional<Event> event)
{
    if (m_phase != Phase::Preparing || !canBeReady())
        return event;
    m_phase = Phase::Open;
    if (event && !std::holds_alternative<Progress>(*event)) {
        m_channel.holdBody(); // the event may refer to it, and input may come before it is asked for
        m_afterReady = std::move(event);
    }
    return Ready {};
}

FramedEngine::Step FramedEngine::nextStep(Now now)
{
    m_channel.setNow(now);
    if (m_filters)
        m_filters->release();
    if (auto started = startSessionIfPossible(now); !started)
        return tl::unexpected(std::move(started.error()));
    if (m_phase == Phase::Preparing && canBeReady())
        return std::nullopt; // readyFirst() tells
    if (m_sessionStarted && m_session) {
        if (auto event = m_session->pendingEvent())
            return event;
        if (m_session->holdsInput())
            return m_failure ? Step(tl::unexpected(std::move(*m_failure))) : Step(std::nullopt);
    }
    auto body = m_channel.nextBody(now);
    if (!body)
        return tl::unexpected(std::move(body.error()));
    if (auto started = startSessionIfPossible(now); !started)
        return tl::unexpected(std::move(started.error()));
    if (*body)
        return deliver(**body, now);
    if (auto identity = m_channel.credentialsNeeded(); identity && !m_askedForCredentials) {
        m_askedForCredentials = true;
        return CredentialsNeeded {std::move(*identity)};
    }
    if (m_failure)
        return tl::unexpected(std::move(*m_failure));
    if (m_inputEnded && !m_peerFinished && !m_channel.credentialsNeeded())
        return endOfInput(now);
    return std::nullopt;
}

FramedEngine::Step FramedEngine::deliver(MutableBytes body, Now now)
{
    ByteView plain = body;
    if (m_filters) {
        auto filtered = m_filters->incoming(plain);
        if (!filtered)
            return tl::unexpected(std::move(filtered.error()));
        plain = *filtered;
    }
    if (!m_session)
        return FrameReceived {plain};
    Step step = m_session->received(plain, sink(), now);
    if (!step)
        return step;
    if (!*step)
        return Progress {};
    if (std::holds_alternative<PeerFinished>(**step)) {
        if (m_phase == Phase::Preparing && !m_session->isReady())
            return failure(ErrorCode::ClosedBeforeReady, ErrorOrigin::Peer, "the peer said goodbye at once");
        m_peerFinished = true;
        m_channel.discardInput();
    }
    return step;
}

FramedEngine::Step FramedEngine::endOfInput(Now now)
{
    if (m_channel.isInsideFrame())
        return tl::unexpected(m_channel.truncation());
    if (m_phase == Phase::Preparing) {
        if (auto meaning = m_channel.meaningOfEnd())
            return tl::unexpected(std::move(*meaning));
        return failure(
            ErrorCode::ClosedBeforeReady, ErrorOrigin::Peer, "the input ended before anything was agreed");
    }
    m_peerFinished = true;
    if (m_session) {
        if (auto ended = m_session->inputEnded(sink(), now); !ended)
            return tl::unexpected(std::move(ended.error()));
    }
    return PeerFinished {};
}

Result<void> FramedEngine::checkCanSend() const
{
    if (m_phase == Phase::Idle || m_phase == Phase::Preparing)
        return failure(ErrorCode::NotReady, ErrorOrigin::Local, "the connection is not ready yet");
    if (m_phase != Phase::Open || m_failure)
        return failure(ErrorCode::NotConnected, ErrorOrigin::Local, "the connection is closing");
    return {};
}

Result<void> FramedEngine::send(const MessageView &message, Now now)
{
    const bool owed = m_phase == Phase::Parting && isAnswer(message);
    if (auto can = checkCanSend(); !can && !owed)
        return can;
    if (!m_session)
        return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "only frames after a handoff");
    m_channel.setNow(now);
    auto sent = m_session->send(message, sink(), now);
    if (m_phase == Phase::Parting && !m_session->owesAnswers())
        beginClosing(std::move(m_closeError), now);
    return sent;
}

Result<void> FramedEngine::handOff(Now now)
{
    if (auto can = checkCanSend(); !can)
        return can;
    m_channel.setNow(now);
    if (m_session) {
        if (m_session->owesAnswers())
            return failure(ErrorCode::NotReady, ErrorOrigin::Local, "other answers have to leave first");
        m_capabilities = m_session->capabilities();
        m_session.reset();
        m_filters.reset();
    }
    return {};
}

Result<void> FramedEngine::sendFrame(ByteView body, Now now)
{
    if (auto can = checkCanSend(); !can)
        return can;
    if (m_session)
        return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "frames need a handoff first");
    m_channel.setNow(now);
    return writeBody(sink(), body);
}

void FramedEngine::provide(std::optional<Credentials> credentials, Now now)
{
    m_askedForCredentials = false;
    m_channel.provide(std::move(credentials), now);
}

void FramedEngine::close(Now now)
{
    if (m_phase == Phase::Closing || m_phase == Phase::Closed)
        return;
    m_channel.setNow(now);
    if (m_phase == Phase::Parting)
        return beginClosing(std::move(m_closeError), now);
    if (m_session && m_sessionStarted && !m_failure)
        m_session->close(sink(), now);
    m_closeError = m_failure.value_or(Error {});
    m_closeDeadline = now.steady + m_limits.closeTimeout;
    m_phase = Phase::Closing;
    m_afterReady.reset();
    m_channel.discardInput();
}

void FramedEngine::fail(Error error, Now now)
{
    m_channel.setNow(now);
    if (error.origin == ErrorOrigin::Transport)
        m_channel.dropOutput(); // there is no way left for it
    if (m_phase == Phase::Closing && !m_closeError) {
        m_closeError = std::move(error);
    } else if (m_phase == Phase::Parting) { // its error came first; now nobody is left to hear an answer
        if (error.origin == ErrorOrigin::Transport)
            m_phase = Phase::Closing;
    } else if (m_phase == Phase::Idle) {
        beginClosing(std::move(error), now);
    } else {
        failLater(std::move(error));
    }
}

void FramedEngine::failLater(Error error)
{
    if (!m_failure)
        m_failure = std::move(error);
}

void FramedEngine::beginParting(Error error, Now now)
{
    m_closeError = std::move(error);
    // Half of the time for the answers, so that the last words have some too.
    m_partingDeadline = now.steady + m_limits.closeTimeout / 2;
    m_closeDeadline = now.steady + m_limits.closeTimeout;
    m_phase = Phase::Parting;
    m_channel.discardInput();
}

void FramedEngine::beginClosing(Error error, Now now)
{
    m_closeError = std::move(error);
    if (m_phase != Phase::Parting) // else the time for all of it runs already
        m_closeDeadline = now.steady + m_limits.closeTimeout;
    m_phase = Phase::Closing;
    m_channel.discardInput();
    if (m_session && m_sessionStarted)
        m_session->fail(m_closeError, sink(), now);
    if (m_closeError.origin == ErrorOrigin::Transport)
        m_channel.dropOutput();
}

std::optional<Event> FramedEngine::closedIfWritten()
{
    if (m_channel.pendingBytes() > 0)
        return std::nullopt;
    m_phase = Phase::Closed;
    return Closed {std::move(m_closeError)};
}

std::optional<ByteView> FramedEngine::output()
{
    if (m_channel.pendingBytes() == 0)
        return std::nullopt;
    return m_channel.output();
}

void FramedEngine::written(std::size_t bytes, Now now)
{
    m_channel.setNow(now);
    m_channel.written(bytes);
}

std::size_t FramedEngine::heldBytes() const
{
    return m_channel.heldBytes() + (m_filters ? m_filters->heldBytes() : 0)
        + (m_session ? m_session->heldBytes() : 0);
}

Capabilities FramedEngine::capabilities() const
{
    return m_channel.withSecurity(m_session ? m_session->capabilities() : m_capabilities);
}

std::optional<TimePoint> FramedEngine::deadline() const
{
    if (m_phase == Phase::Parting)
        return m_partingDeadline;
    if (m_phase == Phase::Closing)
        return m_closeDeadline;
    if (!isRunning() || m_failure)
        return std::nullopt;
    std::optional<TimePoint> earliest = m_channel.deadline();
    if (m_phase == Phase::Preparing)
        takeEarlier(earliest, m_handshakeDeadline);
    if (m_session && m_sessionStarted)
        takeEarlier(earliest, m_session->deadline());
    return earliest;
}

void FramedEngine::expired(Now now)
{
    if (m_phase == Phase::Parting && now.steady >= m_partingDeadline)
        beginClosing(std::move(m_closeError), now);
    else if (m_phase == Phase::Closing && now.steady >= m_closeDeadline)
        m_channel.dropOutput();
    if (!isRunning() || m_failure)
        return;
    if (auto inTime = m_channel.expired(now); !inTime)
        return failLater(std::move(inTime.error()));
    // The session first: what it was waiting for may have been what kept us from being ready.
    if (m_session && m_sessionStarted) {
        const auto due = m_session->deadline();
        if (due && now.steady >= *due) {
            if (auto alive = m_session->expired(sink(), now); !alive)
                return failLater(std::move(alive.error()));
        }
    }
    if (m_phase == Phase::Preparing && !canBeReady() && now.steady >= m_handshakeDeadline)
        failLater(m_channel.lateness());
}

void FramedEngine::setObserver(EngineObserver *observer) { m_channel.setObserver(observer); }

} // namespace Halyard::Wire

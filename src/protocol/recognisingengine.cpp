// SPDX-License-Identifier: MIT
#include "protocol/recognisingengine.h"

#include <algorithm>
#include <string>
#include <utility>

namespace Halyard::Wire {

RecognisingEngine::RecognisingEngine(
    std::vector<std::shared_ptr<const ProtocolFactory>> factories, EngineSetup setup)
    : m_factories(std::move(factories))
    , m_setup(std::move(setup))
{ }

RecognisingEngine::~RecognisingEngine() = default;

Result<void> RecognisingEngine::canShareAPort(
    const std::vector<std::shared_ptr<const ProtocolFactory>> &factories)
{
    if (factories.empty())
        return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, "no protocol to recognise");
    for (std::size_t at = 0; at < factories.size(); ++at) {
        const ProtocolFactory &factory = *factories[at];
        const std::string name(factory.name());
        if (factories.size() > 1 && !factory.clientSpeaksFirst())
            return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
                name + " cannot share a port: its clients wait for the server's first word");
        for (std::size_t before = 0; before < at; ++before) {
            if (factories[before]->name() == name)
                return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
                    name + " twice on one port: the second would never be chosen");
        }
    }
    return {};
}

void RecognisingEngine::start(Now now)
{
    if (m_phase != Phase::Idle)
        return;
    m_phase = Phase::Looking;
    m_deadline = now.steady + m_setup.limits.handshakeTimeout;
    if (m_factories.empty())
        giveUp({ErrorCode::ProtocolNotRecognised, ErrorOrigin::Local, "no protocol to choose from"});
    else if (m_factories.size() == 1)
        become(*m_factories.front(), now);
}

MutableBytes RecognisingEngine::inputSpace(std::size_t wanted)
{
    if (m_engine)
        return m_engine->inputSpace(wanted);
    if (m_phase != Phase::Looking)
        return {};
    return MutableBytes(m_first).subspan(m_firstBytes, std::min(wanted, LookBytes - m_firstBytes));
}

void RecognisingEngine::received(std::size_t bytes, Now now)
{
    if (m_engine)
        return m_engine->received(bytes, now);
    if (m_phase != Phase::Looking)
        return;
    m_firstBytes += std::min(bytes, LookBytes - m_firstBytes);
    look(m_firstBytes == LookBytes, now);
}

void RecognisingEngine::inputEnded(Now now)
{
    if (m_phase == Phase::Looking && m_firstBytes > 0)
        look(true, now);
    if (m_engine)
        return m_engine->inputEnded(now);
    if (m_phase == Phase::Looking)
        giveUp({ErrorCode::ClosedBeforeReady, ErrorOrigin::Peer, "the input ended before its first byte"});
}

void RecognisingEngine::look(bool isAll, Now now)
{
    const ByteView first = ByteView(m_first).first(m_firstBytes);
    std::string names;
    for (const auto &factory : m_factories) {
        const Recognition answer = factory->recognise(first);
        if (answer == Recognition::Yes)
            return become(*factory, now);
        if (answer == Recognition::More && !isAll)
            return; // its word counts before those behind it
        names += (names.empty() ? "" : ", ") + std::string(factory->name());
    }
    giveUp({ErrorCode::ProtocolNotRecognised, ErrorOrigin::Peer,
        "the first " + std::to_string(m_firstBytes) + " bytes are none of " + names});
}

void RecognisingEngine::become(const ProtocolFactory &factory, Now now)
{
    m_setup.limits = factory.limitsFor(m_setup.limits);
    // What was spent on looking is not given again.
    m_setup.limits.handshakeTimeout = std::chrono::ceil<std::chrono::milliseconds>(
        std::max(m_deadline - now.steady, TimePoint::duration::zero()));
    m_recognised = &factory;
    m_engine = factory.makeEngine(m_setup);
    m_setup = {};
    m_phase = Phase::Recognised;
    m_engine->setObserver(m_observer);
    m_engine->start(now);
    if (m_paused)
        m_engine->inputPaused(true, now);
    for (ByteView rest = ByteView(m_first).first(m_firstBytes); !rest.empty();) {
        const MutableBytes space = m_engine->inputSpace(rest.size());
        if (space.empty())
            return; // it has failed already and says so itself
        std::copy_n(rest.begin(), space.size(), space.begin());
        m_engine->received(space.size(), now);
        rest = rest.subspan(space.size());
    }
}

void RecognisingEngine::giveUp(Error error)
{
    m_error = std::move(error);
    m_phase = Phase::Closing;
}

void RecognisingEngine::inputPaused(bool paused, Now now)
{
    m_paused = paused;
    if (m_engine)
        m_engine->inputPaused(paused, now);
}

std::optional<Event> RecognisingEngine::nextEvent(Now now)
{
    if (m_engine)
        return m_engine->nextEvent(now);
    if (m_phase != Phase::Closing)
        return std::nullopt;
    m_phase = Phase::Closed;
    return Closed {std::move(m_error)};
}

tl::unexpected<Error> RecognisingEngine::cannotSend() const
{
    if (m_phase == Phase::Closing || m_phase == Phase::Closed)
        return failure(ErrorCode::NotConnected, ErrorOrigin::Local, "the connection is closing");
    return failure(ErrorCode::NotReady, ErrorOrigin::Local, "the protocol is not known yet");
}

Result<void> RecognisingEngine::send(const MessageView &message, Now now)
{
    if (!m_engine)
        return cannotSend();
    return m_engine->send(message, now);
}

void RecognisingEngine::provide(std::optional<Credentials> credentials, Now now)
{
    if (m_engine)
        m_engine->provide(std::move(credentials), now);
}

void RecognisingEngine::close(Now now)
{
    if (m_engine)
        return m_engine->close(now);
    if (m_phase == Phase::Idle || m_phase == Phase::Looking)
        giveUp({});
}

void RecognisingEngine::fail(Error error, Now now)
{
    if (m_engine)
        return m_engine->fail(std::move(error), now);
    if (m_phase == Phase::Idle || m_phase == Phase::Looking)
        giveUp(std::move(error));
}

Result<void> RecognisingEngine::handOff(Now now)
{
    if (!m_engine)
        return cannotSend();
    return m_engine->handOff(now);
}

Result<void> RecognisingEngine::sendFrame(ByteView body, Now now)
{
    if (!m_engine)
        return cannotSend();
    return m_engine->sendFrame(body, now);
}

std::optional<ByteView> RecognisingEngine::output() { return m_engine ? m_engine->output() : std::nullopt; }

void RecognisingEngine::written(std::size_t bytes, Now now)
{
    if (m_engine)
        m_engine->written(bytes, now);
}

std::size_t RecognisingEngine::heldBytes() const { return m_engine ? m_engine->heldBytes() : 0; }

Capabilities RecognisingEngine::capabilities() const
{
    return m_engine ? m_engine->capabilities() : Capabilities {};
}

std::optional<std::chrono::microseconds> RecognisingEngine::roundTripTime() const
{
    return m_engine ? m_engine->roundTripTime() : std::nullopt;
}

std::optional<TimePoint> RecognisingEngine::deadline() const
{
    if (m_engine)
        return m_engine->deadline();
    return m_phase == Phase::Looking ? std::optional(m_deadline) : std::nullopt;
}

void RecognisingEngine::expired(Now now)
{
    if (m_engine)
        return m_engine->expired(now);
    if (m_phase == Phase::Looking && now.steady >= m_deadline)
        giveUp({ErrorCode::HandshakeTimedOut, ErrorOrigin::Peer,
            std::to_string(m_firstBytes) + " bytes came, too few to tell the protocol"});
}

void RecognisingEngine::setObserver(EngineObserver *observer)
{
    m_observer = observer;
    if (m_engine)
        m_engine->setObserver(observer);
}

std::string_view RecognisingEngine::recognisedProtocol() const
{
    return m_recognised ? m_recognised->name() : std::string_view();
}

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#include "protocol/framerelay.h"

#include <utility>

namespace Halyard::Wire {

namespace {

constexpr std::array BothSides {FrameRelay::Side::Client, FrameRelay::Side::Server};

} // namespace

FrameRelay::FrameRelay(
    std::unique_ptr<Engine> client, std::unique_ptr<Engine> server, std::size_t maxPendingBytes)
    : m_maxPendingBytes(maxPendingBytes)
{
    at(Side::Client).engine = std::move(client);
    at(Side::Server).engine = std::move(server);
}

FrameRelay::~FrameRelay() = default;

void FrameRelay::start(Side side, Now now)
{
    at(side).started = true;
    at(side).engine->start(now);
}

bool FrameRelay::isHeldBack(Side side) const
{
    const End &from = at(side);
    const End &to = at(other(side));
    return from.ready && !from.ended && !m_failed
        && (!to.ready || to.output + to.unsent >= m_maxPendingBytes);
}

MutableBytes FrameRelay::inputSpace(Side side, std::size_t wanted)
{
    const End &from = at(side);
    if (m_failed || !from.started || from.ended || isHeldBack(side))
        return {};
    return from.engine->inputSpace(wanted);
}

void FrameRelay::received(Side side, std::size_t bytes, Now now) { at(side).engine->received(bytes, now); }

void FrameRelay::inputEnded(Side side, Now now) { at(side).engine->inputEnded(now); }

std::optional<FrameRelay::Event> FrameRelay::nextEvent(Now now)
{
    for (const Side side : BothSides) {
        if (auto event = nextOf(side, now))
            return event;
    }
    return std::nullopt;
}

std::optional<FrameRelay::Event> FrameRelay::nextOf(Side side, Now now)
{
    End &from = at(side);
    while (!m_failed && from.started && !from.ended) {
        tellOfPause(side, now);
        if (from.paused)
            return std::nullopt;
        auto event = from.engine->nextEvent(now);
        if (!event)
            return std::nullopt;
        if (auto told = take(side, std::move(*event), now))
            return told;
    }
    return std::nullopt;
}

std::optional<FrameRelay::Event> FrameRelay::take(Side side, Wire::Event &&event, Now now)
{
    if (const auto *frame = std::get_if<FrameReceived>(&event))
        return passOn(side, frame->body, now);
    if (auto *needed = std::get_if<Wire::CredentialsNeeded>(&event))
        return CredentialsNeeded {side, std::move(needed->identity)};
    if (auto *closed = std::get_if<Closed>(&event))
        return failed(side, std::move(closed->error));
    if (std::holds_alternative<Wire::Ready>(event)) {
        at(side).ready = true;
        return Ready {side};
    }
    if (std::holds_alternative<PeerFinished>(event)) {
        at(side).ended = true;
        return Ended {side};
    }
    return std::nullopt; // a step that concerns nobody; of messages an engine without a session knows nothing
}

std::optional<FrameRelay::Event> FrameRelay::passOn(Side from, ByteView body, Now now)
{
    const Side to = other(from);
    auto sent = at(to).engine->sendFrame(body, now);
    at(to).output = countOutput(at(to));
    if (!sent)
        return failed(to, std::move(sent.error()));
    return std::nullopt;
}

FrameRelay::Event FrameRelay::failed(Side side, Error error)
{
    m_failed = true;
    error.detail = (side == Side::Client ? "client: " : "server: ") + error.detail;
    return Failed {side, std::move(error)};
}

/// Our own backpressure is not the peer's silence.
void FrameRelay::tellOfPause(Side side, Now now)
{
    End &end = at(side);
    if (const bool paused = isHeldBack(side); paused != end.paused) {
        end.paused = paused;
        end.engine->inputPaused(paused, now);
    }
}

void FrameRelay::provide(Side side, std::optional<Credentials> credentials, Now now)
{
    at(side).engine->provide(std::move(credentials), now);
}

std::size_t FrameRelay::countOutput(End &end)
{
    const auto output = end.engine->output();
    return output ? output->size() : 0;
}

ByteView FrameRelay::output(Side side)
{
    const auto output = at(side).engine->output();
    return output.value_or(ByteView());
}

void FrameRelay::written(Side side, std::size_t bytes, Now now)
{
    End &end = at(side);
    end.engine->written(bytes, now);
    end.output = countOutput(end);
}

std::optional<TimePoint> FrameRelay::deadline() const
{
    std::optional<TimePoint> earliest;
    for (const End &end : m_ends) {
        const auto due = end.started && !m_failed ? end.engine->deadline() : std::nullopt;
        if (due && (!earliest || *due < *earliest))
            earliest = due;
    }
    return earliest;
}

void FrameRelay::expired(Now now)
{
    for (const End &end : m_ends) {
        if (const auto due = end.engine->deadline(); end.started && due && now.steady >= *due)
            end.engine->expired(now);
    }
}

std::size_t FrameRelay::heldBytes() const
{
    return at(Side::Client).engine->heldBytes() + at(Side::Server).engine->heldBytes();
}

void FrameRelay::setObserver(Side side, EngineObserver *observer) { at(side).engine->setObserver(observer); }

} // namespace Halyard::Wire

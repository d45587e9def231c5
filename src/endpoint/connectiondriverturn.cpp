// SPDX-License-Identifier: MIT
// One turn of a ConnectionDriver: commands, input, events, output, in this order.
#include "endpoint/connectiondriver_p.h"

#include <algorithm>

namespace Halyard {

namespace {

constexpr std::size_t ReadPiece = 65'536;
constexpr std::size_t WritePiece = 262'144;
constexpr qsizetype ControlOutputLimit
    = 262'144; // answers of the protocol itself; more, and we stop listening

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>; // Clang 16 does not deduce aggregates

} // namespace

void ConnectionDriver::turn(Wire::Now now)
{
    if (m_state == State::Ended)
        return;
    runCommands(now);
    if (m_state == State::Running) {
        pullEvents(now);
        readInput(now);
        writeOutput(now);
        closeWhenSettled(now); // the queue may be empty only now
        writeOutput(now);
        pullEvents(now);   // Closed comes once the last output was taken
        if (m_inputHeld) { // by what a reply of this turn may have decided
            readInput(now);
            writeOutput(now);
        }
    }
    if (m_state != State::Ended)
        finishTurn(now);
}

void ConnectionDriver::runCommands(Wire::Now now)
{
    ConnectionLink::Commands commands = m_link->takeCommands();
    if (commands.abort) {
        if (!*commands.abort || m_state == State::Connecting) {
            if (!m_result)
                m_result = *commands.abort;
            m_transport->abort();
            return end(m_result);
        }
        if (!m_failure)
            m_failure = *commands.abort;
    }
    if (m_failure && m_state == State::Running) {
        failEngine(m_failure->toWire(), now);
        m_failure.reset();
    }
    if (commands.credentials && m_state == State::Running)
        m_engine->provide(std::move(*commands.credentials), now);
    if (commands.close || commands.detached) {
        if (m_state == State::Connecting) {
            m_transport->abort();
            return end({});
        }
        m_closeWanted = true;
    }
}

void ConnectionDriver::readInput(Wire::Now now)
{
    auto budget = std::size_t(m_options.readBytesPerTurn);
    m_inputHeld = false;
    while (m_state == State::Running && m_readable && !m_paused && !m_eventsLeft && budget > 0
        && !m_engineKnowsEnd) {
        const Wire::MutableBytes space = m_engine->inputSpace(std::min(budget, ReadPiece));
        if (space.empty()) {
            m_inputHeld = true;
            break;
        }
        const qsizetype count = m_transport->read(space);
        if (count <= 0) {
            m_readable = false;
            if (m_inputEnded) {
                m_engineKnowsEnd = true;
                m_tap.ended(m_inward, now);
                m_engine->inputEnded(now);
                pullEvents(now);
            }
            break;
        }
        const auto size = std::size_t(count);
        m_tap.arrived(m_inward, space.first(size), now);
        m_counters.bytesIn += size;
        m_lastTraffic = now.steady;
        m_engine->received(size, now);
        budget -= size;
        pullEvents(now);
        m_tap.release();
        // Less than we had room for: there is no more, and readyRead() comes when there is.
        if (size < space.size() && !m_inputEnded)
            m_readable = false;
    }
}

bool ConnectionDriver::batchIsFull() const
{
    return m_batchMessages >= m_options.deliveredMessagesPerTurn
        || m_batchBytes >= m_options.deliveredBytesPerTurn;
}

qsizetype ConnectionDriver::pendingOutput()
{
    const auto output = m_engine->output();
    return output ? qsizetype(output->size()) : 0;
}

bool ConnectionDriver::outputIsLarge()
{
    return m_transport->bytesToWrite() > 0 && pendingOutput() > ControlOutputLimit;
}

void ConnectionDriver::pullEvents(Wire::Now now)
{
    m_eventsLeft = false;
    while (m_state == State::Running) {
        const bool isEnding = m_failing || m_closing;
        if (batchIsFull() || (!isEnding && (m_paused || outputIsLarge()))) {
            m_eventsLeft = true;
            return;
        }
        std::optional<Wire::Event> event = m_engine->nextEvent(now);
        if (!event)
            return;
        handle(std::move(*event), now);
    }
}

void ConnectionDriver::handle(Wire::Event &&event, Wire::Now now)
{
    std::visit(
        Overloaded {
            [&](const Wire::Ready &) {
                m_ready = true;
                m_link->setOpen(true);
                m_batch.emplace_back(
                    std::make_unique<const Inbound::Opened>(Inbound::Opened {m_engine->capabilities(),
                        m_transport->info(), std::string(m_engine->recognisedProtocol())}));
            },
            [&](const Wire::MessageReceived &received) {
                Message message(received.message);
                const qsizetype cost = ConnectionLink::costOf(message);
                const bool isAwaited = m_handOff == HandOff::Requested && message.id() == m_handOffRequest;
                const bool isGranted = message.kind() == MessageKind::Reply;
                m_batch.emplace_back(Inbound::Delivered {std::move(message), cost});
                m_batchBytes += cost;
                ++m_batchMessages;
                ++m_counters.messagesIn;
                if (isAwaited) {
                    m_handOff = isGranted ? HandOff::Promised : HandOff::None;
                    handOffIfDue(now);
                }
            },
            [&](const Wire::FrameReceived &received) {
                const QByteArray body(Wire::asText(received.body).data(), qsizetype(received.body.size()));
                m_batch.emplace_back(Inbound::FrameDelivered {body, body.size()});
                m_batchBytes += body.size();
                ++m_batchMessages;
                ++m_counters.messagesIn;
            },
            [&](const Wire::CredentialsNeeded &needed) {
                m_batch.emplace_back(Inbound::CredentialsNeeded {QString::fromStdString(needed.identity)});
            },
            [&](const Wire::Settled &settled) {
                m_batch.emplace_back(Inbound::Settled {MessageKind::Request, settled.id, settled.error});
                if (m_handOff == HandOff::Requested && settled.id == m_handOffRequest)
                    m_handOff = HandOff::None;
            },
            [&](const Wire::Writable &) { m_engineBusy = false; },
            [](const Wire::Progress &) {},
            [&](const Wire::PeerFinished &) {
                m_batch.emplace_back(Inbound::PeerFinished {});
                m_closeWanted = true;
                m_engineBusy = false; // what waits for the peer would wait in vain
            },
            [&](const Wire::Closed &closed) { leave(closed.error, now); },
        },
        std::move(event));
}

void ConnectionDriver::encodeQueued(Wire::Now now)
{
    while (m_ready && !m_closing && m_handOff != HandOff::Requested
        && pendingOutput() + m_transport->bytesToWrite() < m_options.outputAheadBytes) {
        auto next = m_link->takeNextToSend(m_engineBusy ? SendQueue::Take::Cancel : SendQueue::Take::Any);
        if (!next)
            return;
        const auto sent = encode(next->message, now);
        if (sent) {
            ++m_counters.messagesOut;
            m_lastTraffic = now.steady;
            if (next->handsOff)
                beginHandOff(next->message);
        } else if (sent.error().code == Wire::ErrorCode::NotReady) {
            m_engineBusy = true;
            m_link->putBack(std::move(next->message));
        } else {
            refuse(next->message, sent.error(), now);
        }
        handOffIfDue(now);
    }
}

Wire::Result<void> ConnectionDriver::encode(const Message &message, Wire::Now now)
{
    const Wire::MessageView view = message.toView();
    if (m_handOff == HandOff::Done && message.kind() == MessageKind::Event)
        return m_engine->sendFrame(view.payload, now);
    return m_engine->send(view, now);
}

void ConnectionDriver::beginHandOff(const Message &message)
{
    if (message.kind() == MessageKind::Reply) {
        m_handOff = HandOff::Promised;
    } else {
        m_handOff = HandOff::Requested;
        m_handOffRequest = message.id();
    }
}

void ConnectionDriver::handOffIfDue(Wire::Now now)
{
    if (m_handOff != HandOff::Promised)
        return;
    const auto done = m_engine->handOff(now);
    if (done) {
        m_handOff = HandOff::Done;
        m_batch.emplace_back(Inbound::HandedOff {});
    } else if (done.error().code != Wire::ErrorCode::NotReady) {
        m_handOff = HandOff::None; // it closes, which tells whoever waits
    }
}

void ConnectionDriver::refuse(const Message &message, const Wire::Error &error, Wire::Now now)
{
    const MessageKind kind = message.kind();
    m_batch.emplace_back(Inbound::Settled {kind, message.id(), error});
    // Whoever waits for this answer must not wait in vain.
    if (kind == MessageKind::Reply || kind == MessageKind::Item || kind == MessageKind::End) {
        const Message instead = Message::error(message.id(),
            Error(ErrorCode::HandlerFailed, ErrorOrigin::Local,
                QStringLiteral("the answer could not be sent: ") + Error(error).toString()));
        (void)m_engine->send(
            instead.toView(), now); // fails where the request is no longer open: nobody waits then
    }
}

void ConnectionDriver::writeOutput(Wire::Now now)
{
    while (m_state == State::Running) {
        encodeQueued(now);
        const auto output = m_engine->output();
        if (!output || output->empty() || m_transport->bytesToWrite() >= m_options.outputAheadBytes)
            return;
        const Wire::ByteView piece = output->first(std::min(output->size(), WritePiece));
        const std::size_t size = piece.size();
        m_tap.bytes(m_outward, piece, now);
        m_transport->write(piece);
        m_counters.bytesOut += size;
        m_engine->written(size, now);
    }
}

void ConnectionDriver::closeWhenSettled(Wire::Now now)
{
    if (!m_closeWanted || m_closing || m_state != State::Running)
        return;
    if (!m_drainDeadline)
        m_drainDeadline = now.steady + m_options.drainTimeout;
    deliverBatch(); // an answer may hang on what is in it
    if (!m_link->isSettled())
        return;
    m_closing = true;
    m_engine->close(now);
}

} // namespace Halyard

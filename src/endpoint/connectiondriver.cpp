// SPDX-License-Identifier: MIT
#include "endpoint/connectiondriver_p.h"

#include <algorithm>

#include <QCoreApplication>

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

ConnectionDriver::ConnectionDriver(DriverGroup &group, std::unique_ptr<Transport> transport,
    std::unique_ptr<Wire::Engine> engine, std::vector<std::shared_ptr<const Wire::ProtocolFactory>> factories,
    Wire::Role role, const ConnectionOptions &options, std::shared_ptr<ConnectionLink> link, TapFeed tap)
    : Entry(group.deadlines())
    , m_group(&group)
    , m_transport(std::move(transport))
    , m_factories(std::move(factories))
    , m_engine(std::move(engine))
    , m_options(options)
    , m_link(std::move(link))
    , m_tap(std::move(tap))
    , m_inward(role == Wire::Role::Client ? Wire::Direction::ServerToClient : Wire::Direction::ClientToServer)
    , m_outward(
          role == Wire::Role::Client ? Wire::Direction::ClientToServer : Wire::Direction::ServerToClient)
{
    m_group->add(this);
    m_link->setDriver(this);
    m_tap.setRole(role);
    if (m_tap.wantsOpenedBodies())
        m_engine->setObserver(&m_tap);
}

ConnectionDriver::~ConnectionDriver()
{
    m_link->setDriver(nullptr);
    if (m_state != State::Ended) { // the group goes: whoever still listens hears of it
        m_batch.emplace_back(Inbound::Closed {Error(
            ErrorCode::ConnectionLost, ErrorOrigin::Local, QStringLiteral("the endpoint was destroyed"))});
        deliverBatch();
    }
    m_group->remove(this);
}

void ConnectionDriver::start()
{
    Transport *transport = m_transport.get();
    connect(transport, &Transport::opened, this, &ConnectionDriver::transportOpened);
    connect(transport, &Transport::failed, this, &ConnectionDriver::transportFailed);
    connect(transport, &Transport::closed, this, &ConnectionDriver::transportClosed);
    connect(transport, &Transport::readyRead, this, [this] {
        m_readable = true;
        turn(presentTime());
    });
    connect(transport, &Transport::bytesWritten, this, [this] { turn(presentTime()); });
    connect(transport, &Transport::inputEnded, this, [this] {
        m_readable = true;
        m_inputEnded = true;
        turn(presentTime());
    });
    transport->open();
}

void ConnectionDriver::failSoon(const Error &error)
{
    if (!m_failure)
        m_failure = error;
    QCoreApplication::postEvent(this, new QEvent(ConnectionLink::wakeEvent()));
}

bool ConnectionDriver::event(QEvent *event)
{
    if (event->type() != ConnectionLink::wakeEvent())
        return QObject::event(event);
    m_continued = false;
    turn(presentTime());
    return true;
}

void ConnectionDriver::transportOpened()
{
    if (m_state != State::Connecting)
        return;
    m_state = State::Running;
    m_readable = true;
    const Wire::Now now = presentTime();
    m_lastTraffic = now.steady;
    m_tap.opened(m_transport->info(), now);
    m_engine->start(now);
    turn(now);
}

void ConnectionDriver::transportFailed(const Wire::Error &error)
{
    if (m_state == State::Leaving || m_state == State::Ended)
        return; // what had to be said was said; the transport's closed() follows
    const Wire::Now now = presentTime();
    if (m_state == State::Running) {
        // What came before the failure is delivered first.
        m_readable = true;
        readInput(now);
        m_batchMessages = 0;
        pullEvents(now);
    }
    if (!m_result)
        m_result = error;
    m_state = State::Leaving;
}

void ConnectionDriver::transportClosed()
{
    if (m_state == State::Ended)
        return;
    if (m_state == State::Running) {
        const Wire::Now now = presentTime();
        m_readable = true;
        m_inputEnded = true;
        m_paused = false;
        readInput(now);
        while (m_state == State::Running && m_eventsLeft)
            pullEvents(now);
        if (m_state == State::Running && !m_closing)
            m_result = Error(ErrorCode::ConnectionLost, ErrorOrigin::Transport,
                QStringLiteral("the connection was closed"));
    }
    end(m_result);
}

void ConnectionDriver::deadlinePassed(Wire::Now now)
{
    if (m_state == State::Ended)
        return;
    if (m_leaveDeadline && now.steady >= *m_leaveDeadline) {
        m_transport->abort();
        return end(m_result);
    }
    if (m_drainDeadline && now.steady >= *m_drainDeadline) {
        m_drainDeadline.reset();
        m_engine->fail(Error(ErrorCode::DrainTimedOut, ErrorOrigin::Peer,
                           QStringLiteral("not all was sent or answered in time"))
                           .toWire(),
            now);
    } else if (m_state == State::Running) {
        const auto engineDeadline = m_engine->deadline();
        if (engineDeadline && now.steady >= *engineDeadline)
            m_engine->expired(now);
        if (m_options.idleTimeout.count() > 0 && m_ready
            && now.steady >= m_lastTraffic + m_options.idleTimeout) {
            m_engine->fail({Wire::ErrorCode::IdleTimedOut, Wire::ErrorOrigin::Peer,
                               "nothing moved for " + std::to_string(m_options.idleTimeout.count()) + " ms"},
                now);
        }
    }
    turn(now);
}

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
        pullEvents(now); // Closed comes once the last output was taken
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
        m_engine->fail(m_failure->toWire(), now);
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
    while (m_state == State::Running && m_readable && !m_paused && !m_eventsLeft && budget > 0
        && !m_engineKnowsEnd) {
        const Wire::MutableBytes space = m_engine->inputSpace(std::min(budget, ReadPiece));
        if (space.empty())
            break;
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
        m_tap.bytes(m_inward, space.first(size), now);
        m_counters.bytesIn += size;
        m_lastTraffic = now.steady;
        m_engine->received(size, now);
        budget -= size;
        pullEvents(now);
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
        if (batchIsFull() || m_paused || outputIsLarge()) {
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
                m_batch.emplace_back(Inbound::Delivered {std::move(message), cost});
                m_batchBytes += cost;
                ++m_batchMessages;
                ++m_counters.messagesIn;
            },
            [&](const Wire::FrameReceived &received) {
                const QByteArray body(Wire::asText(received.body).data(), qsizetype(received.body.size()));
                m_batch.emplace_back(Inbound::FrameDelivered {body, body.size()});
                m_batchBytes += body.size();
                ++m_batchMessages;
            },
            [&](const Wire::CredentialsNeeded &needed) {
                m_batch.emplace_back(Inbound::CredentialsNeeded {QString::fromStdString(needed.identity)});
            },
            [&](const Wire::Settled &settled) {
                m_batch.emplace_back(Inbound::Settled {MessageKind::Request, settled.id, settled.error});
            },
            [&](const Wire::Writable &) { m_engineBusy = false; },
            [](const Wire::Progress &) {},
            [&](const Wire::PeerFinished &) {
                m_batch.emplace_back(Inbound::PeerFinished {});
                m_closeWanted = true;
            },
            [&](const Wire::Closed &closed) { leave(closed.error, now); },
        },
        std::move(event));
}

void ConnectionDriver::encodeQueued(Wire::Now now)
{
    while (m_ready && !m_engineBusy && !m_closing
        && pendingOutput() + m_transport->bytesToWrite() < m_options.outputAheadBytes) {
        std::optional<Message> message = m_link->takeNextToSend();
        if (!message)
            return;
        const auto sent = m_engine->send(message->toView(), now);
        if (sent) {
            ++m_counters.messagesOut;
            m_lastTraffic = now.steady;
        } else if (sent.error().code == Wire::ErrorCode::NotReady) {
            m_engineBusy = true;
            m_link->putBack(std::move(*message));
        } else {
            refuse(*message, sent.error(), now);
        }
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

void ConnectionDriver::leave(const Wire::Error &error, Wire::Now now)
{
    if (!m_result)
        m_result = error;
    m_state = State::Leaving;
    m_drainDeadline.reset();
    m_leaveDeadline = now.steady + m_options.engine.closeTimeout;
    m_transport->close();
}

void ConnectionDriver::end(const Error &error)
{
    m_state = State::Ended;
    arm(std::nullopt);
    m_tap.closed(error, presentTime());
    m_batch.emplace_back(Inbound::Closed {error});
    deliverBatch();
    m_link->setDriver(nullptr);
    m_group->setHeldInput(this, 0);
    deleteLater();
}

bool ConnectionDriver::deliverBatch()
{
    m_batchMessages = 0;
    return m_link->deliver(m_batch, std::exchange(m_batchBytes, 0), m_counters);
}

void ConnectionDriver::finishTurn(Wire::Now now)
{
    m_counters.roundTripTime = m_engine->roundTripTime();
    const bool inboundFull = deliverBatch();
    if (m_state == State::Running) {
        // Two reasons to stop listening: the application does not keep up, or the peer does not read our
        // answers.
        const bool pause = inboundFull || outputIsLarge();
        if (pause != m_paused) {
            m_paused = pause;
            m_transport->setReadingPaused(pause);
            m_engine->inputPaused(pause, now);
            if (!pause)
                m_eventsLeft = m_readable = true;
        }
        m_group->setHeldInput(this, qsizetype(m_engine->heldBytes()));
        // A batch was full, or the pause has ended: there may be events and bytes that no notifier will
        // announce.
        if (m_eventsLeft && !m_paused && !m_continued) {
            m_continued = true;
            QCoreApplication::postEvent(this, new QEvent(ConnectionLink::wakeEvent()));
        }
    }
    armDeadline();
}

void ConnectionDriver::armDeadline()
{
    std::optional<Wire::TimePoint> next;
    const auto consider = [&next](std::optional<Wire::TimePoint> deadline) {
        if (deadline && (!next || *deadline < *next))
            next = deadline;
    };
    if (m_state == State::Running) {
        consider(m_engine->deadline());
        consider(m_drainDeadline);
        if (m_options.idleTimeout.count() > 0 && m_ready)
            consider(m_lastTraffic + m_options.idleTimeout);
    }
    consider(m_leaveDeadline);
    arm(next);
}

} // namespace Halyard

// SPDX-License-Identifier: MIT
#include "endpoint/connectiondriver_p.h"

#include <utility>

#include <QCoreApplication>

namespace Halyard {

namespace {

constexpr int LooksUntilStalled = 2;

std::chrono::milliseconds betweenLooks(const ConnectionOptions &options)
{
    return (options.writeTimeout + std::chrono::milliseconds(LooksUntilStalled - 1)) / LooksUntilStalled;
}

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
    if (m_tap.wantsObservation())
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
    if (m_state == State::Running)
        takeTheRest(presentTime()); // what came before the failure is delivered first
    if (!m_result)
        m_result = error;
    m_state = State::Leaving;
}

void ConnectionDriver::transportClosed()
{
    if (m_state == State::Ended)
        return;
    if (m_state == State::Running) {
        m_inputEnded = true;
        const Wire::Now now = presentTime();
        takeTheRest(now);
        if (m_state == State::Running && !m_closing) {
            const Error lost(ErrorCode::ConnectionLost, ErrorOrigin::Transport,
                QStringLiteral("the connection was closed"));
            m_engine->fail(lost.toWire(), now); // unless it has a reason of its own
            deliverBatch();
            pullEvents(now);
            if (m_state == State::Running)
                m_result = lost;
        }
    }
    end(m_result);
}

void ConnectionDriver::takeTheRest(Wire::Now now)
{
    m_readable = true;
    m_paused = false;
    do { // a full batch would stop it for ever: each is handed over before the next go
        deliverBatch();
        pullEvents(now);
        readInput(now);
    } while (m_state == State::Running && m_eventsLeft && !outputIsLarge());
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
        failEngine(Error(ErrorCode::DrainTimedOut, ErrorOrigin::Peer,
                       QStringLiteral("not all was sent or answered in time"))
                       .toWire(),
            now);
    } else if (m_state == State::Running) {
        const auto engineDeadline = m_engine->deadline();
        if (engineDeadline && now.steady >= *engineDeadline)
            m_engine->expired(now);
        if (m_options.idleTimeout.count() > 0 && m_ready && !m_failing
            && now.steady >= m_lastTraffic + m_options.idleTimeout) {
            failEngine({Wire::ErrorCode::IdleTimedOut, Wire::ErrorOrigin::Peer,
                           "nothing moved for " + std::to_string(m_options.idleTimeout.count()) + " ms"},
                now);
        }
        if (!m_failing && isStalled(now)) {
            failEngine({Wire::ErrorCode::WriteTimedOut, Wire::ErrorOrigin::Peer,
                           "the peer took nothing of " + std::to_string(m_transport->bytesToWrite())
                               + " bytes for " + std::to_string(m_options.writeTimeout.count()) + " ms"},
                now);
        }
    }
    turn(now);
}

void ConnectionDriver::watchOutput(Wire::Now now)
{
    if (m_options.writeTimeout.count() <= 0 || m_transport->bytesToWrite() == 0)
        m_stall.reset();
    else if (!m_stall)
        m_stall = Stall {now.steady + betweenLooks(m_options), bytesTaken()};
}

bool ConnectionDriver::isStalled(Wire::Now now)
{
    watchOutput(now);
    if (!m_stall || now.steady < m_stall->nextLook)
        return false;
    m_stall->nextLook = now.steady + betweenLooks(m_options);
    const qint64 before = std::exchange(m_stall->taken, bytesTaken());
    m_stall->looks = m_stall->taken > before ? 0 : m_stall->looks + 1;
    return m_stall->looks == LooksUntilStalled;
}

// TLS adds bytes of its own to what waits; none are added while nothing more is written.
qint64 ConnectionDriver::bytesTaken() const
{
    return qint64(m_counters.bytesOut) - m_transport->bytesNotTaken();
}

void ConnectionDriver::failEngine(const Wire::Error &error, Wire::Now now)
{
    m_failing = true;
    m_engine->fail(error, now);
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
        watchOutput(now);
        const auto held = qsizetype(m_engine->heldBytes());
        if (held != std::exchange(m_heldInput, held))
            m_group->setHeldInput(this, held);
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
        if (m_options.idleTimeout.count() > 0 && m_ready && !m_failing)
            consider(m_lastTraffic + m_options.idleTimeout);
        if (m_stall && !m_failing)
            consider(m_stall->nextLook);
    }
    consider(m_leaveDeadline);
    arm(next);
}

} // namespace Halyard

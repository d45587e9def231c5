// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QPointer>

#include "endpoint/connectionlink_p.h"
#include "endpoint/deadlinequeue_p.h"
#include "endpoint/drivergroup_p.h"
#include "endpoint/options.h"
#include "endpoint/tapfeed_p.h"
#include "protocol/engine.h"
#include "protocol/protocolfactory.h"
#include "transport/transport.h"

namespace Halyard {

/// Moves bytes between a Transport and an Engine, and messages between the Engine and a ConnectionLink. Knows
/// no application: it hands a batch over at the end of each turn and ends by itself, soon after its link was
/// detached at the latest.
class ConnectionDriver : public QObject, private DeadlineQueue::Entry
{
    Q_OBJECT
public:
    ConnectionDriver(DriverGroup &group, std::unique_ptr<Transport> transport,
        std::unique_ptr<Wire::Engine> engine,
        std::vector<std::shared_ptr<const Wire::ProtocolFactory>> factories, Wire::Role role,
        const ConnectionOptions &options, std::shared_ptr<ConnectionLink> link, TapFeed tap);
    ~ConnectionDriver() override;

    void start();
    /// Closes with this error in a turn of its own.
    void failSoon(const Error &error);

protected:
    bool event(QEvent *event) override;

private:
    enum class State {
        Connecting, // the transport is opening
        Running,    // the engine lives
        Leaving,    // the engine has closed; the transport closes behind its last output
        Ended,
    };
    enum class HandOff {
        None,
        Requested, // as a client: everything else waits for the answer
        Promised,  // as a server: the reply may still stand behind others
        Done,
    };

    void transportOpened();
    void transportFailed(const Wire::Error &error);
    void transportClosed();
    void deadlinePassed(Wire::Now now) override;

    void turn(Wire::Now now);
    void runCommands(Wire::Now now);
    void readInput(Wire::Now now);
    void pullEvents(Wire::Now now);
    /// What the transport and the engine still have, all of it: there will be no other turn.
    void takeTheRest(Wire::Now now);
    void handle(Wire::Event &&event, Wire::Now now);
    void writeOutput(Wire::Now now);
    void encodeQueued(Wire::Now now);
    [[nodiscard]] Wire::Result<void> encode(const Message &message, Wire::Now now);
    void beginHandOff(const Message &message);
    void handOffIfDue(Wire::Now now);
    void refuse(const Message &message, const Wire::Error &error, Wire::Now now);
    void closeWhenSettled(Wire::Now now);
    void finishTurn(Wire::Now now);
    /// Returns whether the application has so much to catch up with that reading must stop.
    bool deliverBatch();
    void leave(const Wire::Error &error, Wire::Now now);
    void end(const Error &error);
    void armDeadline();
    /// Notes since when output waits.
    void watchOutput(Wire::Now now);
    /// Whether it has waited for writeTimeout, and the peer has taken nothing meanwhile.
    [[nodiscard]] bool isStalled(Wire::Now now);
    /// What the peer has taken so far, seen from an origin that does not matter.
    [[nodiscard]] qint64 bytesTaken() const;
    /// The engine ends with this error, whether or not anybody reads.
    void failEngine(const Wire::Error &error, Wire::Now now);
    [[nodiscard]] bool batchIsFull() const;
    [[nodiscard]] bool outputIsLarge();
    [[nodiscard]] qsizetype pendingOutput();

    /// Output that waits. It is looked at twice in writeTimeout: had one look to decide, a thread that was
    /// busy for so long would blame a peer whose progress it has not seen yet.
    struct Stall {
        Wire::TimePoint nextLook;
        qint64 taken = 0; // when progress was last seen
        int looks = 0;    // since then
    };

    DriverGroup *m_group;
    std::unique_ptr<Transport> m_transport;
    // They hold what their engines share and outlive them.
    const std::vector<std::shared_ptr<const Wire::ProtocolFactory>> m_factories;
    std::unique_ptr<Wire::Engine> m_engine;
    const ConnectionOptions m_options;
    const std::shared_ptr<ConnectionLink> m_link;
    TapFeed m_tap;
    const Wire::Direction m_inward;
    const Wire::Direction m_outward;
    State m_state = State::Connecting;

    std::vector<Inbound::Item> m_batch;
    qsizetype m_batchBytes = 0;
    int m_batchMessages = 0;
    LinkCounters m_counters;
    qsizetype m_heldInput = 0; // as the group knows it

    bool m_ready = false;
    bool m_engineBusy = false; // send() said NotReady: wait for Writable
    bool m_inputHeld = false;  // the engine had no room for input, though it will have some
    bool m_eventsLeft = false; // the batch was full before the engine had no more
    bool m_paused = false;
    bool m_readable = false;   // the transport may have input: asking it costs a system call
    bool m_inputEnded = false; // the transport has no more; the engine may not know yet
    bool m_engineKnowsEnd = false;
    bool m_closeWanted = false;
    bool m_closing = false;   // the engine was told to close
    bool m_failing = false;   // … or to fail: what it has to say of it waits for nobody
    bool m_continued = false; // another turn is posted
    HandOff m_handOff = HandOff::None;
    quint64 m_handOffRequest = 0;
    std::optional<Error> m_failure;
    Error m_result;
    Wire::TimePoint m_lastTraffic {};
    std::optional<Stall> m_stall;
    std::optional<Wire::TimePoint> m_drainDeadline;
    std::optional<Wire::TimePoint> m_leaveDeadline;
};

} // namespace Halyard

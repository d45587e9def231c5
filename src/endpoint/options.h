// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include <QMap>
#include <QString>
#include <QStringList>

#include "endpoint/credentialsource.h"
#include "endpoint/enums.h"
#include "endpoint/result.h"
#include "protocol/filter.h"
#include "protocol/limits.h"
#include "protocol/protocolfactory.h"
#include "transport/transportfactory.h"
#include "wire/export.h"
#include "wire/framesecurity.h"

namespace Halyard {

class Tap;

/// How much one connection holds and how long it waits. Plain values; validate() says which is out of range.
struct HALYARD_EXPORT ConnectionOptions {
    /// Frames, headers, open requests, handshake, heartbeat: what the engine itself watches.
    Wire::EngineLimits engine;
    /// In the order in which bodies pass them.
    Wire::Filters filters;

    // Outgoing messages that wait. The first one is always taken, the marks count from the second on.
    qsizetype queueHighBytes = 1'048'576; ///< above: Backpressured
    qsizetype queueLowBytes = 262'144;    ///< below again: writable
    int queueHighMessages = 1'024;        ///< above: Backpressured
    int queueLowMessages = 256;           ///< below again: writable
    int queueRejectFactor = 4;            ///< Rejected from so many times the high marks on
    /// Answers to requests are never rejected; when more than this waits unread, OutputNotRead closes.
    qsizetype maxQueuedAnswerBytes = 67'108'864;
    OverflowPolicy overflow = OverflowPolicy::Reject; ///< what happens there

    /// Bytes of received messages that the application has not got yet, plus payloads of open requests;
    /// from there on reading stops.
    qsizetype maxUndeliveredBytes = 16'777'216;
    qsizetype readBytesPerTurn = 262'144;        ///< the rest in the next turn of the event loop
    int deliveredMessagesPerTurn = 256;          ///< one batch …
    qsizetype deliveredBytesPerTurn = 1'048'576; ///< … or so many bytes of payload
    qsizetype outputAheadBytes = 65'536; ///< encoded bytes that wait for the socket before encoding stops

    std::chrono::milliseconds idleTimeout {0}; ///< without a byte either way; zero: off; IdleTimedOut
    /// Output waits of which the peer has taken nothing for so long: WriteTimedOut closes. Zero: off.
    std::chrono::milliseconds writeTimeout {60'000};
    /// A request of the peer that the application has not answered by then, or begun to answer in items, is
    /// answered with AnswerTimedOut; its Request is cancelled. Zero: off.
    std::chrono::milliseconds answerTimeout {0};
    std::chrono::milliseconds drainTimeout {10'000}; ///< close() waits so long; then DrainTimedOut
    std::chrono::milliseconds requestTimeout {
        30'000}; ///< of a call that names none; zero: none; CallTimedOut

    /// Fails with InvalidArgument, naming the member and its value.
    [[nodiscard]] Result<void> validate() const;
};

/// When a client whose connection was lost tries again: after `first`, then twice as long each time up to
/// `longest`, each wait drawn at random between zero and that (full jitter), for ever. Never after errors
/// that another try cannot mend: authentication, certificates, protocol, wrong use.
struct HALYARD_EXPORT ReconnectPolicy {
    bool enabled = true;
    std::chrono::milliseconds first {1'000};
    std::chrono::milliseconds longest {30'000};

    /// The upper bound of the wait before try number `attempt` (from 0).
    [[nodiscard]] std::chrono::milliseconds ceiling(int attempt) const noexcept;
    /// Whether another try after this error makes sense.
    [[nodiscard]] static bool mayRetry(const Error &error) noexcept;
    [[nodiscard]] Result<void> validate() const;
};

struct HALYARD_EXPORT ClientOptions {
    ConnectionOptions connection;
    TransportOptions transport;
    Wire::ProtocolRegistry registry = Wire::ProtocolRegistry::standard();
    /// Of the protocol that the address names; options in the address win.
    Wire::OptionValues protocolOptions;
    /// For protocols that authenticate; a user name and password in the address win. Who has neither speaks
    /// the protocol in clear.
    std::optional<Wire::Credentials> credentials;
    ReconnectPolicy reconnect;
    /// Watches every connection; not owned, must outlive the endpoint.
    Tap *tap = nullptr;

    [[nodiscard]] Result<void> validate() const;
};

/// How often passwords may be guessed. Who has reached a limit is turned away until the window is over,
/// whatever comes next (AuthenticationFailed).
struct HALYARD_EXPORT GuessLimits {
    int perUser = 20;                          ///< wrong passwords for one name, which need not be a user's
    int perAddress = 60;                       ///< the same for all names that come from one address
    std::chrono::milliseconds window {60'000}; ///< since the first wrong one

    [[nodiscard]] Result<void> validate() const;
};

struct HALYARD_EXPORT ServerOptions {
    ConnectionOptions connection;
    TransportOptions transport;
    Wire::ProtocolRegistry registry = Wire::ProtocolRegistry::standard();
    /// Protocols that one port serves, told apart by their first bytes. Empty: the address's.
    QStringList protocols;
    /// By protocol; options in the address belong to the protocol that it names and win.
    QMap<QString, Wire::OptionValues> protocolOptions;
    /// The users, for all protocols that authenticate: without it those are spoken in clear, with it whoever
    /// is not one of them is turned away (AuthenticationFailed).
    std::shared_ptr<CredentialSource> credentials;

    int maxConnections = 10'000;          ///< accepting pauses there
    int maxHandshakes = 256;              ///< of those not ready yet; accepting pauses there
    int maxConnectionsPerAddress = 1'000; ///< one more is closed with TooManyConnections
    GuessLimits guesses;
    /// Input of all connections that is not a complete frame yet; beyond it the connection that holds most
    /// is closed with InputBudgetExceeded.
    qsizetype maxUnfinishedInputBytes = 268'435'456;
    /// Watches every connection; not owned, must outlive the endpoint.
    Tap *tap = nullptr;

    [[nodiscard]] Result<void> validate() const;
};

} // namespace Halyard

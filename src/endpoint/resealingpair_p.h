// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "endpoint/deadlinequeue_p.h"
#include "endpoint/proxypair_p.h"
#include "endpoint/resealing_p.h"
#include "endpoint/tapfeed_p.h"
#include "protocol/framerelay.h"

namespace Halyard {

/// Opens the frames of each side and seals them anew for the other. The server is connected to once the
/// client has shown who it is.
class ResealingPair final : public ProxyPair, private DeadlineQueue::Entry
{
    Q_OBJECT
public:
    ResealingPair(std::unique_ptr<Transport> client, std::unique_ptr<Transport> server,
        const ProxyOptions &options, std::shared_ptr<Resealing> common, QObject *parent);
    ~ResealingPair() override;

    void start() override;
    [[nodiscard]] ProxyConnection state() const override;
    /// Ends both sides with this error, in a turn of its own.
    void failSoon(const Error &error);

private:
    using Relay = Wire::FrameRelay;
    /// What a Side of the pair is besides.
    struct Part {
        Relay::Side name = Relay::Side::Client;
        Wire::Role ours = Wire::Role::Server;
        Side &side;
        TapFeed tap = TapFeed(); // once there is something to tell
        bool endTold = false;    // to the relay
    };

    void sideOpened(Side &side) override;
    void move(Side &from, Side &to) override;
    [[nodiscard]] bool isDrained(const Side &from) const override;
    void allClosed() override;
    void deadlinePassed(Wire::Now now) override;

    void begin(Part &part);
    void turn(Wire::Now now);
    /// One piece; whether there was any.
    [[nodiscard]] bool read(Part &part, Wire::Now now);
    [[nodiscard]] bool write(Part &part, Wire::Now now);
    void takeEvents(Wire::Now now);
    void take(Relay::Event &&event, Wire::Now now);
    void ready(Relay::Side side);
    void tellOthers();
    void lookUp(const std::string &user);
    void failed(const Relay::Failed &failed);
    [[nodiscard]] Part &partOf(Relay::Side side);
    [[nodiscard]] Part &partOf(const Side &side) { return &side == &m_client ? m_clientPart : m_serverPart; }

    const std::shared_ptr<Resealing> m_common;
    Relay m_relay;
    Part m_clientPart;
    Part m_serverPart;
    QString m_user;                        // whom the client named
    std::optional<std::string> m_toLookUp; // as soon as the turn is over
    bool m_newlyOpen = false;
};

} // namespace Halyard

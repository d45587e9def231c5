// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "endpoint/tap.h"
#include "protocol/engine.h"

namespace Halyard {

/// One conversation's end of a Tap: lives with what moves the bytes, in any thread, and may outlive the Tap.
/// Without one it does nothing.
class TapFeed final : public Wire::EngineObserver
{
public:
    TapFeed() = default;
    explicit TapFeed(const Tap *tap);

    [[nodiscard]] bool isActive() const noexcept { return m_shared != nullptr; }
    /// The tap's number of this conversation; 0 without a tap.
    [[nodiscard]] quint64 conversation() const noexcept { return m_conversation; }
    /// Whether the engine has anything to tell it.
    [[nodiscard]] bool wantsObservation() const;
    /// Whose side we are on, for what the engine reports as in and out.
    void setRole(Wire::Role role) { m_role = role; }

    void opened(const TransportInfo &transport, Wire::Now now, const TransportInfo &onward = TransportInfo());
    void bytes(Wire::Direction direction, Wire::ByteView bytes, Wire::Now now);
    /// The same of bytes that the engine is about to take. While secrets are awaited they, and all that
    /// follows, are held until release(): it may be these bytes that the engine knows them by, and a record
    /// behind them that they open.
    void arrived(Wire::Direction direction, Wire::ByteView bytes, Wire::Now now);
    /// The engine has taken what arrived.
    void release();
    void ended(Wire::Direction direction, Wire::Now now);
    void closed(const Error &error, Wire::Now now, const TransportInfo &transport = TransportInfo());
    void observed(Passage passage, Layer layer, Wire::ByteView bytes, Wire::Now now) override;
    [[nodiscard]] bool wantsSecrets() const override { return m_awaitsSecrets; }
    void secretsExported(Wire::Bytes secrets, Wire::Now now) override;

private:
    [[nodiscard]] bool wantsOpenedBodies() const;
    void post(TapRecord record);

    std::shared_ptr<Tap::Shared> m_shared;
    quint64 m_conversation = 0;
    Wire::Role m_role = Wire::Role::Client;
    bool m_awaitsSecrets = false;
    bool m_isHolding = false;
    QList<TapRecord> m_held; // of one read
};

} // namespace Halyard

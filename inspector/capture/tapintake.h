// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>

#include <QObject>

#include "capture/intake.h"
#include "endpoint/tap.h"

namespace Halyard {
class Connection;
struct ProxyConnection;
} // namespace Halyard

namespace Halyard::Inspector {

/// Puts what one tap records into the intake, and keeps what is known of its conversations. Lives where the
/// tapped endpoint lives and outlives it.
class TapIntake : public QObject
{
    Q_OBJECT
public:
    struct Origin {
        Viewpoint viewpoint = Viewpoint::Client;
        QString endpoint; ///< its address, without password
        QString target;   ///< of a proxy
        QString protocol;
        std::shared_ptr<const Wire::ProtocolFactory> factory;
    };

    TapIntake(std::shared_ptr<Intake> intake, Origin origin, QObject *parent = nullptr);

    [[nodiscard]] Tap *tap() noexcept { return &m_tap; }
    /// What a connection knows beyond the tap: negotiated, round trip, queue. Found by its peer.
    void refresh(const Connection &connection);
    /// The same of a proxy's pair.
    void refresh(const ProxyConnection &connection);
    /// 0 if no open conversation is this connection's.
    [[nodiscard]] quint32 conversationOf(const Connection &connection) const;

Q_SIGNALS:
    void conversationOpened(const Halyard::Inspector::ConversationInfo &info);
    void conversationClosed(quint32 conversation);

private:
    void onRecorded(const QList<TapRecord> &records);
    void onOpened(const TapRecord &record);
    void onNeverOpened(const TapRecord &record);
    [[nodiscard]] ConversationInfo infoFrom(const TapRecord &record);
    [[nodiscard]] QString peersOfProxy(const TapRecord &record) const;
    void refresh(quint64 conversation, qint64 queued);
    void onClosed(const TapRecord &record, ConversationInfo &info);
    void countMissed();

    const std::shared_ptr<Intake> m_intake;
    const Origin m_origin;
    Tap m_tap;
    std::map<quint64, ConversationInfo> m_open; ///< by the tap's numbers
    quint64 m_missed = 0;                       ///< records that the tap has counted, as far as told
};

} // namespace Halyard::Inspector

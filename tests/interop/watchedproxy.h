// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>

#include "endpoint/proxy.h"
#include "endpoint/tap.h"
#include "wire/dissection.h"

namespace Halyard {

/// A proxy with a tap behind which every frame is decoded as it passes.
class WatchedProxy : public QObject
{
    Q_OBJECT
public:
    /// What passed in one direction of a conversation.
    struct Stream {
        QByteArray bytes;
        QList<Wire::Dissection> frames;
        bool ended = false;
    };
    struct Conversation {
        Stream streams[2];
        bool closed = false;
        Error error;
        std::unique_ptr<Wire::Dissector> dissector;

        [[nodiscard]] const Stream &stream(Wire::Direction direction) const
        {
            return streams[int(direction)];
        }
    };

    explicit WatchedProxy(ProxyOptions options = {});

    /// The port that it listens at; 0 if it does not.
    [[nodiscard]] quint16 start(const QString &listenUrl, const QString &targetUrl);
    [[nodiscard]] const std::map<quint64, Conversation> &conversations() const { return m_conversations; }
    /// Waits for the end of the first conversation; nullptr if it does not end.
    [[nodiscard]] const Conversation *ended();
    [[nodiscard]] quint64 missed() const { return m_tap.missedRecords(); }

private:
    void onRecord(const TapRecord &record);

    Tap m_tap;
    std::shared_ptr<const Wire::ProtocolFactory> m_protocol;
    std::map<quint64, Conversation> m_conversations;
    Proxy m_proxy;
};

} // namespace Halyard

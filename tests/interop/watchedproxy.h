// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <string_view>

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

    explicit WatchedProxy(ProxyOptions options = {}, std::string_view protocol = "vstp");

    /// The port that it listens at; 0 if it does not.
    [[nodiscard]] quint16 start(const QString &listenUrl, const QString &targetUrl);
    [[nodiscard]] const std::map<quint64, Conversation> &conversations() const { return m_conversations; }
    /// Waits for the end of the first conversation; nullptr if it does not end.
    [[nodiscard]] const Conversation *ended();
    /// What is wrong with the first conversation once it has ended, where the summaries of each direction's
    /// frames should begin so, nothing should be odd, and the end should be this; empty where all is well.
    [[nodiscard]] QString flaw(
        const QStringList &fromClient, const QStringList &fromServer, ErrorCode end = ErrorCode::None);
    [[nodiscard]] quint64 missed() const { return m_tap.missedRecords(); }

private:
    [[nodiscard]] static QString flaw(const Stream &stream, const QStringList &summaries);
    void onRecord(const TapRecord &record);

    Tap m_tap;
    std::shared_ptr<const Wire::ProtocolFactory> m_protocol;
    std::map<quint64, Conversation> m_conversations;
    Proxy m_proxy;
};

} // namespace Halyard

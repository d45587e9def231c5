// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QMetaType>
#include <QString>

#include "endpoint/error.h"
#include "endpoint/pcapng.h"

namespace Halyard::Inspector {

/// Where we stand in a conversation.
enum class Viewpoint : quint8 {
    Client,  ///< we opened it
    Server,  ///< we accepted it
    Between, ///< we forward it
    File,    ///< we read of it
};

enum class ConversationState : quint8 { Connecting, Open, Closing, Closed };

/// What is known of one conversation besides its frames. Text of the peer is not escaped here.
struct ConversationInfo {
    quint32 number = 0; ///< counted over the program's life, from 1
    Viewpoint viewpoint = Viewpoint::File;
    ConversationState state = ConversationState::Connecting;
    QString endpoint;  ///< the address it belongs to, without password
    QString peer;      ///< the other side; of a proxy, client and target
    QString transport; ///< "tls"; of a proxy where they differ, both: "tls → tcp"
    QString tlsVersion;
    QString cipher;
    QString protocol;
    QString negotiated;
    CapturedConversation addresses; ///< for capture files
    qint64 opened = 0;              ///< nanoseconds since 1970, UTC
    qint64 closed = 0;              ///< the same; 0 while it is open
    qint64 queuedBytes = 0;         ///< waiting to leave
    std::optional<qint64> roundTripMicroseconds;
    Error lastError;
    QString closeReason;

    [[nodiscard]] bool isOutgoing(Wire::Direction direction) const noexcept
    {
        const bool asServer
            = viewpoint == Viewpoint::File ? addresses.seenFromServer : viewpoint == Viewpoint::Server;
        return (direction == Wire::Direction::ServerToClient) == asServer;
    }
};

} // namespace Halyard::Inspector

Q_DECLARE_METATYPE(Halyard::Inspector::ConversationInfo)

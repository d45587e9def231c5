// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QMetaType>
#include <QStringList>

#include "capture/conversationinfo.h"
#include "capture/framerecord.h"
#include "capture/intake.h"

namespace Halyard::Inspector {

struct CaptureLimits {
    qint64 memoryBytes = 67'108'864;    ///< of records; older ones go to the spool file
    qint64 spoolBytes = 17'179'869'184; ///< of the spool file
    RowNumber maxRows = 16'000'000;     ///< frames that are listed
    /// Conversations that are listed; beyond it those that closed first are forgotten, their frames stay.
    std::size_t maxConversations = 10'000;
    QString spoolFolder; ///< empty: the user's cache
    IntakeLimits intake;
};

struct CapturedConversationState {
    ConversationInfo info;
    std::shared_ptr<const Wire::ProtocolFactory> protocol; ///< nullptr where it is not known
};

/// What the capture hands over at one time: values that nobody changes any more.
struct CaptureBatch {
    struct Spooled {
        quint32 block = 0;
        qint64 offset = 0;
    };
    struct Answered {
        RowNumber request = NoRow;
        RowNumber answer = NoRow;
    };
    struct Remark {
        RowNumber row = NoRow;
        QString comment;
        bool marked = false;
    };

    RowNumber firstRow = 0;
    std::vector<FrameFacts> rows;
    QStringList newTypes;  ///< of the pool of types, behind those known
    QStringList newRoutes; ///< the same for routes
    quint32 firstBlock = 0;
    std::vector<BlockPointer> blocks;
    std::vector<Spooled> spooled; ///< these are on disk now and need not be kept in memory
    std::shared_ptr<const SpoolFile> spool;
    std::vector<Answered> answered;
    std::vector<Remark> remarks;
    std::vector<CapturedConversationState> conversations;
    std::vector<FramesNotShown> notShown;
    qint64 spooledBytes = 0;            ///< in all
    std::optional<Wire::Error> stopped; ///< set once the capture has stopped
};

using CaptureBatchPointer = std::shared_ptr<const CaptureBatch>;

} // namespace Halyard::Inspector

Q_DECLARE_METATYPE(Halyard::Inspector::CaptureBatchPointer)

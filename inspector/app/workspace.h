// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QUndoStack>

#include "app/bytefinder.h"
#include "app/capturesaver.h"
#include "app/frameexplainer.h"
#include "capture/capture.h"
#include "capture/framestore.h"
#include "capture/messagedraft.h"
#include "capture/sessions.h"
#include "decode/filtercompletion.h"
#include "decode/framelayers.h"
#include "models/connectiontablemodel.h"
#include "models/endpointtablemodel.h"
#include "models/framefiltermodel.h"
#include "models/frametablemodel.h"
#include "views/statuscounters.h"

namespace Halyard::Inspector {

/// Everything behind the window: capture, store, endpoints and models, wired together.
class Workspace : public QObject
{
    Q_OBJECT
public:
    explicit Workspace(const CaptureLimits &limits = {}, QObject *parent = nullptr);
    ~Workspace() override;

    [[nodiscard]] Capture *capture() noexcept { return &m_capture; }
    [[nodiscard]] FrameStore *store() noexcept { return &m_store; }
    [[nodiscard]] Sessions *sessions() noexcept { return &m_sessions; }
    [[nodiscard]] FrameTableModel *frames() noexcept { return &m_frames; }
    [[nodiscard]] FrameFilterModel *filtered() noexcept { return &m_filtered; }
    [[nodiscard]] ConnectionTableModel *connections() noexcept { return &m_connections; }
    [[nodiscard]] EndpointTableModel *endpoints() noexcept { return &m_endpoints; }
    [[nodiscard]] ByteFinder *finder() noexcept { return &m_finder; }
    [[nodiscard]] CaptureSaver *saver() noexcept { return &m_saver; }
    [[nodiscard]] QUndoStack *undoStack() noexcept { return &m_undo; }

    /// Hides all frames; can be undone until the next time.
    void clear();
    void setRemark(RowNumber row, const FrameRemark &remark);
    /// The explained frame; nothing while its record is on its way from disk, or it is so large that it is
    /// taken apart elsewhere: then explanationsArrived() tells when to ask again.
    [[nodiscard]] std::optional<ExplainedFrame> explained(RowNumber row);
    /// A message to be changed and sent again, or, for people, why there is none.
    struct Draft {
        std::optional<MessageDraft> message;
        QString why;
    };
    /// A message like the one in that frame, and in those that belong to it.
    [[nodiscard]] Draft draftFrom(RowNumber row);
    [[nodiscard]] FilterVocabulary vocabulary() const;
    [[nodiscard]] StatusFigures figures() const;

    /// Problems of frames that are hidden, which are not counted.
    struct HiddenProblems {
        quint64 errors = 0;
        quint64 warnings = 0;
    };

Q_SIGNALS:
    /// What explained() did not have may be there now.
    void explanationsArrived();

private:
    /// The frame that says all of what begins in that one; NoRow if it has not come.
    [[nodiscard]] RowNumber endOfMessage(RowNumber row) const;

    FrameStore m_store;
    Capture m_capture;
    Sessions m_sessions;
    FrameTableModel m_frames;
    FrameFilterModel m_filtered;
    ConnectionTableModel m_connections;
    FrameExplainer m_explainer;
    EndpointTableModel m_endpoints;
    ByteFinder m_finder;
    CaptureSaver m_saver;
    QUndoStack m_undo;
    HiddenProblems m_hidden;
    QSet<QString> m_treeFields; ///< names of fields seen so far, bounded
};

} // namespace Halyard::Inspector

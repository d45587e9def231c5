// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include <QObject>
#include <QThreadPool>

#include "capture/framefacts.h"
#include "capture/framerecord.h"
#include "decode/framelayers.h"
#include "protocol/protocolfactory.h"

namespace Halyard::Inspector {

/// Takes frames apart: small ones at once, those that would keep the window waiting in a thread of its own,
/// one at a time, and of those that were asked for meanwhile only the last.
class FrameExplainer : public QObject
{
    Q_OBJECT
public:
    /// Bytes of a record up to which the caller waits.
    static constexpr qsizetype MaxAtOnce = 64 * 1024;

    struct Question {
        RowNumber row = NoRow;
        FrameFacts facts;
        FrameRecord record;
        std::shared_ptr<const Wire::ProtocolFactory> protocol;
    };

    explicit FrameExplainer(QObject *parent = nullptr);

    /// The answer, or nothing: then explained() follows, and asking again gives it.
    [[nodiscard]] std::optional<ExplainedFrame> explain(Question question);

Q_SIGNALS:
    void explained(Halyard::Inspector::RowNumber row);

private:
    void begin(Question question);
    void finished(const ExplainedFrame &frame);

    RowNumber m_running = NoRow;
    std::optional<Question> m_next;
    RowNumber m_row = NoRow; ///< of the last large frame
    ExplainedFrame m_frame;
    QThreadPool m_thread; ///< its end waits for what still uses this object
};

} // namespace Halyard::Inspector

// SPDX-License-Identifier: MIT
#include "app/frameexplainer.h"

#include <utility>

#include "decode/explain.h"

namespace Halyard::Inspector {

namespace {

ExplainedFrame answerTo(const FrameExplainer::Question &question)
{
    return ExplainedFrame(explain(question.facts, question.record, question.protocol.get()));
}

} // namespace

FrameExplainer::FrameExplainer(QObject *parent)
    : QObject(parent)
{
    m_thread.setMaxThreadCount(1);
}

std::optional<ExplainedFrame> FrameExplainer::explain(Question question)
{
    if (question.record.frame.size() + question.record.tree.size() <= MaxAtOnce)
        return answerTo(question);
    if (question.row == m_row)
        return m_frame;
    if (question.row == m_running)
        m_next.reset();
    else if (m_running == NoRow)
        begin(std::move(question));
    else
        m_next = std::move(question);
    return std::nullopt;
}

void FrameExplainer::begin(Question question)
{
    m_running = question.row;
    m_thread.start([this, question = std::move(question)] {
        QMetaObject::invokeMethod(
            this, [this, frame = answerTo(question)] { finished(frame); }, Qt::QueuedConnection);
    });
}

void FrameExplainer::finished(const ExplainedFrame &frame)
{
    m_row = std::exchange(m_running, NoRow);
    m_frame = frame;
    if (m_next)
        begin(*std::exchange(m_next, std::nullopt));
    Q_EMIT explained(m_row);
}

} // namespace Halyard::Inspector

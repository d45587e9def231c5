// SPDX-License-Identifier: MIT
#include "app/workspace.h"

#include <algorithm>

#include <QCoreApplication>
#include <QUndoCommand>

#include "wire/escape.h"

namespace Halyard::Inspector {

namespace {

constexpr qsizetype MaxTreeFields = 500;
/// Behind the first one; others may stand between.
constexpr quint64 MaxRowsOfMessage = 100'000;

/// Hides what is there; undone, shows it again. What the last one before it had hidden is given up for good.
class ClearCommand final : public QUndoCommand
{
public:
    using Problems = Workspace::HiddenProblems;
    ClearCommand(FrameTableModel *frames, Problems *hidden, Problems all)
        : QUndoCommand(QCoreApplication::translate("Workspace", "Clear"))
        , m_frames(frames)
        , m_from(frames->store()->endRow())
        , m_hidden(hidden)
        , m_after(all)
        , m_earlier(*hidden)
    { }
    void redo() override
    {
        m_before = m_frames->showFrom(m_from);
        *m_hidden = m_after;
    }
    void undo() override
    {
        m_frames->showFrom(m_before);
        *m_hidden = m_earlier;
    }

private:
    FrameTableModel *const m_frames;
    const RowNumber m_from;
    RowNumber m_before = 0;
    Problems *const m_hidden;
    const Problems m_after;
    const Problems m_earlier;
};

class RemarkCommand final : public QUndoCommand
{
public:
    RemarkCommand(FrameStore *store, RowNumber row, FrameRemark remark)
        : QUndoCommand(QCoreApplication::translate("Workspace", "Mark or comment"))
        , m_store(store)
        , m_row(row)
        , m_before(store->remark(row))
        , m_after(std::move(remark))
    { }
    void redo() override { m_store->setRemark(m_row, m_after); }
    void undo() override { m_store->setRemark(m_row, m_before); }

private:
    FrameStore *const m_store;
    const RowNumber m_row;
    const FrameRemark m_before;
    const FrameRemark m_after;
};

} // namespace

Workspace::Workspace(const CaptureLimits &limits, QObject *parent)
    : QObject(parent)
    , m_store(limits.maxConversations)
    , m_capture(limits)
    , m_sessions(m_capture.intake())
    , m_frames(&m_store)
    , m_filtered(&m_frames)
    , m_connections(&m_store)
    , m_finder(&m_filtered)
    , m_saver(&m_store)
{
    m_undo.setUndoLimit(100);
    connect(&m_capture, &Capture::batchReady, this, [this](const CaptureBatchPointer &batch) {
        m_store.apply(*batch);
        m_capture.acknowledge();
    });
    connect(&m_store, &FrameStore::recordsArrived, this, &Workspace::explanationsArrived);
    connect(&m_explainer, &FrameExplainer::explained, this, &Workspace::explanationsArrived);
    connect(&m_sessions, &Sessions::stateChanged, &m_endpoints, &EndpointTableModel::setState);
}

Workspace::~Workspace() = default;

void Workspace::clear()
{
    // What the last clearing hid is older than what this one hides; it goes now, with its memory.
    const RowNumber keep = m_frames.rowNumber(0);
    m_undo.clear();
    const HiddenProblems all {m_store.errors(), m_store.warnings()};
    m_undo.push(new ClearCommand(&m_frames, &m_hidden, all));
    m_capture.release(m_store.forgetBefore(keep));
    m_capture.resume();
}

void Workspace::setRemark(RowNumber row, const FrameRemark &remark)
{
    m_undo.push(new RemarkCommand(&m_store, row, remark));
}

std::optional<ExplainedFrame> Workspace::explained(RowNumber row)
{
    if (!m_store.contains(row))
        return std::nullopt;
    const auto record = m_store.record(row);
    if (!record) {
        m_store.request(row);
        return std::nullopt;
    }
    const FrameFacts &facts = m_store.facts(row);
    auto frame = m_explainer.explain({row, facts, *record, m_store.protocolOf(facts.conversation)});
    if (!frame)
        return std::nullopt;
    for (const auto &node : frame->nodes()) {
        if (m_treeFields.size() >= MaxTreeFields)
            break;
        m_treeFields.insert(QString::fromStdString(node.field->name));
    }
    return frame;
}

Workspace::Draft Workspace::draftFrom(RowNumber row)
{
    auto frame = explained(row);
    if (frame && frame->dissection().message.goesOn) {
        row = endOfMessage(row);
        if (row == NoRow)
            return {std::nullopt, tr("The rest of this message has not come.")};
        frame = explained(row);
    }
    if (!frame)
        return {std::nullopt, tr("The frame is still being read back; try again in a moment.")};
    const Wire::Dissection &dissection = frame->dissection();
    const Wire::MessageFacts &message = dissection.message;
    if (!message.isApplications)
        return {std::nullopt,
            tr("This frame is the protocol's own affair: there is no message in it that could be sent.")};
    if (!Wire::isUtf8(message.route))
        return {std::nullopt, tr("The route of this frame is not UTF-8; it cannot be sent.")};
    const FrameFacts &facts = m_store.facts(row);
    MessageDraft draft;
    draft.conversation = facts.conversation;
    draft.kind = facts.kind == FrameKind::Request ? MessageDraft::Kind::Request : MessageDraft::Kind::Event;
    draft.route = QString::fromStdString(message.route);
    for (const auto &[name, value] : message.headers)
        draft.headers << qMakePair(QByteArray::fromStdString(name), QByteArray::fromStdString(value));
    const Wire::ByteView payload = dissection.payload();
    draft.payload = QByteArray(reinterpret_cast<const char *>(payload.data()), qsizetype(payload.size()));
    return {draft, {}};
}

RowNumber Workspace::endOfMessage(RowNumber row) const
{
    const FrameFacts &first = m_store.facts(row);
    const RowNumber end = RowNumber(std::min<quint64>(m_store.endRow(), quint64(row) + MaxRowsOfMessage));
    for (RowNumber next = row + 1; next < end; ++next) {
        const FrameFacts &facts = m_store.facts(next);
        if (facts.conversation == first.conversation && facts.direction == first.direction)
            return facts.call == first.call ? next : NoRow;
    }
    return NoRow;
}

FilterVocabulary Workspace::vocabulary() const
{
    FilterVocabulary vocabulary;
    vocabulary.types = m_store.types();
    vocabulary.routes = m_store.routes();
    for (const auto &[number, entry] : m_store.conversations()) {
        if (!vocabulary.protocols.contains(entry.info.protocol))
            vocabulary.protocols << entry.info.protocol;
    }
    vocabulary.treeFields = m_treeFields.values();
    vocabulary.treeFields.sort();
    return vocabulary;
}

StatusFigures Workspace::figures() const
{
    StatusFigures figures;
    figures.frames = quint64(m_frames.rowCount());
    figures.shown = quint64(m_filtered.rowCount());
    figures.errors = m_store.errors() - m_hidden.errors;
    figures.warnings = m_store.warnings() - m_hidden.warnings;
    figures.notShown = m_store.notShown();
    figures.memoryBytes = m_store.memoryBytes();
    figures.spooledBytes = m_store.spooledBytes();
    figures.paused = m_frames.isPaused();
    figures.waiting = quint64(m_frames.waitingRows());
    figures.scanning = m_filtered.isScanning();
    return figures;
}

} // namespace Halyard::Inspector

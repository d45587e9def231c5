// SPDX-License-Identifier: MIT
#include "app/workspace.h"

#include <QCoreApplication>
#include <QSet>
#include <QUndoCommand>

namespace Halyard::Inspector {

namespace {

constexpr qsizetype MaxTreeFields = 500;

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

std::optional<MessageDraft> Workspace::draftFrom(RowNumber row)
{
    const auto frame = explained(row);
    if (!frame)
        return std::nullopt;
    const FrameFacts &facts = m_store.facts(row);
    MessageDraft draft;
    draft.conversation = facts.conversation;
    draft.kind = facts.kind == FrameKind::Request ? MessageDraft::Kind::Request : MessageDraft::Kind::Event;
    if (const int payload = frame->findNode("payload"); payload != ExplainedFrame::NoNode)
        draft.payload = frame->bytesOf(payload);
    const int headers = frame->findNode("headers");
    if (headers == ExplainedFrame::NoNode)
        return draft;
    // As they were sent, not as they are shown. What the protocol itself puts there is put there again when
    // the message is sent.
    static const QSet<QString> own {QStringLiteral("id"), QStringLiteral("re"), QStringLiteral("end"),
        QStringLiteral("cancel"), QStringLiteral("code")};
    const auto &node = frame->nodes()[std::size_t(headers)];
    for (int child = 0; child < node.childCount; ++child) {
        const int number = node.firstChild + child;
        const auto &header = frame->nodes()[std::size_t(number)];
        QString name;
        QString value;
        for (int part = header.firstChild; part < header.firstChild + header.childCount; ++part) {
            const auto &kind = frame->nodes()[std::size_t(part)].field->name;
            if (kind == "key")
                name = QString::fromUtf8(frame->bytesOf(part));
            else if (kind == "value")
                value = QString::fromUtf8(frame->bytesOf(part));
        }
        if (name == u"route")
            draft.route = value;
        else if (!name.isEmpty() && !own.contains(name))
            draft.headers << qMakePair(name, value);
    }
    return draft;
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

// SPDX-License-Identifier: MIT
#include "views/framedetails.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QStackedLayout>
#include <QVBoxLayout>

#include "decode/safetext.h"
#include "views/fieldtreeview.h"
#include "views/headerstyle.h"

namespace Halyard::Inspector {

namespace {

/// Larger trees open only as far as their first two levels.
constexpr std::size_t MaxNodesOpenAtOnce = 400;
constexpr int MinLines = 6;

} // namespace

FrameDetails::FrameDetails(QWidget *parent)
    : QWidget(parent)
    , m_model(new FieldTreeModel(this))
    , m_delegate(new SeverityDelegate(Theme(palette()), this))
    , m_tree(new FieldTreeView)
    , m_layers(new QTabBar)
    , m_hex(new HexView)
    , m_message(new QLabel)
    , m_splitter(new QSplitter(Qt::Horizontal))
    , m_pages(new QStackedLayout(this))
{
    m_tree->setObjectName(QStringLiteral("fields"));
    m_tree->setAccessibleName(tr("Fields of the frame"));
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(m_delegate);
    m_tree->setUniformRowHeights(true);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    HeaderStyle::applyTo(m_tree->header());
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(FieldTreeModel::NameColumn, QHeaderView::Interactive);
    m_tree->header()->setSectionResizeMode(FieldTreeModel::ValueColumn, QHeaderView::Stretch);
    m_tree->header()->setSectionResizeMode(FieldTreeModel::BytesColumn, QHeaderView::ResizeToContents);
    m_tree->header()->resizeSection(FieldTreeModel::NameColumn, fontMetrics().horizontalAdvance(u'0') * 26);
    m_layers->setObjectName(QStringLiteral("layers"));
    m_layers->setAccessibleName(tr("Layer of the frame"));
    m_layers->setDrawBase(false);
    m_layers->setExpanding(false);
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);

    auto *bytes = new QWidget;
    auto *bytesLayout = new QVBoxLayout(bytes);
    bytesLayout->setContentsMargins(0, 0, 0, 0);
    bytesLayout->setSpacing(0);
    bytesLayout->addWidget(m_layers);
    bytesLayout->addWidget(m_hex);
    m_splitter->setObjectName(QStringLiteral("details"));
    m_splitter->addWidget(m_tree);
    m_splitter->addWidget(bytes);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setSizes({1'000, 1'000}); // halves
    m_hex->setMinimumHeight(fontMetrics().height() * MinLines);
    m_pages->setContentsMargins(0, 0, 0, 0);
    m_pages->addWidget(m_message);
    m_pages->addWidget(m_splitter);

    connect(
        m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &FrameDetails::onFieldChosen);
    connect(m_tree, &QTreeView::clicked, this, &FrameDetails::onFieldChosen);
    connect(m_tree, &QTreeView::collapsed, this,
        [this](const QModelIndex &index) { m_closed.insert(index.data().toString()); });
    connect(m_tree, &QTreeView::expanded, this,
        [this](const QModelIndex &index) { m_closed.remove(index.data().toString()); });
    connect(m_hex, &HexView::selectionChanged, this, &FrameDetails::onBytesChosen);
    connect(m_layers, &QTabBar::currentChanged, this, &FrameDetails::onLayerChosen);
    setMessage(tr("Choose a frame to see its fields and bytes."));
}

void FrameDetails::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_delegate->setTheme(Theme(palette()));
}

void FrameDetails::setMessage(const QString &text)
{
    m_message->setText(text);
    m_pages->setCurrentWidget(m_message);
}

void FrameDetails::setFrame(const ExplainedFrame &frame)
{
    const QScopedValueRollback linking(m_linking, true);
    const QString layer
        = m_layers->currentIndex() >= 0 ? m_layers->tabText(m_layers->currentIndex()) : QString();
    m_model->setFrame(frame);
    while (m_layers->count() > 0)
        m_layers->removeTab(0);
    int chosen = 0;
    for (const FrameLayer &each : frame.layers()) {
        const int tab = m_layers->addTab(tr("%1 (%2)").arg(safeText(each.name, 64)).arg(each.bytes.size()));
        m_layers->setTabToolTip(tab, asToolTip(safeText(each.about, 255)));
        if (!layer.isEmpty() && layer.section(QStringLiteral(" ("), 0, 0) == each.name)
            chosen = tab;
    }
    m_layers->setCurrentIndex(chosen);
    m_layers->setVisible(frame.layers().size() > 1);
    m_layers->updateGeometry(); // of tabs that come while it cannot be seen, it tells nobody
    m_hex->setBytes(frame.isEmpty() ? QByteArray() : frame.layers()[std::size_t(chosen)].bytes);

    const auto closed = m_closed; // opening changes it
    const bool small = frame.nodes().size() <= MaxNodesOpenAtOnce;
    if (small)
        m_tree->expandAll();
    else
        m_tree->expandToDepth(1);
    for (int node = 0; small && !closed.isEmpty() && node < int(frame.nodes().size()); ++node) {
        const QModelIndex index = m_model->indexOf(node);
        if (closed.contains(index.data().toString()))
            m_tree->collapse(index);
    }
    m_closed = closed;
    m_pages->setCurrentWidget(m_splitter);
    describe(ExplainedFrame::NoNode);
}

void FrameDetails::onFieldChosen(const QModelIndex &index)
{
    const int node = FieldTreeModel::nodeOf(index);
    if (m_linking || node == ExplainedFrame::NoNode)
        return;
    const QScopedValueRollback linking(m_linking, true);
    const ByteRange range = frame().rangeOf(node);
    // The layer that is shown stays, if the field's bytes are in it.
    auto shown = frame().inLayer(range, m_layers->currentIndex());
    if (!shown) {
        shown = range;
        m_layers->setCurrentIndex(range.layer);
        m_hex->setBytes(frame().layers()[std::size_t(range.layer)].bytes);
    }
    m_hex->showRange({qint64(shown->offset), qint64(shown->length)});
    describe(node);
}

void FrameDetails::onBytesChosen(HexView::Range range)
{
    if (m_linking || frame().isEmpty() || range.length == 0)
        return;
    const QScopedValueRollback linking(m_linking, true);
    const int node = frame().innermostNode(
        {m_layers->currentIndex(), std::size_t(range.offset), std::size_t(range.length)});
    const QModelIndex index = m_model->indexOf(node);
    m_tree->setCurrentIndex(index);
    if (index.isValid())
        m_tree->scrollTo(index);
    describe(node);
}

void FrameDetails::onLayerChosen(int layer)
{
    if (m_linking || layer < 0 || layer >= int(frame().layers().size()))
        return;
    m_hex->setBytes(frame().layers()[std::size_t(layer)].bytes);
    onFieldChosen(m_tree->currentIndex());
}

void FrameDetails::showBytes(const ByteRange &range)
{
    if (range.layer >= int(frame().layers().size()))
        return;
    m_layers->setCurrentIndex(range.layer);
    m_hex->showRange({qint64(range.offset), qint64(range.length)});
    onBytesChosen(m_hex->selection());
}

void FrameDetails::describe(int node)
{
    if (node == ExplainedFrame::NoNode) {
        Q_EMIT described(QString());
        return;
    }
    const Wire::Field &field = *frame().nodes()[std::size_t(node)].field;
    const ByteRange range = frame().rangeOf(node);
    QString text = safeText(QString::fromStdString(field.name), 255);
    if (range.length > 0)
        text += range.length == 1 ? tr(", byte %1").arg(range.offset)
                                  : tr(", bytes %1 to %2 (%3)")
                                        .arg(range.offset)
                                        .arg(range.offset + range.length - 1)
                                        .arg(range.length);
    if (!field.note.empty())
        text += QStringLiteral(": ") + safeText(QString::fromStdString(field.note), 512);
    Q_EMIT described(text);
}

void FrameDetails::chooseField(int node)
{
    const QModelIndex index = m_model->indexOf(node);
    m_tree->setCurrentIndex(index);
    m_tree->scrollTo(index, QAbstractItemView::PositionAtCenter);
}

QByteArray FrameDetails::chosenBytes() const
{
    const auto range = m_hex->selection();
    return range.length > 0 ? m_hex->bytes().mid(range.offset, range.length) : m_hex->bytes();
}

int FrameDetails::chosenNode() const { return FieldTreeModel::nodeOf(m_tree->currentIndex()); }

} // namespace Halyard::Inspector

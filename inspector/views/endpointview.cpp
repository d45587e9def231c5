// SPDX-License-Identifier: MIT
#include "views/endpointview.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPushButton>
#include <QTableView>

#include "decode/safetext.h"
#include "views/headerstyle.h"

namespace Halyard::Inspector {

namespace {

/// More of them scroll: the frames are what one looks at.
constexpr int MaxRowsShown = 4;
/// Of a column, but for the address, which has the rest.
constexpr int MaxCharacters = 28;

} // namespace

EndpointView::EndpointView(EndpointTableModel *endpoints, QWidget *parent)
    : QWidget(parent)
    , m_endpoints(endpoints)
    , m_table(new QTableView)
    , m_copyAddress(new QPushButton(tr("Copy &address")))
    , m_copyCertificate(new QPushButton(tr("Copy c&ertificate")))
    , m_stop(new QPushButton(tr("Sto&p")))
{
    m_table->setObjectName(QStringLiteral("endpoints"));
    m_table->setAccessibleName(tr("Endpoints that wait for clients"));
    m_table->setModel(endpoints);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    HeaderStyle::applyTo(m_table->horizontalHeader());
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(int(EndpointColumn::Address), QHeaderView::Stretch);
    m_copyAddress->setObjectName(QStringLiteral("copyAddress"));
    m_copyCertificate->setObjectName(QStringLiteral("copyCertificate"));
    m_copyCertificate->setToolTip(tr("As PEM: for clients that trust certificates and know no pins"));
    m_stop->setObjectName(QStringLiteral("stopEndpoint"));

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 6, 0);
    layout->addWidget(m_table, 1);
    for (QPushButton *button : {m_copyAddress, m_copyCertificate, m_stop})
        layout->addWidget(button, 0, Qt::AlignTop);

    buildActions();
    connect(m_copyAddress, &QPushButton::clicked, this, &EndpointView::copyAddress);
    connect(m_copyCertificate, &QPushButton::clicked, this, &EndpointView::copyCertificate);
    connect(m_stop, &QPushButton::clicked, this, &EndpointView::stop);
    connect(
        m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &EndpointView::updateActions);
    connect(endpoints, &QAbstractItemModel::rowsRemoved, this, &EndpointView::fit);
    connect(endpoints, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex &, int first) {
        fit();
        m_table->selectRow(first); // the one that was just asked for
    });
    fit();
}

void EndpointView::buildActions()
{
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    const auto add = [this](const QPushButton *button, void (EndpointView::*slot)()) {
        auto *action = new QAction(button->text(), m_table);
        connect(action, &QAction::triggered, this, slot);
        m_table->addAction(action);
    };
    add(m_copyAddress, &EndpointView::copyAddress);
    add(m_copyCertificate, &EndpointView::copyCertificate);
    add(m_stop, &EndpointView::stop);
    m_table->installEventFilter(this);
}

/// The window's own Ctrl+C copies bytes of a frame; here it is the address.
bool EndpointView::eventFilter(QObject *watched, QEvent *event)
{
    const bool isKey = event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress;
    if (watched != m_table || !isKey || !static_cast<QKeyEvent *>(event)->matches(QKeySequence::Copy))
        return QWidget::eventFilter(watched, event);
    event->accept();
    if (event->type() == QEvent::KeyPress)
        copyAddress();
    return true;
}

/// As high as what is in it.
void EndpointView::fit()
{
    const int rows = std::clamp(m_endpoints->rowCount(), 1, MaxRowsShown);
    const int height = m_table->horizontalHeader()->sizeHint().height()
        + rows * m_table->verticalHeader()->defaultSectionSize() + 2 * m_table->frameWidth();
    m_table->setFixedHeight(height);
    setFixedHeight(std::max(height, m_copyAddress->sizeHint().height()));
    const int widest = fontMetrics().horizontalAdvance(u'0') * MaxCharacters;
    for (const auto column : {EndpointColumn::Way, EndpointColumn::Target, EndpointColumn::Certificate}) {
        const int wanted = std::max(m_table->horizontalHeader()->sectionSizeHint(int(column)),
            static_cast<const QAbstractItemView *>(m_table)->sizeHintForColumn(int(column)));
        m_table->setColumnWidth(int(column), std::min(wanted, widest));
    }
    updateActions();
}

QModelIndex EndpointView::chosen() const
{
    const QModelIndex current = m_table->currentIndex();
    return current.isValid() || m_endpoints->rowCount() == 0 ? current : m_endpoints->index(0, 0);
}

void EndpointView::updateActions()
{
    const QModelIndex index = chosen();
    m_copyAddress->setEnabled(index.isValid());
    m_copyCertificate->setEnabled(!index.data(EndpointTableModel::CertificateRole).toByteArray().isEmpty());
    m_stop->setEnabled(index.isValid());
}

void EndpointView::copyAddress()
{
    const QString address = chosen().data(EndpointTableModel::AddressRole).toString();
    if (address.isEmpty())
        return;
    Q_EMIT copyWanted(address, tr("Copied: %1").arg(safeText(address, 512)));
}

void EndpointView::copyCertificate()
{
    const QByteArray pem = chosen().data(EndpointTableModel::CertificateRole).toByteArray();
    if (pem.isEmpty())
        return;
    Q_EMIT copyWanted(QString::fromLatin1(pem), tr("Copied the certificate as PEM."));
}

void EndpointView::stop()
{
    if (const QModelIndex index = chosen(); index.isValid())
        Q_EMIT stopWanted(index.data(EndpointTableModel::SessionRole).toUInt());
}

} // namespace Halyard::Inspector

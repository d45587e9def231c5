// SPDX-License-Identifier: MIT
#pragma once

#include <QSet>
#include <QTabBar>
#include <QTreeView>
#include <QWidget>

#include "decode/framelayers.h"
#include "models/fieldtreemodel.h"
#include "views/hexview.h"
#include "views/rowdelegates.h"

class QLabel;
class QSplitter;
class QStackedLayout;

namespace Halyard::Inspector {

/// One frame: field tree and hex dump beside each other, linked both ways, with a switch between the frame's
/// layers.
class FrameDetails : public QWidget
{
    Q_OBJECT
public:
    explicit FrameDetails(QWidget *parent = nullptr);

    /// Shows a frame; fields that were open by name stay open.
    void setFrame(const ExplainedFrame &frame);
    /// Shows a line of text in place of a frame.
    void setMessage(const QString &text);
    [[nodiscard]] const ExplainedFrame &frame() const noexcept { return m_model->frame(); }

    [[nodiscard]] QTreeView *tree() const noexcept { return m_tree; }
    [[nodiscard]] HexView *hex() const noexcept { return m_hex; }
    [[nodiscard]] QTabBar *layers() const noexcept { return m_layers; }
    [[nodiscard]] QSplitter *splitter() const noexcept { return m_splitter; }

    /// The chosen bytes, or all of the layer that is shown.
    [[nodiscard]] QByteArray chosenBytes() const;
    /// The chosen field; NoNode without one.
    [[nodiscard]] int chosenNode() const;
    /// As if the user had clicked on it.
    void chooseField(int node);
    /// Chooses bytes of the frame's outermost layer.
    void showBytes(const ByteRange &range);

Q_SIGNALS:
    /// What the user is looking at, for the status bar.
    void described(const QString &text);

protected:
    void changeEvent(QEvent *event) override;

private:
    void onFieldChosen(const QModelIndex &index);
    void onBytesChosen(HexView::Range range);
    void onLayerChosen(int layer);
    void describe(int node);

    FieldTreeModel *const m_model;
    SeverityDelegate *const m_delegate;
    QTreeView *const m_tree;
    QTabBar *const m_layers;
    HexView *const m_hex;
    QLabel *const m_message;
    QSplitter *const m_splitter;
    QStackedLayout *const m_pages; // as large with a frame as without one
    QSet<QString> m_closed;        ///< names of fields that the user has closed
    bool m_linking = false;        ///< one side is being changed because of the other
};

} // namespace Halyard::Inspector

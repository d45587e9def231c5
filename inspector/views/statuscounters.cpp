// SPDX-License-Identifier: MIT
#include "views/statuscounters.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QToolButton>

#include "views/theme.h"

namespace Halyard::Inspector {

StatusCounters::StatusCounters(QWidget *parent)
    : QWidget(parent)
    , m_state(new QLabel)
    , m_frames(new QLabel)
    , m_errors(new QToolButton)
    , m_warnings(new QToolButton)
    , m_notShown(new QLabel)
    , m_memory(new QLabel)
{
    m_errors->setObjectName(QStringLiteral("errorCount"));
    m_warnings->setObjectName(QStringLiteral("warningCount"));
    m_notShown->setObjectName(QStringLiteral("notShownCount"));
    m_state->setObjectName(QStringLiteral("captureState"));
    m_frames->setObjectName(QStringLiteral("frameCount"));
    m_errors->setToolTip(tr("Show only frames with errors"));
    m_warnings->setToolTip(tr("Show only frames with warnings"));
    m_notShown->setToolTip(tr(
        "Frames that came faster than they could be recorded, or after the capture had stopped. They passed "
        "on undisturbed."));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(14);
    for (QToolButton *button : {m_errors, m_warnings}) {
        button->setAutoRaise(true);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    }
    layout->addWidget(m_state);
    layout->addWidget(m_notShown);
    layout->addWidget(m_errors);
    layout->addWidget(m_warnings);
    layout->addWidget(m_frames);
    layout->addWidget(m_memory);
    connect(m_errors, &QToolButton::clicked, this, &StatusCounters::errorsClicked);
    connect(m_warnings, &QToolButton::clicked, this, &StatusCounters::warningsClicked);
    updateIcons();
    setFigures({});
}

void StatusCounters::updateIcons()
{
    const Theme theme(palette());
    m_errors->setIcon(theme.icon(Wire::Severity::Error));
    m_warnings->setIcon(theme.icon(Wire::Severity::Warning));
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, theme.ink(Wire::Severity::Error));
    m_notShown->setPalette(colours);
}

void StatusCounters::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateIcons();
}

void StatusCounters::setFigures(const StatusFigures &figures)
{
    const QLocale locale;
    const auto number = [&locale](quint64 value) { return locale.toString(value); };
    m_errors->setText(number(figures.errors));
    m_errors->setAccessibleName(tr("Errors: %1").arg(figures.errors));
    m_errors->setVisible(figures.errors > 0);
    m_warnings->setText(number(figures.warnings));
    m_warnings->setAccessibleName(tr("Warnings: %1").arg(figures.warnings));
    m_warnings->setVisible(figures.warnings > 0);
    m_notShown->setText(tr("⚠ %1 not shown").arg(number(figures.notShown)));
    m_notShown->setVisible(figures.notShown > 0);
    m_frames->setText(figures.shown == figures.frames
            ? tr("Frames: %1").arg(number(figures.frames))
            : tr("Frames: %1 of %2").arg(number(figures.shown), number(figures.frames)));
    QString memory = locale.formattedDataSize(figures.memoryBytes);
    if (figures.spooledBytes > 0)
        memory = tr("%1, %2 on disk").arg(memory, locale.formattedDataSize(figures.spooledBytes));
    m_memory->setText(memory);
    QString state;
    if (figures.paused)
        state = figures.waiting > 0 ? tr("Paused, %1 waiting").arg(number(figures.waiting)) : tr("Paused");
    else if (figures.scanning)
        state = tr("Filtering…");
    else if (!figures.following)
        state = tr("Not following");
    m_state->setText(state);
    m_state->setVisible(!state.isEmpty());
}

} // namespace Halyard::Inspector

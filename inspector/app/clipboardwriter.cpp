// SPDX-License-Identifier: MIT
#include "app/clipboardwriter.h"

#include <utility>

#include <QClipboard>
#include <QGuiApplication>

namespace Halyard::Inspector {

ClipboardWriter::ClipboardWriter(QObject *parent)
    : QObject(parent)
{
    m_thread.setMaxThreadCount(1);
}

void ClipboardWriter::write(const QString &text) { finished(++m_run, text); }

void ClipboardWriter::write(qsizetype size, std::function<QString()> text)
{
    if (size <= MaxAtOnce)
        return write(text());
    const quint64 run = ++m_run;
    m_thread.clear(); // what has not begun is not wanted any more
    m_thread.start([this, run, text = std::move(text)] {
        QMetaObject::invokeMethod(
            this, [this, run, made = text()] { finished(run, made); }, Qt::QueuedConnection);
    });
    Q_EMIT begun();
}

void ClipboardWriter::finished(quint64 run, const QString &text)
{
    if (run != m_run)
        return;
    QGuiApplication::clipboard()->setText(text);
    Q_EMIT written();
}

} // namespace Halyard::Inspector

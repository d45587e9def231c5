// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include <QObject>
#include <QString>
#include <QThreadPool>

namespace Halyard::Inspector {

/// Puts text on the clipboard. Long texts are written in a thread of its own; of several the last one counts.
class ClipboardWriter : public QObject
{
    Q_OBJECT
public:
    /// Bytes up to which the caller waits for the text made of them.
    static constexpr qsizetype MaxAtOnce = 64 * 1024;

    explicit ClipboardWriter(QObject *parent = nullptr);

    /// At once.
    void write(const QString &text);
    /// `text` makes it of so many bytes; any thread may be asked to run it.
    void write(qsizetype size, std::function<QString()> text);

Q_SIGNALS:
    /// A long text takes its time.
    void begun();
    /// It is on the clipboard.
    void written();

private:
    void finished(quint64 run, const QString &text);

    quint64 m_run = 0;
    QThreadPool m_thread; ///< its end waits for what still uses this object
};

} // namespace Halyard::Inspector

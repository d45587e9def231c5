// SPDX-License-Identifier: MIT
#include "cli/ticker.h"

namespace Halyard::Cli {

Ticker::Ticker(const ReplyStream &stream, qint64 count, std::chrono::milliseconds interval, QObject *parent)
    : QObject(parent)
    , m_stream(stream)
    , m_count(count)
{
    connect(stream.notifier(), &ReplyStreamNotifier::cancelled, this, &QObject::deleteLater);
    if (interval.count() > 0) {
        connect(&m_timer, &QTimer::timeout, this, &Ticker::tick);
        m_timer.start(interval);
    } else {
        connect(stream.notifier(), &ReplyStreamNotifier::writableChanged, this, &Ticker::tick);
    }
    QTimer::singleShot(0, this, &Ticker::tick); // the handler's caller is still on the stack
}

Ticker::~Ticker() = default;

void Ticker::tick()
{
    while (m_done < m_count && m_stream.isWritable()) {
        if (!m_stream.write(QByteArray::number(m_done + 1))) {
            deleteLater();
            return;
        }
        ++m_done;
        if (m_timer.isActive())
            break;
    }
    if (m_done < m_count || m_stream.isFinished())
        return;
    m_stream.end();
    deleteLater();
}

} // namespace Halyard::Cli

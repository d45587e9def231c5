// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include <QObject>
#include <QTimer>

#include "endpoint/replystream.h"

namespace Halyard::Cli {

/// Writes 1, 2, … into a stream, as fast as it takes them or one after each interval. Belongs to the
/// connection, and deletes itself when it is done or nobody wants any more.
class Ticker : public QObject
{
    Q_OBJECT
public:
    Ticker(const ReplyStream &stream, qint64 count, std::chrono::milliseconds interval, QObject *parent);
    ~Ticker() override;

private:
    Q_DISABLE_COPY_MOVE(Ticker)
    void tick();

    ReplyStream m_stream;
    qint64 m_count;
    qint64 m_done = 0;
    QTimer m_timer;
};

} // namespace Halyard::Cli

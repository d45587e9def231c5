// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include <QBasicTimer>
#include <QObject>
#include <QSocketNotifier>

namespace Halyard {

/// The end of a connection after its last byte was written: ends our direction, throws away what still comes
/// and closes once the peer has closed too, or after a time-out. A socket closed with unread input would send
/// a reset, and that destroys our last bytes on their way.
class LingeringClose : public QObject
{
    Q_OBJECT
public:
    /// Owns `descriptor`.
    LingeringClose(int descriptor, std::chrono::milliseconds timeout);
    ~LingeringClose() override;

Q_SIGNALS:
    /// Once, never from the constructor; the slot may delete this object.
    void finished();

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void discardInput();
    void finish();

    int m_descriptor;
    QSocketNotifier m_notifier;
    QBasicTimer m_timer;
};

} // namespace Halyard

// SPDX-License-Identifier: MIT
#include "transport/lingeringclose_p.h"

#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

#include <QTimerEvent>

namespace Halyard {

LingeringClose::LingeringClose(int descriptor, std::chrono::milliseconds timeout)
    : m_descriptor(descriptor)
    , m_notifier(descriptor, QSocketNotifier::Read)
{
    ::shutdown(descriptor, SHUT_WR);
    connect(&m_notifier, &QSocketNotifier::activated, this, &LingeringClose::discardInput);
    m_timer.start(int(timeout.count()), Qt::CoarseTimer, this);
}

LingeringClose::~LingeringClose()
{
    m_notifier.setEnabled(false);
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void LingeringClose::discardInput()
{
    std::array<char, 16 * 1024> waste; // NOLINT(cppcoreguidelines-pro-type-member-init): written by recv
    for (int round = 0; round < 16; ++round) { // a peer that never stops does not hold up the others
        const ssize_t got = ::recv(m_descriptor, waste.data(), waste.size(), MSG_DONTWAIT);
        if (got > 0 || (got < 0 && errno == EINTR))
            continue;
        if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
            finish();
        return;
    }
}

void LingeringClose::finish()
{
    m_timer.stop();
    m_notifier.setEnabled(false);
    ::close(std::exchange(m_descriptor, -1));
    Q_EMIT finished();
}

void LingeringClose::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer.timerId())
        return QObject::timerEvent(event);
    finish();
}

} // namespace Halyard

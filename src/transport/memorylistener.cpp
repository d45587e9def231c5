// SPDX-License-Identifier: MIT
#include "transport/memorylistener_p.h"

#include <algorithm>

namespace Halyard {

using Wire::ErrorCode;
using Wire::ErrorOrigin;

MemoryNetwork::MemoryNetwork() = default;
MemoryNetwork::~MemoryNetwork() = default;

std::pair<std::unique_ptr<Transport>, std::unique_ptr<Transport>> MemoryNetwork::makePair()
{
    auto one = std::make_unique<MemoryTransport>(QStringLiteral("pair"), TransportOptions {});
    auto other = one->makePeer();
    return {std::move(one), std::move(other)};
}

MemoryListener::MemoryListener(QString name, TransportOptions options, QObject *parent)
    : Listener(parent)
    , m_name(std::move(name))
    , m_options(std::move(options))
{ }

MemoryListener::~MemoryListener() { close(); }

Wire::Result<void> MemoryListener::listen()
{
    if (m_listening)
        return Wire::failure(ErrorCode::AlreadyOpen, ErrorOrigin::Local, "listening already");
    if (!m_options.memoryNetwork)
        return Wire::failure(
            ErrorCode::InvalidArgument, ErrorOrigin::Local, "no memory network to listen in");
    auto &names = m_options.memoryNetwork->m_listeners;
    if (names.contains(m_name))
        return Wire::failure(ErrorCode::AddressInUse, ErrorOrigin::Local, "memory:" + m_name.toStdString());
    names.insert(m_name, this);
    m_listening = true;
    return {};
}

void MemoryListener::close()
{
    if (!std::exchange(m_listening, false))
        return;
    m_options.memoryNetwork->m_listeners.remove(m_name);
    m_backlog.clear();
    m_accepted = 0;
}

void MemoryListener::setAcceptingPaused(bool paused)
{
    m_paused = paused;
    acceptLater();
}

std::unique_ptr<Transport> MemoryListener::takePending()
{
    if (m_accepted == 0)
        return nullptr;
    std::unique_ptr<Transport> transport = std::move(m_backlog.front());
    m_backlog.pop_front();
    if (--m_accepted == 0)
        acceptLater();
    return m_options.wrap ? m_options.wrap(std::move(transport)) : std::move(transport);
}

bool MemoryListener::admits() const { return m_backlog.size() < std::size_t(m_options.acceptBacklog); }

void MemoryListener::admit(std::unique_ptr<MemoryTransport> accepted)
{
    m_backlog.push_back(std::move(accepted));
    acceptLater();
}

void MemoryListener::acceptLater()
{
    if (m_accepting || m_paused || m_backlog.empty())
        return;
    m_accepting = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_accepting = false;
            if (!m_listening || m_paused || m_backlog.empty())
                return;
            m_accepted = std::min(m_backlog.size(), std::size_t(MaxPending));
            Q_EMIT pendingAvailable();
        },
        Qt::QueuedConnection);
}

} // namespace Halyard

// SPDX-License-Identifier: MIT
#include "endpoint/drivergroup_p.h"

#include <algorithm>

#include <QCoreApplication>
#include <QThread>

#include "endpoint/connectiondriver_p.h"

namespace Halyard {

DriverGroup::DriverGroup(qsizetype maxUnfinishedInputBytes)
    : m_maxHeld(maxUnfinishedInputBytes)
{ }

DriverGroup::~DriverGroup()
{
    // Drivers take themselves out of m_held while they go.
    while (!m_held.empty())
        delete m_held.begin()->first;
}

void DriverGroup::add(ConnectionDriver *driver) { m_held.try_emplace(driver); }

void DriverGroup::remove(ConnectionDriver *driver)
{
    const auto found = m_held.find(driver);
    if (found == m_held.end())
        return;
    m_heldTotal -= found->second.bytes;
    m_held.erase(found);
    if (m_released && m_held.empty())
        deleteLater();
}

void DriverGroup::setHeldInput(ConnectionDriver *driver, qsizetype bytes)
{
    const auto found = m_held.find(driver);
    if (found == m_held.end() || found->second.condemned)
        return;
    m_heldTotal += bytes - found->second.bytes;
    found->second.bytes = bytes;
    if (m_heldTotal <= m_maxHeld)
        return;
    const auto largest = std::max_element(m_held.begin(), m_held.end(),
        [](const auto &a, const auto &b) { return a.second.bytes < b.second.bytes; });
    Holding &victim = largest->second;
    const QString detail = QStringLiteral("%1 bytes of unfinished input on all connections, %2 of them here")
                               .arg(m_heldTotal)
                               .arg(victim.bytes);
    m_heldTotal -= victim.bytes;
    victim = {0, true};
    largest->first->failSoon(Error(ErrorCode::InputBudgetExceeded, ErrorOrigin::Peer, detail));
}

void DriverGroup::release()
{
    m_released = true;
    QCoreApplication *application = QCoreApplication::instance();
    // Only the application can keep it, and only in its own thread; elsewhere what is unsent goes now.
    if (m_held.empty() || !application || QCoreApplication::closingDown()
        || application->thread() != QThread::currentThread()) {
        delete this;
        return;
    }
    setParent(application);
}

} // namespace Halyard

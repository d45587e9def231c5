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

void DriverGroup::add(ConnectionDriver *driver) { m_held.emplace(driver, 0); }

void DriverGroup::remove(ConnectionDriver *driver)
{
    const auto found = m_held.find(driver);
    if (found == m_held.end())
        return;
    m_heldTotal -= found->second;
    m_held.erase(found);
    if (m_released && m_held.empty())
        deleteLater();
}

void DriverGroup::setHeldInput(ConnectionDriver *driver, qsizetype bytes)
{
    qsizetype &held = m_held[driver];
    m_heldTotal += bytes - held;
    held = bytes;
    if (m_heldTotal <= m_maxHeld)
        return;
    const auto largest = std::max_element(
        m_held.begin(), m_held.end(), [](const auto &a, const auto &b) { return a.second < b.second; });
    ConnectionDriver *victim = largest->first;
    const QString detail = QStringLiteral("%1 bytes of unfinished input on all connections, %2 of them here")
                               .arg(m_heldTotal)
                               .arg(largest->second);
    m_heldTotal -= largest->second;
    largest->second = 0;
    victim->failSoon(Error(ErrorCode::InputBudgetExceeded, ErrorOrigin::Peer, detail));
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

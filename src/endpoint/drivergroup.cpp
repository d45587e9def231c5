// SPDX-License-Identifier: MIT
#include "endpoint/drivergroup_p.h"

#include <QCoreApplication>
#include <QThread>

#include "endpoint/connectiondriver_p.h"

namespace Halyard {

DriverGroup::DriverGroup(qsizetype maxUnfinishedInputBytes)
    : m_held(maxUnfinishedInputBytes)
{ }

DriverGroup::~DriverGroup()
{
    // Drivers take themselves out of m_held while they go.
    while (!m_held.isEmpty())
        delete m_held.first();
}

void DriverGroup::add(ConnectionDriver *driver) { m_held.add(driver); }

void DriverGroup::remove(ConnectionDriver *driver)
{
    m_held.remove(driver);
    if (m_released && m_held.isEmpty())
        deleteLater();
}

void DriverGroup::setHeldInput(ConnectionDriver *driver, qsizetype bytes)
{
    if (const auto [victim, error] = m_held.setHeld(driver, bytes); victim)
        victim->failSoon(error);
}

void DriverGroup::release()
{
    m_released = true;
    QCoreApplication *application = QCoreApplication::instance();
    // Only the application can keep it, and only in its own thread; elsewhere what is unsent goes now.
    if (m_held.isEmpty() || !application || QCoreApplication::closingDown()
        || application->thread() != QThread::currentThread()) {
        delete this;
        return;
    }
    setParent(application);
}

} // namespace Halyard

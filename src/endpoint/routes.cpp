// SPDX-License-Identifier: MIT
#include "endpoint/routes.h"

#include "endpoint/routetable_p.h"

namespace Halyard {

Routes::Routes()
    : m_table(std::make_shared<RouteTable>())
{ }
Routes::~Routes() = default;

void Routes::setTypes(const QString &route, const QList<quint64> &types)
{
    m_table->setTypes(route.toUtf8(), types);
}

void Routes::setMayHandOff(const QString &route, bool mayHandOff)
{
    m_table->setMayHandOff(route.toUtf8(), mayHandOff);
}

void Routes::removeHandlers(const QString &route) { m_table->removeHandlers(route.toUtf8()); }

QStringList Routes::routes() const
{
    QStringList names;
    for (const QByteArray &route : m_table->routes())
        names += QString::fromUtf8(route);
    names.sort();
    names.removeDuplicates();
    return names;
}

void Routes::setRequestHandler(const QString &route, RequestHandler handler)
{
    m_table->setRequestHandler(route.toUtf8(), std::move(handler));
}

void Routes::setEventHandler(const QString &route, EventHandler handler)
{
    m_table->setEventHandler(route.toUtf8(), std::move(handler));
}

} // namespace Halyard

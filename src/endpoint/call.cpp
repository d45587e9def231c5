// SPDX-License-Identifier: MIT
#include "endpoint/call.h"

namespace Halyard {

Call::Call(quint64 id, const QString &route, QObject *parent)
    : QObject(parent)
    , m_id(id)
    , m_route(route)
{ }

Call::~Call()
{
    if (!m_over && m_cancel)
        m_cancel(); // nobody listens any more: the peer need not go on
}

void Call::cancel()
{
    if (!m_over && m_cancel)
        m_cancel();
}

void Call::finish(const Reply &reply)
{
    if (m_over)
        return;
    m_over = true;
    deleteLater();
    Q_EMIT finished(reply);
}

void Call::fail(const Error &error)
{
    if (m_over)
        return;
    m_over = true;
    deleteLater();
    Q_EMIT failed(error);
}

} // namespace Halyard

// SPDX-License-Identifier: MIT
#include "endpoint/routetable_p.h"

#include "endpoint/logging_p.h"

namespace Halyard {

namespace {

// For a look-up without a copy; must not outlive the view.
QByteArray asKey(QByteArrayView route) { return QByteArray::fromRawData(route.data(), route.size()); }

std::string_view asName(const QByteArray &route) { return {route.data(), std::size_t(route.size())}; }

} // namespace

template <class Change>
void RouteTable::changeNames(Change change)
{
    auto names = std::make_shared<Wire::RouteNames>(*m_names);
    change(*names);
    m_names = std::move(names);
}

void RouteTable::setTypes(const QByteArray &route, const QList<quint64> &types)
{
    changeNames([&](Wire::RouteNames &names) {
        names.setTypes(asName(route), {types.begin(), types.end()});
    });
}

void RouteTable::setMayHandOff(const QByteArray &route, bool mayHandOff)
{
    changeNames([&](Wire::RouteNames &names) { names.setMayHandOff(asName(route), mayHandOff); });
}

bool RouteTable::mayHandOff(QByteArrayView route) const
{
    const auto number = m_names->numberOf({route.data(), std::size_t(route.size())});
    return number && m_names->find(*number)->mayHandOff;
}

void RouteTable::setRequestHandler(const QByteArray &route, RequestHandler handler)
{
    if (!m_requestHandlers.contains(route))
        changeNames([&](Wire::RouteNames &names) { names.add(asName(route)); });
    m_requestHandlers.insert(route, std::make_shared<const RequestHandler>(std::move(handler)));
}

void RouteTable::setEventHandler(const QByteArray &route, EventHandler handler)
{
    m_eventHandlers.insert(route, std::make_shared<const EventHandler>(std::move(handler)));
}

void RouteTable::removeHandlers(const QByteArray &route)
{
    if (m_requestHandlers.remove(route))
        changeNames([&](Wire::RouteNames &names) { names.remove(asName(route)); });
    m_eventHandlers.remove(route);
}

QList<QByteArray> RouteTable::routes() const { return m_requestHandlers.keys() + m_eventHandlers.keys(); }

void RouteTable::dispatch(const Request &request) const
{
    const auto handler = m_requestHandlers.value(asKey(request.routeUtf8())); // it may remove itself
    if (!handler) {
        request.respond(Reply::error(
            Error(ErrorCode::NoSuchRoute, ErrorOrigin::Peer, QStringLiteral("no handler for this route"))));
        return;
    }
    try {
        (*handler)(request);
    } catch (...) {
        qCWarning(lcEndpoint, "the handler of route \"%s\" threw", qPrintable(request.route()));
        request.respond(Reply::error(
            Error(ErrorCode::HandlerFailed, ErrorOrigin::Local, QStringLiteral("the handler failed"))));
    }
}

bool RouteTable::dispatch(const Message &event, Connection *connection) const
{
    if (m_eventHandlers.isEmpty())
        return false;
    const auto handler = m_eventHandlers.value(asKey(event.routeUtf8()));
    if (!handler)
        return false;
    try {
        (*handler)(event, connection);
    } catch (...) {
        qCWarning(lcEndpoint, "the event handler of route \"%s\" threw", qPrintable(event.route()));
    }
    return true;
}

} // namespace Halyard

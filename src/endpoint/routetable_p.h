// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include <QByteArray>
#include <QHash>
#include <QList>

#include "endpoint/message.h"
#include "endpoint/request.h"
#include "protocol/routenames.h"

namespace Halyard {

class Connection;

/// Handlers by route, as all connections of one endpoint see them. Changed and read in the endpoint's thread.
class RouteTable
{
public:
    using RequestHandler = std::function<void(const Request &)>;
    using EventHandler = std::function<void(const Message &, Connection *)>;

    void setRequestHandler(const QByteArray &route, RequestHandler handler);
    void setEventHandler(const QByteArray &route, EventHandler handler);
    void removeHandlers(const QByteArray &route);
    /// Types of payloads that requests to the route may have; empty: all.
    void setTypes(const QByteArray &route, const QList<quint64> &types);
    /// Whether requests to the route may take the connection.
    void setMayHandOff(const QByteArray &route, bool mayHandOff);
    [[nodiscard]] bool mayHandOff(QByteArrayView route) const;
    /// The routes of requests as sessions see them: a value that is never changed, replaced by the next one.
    [[nodiscard]] std::shared_ptr<const Wire::RouteNames> names() const { return m_names; }
    [[nodiscard]] QList<QByteArray> routes() const;

    /// Runs the handler, or answers NoSuchRoute. Whatever a handler throws becomes HandlerFailed, without its
    /// text.
    void dispatch(const Request &request) const;
    /// Whether there was a handler.
    bool dispatch(const Message &event, Connection *connection) const;

private:
    template <class Change>
    void changeNames(Change change);

    // Shared: a handler that takes its own route away lives until it returns.
    QHash<QByteArray, std::shared_ptr<const RequestHandler>> m_requestHandlers;
    QHash<QByteArray, std::shared_ptr<const EventHandler>> m_eventHandlers;
    std::shared_ptr<const Wire::RouteNames> m_names = std::make_shared<const Wire::RouteNames>();
};

} // namespace Halyard

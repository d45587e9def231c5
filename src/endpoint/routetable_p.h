// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include <QByteArray>
#include <QHash>

#include "endpoint/message.h"
#include "endpoint/request.h"

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
    [[nodiscard]] QList<QByteArray> routes() const;

    /// Runs the handler, or answers NoSuchRoute. Whatever a handler throws becomes HandlerFailed, without its
    /// text.
    void dispatch(const Request &request) const;
    /// Whether there was a handler.
    bool dispatch(const Message &event, Connection *connection) const;

private:
    // Shared: a handler that takes its own route away lives until it returns.
    QHash<QByteArray, std::shared_ptr<const RequestHandler>> m_requestHandlers;
    QHash<QByteArray, std::shared_ptr<const EventHandler>> m_eventHandlers;
};

} // namespace Halyard

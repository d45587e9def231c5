// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <type_traits>

#include <QFuture>
#include <QFutureWatcher>
#include <QList>
#include <QPointer>
#include <QString>
#include <QStringList>

#include "endpoint/message.h"
#include "endpoint/reply.h"
#include "endpoint/replystream.h"
#include "endpoint/request.h"
#include "endpoint/result.h"
#include "endpoint/serializer.h"
#include "wire/export.h"

namespace Halyard {

class Connection;
class RouteTable;

/// Handlers by route: what Server and Client have in common. Handlers run in the endpoint's thread, never
/// while the library is in the middle of something, and may do anything, deleting the connection or the
/// endpoint included. A handler that throws answers HandlerFailed; the exception's text stays here. A second
/// handler for a route replaces the first.
class HALYARD_EXPORT Routes
{
public:
    using RequestHandler = std::function<void(const Request &)>;
    using EventHandler = std::function<void(const Message &, Connection *)>;

    /// Requests for `route`. The function takes `const Request &` and returns Reply (or bytes),
    /// Result<Reply>, a QFuture of one of them, or nothing: then it answers through Request::respond(), at
    /// any later time.
    template <class Function>
    void handle(const QString &route, Function function)
    {
        setRequestHandler(route, requestHandler(std::move(function)));
    }

    /// The same with a slot. Without its receiver the route answers NoSuchRoute.
    template <class Receiver, class Returned>
    void handle(const QString &route, Receiver *receiver, Returned (Receiver::*slot)(const Request &))
    {
        const auto call
            = requestHandler([receiver, slot](const Request &request) { return (receiver->*slot)(request); });
        setRequestHandler(route, [guard = QPointer<Receiver>(receiver), call](const Request &request) {
            if (guard)
                call(request);
            else
                request.respond(Reply::error(Error(ErrorCode::NoSuchRoute, ErrorOrigin::Local)));
        });
    }

    /// Requests and replies as types, through Serializer: In and Out are Q_GADGETs or values that it knows. A
    /// payload that is no In is answered with DeserializationFailed and the path of the field.
    template <class In, class Out, class Function>
        requires std::is_invocable_v<Function &, const In &>
    void handle(const QString &route, Function function)
    {
        setRequestHandler(
            route, requestHandler([function = std::move(function)](const Request &request) -> Reply {
                const Result<In> in = Serializer<In>().read(request.payload());
                if (!in)
                    return Reply::error(in.error());
                const Result<QByteArray> out = Serializer<Out>().write(Out(function(*in)));
                return out ? Reply(*out) : Reply::error(out.error());
            }));
    }

    /// Requests that are answered in several items: the function takes (const Request &, ReplyStream) and may
    /// keep the stream.
    template <class Function>
    void handleStream(const QString &route, Function function)
    {
        setRequestHandler(route, [function = std::move(function)](const Request &request) mutable {
            function(request, ReplyStream(request));
        });
    }

    /// Events with this route: the function takes (const Message &, Connection *). Events without a handler
    /// come out of messageReceived().
    template <class Function>
    void handleEvent(const QString &route, Function function)
    {
        setEventHandler(route, std::move(function));
    }

    void removeHandlers(const QString &route);
    /// The types of payloads that requests to this route may have, where the protocol has numbers for them
    /// (tfserver's structure types): all others are answered as if there were no such route. Empty, as from
    /// the start: all.
    void setTypes(const QString &route, const QList<quint64> &types);
    /// Requests to this route may take the connection (Request::takeConnection()): what a peer sends behind
    /// them is left alone until they are answered.
    void setMayHandOff(const QString &route, bool mayHandOff = true);
    [[nodiscard]] QStringList routes() const;

protected:
    Routes();
    ~Routes();
    [[nodiscard]] const std::shared_ptr<RouteTable> &table() const noexcept { return m_table; }

private:
    Q_DISABLE_COPY_MOVE(Routes)

    static void respond(const Request &request, const Reply &reply) { request.respond(reply); }
    static void respond(const Request &request, const QByteArray &payload)
    {
        request.respond(Reply(payload));
    }
    template <class Value>
    static void respond(const Request &request, const Result<Value> &result)
    {
        if (result)
            respond(request, *result);
        else
            request.respond(Reply::error(result.error()));
    }
    template <class Value>
    static void respond(const Request &request, const QFuture<Value> &future)
    {
        // The watcher belongs to nobody but its future; it holds the request, and so the promise of an
        // answer.
        auto *watcher = new QFutureWatcher<Value>;
        QObject::connect(watcher, &QFutureWatcherBase::finished, watcher, [watcher, request] {
            watcher->deleteLater();
            const QFuture<Value> done = watcher->future();
            try {
                if (done.resultCount() > 0) {
                    respond(request, done.result());
                    return;
                }
                QFuture<Value>(done).waitForFinished(); // throws what the future holds
            } catch (...) { }
            request.respond(Reply::error(
                Error(ErrorCode::HandlerFailed, ErrorOrigin::Local, QStringLiteral("the handler failed"))));
        });
        watcher->setFuture(future);
    }

    template <class Function>
    static RequestHandler requestHandler(Function function)
    {
        using Returned = std::invoke_result_t<Function &, const Request &>;
        // std::function wants a copyable callable; handlers that own something movable are kept behind a
        // pointer.
        auto kept = std::make_shared<Function>(std::move(function));
        if constexpr (std::is_void_v<Returned>)
            return [kept](const Request &request) { (*kept)(request); };
        else
            return [kept](const Request &request) { respond(request, (*kept)(request)); };
    }

    void setRequestHandler(const QString &route, RequestHandler handler);
    void setEventHandler(const QString &route, EventHandler handler);

    const std::shared_ptr<RouteTable> m_table;
};

} // namespace Halyard

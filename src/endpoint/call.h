// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <QByteArray>
#include <QObject>
#include <QString>

#include "endpoint/error.h"
#include "endpoint/headers.h"
#include "endpoint/message.h"
#include "endpoint/reply.h"
#include "wire/export.h"

namespace Halyard {

/// What a call may differ in.
struct CallOptions {
    Headers headers;
    /// Until its last answer; zero waits for ever; nothing takes ConnectionOptions::requestTimeout.
    std::optional<std::chrono::milliseconds> timeout;
};

/// One request that was made and its answers. Belongs to its client or connection and deletes itself after
/// its last signal, which is exactly one of finished() and failed(), never emitted before the caller is back
/// in the event loop.
class HALYARD_EXPORT Call : public QObject
{
    Q_OBJECT
public:
    ~Call() override;

    [[nodiscard]] quint64 id() const noexcept { return m_id; }
    [[nodiscard]] QString route() const { return m_route; }
    [[nodiscard]] bool isOver() const noexcept { return m_over; }
    /// Wants no answer any more: the peer is told, failed(CallCancelled) follows.
    void cancel();

Q_SIGNALS:
    /// One item of a stream.
    void itemReceived(const Halyard::Message &item);
    /// The reply, or the last word of a stream.
    void finished(const Halyard::Reply &reply);
    /// The peer's own error (origin Peer), or CallTimedOut, CallCancelled, CallLost, CallRefused,
    /// NotConnected, NotSupportedByProtocol, or the protocol error that closed the connection.
    void failed(const Halyard::Error &error);

private:
    friend class ConnectionPrivate;
    friend class Waiter;
    Call(quint64 id, const QString &route, QObject *parent);
    void finish(const Reply &reply);
    void fail(const Error &error);
    Q_DISABLE_COPY_MOVE(Call)

    const quint64 m_id;
    const QString m_route;
    bool m_over = false;
    std::function<void()> m_cancel;
};

} // namespace Halyard

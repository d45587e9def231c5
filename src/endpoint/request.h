// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QByteArray>
#include <QString>

#include "endpoint/headers.h"
#include "endpoint/reply.h"
#include "endpoint/result.h"
#include "wire/export.h"

namespace Halyard {

class Connection;
class FrameStream;
class RequestState;

/// A request of the peer. Copies stand for the same request. When the last of them goes without an answer,
/// the caller is answered with HandlerFailed, so that nobody waits for what will never come.
class HALYARD_EXPORT Request
{
public:
    explicit Request(std::shared_ptr<RequestState> state);
    ~Request();
    Request(const Request &);
    Request &operator=(const Request &);
    Request(Request &&) noexcept;
    Request &operator=(Request &&) noexcept;

    [[nodiscard]] quint64 id() const;
    [[nodiscard]] QString route() const;
    /// As route(), without a copy; lives as long as any copy of this request.
    [[nodiscard]] QByteArrayView routeUtf8() const;
    [[nodiscard]] QByteArray payload() const;
    [[nodiscard]] Headers headers() const;
    /// Where it came from; nullptr once that is destroyed. Only for the connection's own thread.
    [[nodiscard]] Connection *connection() const;

    /// Who asks, as its connection has proved (Connection::user()); empty once that is gone. Likewise.
    [[nodiscard]] QString user() const;

    /// Answers it, now or later, from any thread. Only the first answer counts.
    void respond(const Reply &reply) const;
    /// Answers it and takes the connection from its protocol with that answer (see FrameStream). Only for
    /// the connection's own thread, and for routes that Routes::setMayHandOff() has named. Fails with
    /// NotSupportedByProtocol, NotConnected, as sends do, and with InvalidArgument for other routes, replies
    /// that are errors, requests that were answered and connections that were taken.
    Result<FrameStream *> takeConnection(const Reply &reply = {}) const;
    [[nodiscard]] bool isAnswered() const;
    /// The caller wants no answer any more, has gone, or has been told that there was none in time
    /// (ConnectionOptions::answerTimeout). Whoever works on it may stop.
    [[nodiscard]] bool isCancelled() const;

private:
    friend class ReplyStream;
    std::shared_ptr<RequestState> m_state;
};

} // namespace Halyard

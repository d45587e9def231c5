// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QByteArray>
#include <QObject>

#include "endpoint/headers.h"
#include "endpoint/reply.h"
#include "endpoint/sendoutcome.h"
#include "wire/export.h"

namespace Halyard {

class Request;
class RequestState;

/// Tells about a ReplyStream; lives in the connection's thread and is deleted soon after the stream is
/// over, so that its slots may hold the stream.
class HALYARD_EXPORT ReplyStreamNotifier : public QObject
{
    Q_OBJECT
public:
    explicit ReplyStreamNotifier(QObject *parent = nullptr);
    ~ReplyStreamNotifier() override;

Q_SIGNALS:
    void writableChanged(bool writable);
    /// The caller has cancelled, its connection has closed, or it was told that nothing came in time: nothing
    /// more needs to be written.
    void cancelled();

private:
    Q_DISABLE_COPY_MOVE(ReplyStreamNotifier)
};

/// The answer to one request in several items. Copies stand for the same stream; when the last goes without
/// end() or fail(), the caller gets HandlerFailed. Write while isWritable(), go on at writableChanged():
/// items beyond that are queued until the connection rejects them.
class HALYARD_EXPORT ReplyStream
{
public:
    explicit ReplyStream(const Request &request);

    /// One item.
    SendOutcome write(const QByteArray &payload, const Headers &headers = {}) const;
    /// No more items; the payload is a last word.
    void end(const QByteArray &payload = {}) const;
    void fail(const Error &error) const;

    [[nodiscard]] bool isWritable() const;
    /// Ended, failed, or cancelled (Request::isCancelled()): writes are Rejected.
    [[nodiscard]] bool isFinished() const;
    [[nodiscard]] bool isCancelled() const;
    /// Made on the first call, in the connection's thread. Connect to it before the stream is over.
    [[nodiscard]] ReplyStreamNotifier *notifier() const;

private:
    std::shared_ptr<RequestState> m_state;
};

} // namespace Halyard

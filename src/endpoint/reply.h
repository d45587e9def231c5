// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QMetaType>
#include <QString>

#include "endpoint/error.h"
#include "endpoint/headers.h"
#include "wire/export.h"

namespace Halyard {

/// The answer to a request: payload and headers, or an error. A value.
class HALYARD_EXPORT Reply
{
public:
    Reply() = default;
    Reply(const QByteArray &payload,
        const Headers &headers = {}) // NOLINT(google-explicit-constructor): handlers return bytes
        : m_payload(payload)
        , m_headers(headers)
    { }
    /// An error of the application's own; `number` ≥ 1000. The text reaches the caller.
    [[nodiscard]] static Reply error(quint16 number, const QString &text)
    {
        return error(Error::application(number, text));
    }
    [[nodiscard]] static Reply error(const Error &error)
    {
        Reply reply;
        reply.m_error = error;
        return reply;
    }

    [[nodiscard]] bool isError() const noexcept { return bool(m_error); }
    [[nodiscard]] const Error &error() const noexcept { return m_error; }
    [[nodiscard]] const QByteArray &payload() const noexcept { return m_payload; }
    [[nodiscard]] const Headers &headers() const noexcept { return m_headers; }

private:
    QByteArray m_payload;
    Headers m_headers;
    Error m_error;
};

} // namespace Halyard

Q_DECLARE_METATYPE(Halyard::Reply)

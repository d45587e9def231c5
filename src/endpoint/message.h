// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QMetaType>
#include <QString>

#include "endpoint/enums.h"
#include "endpoint/error.h"
#include "endpoint/headers.h"
#include "protocol/message.h"
#include "wire/export.h"

class QDebug;

namespace Halyard {

/// A message as applications send and receive it: a value whose bytes are shared between copies. Route and
/// headers are kept as one piece of memory and parsed when asked.
class HALYARD_EXPORT Message
{
    Q_GADGET
    Q_PROPERTY(Halyard::MessageKind kind READ kind CONSTANT)
    Q_PROPERTY(quint64 id READ id CONSTANT)
    Q_PROPERTY(QString route READ route CONSTANT)
    Q_PROPERTY(QByteArray payload READ payload CONSTANT)
public:
    static constexpr qsizetype MaxRouteBytes = 255; ///< of UTF-8; a longer one is refused when it is sent

    /// An empty Event.
    Message() noexcept = default;
    Message(MessageKind kind, quint64 id, QByteArrayView routeUtf8, const Headers &headers,
        const QByteArray &payload);
    /// Copies route and headers in one allocation and the payload in another.
    explicit Message(const Wire::MessageView &view);

    [[nodiscard]] static Message event(
        const QString &route, const QByteArray &payload, const Headers &headers = {});
    [[nodiscard]] static Message request(
        quint64 id, const QString &route, const QByteArray &payload, const Headers &headers = {});
    [[nodiscard]] static Message reply(quint64 id, const QByteArray &payload, const Headers &headers = {});
    [[nodiscard]] static Message item(quint64 id, const QByteArray &payload, const Headers &headers = {});
    [[nodiscard]] static Message end(quint64 id, const QByteArray &payload = {}, const Headers &headers = {});
    [[nodiscard]] static Message cancel(quint64 id);
    /// The error's detail is the payload, as UTF-8; `id` 0 concerns the connection.
    [[nodiscard]] static Message error(quint64 id, const Error &error);

    [[nodiscard]] MessageKind kind() const noexcept { return m_kind; }
    /// Of the request that this is or belongs to, > 0; 0 for Events and errors of the connection.
    [[nodiscard]] quint64 id() const noexcept { return m_id; }
    void setId(quint64 id) noexcept { m_id = id; }
    /// Decoded on every call; routeUtf8() costs nothing.
    [[nodiscard]] QString route() const { return QString::fromUtf8(routeUtf8()); }
    /// Lives as long as an unchanged copy of this message.
    [[nodiscard]] QByteArrayView routeUtf8() const noexcept
    {
        return QByteArrayView(m_head).first(m_routeBytes);
    }
    void setRoute(const QString &route);
    [[nodiscard]] Headers headers() const { return {m_head, m_routeBytes, m_layout}; }
    void setHeaders(const Headers &headers);
    [[nodiscard]] QByteArray payload() const { return m_payload; }
    void setPayload(const QByteArray &payload) { m_payload = payload; }
    /// Of an Error: see ErrorCode; 0 where the peer gave none.
    [[nodiscard]] quint16 code() const noexcept { return m_code; }
    /// What an Error message says, as an error caused by the peer (PeerError where it gave no code); false
    /// for all other kinds. At most 64 KiB of the payload become the detail.
    [[nodiscard]] Error toError() const;

    /// Bytes that this message keeps alive, for budgets: route, headers, payload and the object itself.
    [[nodiscard]] qsizetype costBytes() const noexcept
    {
        return qsizetype(sizeof(Message)) + m_head.size() + m_payload.size();
    }
    /// Lives as long as an unchanged copy of this message.
    [[nodiscard]] Wire::MessageView toView() const noexcept;

    friend HALYARD_EXPORT bool operator==(const Message &left, const Message &right) noexcept;
    /// Kind, id, route and sizes; never the payload.
    friend HALYARD_EXPORT QDebug operator<<(QDebug debug, const Message &message);

private:
    void setHead(QByteArrayView route, const Headers &headers);

    QByteArray m_head; // route, then header block: one allocation for both
    QByteArray m_payload;
    quint64 m_id = 0;
    quint32 m_routeBytes = 0;
    quint16 m_code = 0;
    MessageKind m_kind = MessageKind::Event;
    Wire::HeaderLayout m_layout = Wire::HeaderLayout::Short;
};

} // namespace Halyard

Q_DECLARE_METATYPE(Halyard::Message)

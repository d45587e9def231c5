// SPDX-License-Identifier: MIT
#include "endpoint/message.h"

#include <algorithm>

#include <QDebug>

#include "wire/bytes.h"

namespace Halyard {
namespace {

constexpr qsizetype MaxErrorTextBytes = 65'536;

QByteArrayView toQt(Wire::ByteView bytes) noexcept
{
    const auto text = Wire::asText(bytes);
    return {text.data(), qsizetype(text.size())};
}

std::string_view toStd(QByteArrayView bytes) noexcept { return {bytes.data(), std::size_t(bytes.size())}; }

QByteArray joined(QByteArrayView route, QByteArrayView block)
{
    if (route.isEmpty() && block.isEmpty())
        return {};
    QByteArray head(route.size() + block.size(), Qt::Uninitialized);
    std::copy(block.begin(), block.end(), std::copy(route.begin(), route.end(), head.begin()));
    return head;
}

} // namespace

Message::Message(
    MessageKind kind, quint64 id, QByteArrayView routeUtf8, const Headers &headers, const QByteArray &payload)
    : m_payload(payload)
    , m_id(id)
    , m_kind(kind)
{
    setHead(routeUtf8, headers);
}

Message::Message(const Wire::MessageView &view)
    : m_head(joined({view.route.data(), qsizetype(view.route.size())}, toQt(view.headers.bytes())))
    , m_payload(toQt(view.payload).toByteArray())
    , m_id(view.id)
    , m_routeBytes(quint32(view.route.size()))
    , m_code(view.code)
    , m_kind(MessageKind(view.kind))
    , m_layout(view.headers.layout())
{ }

Message Message::event(const QString &route, const QByteArray &payload, const Headers &headers)
{
    return {MessageKind::Event, 0, route.toUtf8(), headers, payload};
}

Message Message::request(quint64 id, const QString &route, const QByteArray &payload, const Headers &headers)
{
    return {MessageKind::Request, id, route.toUtf8(), headers, payload};
}

Message Message::reply(quint64 id, const QByteArray &payload, const Headers &headers)
{
    return {MessageKind::Reply, id, {}, headers, payload};
}

Message Message::item(quint64 id, const QByteArray &payload, const Headers &headers)
{
    return {MessageKind::Item, id, {}, headers, payload};
}

Message Message::end(quint64 id, const QByteArray &payload, const Headers &headers)
{
    return {MessageKind::End, id, {}, headers, payload};
}

Message Message::cancel(quint64 id) { return {MessageKind::Cancel, id, {}, {}, {}}; }

Message Message::error(quint64 id, const Error &error)
{
    Message message(MessageKind::Error, id, {}, {}, error.detail().toUtf8());
    message.m_code = error.number();
    return message;
}

void Message::setRoute(const QString &route) { setHead(route.toUtf8(), headers()); }

void Message::setHeaders(const Headers &headers)
{
    const QByteArray before = m_head; // keeps the route's bytes alive
    setHead(QByteArrayView(before).first(m_routeBytes), headers);
}

void Message::setHead(QByteArrayView route, const Headers &headers)
{
    const auto block = headers.view();
    m_layout = block.layout();
    m_routeBytes = quint32(route.size());
    m_head = joined(route, toQt(block.bytes()));
}

Error Message::toError() const
{
    if (m_kind != MessageKind::Error)
        return {};
    return {m_code == 0 ? ErrorCode::PeerError : ErrorCode(m_code), ErrorOrigin::Peer,
        QString::fromUtf8(QByteArrayView(m_payload).first(std::min(m_payload.size(), MaxErrorTextBytes)))};
}

Wire::MessageView Message::toView() const noexcept
{
    Wire::MessageView view;
    view.kind = Wire::MessageKind(m_kind);
    view.id = m_id;
    view.route = toStd(routeUtf8());
    view.headers = Wire::HeaderBlockView(Wire::asBytes(toStd(m_head).substr(m_routeBytes)), m_layout);
    view.payload = Wire::asBytes(toStd(m_payload));
    view.code = m_code;
    return view;
}

bool operator==(const Message &left, const Message &right) noexcept
{
    return left.m_kind == right.m_kind && left.m_id == right.m_id && left.m_code == right.m_code
        && left.routeUtf8() == right.routeUtf8() && left.m_payload == right.m_payload
        && left.headers() == right.headers();
}

QDebug operator<<(QDebug debug, const Message &message)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << "Message(" << message.kind();
    if (message.id() != 0)
        debug << ", id " << message.id();
    if (!message.routeUtf8().isEmpty())
        debug << ", route " << message.route();
    if (message.kind() == MessageKind::Error)
        debug << ", code " << message.code();
    debug << ", " << message.headers().count() << " headers, " << message.payload().size() << " B)";
    return debug;
}

} // namespace Halyard

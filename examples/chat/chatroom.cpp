// SPDX-License-Identifier: MIT
#include "chatroom.h"

#include <algorithm>

#include "endpoint/serializer.h"

using namespace Halyard;

ChatRoom::ChatRoom(Server &server, QObject *parent)
    : QObject(parent)
{
    server.handle(QStringLiteral("join"), [this](const Request &request) { return join(request); });
    server.handleEvent(QStringLiteral("say"),
        [this](const Message &message, Connection *speaker) { say(message, speaker); });
    connect(&server, &Server::connectionClosed, this, &ChatRoom::leave);
}

Reply ChatRoom::join(const Request &request)
{
    const auto joining = Serializer<Joining>().read(request.payload());
    if (!joining)
        return Reply::error(joining.error());
    const QString name = Chat::harmless(joining->name);
    if (name.isEmpty() || name.size() > Chat::MaxNameLength)
        return Reply::error(Chat::NameRefused, tr("a name has 1 to %1 characters").arg(Chat::MaxNameLength));
    const bool taken = std::any_of(m_names.keyValueBegin(), m_names.keyValueEnd(), [&](const auto &entry) {
        return entry.first != request.connection() && entry.second.compare(name, Qt::CaseInsensitive) == 0;
    });
    if (taken)
        return Reply::error(Chat::NameTaken, tr("somebody here is called %1 already").arg(name));
    m_names.insert(request.connection(), name);
    tellPresence(request.connection());
    const auto payload = Serializer<Presence>().write(presence());
    return payload ? Reply(*payload) : Reply::error(payload.error());
}

void ChatRoom::say(const Message &message, Connection *speaker)
{
    const auto saying = Serializer<Saying>().read(message.payload());
    const QString name = m_names.value(speaker);
    if (saying && !name.isEmpty())
        tell(QStringLiteral("said"), Said {name, Chat::harmless(saying->text.left(Chat::MaxTextLength))});
}

void ChatRoom::leave(Connection *connection)
{
    if (m_names.remove(connection))
        tellPresence();
}

Presence ChatRoom::presence() const
{
    QStringList names = m_names.values();
    names.sort(Qt::CaseInsensitive);
    return {names};
}

void ChatRoom::tellPresence(const Connection *except)
{
    tell(QStringLiteral("presence"), presence(), except);
}

template <class T>
void ChatRoom::tell(const QString &route, const T &value, const Connection *except)
{
    const auto payload = Serializer<T>().write(value);
    if (!payload)
        return;
    for (auto at = m_names.keyBegin(); at != m_names.keyEnd(); ++at) {
        if (*at != except)
            (*at)->send(route, *payload);
    }
}

// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QObject>

#include "chatmessages.h"
#include "endpoint/server.h"

/// Who is here, and what they say: the handlers of a chat server. The server must outlive it.
class ChatRoom : public QObject
{
    Q_OBJECT
public:
    explicit ChatRoom(Halyard::Server &server, QObject *parent = nullptr);

private:
    [[nodiscard]] Halyard::Reply join(const Halyard::Request &request);
    void say(const Halyard::Message &message, Halyard::Connection *speaker);
    void leave(Halyard::Connection *connection);
    [[nodiscard]] Presence presence() const;
    void tellPresence(const Halyard::Connection *except = nullptr);
    /// To all who have joined. Who does not read fast enough misses what his queue has no room for.
    template <class T>
    void tell(const QString &route, const T &value, const Halyard::Connection *except = nullptr);

    QHash<Halyard::Connection *, QString> m_names;
};

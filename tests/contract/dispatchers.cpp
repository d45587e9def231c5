// SPDX-License-Identifier: MIT
#include "dispatchers.h"

#include "transport/epolleventdispatcher.h"

bool useDispatcher(const QByteArray &name)
{
    if (name == "epoll") {
        QCoreApplication::setEventDispatcher(new Halyard::EpollEventDispatcher);
        return true;
    }
    if (name == "unix")
        return qputenv("QT_NO_GLIB", "1");
    return name == "glib";
}

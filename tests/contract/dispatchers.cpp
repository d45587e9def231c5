// SPDX-License-Identifier: MIT
#include "dispatchers.h"

bool useDispatcher(const QByteArray &name)
{
    if (name == "unix")
        return qputenv("QT_NO_GLIB", "1");
    return name == "glib";
}

// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QList>
#include <QMetaType>
#include <QPair>
#include <QString>

namespace Halyard::Inspector {

/// A message that a person wants to send.
struct MessageDraft {
    enum class Kind : quint8 { Request, Event };
    quint32 conversation = 0;
    Kind kind = Kind::Request;
    QString route;
    QList<QPair<QByteArray, QByteArray>> headers; ///< any bytes
    QByteArray payload;
};

} // namespace Halyard::Inspector

Q_DECLARE_METATYPE(Halyard::Inspector::MessageDraft)

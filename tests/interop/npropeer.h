// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

#include "rustpeer.h"

namespace Halyard {

/// The newest published version of a family: 1.0.0 of A, 1.3.0 of B.
inline QString nproProgram(const QString &family)
{
    return QStringLiteral(HALYARD_INTEROP_NPRO) + QLatin1String(family == QLatin1String("A") ? "100" : "130");
}

/// Messages as the crate writes them in JSON.
inline QJsonValue nproCustom(const QString &command, const QByteArray &payload)
{
    QJsonArray bytes;
    for (const char byte : payload)
        bytes.append(int(quint8(byte)));
    return QJsonObject {{"Custom", QJsonObject {{"command", command}, {"payload", bytes}}}};
}

inline QJsonValue nproEcho(const QString &text) { return QJsonObject {{"Echo", text}}; }

/// A row for each family.
inline void addNproFamilies()
{
    QTest::addColumn<QString>("family");
    QTest::newRow("A") << QStringLiteral("A");
    QTest::newRow("B") << QStringLiteral("B");
}

} // namespace Halyard

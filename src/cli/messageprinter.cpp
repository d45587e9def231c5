// SPDX-License-Identifier: MIT
#include "cli/messageprinter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMetaEnum>

#include "cli/console.h"
#include "wire/escape.h"

namespace Halyard::Cli {

QByteArray messageAsJson(const Message &message)
{
    QJsonArray headers;
    for (const auto &[key, value] : message.headers())
        headers.append(QJsonArray {QString::fromUtf8(key), QString::fromUtf8(value)});
    const auto kinds = QMetaEnum::fromType<MessageKind>();
    QJsonObject object {
        {QStringLiteral("kind"), QString::fromLatin1(kinds.valueToKey(int(message.kind()))).toLower()},
        {QStringLiteral("id"), qint64(message.id())},
        {QStringLiteral("route"), message.route()},
        {QStringLiteral("headers"), headers},
    };
    const auto payload = message.payload();
    if (Wire::isUtf8({payload.constData(), std::size_t(payload.size())}))
        object.insert(QStringLiteral("payload"), QString::fromUtf8(payload));
    else
        object.insert(QStringLiteral("payloadBase64"), QString::fromLatin1(payload.toBase64()));
    if (message.kind() == MessageKind::Error)
        object.insert(QStringLiteral("code"), message.code());
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

void MessagePrinter::print(const Message &message) const
{
    if (m_json) {
        printLine(messageAsJson(message));
        return;
    }
    printPayload(message.payload(), m_several);
}

} // namespace Halyard::Cli

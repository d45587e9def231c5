// SPDX-License-Identifier: MIT
#include "decode/bytesearch.h"

#include <QCoreApplication>

#include "decode/copyformats.h"

namespace Halyard::Inspector {

BytePattern::BytePattern(QByteArray bytes)
    : m_bytes(std::move(bytes))
    , m_matcher(m_bytes)
{ }

std::optional<BytePattern> BytePattern::parse(const QString &input, Kind kind, QString *error)
{
    QByteArray bytes = input.toUtf8();
    if (kind == Kind::Hex) {
        qsizetype wrongAt = 0;
        const auto parsed = bytesFromHex(input, &wrongAt);
        if (!parsed) {
            if (error)
                *error
                    = QCoreApplication::translate("BytePattern", "Not hexadecimal from character %1 on: %2")
                          .arg(wrongAt + 1)
                          .arg(input.mid(wrongAt, 8));
            return std::nullopt;
        }
        bytes = *parsed;
    }
    if (bytes.isEmpty()) {
        if (error)
            *error = QCoreApplication::translate("BytePattern", "There is nothing to look for.");
        return std::nullopt;
    }
    return BytePattern(std::move(bytes));
}

qsizetype BytePattern::findIn(const QByteArray &bytes, qsizetype from) const
{
    return m_matcher.indexIn(bytes, from);
}

qsizetype BytePattern::findBackwards(const QByteArray &bytes, qsizetype before) const
{
    return before <= 0 ? -1 : bytes.lastIndexOf(m_bytes, before - 1);
}

} // namespace Halyard::Inspector

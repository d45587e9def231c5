// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QByteArray>
#include <QByteArrayMatcher>
#include <QString>

namespace Halyard::Inspector {

/// Bytes to look for, from what a person typed.
class BytePattern
{
public:
    enum class Kind : quint8 { Text, Hex };

    /// Nothing, and the reason in `error`, if it is no hex or empty.
    [[nodiscard]] static std::optional<BytePattern> parse(const QString &input, Kind kind, QString *error);

    [[nodiscard]] const QByteArray &bytes() const noexcept { return m_bytes; }
    /// The first place at or behind `from`; -1 without one.
    [[nodiscard]] qsizetype findIn(const QByteArray &bytes, qsizetype from = 0) const;
    /// The last place that begins before `before`; -1 without one.
    [[nodiscard]] qsizetype findBackwards(const QByteArray &bytes, qsizetype before) const;

private:
    explicit BytePattern(QByteArray bytes);
    QByteArray m_bytes;
    QByteArrayMatcher m_matcher;
};

} // namespace Halyard::Inspector

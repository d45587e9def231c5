// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include "endpoint/result.h"

namespace Halyard::Cli {

/// Whether these first bytes of a file are hexadecimal text: digits, blanks and line ends, two digits at
/// least.
[[nodiscard]] bool looksLikeHex(QByteArrayView first);

/// Hexadecimal text cut anywhere, as bytes. Blanks, line ends, commas, colons and "0x" between bytes are
/// skipped, "#" begins a comment up to the end of its line.
class HexInput
{
public:
    /// Fails with InvalidArgument at anything else, naming line and column.
    [[nodiscard]] Result<QByteArray> feed(QByteArrayView text);
    /// Fails when a byte has only one digit.
    [[nodiscard]] Result<void> finish() const;

private:
    [[nodiscard]] tl::unexpected<Error> refuse(const QString &what) const;

    int m_high = -1; // the first digit of a byte whose second one has not come
    qint64 m_line = 1;
    qint64 m_column = 0;
    bool m_comment = false;
};

} // namespace Halyard::Cli

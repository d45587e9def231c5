// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QByteArray>
#include <QString>

#include "wire/dissection.h"

namespace Halyard::Inspector {

enum class CopyFormat : quint8 {
    Hex,         ///< 48 65 6c
    HexDump,     ///< offset, hex, text
    EscapedText, ///< "Hel\x00"
    CArray,      ///< const unsigned char data[3] = {0x48, …};
    Json,        ///< of a dissection; of bytes alone an array of numbers
};

/// Bytes as text for the clipboard.
[[nodiscard]] QString formatBytes(const QByteArray &bytes, CopyFormat format);

/// A dissection as JSON, or the part of it that is this field and all below it.
[[nodiscard]] QString formatDissection(const Wire::Dissection &dissection);
[[nodiscard]] QString formatField(const Wire::Dissection &dissection, const Wire::Field &field);

/// What a person typed as hex: blanks, colons, commas, backslashes and 0x between bytes are passed over.
/// Nothing if something else is left, with the place of it in `wrongAt`.
[[nodiscard]] std::optional<QByteArray> bytesFromHex(const QString &text, qsizetype *wrongAt = nullptr);

} // namespace Halyard::Inspector

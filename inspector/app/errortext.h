// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include "endpoint/error.h"

namespace Halyard::Inspector {

/// An error for people: what went wrong, where, and what to try.
struct ErrorText {
    QString what;
    QString advice; ///< may be empty
    QString detail; ///< the library's own words, escaped; may be empty
    [[nodiscard]] QString toLines() const;
};

/// `where` is the address or file it is about.
[[nodiscard]] ErrorText errorText(const Error &error, const QString &where);

} // namespace Halyard::Inspector

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

/// `where` is the address it is about, or what else was being used.
[[nodiscard]] ErrorText errorText(const Error &error, const QString &where);
/// The same where a file was being read or written.
[[nodiscard]] ErrorText fileErrorText(const Error &error, const QString &fileName);

} // namespace Halyard::Inspector

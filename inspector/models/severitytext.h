// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include "wire/dissection.h"

namespace Halyard::Inspector {

/// What a row's icon and colour tell, in words in front of the text of its cell: for those who hear it.
[[nodiscard]] QString withSeverity(Wire::Severity severity, const QString &text);

} // namespace Halyard::Inspector

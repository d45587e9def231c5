// SPDX-License-Identifier: MIT
#include "models/severitytext.h"

#include <QCoreApplication>

namespace Halyard::Inspector {

QString withSeverity(Wire::Severity severity, const QString &text)
{
    switch (severity) {
    case Wire::Severity::None:
        break;
    case Wire::Severity::Note:
        return QCoreApplication::translate("Severity", "Note: %1").arg(text);
    case Wire::Severity::Warning:
        return QCoreApplication::translate("Severity", "Warning: %1").arg(text);
    case Wire::Severity::Error:
        return QCoreApplication::translate("Severity", "Error: %1").arg(text);
    }
    return text;
}

} // namespace Halyard::Inspector

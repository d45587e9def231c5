// SPDX-License-Identifier: MIT
#pragma once

#include <QProcess>
#include <QString>

namespace Halyard::Inspector::Testing {

/// What one of the programs that others use on captures says on its output; a text that tells why where it
/// fails or complains about the file.
inline QString said(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit)
        return QStringLiteral("did not run: ") + process.errorString();
    // As root it complains about being root, whatever the file.
    const QString complaint = QString::fromUtf8(process.readAllStandardError());
    if (process.exitCode() != 0 || complaint.contains(QStringLiteral("cut short"))
        || complaint.contains(QStringLiteral("damaged")))
        return QStringLiteral("failed: ") + complaint;
    return QString::fromUtf8(process.readAllStandardOutput());
}

} // namespace Halyard::Inspector::Testing

// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QFile>
#include <QString>

#include "endpoint/pcapng.h"
#include "endpoint/result.h"
#include "endpoint/tap.h"

namespace Halyard::Cli {

/// A pcapng file that grows with what a tap reports (docs/captures.md).
class CaptureFile
{
public:
    CaptureFile(const QString &path, const QString &protocol);

    /// Replaces what is there. Fails with FileFailed.
    [[nodiscard]] Result<void> open();
    /// Fails with FileFailed, naming the file.
    [[nodiscard]] Result<void> write(const TapRecord &record);
    /// So that others can look at a capture that still grows. Fails as write().
    [[nodiscard]] Result<void> flush();

private:
    [[nodiscard]] Result<void> named(const Wire::Result<void> &result) const;

    QFile m_file;
    QString m_protocol;
    std::unique_ptr<PcapngWriter> m_writer;
};

} // namespace Halyard::Cli

// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include <QByteArray>
#include <QString>

#include "capture/framefacts.h"
#include "wire/error.h"

namespace Halyard::Inspector {

class SpoolFile;

/// What is kept of one frame besides its facts.
struct FrameRecord {
    QByteArray frame; ///< the bytes as they were on the wire, of the outermost layer
    QString summary;  ///< one line
    QByteArray tree;  ///< the dissection in TreeCodec's form, where a fresh dissector would not find it again
};

/// Records back to back; written once, then only read, by any thread.
class Block
{
public:
    static constexpr qsizetype TargetBytes = 256 * 1024; ///< a larger record has a block of its own

    /// The offset of the appended record.
    quint32 append(const FrameRecord &record);
    /// Nothing if no record begins there.
    [[nodiscard]] std::optional<FrameRecord> record(quint32 offset) const;
    /// Of that record alone, without a copy of the frame.
    [[nodiscard]] std::optional<QString> summary(quint32 offset) const;
    [[nodiscard]] const QByteArray &bytes() const noexcept { return m_bytes; }
    [[nodiscard]] static Block fromBytes(QByteArray bytes);

private:
    QByteArray m_bytes;
};

using BlockPointer = std::shared_ptr<const Block>;

/// Where a block is: in memory, on disk, or both. A value that any thread may read through.
struct BlockPlace {
    BlockPointer memory;
    std::shared_ptr<const SpoolFile> spool;
    qint64 spoolOffset = -1;
    quint32 length = 0; ///< bytes

    /// Reads from disk where it must: not for the thread of the user interface. Fails with FileFailed.
    [[nodiscard]] Wire::Result<BlockPointer> load() const;
};

} // namespace Halyard::Inspector

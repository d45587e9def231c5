// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QByteArray>
#include <QString>

#include "wire/error.h"

namespace Halyard::Inspector {

/// A private file for what does not fit into memory. It has no name and mode 0600, so nobody else can open
/// it and it is gone with the program, however that ends. One thread appends; any thread reads.
class SpoolFile
{
public:
    /// In the first of these folders that can hold it: `folder`, the user's cache, the temporary files.
    /// Fails with FileFailed.
    [[nodiscard]] static Wire::Result<std::shared_ptr<SpoolFile>> create(
        const QString &folder, qint64 maxBytes);
    /// Takes over an open descriptor.
    [[nodiscard]] static std::shared_ptr<SpoolFile> fromDescriptor(
        int descriptor, const QString &place, qint64 maxBytes);
    ~SpoolFile();
    SpoolFile(const SpoolFile &) = delete;
    SpoolFile &operator=(const SpoolFile &) = delete;

    /// The offset where the bytes lie. Fails with FileFailed, naming place and reason (a full disk, the
    /// limit); nothing of them is kept then.
    [[nodiscard]] Wire::Result<qint64> append(const QByteArray &bytes);
    [[nodiscard]] Wire::Result<QByteArray> read(qint64 offset, qsizetype length) const;
    /// Gives the disk space of everything before that offset back, where the file system can.
    void release(qint64 before);

    [[nodiscard]] qint64 size() const noexcept { return m_size; }
    /// The folder it is in, for messages.
    [[nodiscard]] QString place() const { return m_place; }

private:
    SpoolFile(int descriptor, QString place, qint64 maxBytes);

    int m_descriptor;
    QString m_place;
    qint64 m_maxBytes;
    qint64 m_size = 0;
    qint64 m_released = 0;
};

} // namespace Halyard::Inspector

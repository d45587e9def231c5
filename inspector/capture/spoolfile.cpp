// SPDX-License-Identifier: MIT
#include "capture/spoolfile.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QStandardPaths>

namespace Halyard::Inspector {

using Wire::ErrorCode;
using Wire::ErrorOrigin;

namespace {

constexpr qint64 PageBytes = 4'096;

tl::unexpected<Wire::Error> failed(const QString &place, const char *what, int reason)
{
    return Wire::failure(ErrorCode::FileFailed, ErrorOrigin::Local,
        std::string(what) + " the spool file in " + place.toStdString() + ": " + std::strerror(reason));
}

int openUnnamed(const QString &folder)
{
    const QByteArray path = QFile::encodeName(folder);
    const int descriptor = ::open(path.constData(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (descriptor >= 0)
        return descriptor;
    // Not every file system knows files without a name; mkstemp uses mode 0600, too.
    QByteArray name = path + "/halyard-spool-XXXXXX";
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0)
        ::unlink(name.constData());
    return named;
}

} // namespace

SpoolFile::SpoolFile(int descriptor, QString place, qint64 maxBytes)
    : m_descriptor(descriptor)
    , m_place(std::move(place))
    , m_maxBytes(maxBytes)
{ }

SpoolFile::~SpoolFile() { ::close(m_descriptor); }

std::shared_ptr<SpoolFile> SpoolFile::fromDescriptor(int descriptor, const QString &place, qint64 maxBytes)
{
    return std::shared_ptr<SpoolFile>(new SpoolFile(descriptor, place, maxBytes));
}

Wire::Result<std::shared_ptr<SpoolFile>> SpoolFile::create(const QString &folder, qint64 maxBytes)
{
    QStringList folders;
    if (!folder.isEmpty())
        folders << folder;
    // Temporary files come last: they often live in memory themselves.
    folders << QStandardPaths::writableLocation(QStandardPaths::CacheLocation) << QDir::tempPath();
    int reason = ENOENT;
    for (const QString &candidate : folders) {
        if (candidate.isEmpty() || !QDir().mkpath(candidate))
            continue;
        const int descriptor = openUnnamed(candidate);
        if (descriptor >= 0)
            return fromDescriptor(descriptor, candidate, maxBytes);
        reason = errno;
    }
    return failed(folders.join(QStringLiteral(", ")), "cannot create", reason);
}

Wire::Result<qint64> SpoolFile::append(const QByteArray &bytes)
{
    if (m_size - m_released + bytes.size() > m_maxBytes)
        return Wire::failure(ErrorCode::FileFailed, ErrorOrigin::Local,
            "the spool file in " + m_place.toStdString() + " has reached its limit of "
                + std::to_string(m_maxBytes) + " bytes");
    qsizetype done = 0;
    while (done < bytes.size()) {
        const auto written = ::pwrite(
            m_descriptor, bytes.constData() + done, std::size_t(bytes.size() - done), m_size + done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return failed(m_place, "cannot write to", written < 0 ? errno : ENOSPC);
        done += written;
    }
    return std::exchange(m_size, m_size + bytes.size());
}

Wire::Result<QByteArray> SpoolFile::read(qint64 offset, qsizetype length) const
{
    QByteArray bytes(length, Qt::Uninitialized);
    qsizetype done = 0;
    while (done < length) {
        const auto count
            = ::pread(m_descriptor, bytes.data() + done, std::size_t(length - done), offset + done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return failed(m_place, "cannot read", count < 0 ? errno : EIO);
        done += count;
    }
    return bytes;
}

void SpoolFile::release(qint64 before)
{
    const qint64 end = before / PageBytes * PageBytes;
    if (end <= m_released)
        return;
    // Where holes are not supported the space comes back with the end of the program.
    if (::fallocate(m_descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, m_released, end - m_released)
        == 0)
        m_released = end;
}

} // namespace Halyard::Inspector

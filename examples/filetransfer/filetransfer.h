// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>

/// What the two sides of a transfer say to each other on the route "file":
///   request  FileWanted
///   item     FileOffer, then the file's bytes from its offset on, in items of any size
///   end      FileSummary
/// An error instead of any of these is final; the bytes that came before it are good.
namespace FileTransfer {

inline constexpr auto Route = QLatin1String("file");
inline constexpr quint16 NoSuchFile
    = 1001; ///< the same for what is missing and for what is none of your business
inline constexpr quint16 Unreadable = 1002;

} // namespace FileTransfer

/// A file's name below the shared folder, and what the receiver has of it already.
struct FileWanted {
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(qint64 offset MEMBER offset)
    Q_PROPERTY(QByteArray digest MEMBER digest)
public:
    QString name;
    qint64 offset = 0; ///< bytes
    QByteArray digest; ///< SHA-256 of the first `offset` bytes
};

/// Where the bytes that follow belong. The offset is the wanted one, or 0 where the file has changed since.
struct FileOffer {
    Q_GADGET
    Q_PROPERTY(qint64 size MEMBER size)
    Q_PROPERTY(qint64 offset MEMBER offset)
public:
    qint64 size = 0; ///< bytes
    qint64 offset = 0;
};

struct FileSummary {
    Q_GADGET
    Q_PROPERTY(QByteArray digest MEMBER digest)
public:
    QByteArray digest; ///< SHA-256 of the whole file
};

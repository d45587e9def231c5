// SPDX-License-Identifier: MIT
#pragma once

#include <QCryptographicHash>
#include <QFile>
#include <QObject>

#include "endpoint/replystream.h"
#include "endpoint/server.h"
#include "filetransfer.h"

class SharedFolder;

/// Lets clients of the server fetch what is in the folder, which must outlive it.
void share(Halyard::Server &server, const SharedFolder &folder);

/// Answers one FileWanted: reads only as fast as the peer takes, and never long at a time. Belongs to its
/// stream's notifier and goes with it, when the stream is over.
class FileSender : public QObject
{
    Q_OBJECT
public:
    FileSender(const QString &path, const FileWanted &wanted, const Halyard::ReplyStream &stream);

private:
    void compareBeginning();
    void offer();
    void pour();
    /// The next bytes of the file, `most` at the most, hashed; empty at its end and on failure, which ends
    /// the stream.
    [[nodiscard]] QByteArray read(qint64 most);

    QFile m_file;
    QCryptographicHash m_digest {QCryptographicHash::Sha256};
    const FileWanted m_wanted;
    const Halyard::ReplyStream m_stream;
    qint64 m_size = 0;
    bool m_pouring = false;
};

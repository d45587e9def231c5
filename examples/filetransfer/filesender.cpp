// SPDX-License-Identifier: MIT
#include "filesender.h"

#include <algorithm>

#include "endpoint/serializer.h"
#include "sharedfolder.h"

using namespace Halyard;

namespace {
constexpr qint64 ChunkBytes = 64 * 1024;
constexpr qint64 BytesPerTurn = 1024 * 1024; // so much is hashed before others get their turn
} // namespace

void share(Server &server, const SharedFolder &folder)
{
    server.handleStream(FileTransfer::Route, [&folder](const Request &request, const ReplyStream &stream) {
        const auto wanted = Serializer<FileWanted>().read(request.payload());
        if (!wanted)
            stream.fail(wanted.error());
        else if (const auto file = folder.find(wanted->name))
            new FileSender(*file, *wanted, stream);
        else
            stream.fail(Error::application(FileTransfer::NoSuchFile, QStringLiteral("does not exist")));
    });
}

FileSender::FileSender(const QString &path, const FileWanted &wanted, const ReplyStream &stream)
    : QObject(stream.notifier())
    , m_file(path)
    , m_wanted(wanted)
    , m_stream(stream)
{
    if (!m_file.open(QIODevice::ReadOnly)) {
        m_stream.fail(Error::application(FileTransfer::Unreadable, tr("cannot be read")));
        return;
    }
    m_size = m_file.size();
    connect(stream.notifier(), &ReplyStreamNotifier::writableChanged, this, [this](bool writable) {
        if (writable && m_pouring)
            pour();
    });
    compareBeginning();
}

void FileSender::compareBeginning()
{
    const bool possible = m_wanted.offset > 0 && m_wanted.offset <= m_size;
    const qint64 left = possible ? m_wanted.offset - m_file.pos() : 0;
    if (left > 0) {
        if (read(std::min(left, BytesPerTurn)).isEmpty())
            return;
        QMetaObject::invokeMethod(this, &FileSender::compareBeginning, Qt::QueuedConnection);
        return;
    }
    if (!possible || m_digest.result() != m_wanted.digest) {
        m_file.seek(0);
        m_digest.reset();
    }
    offer();
}

void FileSender::offer()
{
    const auto payload = Serializer<FileOffer>().write({m_size, m_file.pos()});
    if (!payload || !m_stream.write(*payload))
        return;
    m_pouring = true;
    pour();
}

void FileSender::pour()
{
    while (m_stream.isWritable()) {
        const qint64 left = m_size - m_file.pos();
        if (left == 0) {
            m_pouring = false;
            if (const auto payload = Serializer<FileSummary>().write({m_digest.result()}))
                m_stream.end(*payload);
            return;
        }
        const QByteArray bytes = read(std::min(left, ChunkBytes));
        if (bytes.isEmpty() || !m_stream.write(bytes))
            return;
    }
}

QByteArray FileSender::read(qint64 most)
{
    QByteArray bytes = m_file.read(most);
    if (bytes.isEmpty()) // it has shrunk, or its disk has failed
        m_stream.fail(Error::application(FileTransfer::Unreadable, tr("could not be read to its end")));
    m_digest.addData(bytes);
    return bytes;
}

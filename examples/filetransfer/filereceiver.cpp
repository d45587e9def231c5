// SPDX-License-Identifier: MIT
#include "filereceiver.h"

#include <cstdio>

#include "endpoint/serializer.h"

using namespace Halyard;

FileReceiver::FileReceiver(Client &client, const QString &name, const QString &target, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_name(name)
    , m_target(target)
    , m_part(target + QLatin1String(".part"))
{ }

void FileReceiver::start()
{
    if (!m_part.open(QIODevice::ReadWrite) || !m_digest.addData(&m_part)) {
        const QString reason = tr("%1: %2").arg(m_part.fileName(), m_part.errorString());
        QMetaObject::invokeMethod(
            this, [this, reason] { Q_EMIT failed(reason); }, Qt::QueuedConnection);
        return;
    }
    const auto wanted = Serializer<FileWanted>().write({m_name, m_part.size(), m_digest.result()});
    // A transfer may last; a peer that has died is noticed by its missing heartbeats.
    m_call = m_client.call(
        FileTransfer::Route, wanted.value_or(QByteArray()), {.timeout = std::chrono::milliseconds(0)});
    connect(m_call, &Call::itemReceived, this, [this](const Message &item) { take(item.payload()); });
    connect(m_call, &Call::finished, this, [this](const Reply &reply) { conclude(reply.payload()); });
    connect(m_call, &Call::failed, this, [this](const Error &error) {
        m_part.close();
        Q_EMIT failed(error.isApplication() ? tr("%1 %2").arg(m_name, error.detail()) : error.toString());
    });
}

void FileReceiver::cancel()
{
    if (m_call)
        m_call->cancel();
}

void FileReceiver::take(const QByteArray &item)
{
    if (m_size < 0) {
        if (const auto offer = Serializer<FileOffer>().read(item))
            accept(*offer);
        else
            giveUp(tr("the server made no offer: %1").arg(offer.error().toString()));
        return;
    }
    if (item.size() > m_size - m_part.pos()) {
        giveUp(tr("the server sends more than it offered"));
        return;
    }
    m_digest.addData(item);
    if (m_part.write(item) != item.size())
        giveUp(tr("%1: %2").arg(m_part.fileName(), m_part.errorString()));
    else
        Q_EMIT progressed(m_part.pos(), m_size);
}

void FileReceiver::accept(const FileOffer &offer)
{
    if (offer.offset < 0 || offer.size < offer.offset) {
        giveUp(tr("the server offered %1 bytes from byte %2 on").arg(offer.size).arg(offer.offset));
        return;
    }
    if (offer.offset != m_part.size()) { // what we have is of another file
        m_digest.reset();
        if (offer.offset != 0 || !m_part.resize(0) || !m_part.seek(0)) {
            giveUp(tr("the transfer cannot begin at byte %1").arg(offer.offset));
            return;
        }
    }
    m_size = offer.size;
    Q_EMIT progressed(m_part.pos(), m_size);
}

void FileReceiver::conclude(const QByteArray &payload)
{
    const auto summary = Serializer<FileSummary>().read(payload);
    const bool complete = m_part.pos() == m_size && m_part.flush();
    m_part.close();
    if (!complete || !summary || summary->digest != m_digest.result()) {
        m_part.remove(); // nothing tells which of its bytes are wrong
        Q_EMIT failed(tr("%1 came broken: its checksum is another").arg(m_name));
    } else if (std::rename(QFile::encodeName(m_part.fileName()), QFile::encodeName(m_target)) != 0) {
        Q_EMIT failed(tr("%1 cannot be replaced").arg(m_target));
    } else {
        Q_EMIT finished();
    }
}

void FileReceiver::giveUp(const QString &reason)
{
    m_part.close();
    if (m_call) {
        m_call->disconnect(this);
        m_call->cancel();
    }
    Q_EMIT failed(reason);
}

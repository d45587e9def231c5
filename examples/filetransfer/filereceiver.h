// SPDX-License-Identifier: MIT
#pragma once

#include <QCryptographicHash>
#include <QFile>
#include <QObject>
#include <QPointer>

#include "endpoint/client.h"
#include "filetransfer.h"

/// Fetches one file over an open client. Its bytes go to `target` + ".part", which becomes `target` once all
/// are there and their checksum is right. What a broken or cancelled transfer leaves behind is where the next
/// one goes on.
class FileReceiver : public QObject
{
    Q_OBJECT
public:
    FileReceiver(
        Halyard::Client &client, const QString &name, const QString &target, QObject *parent = nullptr);

    /// Ends with finished() or failed(), never before it has returned.
    void start();
    /// failed() follows; the part stays.
    void cancel();

Q_SIGNALS:
    /// Bytes on disk, and bytes of the whole file.
    void progressed(qint64 received, qint64 size);
    void finished();
    void failed(const QString &reason);

private:
    void take(const QByteArray &item);
    void accept(const FileOffer &offer);
    void conclude(const QByteArray &payload);
    /// Gives up for a reason of our own.
    void giveUp(const QString &reason);

    Halyard::Client &m_client;
    const QString m_name;
    const QString m_target;
    QFile m_part;
    QCryptographicHash m_digest {QCryptographicHash::Sha256};
    QPointer<Halyard::Call> m_call;
    qint64 m_size = -1; // before the offer
};

// SPDX-License-Identifier: MIT
#include "cli/capturefile.h"

#include <utility>

namespace Halyard::Cli {

CaptureFile::CaptureFile(const QString &path, const QString &protocol)
    : m_file(path)
    , m_protocol(protocol)
{ }

Result<void> CaptureFile::open()
{
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Truncate))
        return failure(ErrorCode::FileFailed, ErrorOrigin::Local,
            QStringLiteral("%1: %2").arg(m_file.fileName(), m_file.errorString()));
    m_writer = std::make_unique<PcapngWriter>(&m_file);
    return {};
}

Result<void> CaptureFile::write(const TapRecord &record)
{
    const auto number = quint32(record.conversation);
    switch (record.kind) {
    case TapRecord::Kind::Opened: {
        CapturedConversation conversation;
        conversation.number = number;
        conversation.protocol = m_protocol;
        conversation.transport = record.transport.name;
        conversation.clientAddress = record.transport.peerAddress;
        conversation.clientPort = record.transport.peerPort;
        conversation.serverAddress = record.transport.localAddress;
        conversation.serverPort = record.transport.localPort;
        if (record.ours == Wire::Role::Client) {
            std::swap(conversation.clientAddress, conversation.serverAddress);
            std::swap(conversation.clientPort, conversation.serverPort);
        }
        return named(m_writer->add(conversation));
    }
    case TapRecord::Kind::Bytes: {
        CapturedBytes bytes;
        bytes.conversation = number;
        bytes.direction = record.direction;
        bytes.time = record.time.wall;
        bytes.bytes = record.bytes;
        return named(m_writer->write(bytes));
    }
    case TapRecord::Kind::Secrets:
        break; // a file that others may get opens nothing
    case TapRecord::Kind::InputEnded:
        return named(m_writer->write(CapturedEnd {number, record.direction, record.time.wall}));
    case TapRecord::Kind::Closed:
        break; // its directions have ended
    }
    return {};
}

Result<void> CaptureFile::flush()
{
    if (m_file.flush())
        return {};
    return failure(ErrorCode::FileFailed, ErrorOrigin::Local,
        QStringLiteral("%1: %2").arg(m_file.fileName(), m_file.errorString()));
}

Result<void> CaptureFile::named(const Wire::Result<void> &result) const
{
    if (result)
        return {};
    Error error(result.error());
    return failure(
        error.code(), error.origin(), QStringLiteral("%1: %2").arg(m_file.fileName(), error.detail()));
}

} // namespace Halyard::Cli

// SPDX-License-Identifier: MIT
#include "cli/framewatch.h"

#include <QCoreApplication>

#include "cli/capturefile.h"
#include "cli/console.h"
#include "crypto/securities.h"

namespace Halyard::Cli {

FrameWatch::FrameWatch(std::shared_ptr<const Wire::ProtocolFactory> protocol, DissectionPrinter::Style style,
    CaptureFile *capture)
    : m_protocol(std::move(protocol))
    , m_style(style)
    , m_printer(style)
    , m_capture(capture)
    , m_securities(std::make_shared<Wire::Securities>())
    , m_tap({.secrets = true})
{
    connect(&m_tap, &Tap::recorded, this, &FrameWatch::onRecorded);
}

FrameWatch::~FrameWatch() = default;

void FrameWatch::finish() { QCoreApplication::sendPostedEvents(&m_tap); }

void FrameWatch::onRecorded(const QList<TapRecord> &records)
{
    for (const auto &record : records)
        onRecord(record);
    if (m_capture)
        keepIf(m_capture->flush());
    if (const auto missed = m_tap.missedRecords(); missed > m_missed) {
        complain(QStringLiteral("%1 records could not be kept and are not shown").arg(missed - m_missed));
        m_missed = missed;
    }
}

void FrameWatch::keepIf(const Result<void> &written)
{
    if (written)
        return;
    m_capture = nullptr;
    complain(written.error(), m_style.json);
}

void FrameWatch::onRecord(const TapRecord &record)
{
    if (m_capture)
        keepIf(m_capture->write(record));
    if (record.kind == TapRecord::Kind::Opened) {
        auto dissector = m_protocol->makeDissector();
        dissector->useSecurities(m_securities);
        m_dissectors.insert_or_assign(record.conversation, std::move(dissector));
        announceOpened(record);
        return;
    }
    const auto found = m_dissectors.find(record.conversation);
    if (found == m_dissectors.end())
        return;
    auto &dissector = *found->second;
    switch (record.kind) {
    case TapRecord::Kind::Bytes:
        dissector.feed(record.direction,
            Wire::asBytes(std::string_view(record.bytes.constData(), std::size_t(record.bytes.size()))),
            record.time);
        break;
    case TapRecord::Kind::Secrets:
        if (const auto unlocked = dissector.unlock(record.secrets.view()); !unlocked)
            complain(QStringLiteral("[%1] records stay closed: %2")
                         .arg(record.conversation)
                         .arg(Error(unlocked.error()).toString()));
        break;
    case TapRecord::Kind::InputEnded:
        dissector.finish(record.direction, record.time);
        break;
    default:
        dissector.finish(Wire::Direction::ClientToServer, record.time);
        dissector.finish(Wire::Direction::ServerToClient, record.time);
        break;
    }
    m_printer.printAll(dissector, record.conversation);
    if (record.kind == TapRecord::Kind::Closed) {
        m_dissectors.erase(found);
        announceClosed(record);
    }
}

void FrameWatch::announceOpened(const TapRecord &record) const
{
    const auto &transport = record.transport;
    auto line
        = QStringLiteral("[%1] open: %2 %3").arg(record.conversation).arg(transport.name, transport.peerName);
    if (!transport.tlsVersion.isEmpty())
        line += QStringLiteral(", %1 %2").arg(transport.tlsVersion, transport.cipher);
    announce(line);
}

void FrameWatch::announceClosed(const TapRecord &record) const
{
    announce(QStringLiteral("[%1] closed%2")
                 .arg(record.conversation)
                 .arg(record.error ? QStringLiteral(": ") + record.error.toString() : QString()));
}

} // namespace Halyard::Cli

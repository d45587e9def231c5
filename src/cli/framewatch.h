// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>

#include <QObject>

#include "cli/dissectionprinter.h"
#include "endpoint/result.h"
#include "endpoint/tap.h"
#include "protocol/protocolfactory.h"
#include "wire/securityprovider.h"

namespace Halyard::Cli {

class CaptureFile;

/// Prints every frame that a tap reports, as field trees, conversation by conversation; and keeps it in a
/// capture file, if there is one. Sealed records of conversations that we take part in are opened: whoever
/// watches what they say themselves has asked for that. The file keeps them sealed. Bounded by what one
/// dissector holds for each open conversation.
class FrameWatch : public QObject
{
    Q_OBJECT
public:
    /// `capture` is not owned and may be nullptr.
    FrameWatch(std::shared_ptr<const Wire::ProtocolFactory> protocol, DissectionPrinter::Style style,
        CaptureFile *capture);
    ~FrameWatch() override;

    [[nodiscard]] Tap *tap() { return &m_tap; }
    /// Prints what is on its way, after the event loop has ended.
    void finish();

private:
    void onRecorded(const QList<TapRecord> &records);
    void onRecord(const TapRecord &record);
    /// Where the capture file cannot be written any more nothing more goes into it.
    void keepIf(const Result<void> &written);
    void announceOpened(const TapRecord &record) const;
    void announceClosed(const TapRecord &record) const;

    std::shared_ptr<const Wire::ProtocolFactory> m_protocol;
    DissectionPrinter::Style m_style;
    DissectionPrinter m_printer;
    CaptureFile *m_capture;
    quint64 m_missed = 0;
    std::map<quint64, std::unique_ptr<Wire::Dissector>> m_dissectors;
    const std::shared_ptr<const Wire::SecurityProvider> m_securities;
    Tap m_tap;
};

} // namespace Halyard::Cli

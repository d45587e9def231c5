// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <variant>

#include <QByteArray>
#include <QHostAddress>
#include <QString>

#include "wire/bytes.h"
#include "wire/dissection.h"
#include "wire/error.h"
#include "wire/export.h"

class QIODevice;

namespace Halyard {

/// What a capture file says of one conversation. Text is for people unless noted.
struct CapturedConversation {
    quint32 number = 0; ///< unique in the file; > 0
    QString protocol;   ///< as the registry spells it; empty where nobody knows
    QString transport;  ///< "tcp", "tls", …: how it was carried; what is captured is always plain
    QHostAddress clientAddress;
    QHostAddress serverAddress;
    quint16 clientPort = 0; ///< 0: none, as in memory; the writer then invents one
    quint16 serverPort = 0;
    bool seenFromServer = false; ///< whoever captured was the server: what it sent is outbound
};

/// Consecutive bytes of one direction of a conversation.
struct CapturedBytes {
    quint32 conversation = 0;
    Wire::Direction direction = Wire::Direction::ClientToServer;
    std::chrono::system_clock::time_point time;
    QByteArray bytes;
    QString comment;        ///< at most 8 KiB in UTF-8; longer ones are cut
    bool marked = false;    ///< by whoever looked at it
    bool gapBefore = false; ///< reading only: bytes of this direction are missing in front of these
};

/// The direction is over.
struct CapturedEnd {
    quint32 conversation = 0;
    Wire::Direction direction = Wire::Direction::ClientToServer;
    std::chrono::system_clock::time_point time;
};

/// How packets look inside the file (docs/captures.md).
enum class CaptureFormat : std::uint8_t {
    TcpPayload,    ///< made-up Ethernet, IP and TCP around the bytes: any analyser follows the streams
    HalyardFrames, ///< link type 147 (USER0) with four bytes of our own before each stretch as it was
                   ///< captured
};

/// Writes a pcapng file into a device that somebody else owns and that outlives the writer. Not a QObject,
/// bound to no thread. Times are kept to the nanosecond. Every function fails with FileFailed when the device
/// does, and with InvalidArgument for a conversation that was not added.
class HALYARD_EXPORT PcapngWriter
{
public:
    explicit PcapngWriter(QIODevice *device, CaptureFormat format = CaptureFormat::TcpPayload);
    ~PcapngWriter();
    PcapngWriter(const PcapngWriter &) = delete;
    PcapngWriter &operator=(const PcapngWriter &) = delete;

    /// Must precede what belongs to it; the first call writes the file's header too.
    [[nodiscard]] Wire::Result<void> add(const CapturedConversation &conversation);
    [[nodiscard]] Wire::Result<void> write(const CapturedBytes &bytes);
    /// Writes the end of one direction; a FIN in TcpPayload, nothing in HalyardFrames.
    [[nodiscard]] Wire::Result<void> write(const CapturedEnd &end);

private:
    class Private;
    const std::unique_ptr<Private> d;
};

/// Reads pcapng files: those of PcapngWriter in both formats, and those of others as far as they hold TCP
/// over Ethernet, Linux "any", loopback or bare IP. Repeated segments are dropped; missing ones are told by
/// gapBefore. Holds one block at a time (at most 64 MiB).
class HALYARD_EXPORT PcapngReader
{
public:
    using Item = std::variant<CapturedConversation, CapturedBytes, CapturedEnd>;

    /// The device is open, belongs to somebody else and outlives the reader.
    explicit PcapngReader(QIODevice *device);
    ~PcapngReader();
    PcapngReader(const PcapngReader &) = delete;
    PcapngReader &operator=(const PcapngReader &) = delete;

    /// The next item, or nothing at the end. A conversation comes before its bytes. Fails with
    /// MalformedMessage, naming the offset, where the file is no pcapng or broken, with PayloadTooLarge for a
    /// block beyond the limit and with FileFailed where the device fails; a failure is final.
    [[nodiscard]] Wire::Result<std::optional<Item>> next();
    /// Packets that hold nothing for us (other protocols, fragments), skipped so far.
    [[nodiscard]] quint64 skippedPackets() const noexcept;

private:
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Halyard

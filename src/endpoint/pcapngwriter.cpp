// SPDX-License-Identifier: MIT
#include <array>
#include <unordered_map>

#include <QIODevice>
#include <QJsonDocument>
#include <QJsonObject>

#include "endpoint/pcapng.h"
#include "endpoint/pcapngformat_p.h"
#include "endpoint/tcppacket_p.h"

namespace Halyard {

using namespace Pcapng;
using Wire::Direction;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

namespace {

constexpr qsizetype MaxCommentBytes = 8'192;

template <class T>
void put(QByteArray &out, T value)
{
    char raw[sizeof(T)];
    qToLittleEndian(value, raw);
    out.append(raw, sizeof(T));
}

void pad(QByteArray &out)
{
    while (out.size() % 4)
        out.append('\0');
}

void putOption(QByteArray &out, quint16 code, const QByteArray &value)
{
    put(out, code);
    put(out, quint16(value.size()));
    out += value;
    pad(out);
}

/// UTF-8 of at most MaxCommentBytes, cut between characters.
QByteArray commentBytes(const QString &comment)
{
    QByteArray utf8 = comment.toUtf8();
    if (utf8.size() <= MaxCommentBytes)
        return utf8;
    qsizetype end = MaxCommentBytes;
    while (end > 0 && (quint8(utf8[end]) & 0xC0) == 0x80)
        --end;
    utf8.truncate(end);
    return utf8;
}

QByteArray block(quint32 type, const QByteArray &body)
{
    const auto length = quint32(body.size() + 12);
    QByteArray out;
    out.reserve(length);
    put(out, type);
    put(out, length);
    out += body;
    put(out, length);
    return out;
}

} // namespace

class PcapngWriter::Private
{
public:
    struct Conversation {
        CapturedConversation facts;
        quint32 interface = 0;
        std::array<quint32, 2> sequence {0, 0};
        std::array<bool, 2> ended {false, false};
        bool begun = false;
    };

    Wire::Result<void> writeAll(const QByteArray &bytes) const
    {
        if (device->write(bytes) != bytes.size())
            return Wire::failure(
                ErrorCode::FileFailed, ErrorOrigin::Local, device->errorString().toStdString());
        return {};
    }
    Wire::Result<void> begin();
    Wire::Result<void> packet(const Conversation &conversation, Direction direction,
        std::chrono::system_clock::time_point time, QByteArrayView bytes, const QByteArray &options);
    Wire::Result<void> segment(Conversation &conversation, Direction direction,
        std::chrono::system_clock::time_point time, quint8 flags, QByteArrayView payload,
        const QByteArray &options);
    Wire::Result<void> greet(Conversation &conversation, std::chrono::system_clock::time_point time);
    Wire::Result<Conversation *> find(quint32 number);

    QIODevice *device = nullptr;
    CaptureFormat format = CaptureFormat::TcpPayload;
    bool begun = false;
    std::unordered_map<quint32, Conversation> conversations;
};

Wire::Result<void> PcapngWriter::Private::begin()
{
    QByteArray body;
    put(body, ByteOrderMagic);
    put(body, quint16(1));
    put(body, quint16(0));
    put(body, qint64(-1)); // the section's length is not known beforehand
    putOption(body, OptionApplication, "Halyard");
    putOption(body, OptionEnd, {});
    begun = true;
    return writeAll(block(SectionHeader, body));
}

Wire::Result<void> PcapngWriter::Private::packet(const Conversation &conversation, Direction direction,
    std::chrono::system_clock::time_point time, QByteArrayView bytes, const QByteArray &options)
{
    const auto nanoseconds
        = quint64(std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
    QByteArray body;
    body.reserve(bytes.size() + options.size() + 48);
    put(body, conversation.interface);
    put(body, quint32(nanoseconds >> 32));
    put(body, quint32(nanoseconds));
    put(body, quint32(bytes.size()));
    put(body, quint32(bytes.size()));
    body.append(bytes.data(), bytes.size());
    pad(body);
    QByteArray flags;
    const bool outbound = (direction == Direction::ServerToClient) == conversation.facts.seenFromServer;
    put(flags, quint32(outbound ? 2 : 1));
    putOption(body, OptionPacketFlags, flags);
    body += options;
    putOption(body, OptionEnd, {});
    return writeAll(block(EnhancedPacket, body));
}

Wire::Result<void> PcapngWriter::Private::segment(Conversation &conversation, Direction direction,
    std::chrono::system_clock::time_point time, quint8 flags, QByteArrayView payload,
    const QByteArray &options)
{
    const bool forward = direction == Direction::ClientToServer;
    const auto &facts = conversation.facts;
    TcpPacket tcp;
    tcp.source = forward ? facts.clientAddress : facts.serverAddress;
    tcp.destination = forward ? facts.serverAddress : facts.clientAddress;
    tcp.sourcePort = forward ? facts.clientPort : facts.serverPort;
    tcp.destinationPort = forward ? facts.serverPort : facts.clientPort;
    tcp.sequence = conversation.sequence[forward ? 0 : 1];
    tcp.acknowledged = conversation.sequence[forward ? 1 : 0];
    tcp.flags = flags;
    tcp.payload = payload;
    conversation.sequence[forward ? 0 : 1] += quint32(payload.size()) + ((flags & (TcpSyn | TcpFin)) ? 1 : 0);
    return packet(conversation, direction, time, ethernetFrame(tcp), options);
}

Wire::Result<void> PcapngWriter::Private::greet(
    Conversation &conversation, std::chrono::system_clock::time_point time)
{
    conversation.begun = true;
    if (format != CaptureFormat::TcpPayload)
        return {};
    return segment(conversation, Direction::ClientToServer, time, TcpSyn, {}, {})
        .and_then(
            [&] { return segment(conversation, Direction::ServerToClient, time, TcpSyn | TcpAck, {}, {}); })
        .and_then([&] { return segment(conversation, Direction::ClientToServer, time, TcpAck, {}, {}); });
}

Wire::Result<PcapngWriter::Private::Conversation *> PcapngWriter::Private::find(quint32 number)
{
    const auto found = conversations.find(number);
    if (found == conversations.end())
        return Wire::failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
            "conversation " + std::to_string(number) + " was not added to the capture");
    return &found->second;
}

PcapngWriter::PcapngWriter(QIODevice *device, CaptureFormat format)
    : d(std::make_unique<Private>())
{
    d->device = device;
    d->format = format;
}

PcapngWriter::~PcapngWriter() = default;

Wire::Result<void> PcapngWriter::add(const CapturedConversation &conversation)
{
    if (!d->begun) {
        if (auto done = d->begin(); !done)
            return done;
    }
    const QJsonObject facts {{QStringLiteral("conversation"), qint64(conversation.number)},
        {QStringLiteral("protocol"), conversation.protocol},
        {QStringLiteral("transport"), conversation.transport},
        {QStringLiteral("client"), conversation.clientAddress.toString()},
        {QStringLiteral("clientPort"), conversation.clientPort},
        {QStringLiteral("server"), conversation.serverAddress.toString()},
        {QStringLiteral("serverPort"), conversation.serverPort},
        {QStringLiteral("seenFrom"),
            conversation.seenFromServer ? QStringLiteral("server") : QStringLiteral("client")}};

    Private::Conversation added;
    added.facts = conversation;
    if (added.facts.clientAddress.isNull() || added.facts.serverAddress.isNull()) {
        added.facts.clientAddress = QHostAddress(QHostAddress::LocalHost);
        added.facts.serverAddress = QHostAddress(QHostAddress::LocalHost);
    }
    if (added.facts.clientPort == 0)
        added.facts.clientPort = quint16(40'000 + conversation.number % 20'000);
    if (added.facts.serverPort == 0)
        added.facts.serverPort = 6'969;
    added.interface = quint32(d->conversations.size());
    if (!d->conversations.emplace(conversation.number, added).second)
        return Wire::failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
            "conversation " + std::to_string(conversation.number) + " is in the capture already");

    const QString description = QStringLiteral("%1 over %2")
                                    .arg(conversation.protocol.isEmpty() ? QStringLiteral("unknown protocol")
                                                                         : conversation.protocol,
                                        conversation.transport.isEmpty() ? QStringLiteral("unknown transport")
                                                                         : conversation.transport);
    QByteArray body;
    put(body, d->format == CaptureFormat::TcpPayload ? LinkEthernet : LinkHalyard);
    put(body, quint16(0));
    put(body, quint32(0)); // packets are never cut
    putOption(body, OptionInterfaceName, "halyard-" + QByteArray::number(conversation.number));
    putOption(body, OptionInterfaceDescription, description.toUtf8().left(MaxCommentBytes));
    putOption(body, OptionTimeResolution, QByteArray(1, 9));
    putOption(
        body, OptionComment, QByteArray(FactsPrefix) + QJsonDocument(facts).toJson(QJsonDocument::Compact));
    putOption(body, OptionEnd, {});
    return d->writeAll(block(InterfaceDescription, body));
}

Wire::Result<void> PcapngWriter::write(const CapturedBytes &bytes)
{
    auto found = d->find(bytes.conversation);
    if (!found)
        return tl::unexpected(found.error());
    auto &conversation = **found;
    if (!conversation.begun) {
        if (auto done = d->greet(conversation, bytes.time); !done)
            return done;
    }
    QByteArray options;
    if (!bytes.comment.isEmpty())
        putOption(options, OptionComment, commentBytes(bytes.comment));
    if (bytes.marked)
        putOption(options, OptionComment, QByteArray(FactsPrefix) + "{\"marked\":true}");

    if (d->format == CaptureFormat::HalyardFrames) {
        QByteArray packet;
        packet.reserve(bytes.bytes.size() + HalyardPrefixBytes);
        packet.append("HY").append(HalyardPrefixVersion);
        packet.append(bytes.direction == Direction::ClientToServer ? '\0' : '\1');
        packet += bytes.bytes;
        return d->packet(conversation, bytes.direction, bytes.time, packet, options);
    }
    const QByteArrayView all(bytes.bytes);
    for (qsizetype at = 0; at < all.size(); at += MaxSegmentBytes) {
        const auto piece = all.sliced(at, std::min(MaxSegmentBytes, all.size() - at));
        if (auto done = d->segment(conversation, bytes.direction, bytes.time, TcpAck | TcpPush, piece,
                at == 0 ? options : QByteArray());
            !done)
            return done;
    }
    return {};
}

Wire::Result<void> PcapngWriter::write(const CapturedEnd &end)
{
    auto found = d->find(end.conversation);
    if (!found)
        return tl::unexpected(found.error());
    auto &conversation = **found;
    bool &ended = conversation.ended[end.direction == Direction::ClientToServer ? 0 : 1];
    if (ended || d->format != CaptureFormat::TcpPayload)
        return {};
    ended = true;
    if (!conversation.begun) {
        if (auto done = d->greet(conversation, end.time); !done)
            return done;
    }
    return d->segment(conversation, end.direction, end.time, TcpFin | TcpAck, {}, {});
}

} // namespace Halyard

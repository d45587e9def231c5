// SPDX-License-Identifier: MIT
#include <cmath>
#include <deque>
#include <map>
#include <tuple>
#include <vector>

#include <QIODevice>
#include <QJsonDocument>
#include <QJsonObject>

#include "endpoint/pcapng.h"
#include "endpoint/pcapngformat_p.h"
#include "endpoint/tcpstreams_p.h"

namespace Halyard {

using namespace Pcapng;
using Wire::Direction;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

namespace {

constexpr qsizetype MaxBlockBytes = 64 * 1024 * 1024;
constexpr std::size_t MaxInterfaces = 65'536;

using Time = std::chrono::system_clock::time_point;

/// What one interface block says.
struct Interface {
    quint16 linkType = 0;
    quint8 resolution = 6; ///< power of ten, or of two with the highest bit set
    std::optional<CapturedConversation> conversation;
};

struct Option {
    quint16 code = 0;
    QByteArray value;
};

Time timeOf(quint64 units, quint8 resolution)
{
    const double perSecond
        = (resolution & 0x80) ? std::pow(2.0, resolution & 0x7F) : std::pow(10.0, resolution);
    std::chrono::nanoseconds nanoseconds;
    if (resolution == 9)
        nanoseconds = std::chrono::nanoseconds(qint64(units));
    else if (resolution == 6)
        nanoseconds = std::chrono::nanoseconds(qint64(units) * 1000);
    else
        nanoseconds = std::chrono::nanoseconds(qint64(double(units) / perSecond * 1e9));
    return Time(std::chrono::duration_cast<Time::duration>(nanoseconds));
}

QJsonObject factsIn(const QByteArray &comment)
{
    if (!comment.startsWith(FactsPrefix))
        return {};
    return QJsonDocument::fromJson(comment.mid(qsizetype(sizeof(FactsPrefix) - 1))).object();
}

std::optional<CapturedConversation> conversationIn(const QJsonObject &facts)
{
    const auto number = facts.value(QStringLiteral("conversation")).toInteger();
    if (number <= 0 || number > 0xFFFFFFFF)
        return std::nullopt;
    CapturedConversation conversation;
    conversation.number = quint32(number);
    conversation.protocol = facts.value(QStringLiteral("protocol")).toString().left(255);
    conversation.transport = facts.value(QStringLiteral("transport")).toString().left(255);
    conversation.clientAddress = QHostAddress(facts.value(QStringLiteral("client")).toString());
    conversation.serverAddress = QHostAddress(facts.value(QStringLiteral("server")).toString());
    conversation.clientPort = quint16(facts.value(QStringLiteral("clientPort")).toInt());
    conversation.serverPort = quint16(facts.value(QStringLiteral("serverPort")).toInt());
    conversation.seenFromServer = facts.value(QStringLiteral("seenFrom")).toString() == u"server";
    return conversation;
}

} // namespace

class PcapngReader::Private
{
public:
    template <class T>
    T number(const QByteArray &bytes, qsizetype at) const
    {
        return bigEndian ? qFromBigEndian<T>(bytes.constData() + at)
                         : qFromLittleEndian<T>(bytes.constData() + at);
    }
    tl::unexpected<Wire::Error> broken(const std::string &what) const
    {
        return Wire::failure(ErrorCode::MalformedMessage, ErrorOrigin::Peer,
            "not a pcapng file: " + what + " at byte " + std::to_string(blockAt));
    }
    Wire::Result<QByteArray> exactly(qsizetype count);
    Wire::Result<bool> readBlock();
    Wire::Result<quint32> lengthOfSection(const QByteArray &head);
    std::vector<Option> optionsFrom(const QByteArray &body, qsizetype at) const;
    Wire::Result<void> interfaceBlock(const QByteArray &body);
    Wire::Result<void> packetBlock(const QByteArray &body);
    void ownPacket(const Interface &from, const QByteArray &packet, CapturedBytes found);

    QIODevice *device = nullptr;
    bool bigEndian = false;
    bool inSection = false;
    qint64 blockAt = 0;
    quint64 skipped = 0;
    std::vector<Interface> interfaces;
    TcpStreams streams;
    std::deque<Item> ready;
    std::optional<Wire::Error> failed;
};

Wire::Result<QByteArray> PcapngReader::Private::exactly(qsizetype count)
{
    QByteArray bytes = device->read(count);
    if (bytes.size() == count)
        return bytes;
    if (!device->atEnd() && bytes.isEmpty())
        return Wire::failure(ErrorCode::FileFailed, ErrorOrigin::Local, device->errorString().toStdString());
    return broken("the file ends inside a block");
}

/// The byte order is known only from the section header itself.
Wire::Result<quint32> PcapngReader::Private::lengthOfSection(const QByteArray &head)
{
    const QByteArray magic = device->peek(4);
    if (magic.size() < 4)
        return broken("the file ends inside a block");
    if (qFromLittleEndian<quint32>(magic.constData()) == ByteOrderMagic)
        bigEndian = false;
    else if (qFromBigEndian<quint32>(magic.constData()) == ByteOrderMagic)
        bigEndian = true;
    else
        return broken("no byte order mark");
    inSection = true;
    interfaces.clear();
    return number<quint32>(head, 4);
}

Wire::Result<bool> PcapngReader::Private::readBlock()
{
    if (device->atEnd())
        return false;
    auto head = exactly(8);
    if (!head)
        return tl::unexpected(head.error());
    const bool section = qFromLittleEndian<quint32>(head->constData()) == SectionHeader;
    if (!section && !inSection)
        return broken("no section header");
    quint32 length = 0;
    if (section) {
        auto found = lengthOfSection(*head);
        if (!found)
            return tl::unexpected(found.error());
        length = *found;
    } else {
        length = number<quint32>(*head, 4);
    }
    if (length < 12 || length % 4)
        return broken("a block of " + std::to_string(length) + " bytes");
    if (length > MaxBlockBytes)
        return Wire::failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Peer,
            "a block of " + std::to_string(length) + " bytes at byte " + std::to_string(blockAt));
    auto body = exactly(qsizetype(length) - 8);
    if (!body)
        return tl::unexpected(body.error());
    if (number<quint32>(*body, body->size() - 4) != length)
        return broken("a block whose two lengths differ");
    body->chop(4);
    const auto type = section ? SectionHeader : number<quint32>(*head, 0);
    Wire::Result<void> done;
    if (type == InterfaceDescription)
        done = interfaceBlock(*body);
    else if (type == EnhancedPacket)
        done = packetBlock(*body);
    if (!done)
        return tl::unexpected(done.error());
    blockAt += length;
    return true;
}

std::vector<Option> PcapngReader::Private::optionsFrom(const QByteArray &body, qsizetype at) const
{
    std::vector<Option> options;
    while (at + 4 <= body.size()) {
        const auto code = number<quint16>(body, at);
        const qsizetype length = number<quint16>(body, at + 2);
        at += 4;
        if (code == OptionEnd || at + length > body.size())
            break;
        options.push_back({code, body.mid(at, length)});
        at += (length + 3) & ~qsizetype(3);
    }
    return options;
}

Wire::Result<void> PcapngReader::Private::interfaceBlock(const QByteArray &body)
{
    if (body.size() < 8)
        return broken("a short interface block");
    if (interfaces.size() >= MaxInterfaces)
        return broken("too many interfaces");
    Interface added;
    added.linkType = number<quint16>(body, 0);
    for (const auto &option : optionsFrom(body, 8)) {
        if (option.code == OptionTimeResolution && option.value.size() == 1)
            added.resolution = quint8(option.value[0]);
        else if (option.code == OptionComment && !added.conversation)
            added.conversation = conversationIn(factsIn(option.value));
    }
    if (added.conversation)
        ready.emplace_back(*added.conversation);
    interfaces.push_back(std::move(added));
    return {};
}

Wire::Result<void> PcapngReader::Private::packetBlock(const QByteArray &body)
{
    if (body.size() < 20)
        return broken("a short packet block");
    const auto index = number<quint32>(body, 0);
    const qsizetype captured = number<quint32>(body, 12);
    if (index >= interfaces.size())
        return broken("a packet of an unknown interface");
    if (captured > body.size() - 20)
        return broken("a packet longer than its block");
    const Interface &from = interfaces[index];
    const quint64 units = (quint64(number<quint32>(body, 4)) << 32) | number<quint32>(body, 8);
    CapturedBytes found;
    found.time = timeOf(units, from.resolution);
    for (const auto &option : optionsFrom(body, 20 + ((captured + 3) & ~qsizetype(3)))) {
        if (option.code != OptionComment)
            continue;
        const QJsonObject facts = factsIn(option.value);
        if (facts.value(QStringLiteral("marked")).toBool())
            found.marked = true;
        else if (facts.isEmpty() && found.comment.isEmpty())
            found.comment = QString::fromUtf8(option.value);
    }
    const QByteArray packet = body.mid(20, captured);
    if (from.linkType == LinkHalyard) {
        ownPacket(from, packet, std::move(found));
        return {};
    }
    const auto segment = parseTcpPacket(packet, from.linkType);
    if (!segment) {
        ++skipped;
        return {};
    }
    streams.add(*segment, from.conversation, std::move(found), ready);
    return {};
}

void PcapngReader::Private::ownPacket(const Interface &from, const QByteArray &packet, CapturedBytes found)
{
    if (!from.conversation || packet.size() < HalyardPrefixBytes || !packet.startsWith("HY")
        || packet[2] != HalyardPrefixVersion || quint8(packet[3]) > 1) {
        ++skipped;
        return;
    }
    found.conversation = from.conversation->number;
    found.direction = packet[3] ? Direction::ServerToClient : Direction::ClientToServer;
    found.bytes = packet.mid(HalyardPrefixBytes);
    ready.emplace_back(std::move(found));
}

PcapngReader::PcapngReader(QIODevice *device)
    : d(std::make_unique<Private>())
{
    d->device = device;
}

PcapngReader::~PcapngReader() = default;

Wire::Result<std::optional<PcapngReader::Item>> PcapngReader::next()
{
    while (d->ready.empty()) {
        if (d->failed)
            return tl::unexpected(*d->failed);
        auto more = d->readBlock();
        if (!more) {
            d->failed = more.error();
            continue;
        }
        if (!*more)
            return std::nullopt;
    }
    Item item = std::move(d->ready.front());
    d->ready.pop_front();
    return item;
}

quint64 PcapngReader::skippedPackets() const noexcept { return d->skipped; }

} // namespace Halyard

// SPDX-License-Identifier: MIT
#include <QBuffer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include "endpoint/pcapng.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using Wire::Direction;
using Wire::ErrorCode;

namespace {

using Time = std::chrono::system_clock::time_point;

const Time Start(std::chrono::nanoseconds(1'790'000'000'123'456'789));

struct Content {
    QList<CapturedConversation> conversations;
    QList<CapturedBytes> bytes;
    QList<CapturedEnd> ends;
    QByteArray stream(quint32 conversation, Direction direction) const
    {
        QByteArray all;
        for (const auto &piece : bytes) {
            if (piece.conversation == conversation && piece.direction == direction)
                all += piece.bytes;
        }
        return all;
    }
};

Wire::Result<Content> readAll(QIODevice *device)
{
    PcapngReader reader(device);
    Content content;
    for (;;) {
        auto item = reader.next();
        if (!item)
            return tl::unexpected(item.error());
        if (!*item)
            return content;
        if (const auto *conversation = std::get_if<CapturedConversation>(&**item))
            content.conversations << *conversation;
        else if (const auto *bytes = std::get_if<CapturedBytes>(&**item))
            content.bytes << *bytes;
        else
            content.ends << std::get<CapturedEnd>(**item);
    }
}

constexpr quint32 SeenFromServer = 7; ///< the number of that conversation

CapturedConversation conversation(
    quint32 number, const char *client = "127.0.0.1", const char *server = "127.0.0.1")
{
    return {number, u"vstp"_s, u"tls"_s, QHostAddress(QLatin1StringView(client)),
        QHostAddress(QLatin1StringView(server)), 50'000, 6'969, number == SeenFromServer};
}

CapturedBytes bytes(quint32 number, Direction direction, const QByteArray &data, int milliseconds = 0)
{
    CapturedBytes made;
    made.conversation = number;
    made.direction = direction;
    made.time = Start + std::chrono::milliseconds(milliseconds);
    made.bytes = data;
    return made;
}

/// A capture with two conversations, a frame beyond 64 KiB, a comment and a mark.
QByteArray sampleFile(CaptureFormat format)
{
    QBuffer file;
    file.open(QIODevice::WriteOnly);
    PcapngWriter writer(&file, format);
    bool ok = writer.add(conversation(1)).has_value();
    ok &= writer.add(conversation(7, "2001:db8::1", "192.0.2.9")).has_value();
    auto commented = bytes(1, Direction::ClientToServer, "hello", 1);
    commented.comment = u"läuft\nwell"_s;
    commented.marked = true;
    ok &= writer.write(commented).has_value();
    ok &= writer.write(bytes(7, Direction::ServerToClient, QByteArray(100'001, 'x'), 2)).has_value();
    ok &= writer.write(bytes(1, Direction::ServerToClient, "world", 3)).has_value();
    ok &= writer.write(bytes(1, Direction::ClientToServer, "!", 4)).has_value();
    ok &= writer.write(CapturedEnd {1, Direction::ClientToServer, Start}).has_value();
    return ok ? file.data() : QByteArray();
}

QByteArray block(quint32 type, const QByteArray &body, bool bigEndian = false)
{
    QByteArray out;
    const auto put = [&](quint32 value) {
        char raw[4];
        bigEndian ? qToBigEndian(value, raw) : qToLittleEndian(value, raw);
        out.append(raw, 4);
    };
    put(type);
    put(quint32(body.size() + 12));
    out += body;
    put(quint32(body.size() + 12));
    return out;
}

QByteArray run(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished(60'000) || process.exitCode() != 0)
        return "failed: " + process.errorString().toUtf8() + process.readAllStandardError();
    return process.readAllStandardOutput();
}

} // namespace

class tst_Pcapng : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void roundTrip_data();
    void roundTrip();
    void tsharkFollowsTheStreams();
    void capinfosOpensOurOwnLinkType();
    void unknownConversationIsRefused();
    void deviceThatFailsIsTold();
    void everyCutIsAnErrorOrAShorterFile();
    void garbage_data();
    void garbage();
    void foreignFileInTheOtherByteOrder();
    void repeatedAndMissingSegments();
};

void tst_Pcapng::roundTrip_data()
{
    QTest::addColumn<int>("format");
    QTest::addRow("tcp payload") << int(CaptureFormat::TcpPayload);
    QTest::addRow("own link type") << int(CaptureFormat::HalyardFrames);
}

void tst_Pcapng::roundTrip()
{
    QFETCH(int, format);
    QByteArray data = sampleFile(CaptureFormat(format));
    QVERIFY(!data.isEmpty());
    QBuffer file(&data);
    file.open(QIODevice::ReadOnly);
    const auto content = readAll(&file);
    QVERIFY2(content, content ? "" : content.error().detail.c_str());
    QCOMPARE(content->conversations.size(), 2);
    QCOMPARE(content->conversations[0].number, 1u);
    QCOMPARE(content->conversations[0].protocol, u"vstp"_s);
    QCOMPARE(content->conversations[0].transport, u"tls"_s);
    QCOMPARE(content->conversations[1].clientAddress, QHostAddress(u"2001:db8::1"_s));
    QCOMPARE(content->conversations[1].serverPort, 6'969);
    QCOMPARE(content->conversations[0].seenFromServer, false);
    QCOMPARE(content->conversations[1].seenFromServer, true);
    QCOMPARE(content->stream(1, Direction::ClientToServer), "hello!");
    QCOMPARE(content->stream(1, Direction::ServerToClient), "world");
    QCOMPARE(content->stream(7, Direction::ServerToClient), QByteArray(100'001, 'x'));
    QCOMPARE(content->bytes[0].comment, u"läuft\nwell"_s);
    QVERIFY(content->bytes[0].marked);
    QVERIFY(!content->bytes[1].marked);
    QVERIFY(content->bytes[0].time == Start + std::chrono::milliseconds(1));
    QVERIFY(std::none_of(
        content->bytes.begin(), content->bytes.end(), [](const auto &b) { return b.gapBefore; }));
    QCOMPARE(content->ends.size(), CaptureFormat(format) == CaptureFormat::TcpPayload ? 1 : 0);
}

void tst_Pcapng::tsharkFollowsTheStreams()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"sample.pcapng"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(sampleFile(CaptureFormat::TcpPayload));
    file.close();

    const QByteArray followed
        = run(u"tshark"_s, {u"-r"_s, file.fileName(), u"-q"_s, u"-z"_s, u"follow,tcp,ascii,0"_s});
    QVERIFY2(followed.contains("hello"), followed);
    QVERIFY2(followed.contains("\t5\nworld"), followed); // the answer is indented: the direction is right

    // Whatever the analyser finds wrong with our made-up TCP shows up as an expert warning.
    const QByteArray wrong = run(u"tshark"_s,
        {u"-r"_s, file.fileName(), u"-o"_s, u"tcp.check_checksum:TRUE"_s, u"-o"_s,
            u"ip.check_checksum:TRUE"_s, u"-Y"_s,
            u"tcp.checksum.status == \"Bad\" || ip.checksum.status == \"Bad\" || tcp.analysis.flags || _ws.malformed"_s});
    QCOMPARE(wrong, QByteArray());

    const QByteArray comments = run(u"tshark"_s,
        {u"-r"_s, file.fileName(), u"-T"_s, u"fields"_s, u"-e"_s, u"frame.comment"_s, u"-Y"_s,
            u"frame.comment"_s});
    QVERIFY2(comments.contains("läuft"), comments);
}

void tst_Pcapng::capinfosOpensOurOwnLinkType()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"own.pcapng"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(sampleFile(CaptureFormat::HalyardFrames));
    file.close();
    const QByteArray printed = run(u"capinfos"_s, {file.fileName()});
    QVERIFY2(printed.contains("USER 0"), printed);
    QVERIFY2(printed.contains("Number of packets:   4"), printed);
}

void tst_Pcapng::unknownConversationIsRefused()
{
    QBuffer file;
    file.open(QIODevice::WriteOnly);
    PcapngWriter writer(&file);
    QCOMPARE(writer.write(bytes(3, Direction::ClientToServer, "x")).error().code, ErrorCode::InvalidArgument);
    QVERIFY(writer.add(conversation(3)));
    QCOMPARE(writer.add(conversation(3)).error().code, ErrorCode::InvalidArgument);
}

void tst_Pcapng::deviceThatFailsIsTold()
{
    QFile full(u"/dev/full"_s);
    QVERIFY(full.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    PcapngWriter writer(&full);
    QCOMPARE(writer.add(conversation(1)).error().code, ErrorCode::FileFailed);
}

void tst_Pcapng::everyCutIsAnErrorOrAShorterFile()
{
    const QByteArray whole = sampleFile(CaptureFormat::TcpPayload).left(1'200);
    for (qsizetype cut = 1; cut < whole.size(); ++cut) {
        QByteArray data = whole.left(cut);
        QBuffer file(&data);
        file.open(QIODevice::ReadOnly);
        const auto content = readAll(&file);
        if (!content)
            QCOMPARE(content.error().code, ErrorCode::MalformedMessage);
        else
            QCOMPARE(cut % 4, 0);
    }
}

void tst_Pcapng::garbage_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<int>("code");
    const QByteArray section = sampleFile(CaptureFormat::TcpPayload).left(48);
    const QByteArray header = section.left(qFromLittleEndian<quint32>(section.constData() + 4));
    QTest::addRow("text") << QByteArray("GET / HTTP/1.1\r\n\r\n") << int(ErrorCode::MalformedMessage);
    QTest::addRow("classic pcap") << QByteArray::fromHex("d4c3b2a1020004000000000000000000ffff000001000000")
                                  << int(ErrorCode::MalformedMessage);
    QTest::addRow("no byte order") << block(0x0A0D0D0A, QByteArray(16, '\0'))
                                   << int(ErrorCode::MalformedMessage);
    QTest::addRow("huge block") << header + QByteArray::fromHex("06000000fcffff7f")
                                << int(ErrorCode::PayloadTooLarge);
    QTest::addRow("tiny block") << header + QByteArray::fromHex("0600000008000000")
                                << int(ErrorCode::MalformedMessage);
    QTest::addRow("odd block") << header + QByteArray::fromHex("060000000d000000")
                               << int(ErrorCode::MalformedMessage);
    QTest::addRow("packet of no interface")
        << header + block(6, QByteArray(20, '\0')) << int(ErrorCode::MalformedMessage);
    QTest::addRow("packet longer than its block")
        << header + block(1, QByteArray::fromHex("0100000000000000"))
            + block(6, QByteArray(12, '\0') + QByteArray(8, '\xff'))
        << int(ErrorCode::MalformedMessage);
}

void tst_Pcapng::garbage()
{
    QFETCH(QByteArray, data);
    QFETCH(int, code);
    QBuffer file(&data);
    file.open(QIODevice::ReadOnly);
    PcapngReader reader(&file);
    auto item = reader.next();
    while (item && *item)
        item = reader.next();
    QVERIFY(!item);
    QCOMPARE(int(item.error().code), code);
    QCOMPARE(int(reader.next().error().code), code); // final
}

namespace {

/// IPv4 and TCP around a payload, as another program would have captured it (link type 101).
QByteArray rawPacket(bool forward, quint32 sequence, quint8 flags, const QByteArray &payload)
{
    QByteArray ip = QByteArray::fromHex("4500000000004000400600000a0000010a000002");
    if (!forward)
        ip = QByteArray::fromHex("4500000000004000400600000a0000020a000001");
    QByteArray tcp(20, '\0');
    qToBigEndian(quint16(forward ? 51'000 : 6'969), tcp.data());
    qToBigEndian(quint16(forward ? 6'969 : 51'000), tcp.data() + 2);
    qToBigEndian(sequence, tcp.data() + 4);
    tcp[12] = 0x50;
    tcp[13] = char(flags);
    QByteArray packet = ip + tcp + payload;
    qToBigEndian(quint16(packet.size()), packet.data() + 2);
    return packet;
}

QByteArray packetBlock(const QByteArray &packet, bool bigEndian)
{
    QByteArray body(20, '\0');
    for (const int at : {12, 16})
        bigEndian ? qToBigEndian(quint32(packet.size()), body.data() + at)
                  : qToLittleEndian(quint32(packet.size()), body.data() + at);
    body += packet;
    while (body.size() % 4)
        body.append('\0');
    return block(6, body, bigEndian);
}

} // namespace

void tst_Pcapng::foreignFileInTheOtherByteOrder()
{
    QByteArray data = block(0x0A0D0D0A, QByteArray::fromHex("1a2b3c4d00010000ffffffffffffffff"), true);
    data += block(1, QByteArray::fromHex("0065000000000000"), true);
    data += packetBlock(rawPacket(true, 99, 0x02, {}), true);
    data += packetBlock(rawPacket(false, 499, 0x12, {}), true);
    data += packetBlock(rawPacket(true, 100, 0x18, "question"), true);
    data += packetBlock(rawPacket(false, 500, 0x18, "answer"), true);
    data += packetBlock(QByteArray("\x45 no tcp"), true);
    data += packetBlock(rawPacket(false, 506, 0x11, {}), true);
    QBuffer file(&data);
    file.open(QIODevice::ReadOnly);
    const auto content = readAll(&file);
    QVERIFY2(content, content ? "" : content.error().detail.c_str());
    QCOMPARE(content->conversations.size(), 1);
    QCOMPARE(content->conversations[0].clientPort, 51'000);
    QCOMPARE(content->conversations[0].serverAddress, QHostAddress(u"10.0.0.2"_s));
    QCOMPARE(content->stream(1, Direction::ClientToServer), "question");
    QCOMPARE(content->stream(1, Direction::ServerToClient), "answer");
    QCOMPARE(content->ends.size(), 1);
    QCOMPARE(content->ends[0].direction, Direction::ServerToClient);
}

void tst_Pcapng::repeatedAndMissingSegments()
{
    QByteArray data = block(0x0A0D0D0A, QByteArray::fromHex("4d3c2b1a01000000ffffffffffffffff"));
    data += block(1, QByteArray::fromHex("6500000000000000"));
    const quint32 first = 0xFFFFFFFE; // sequence numbers wrap in the middle
    data += packetBlock(rawPacket(true, first, 0x18, "abcd"), false);
    data += packetBlock(rawPacket(true, first, 0x18, "abcd"), false);
    data += packetBlock(rawPacket(true, first + 2, 0x18, "cdef"), false);
    data += packetBlock(rawPacket(true, first + 9, 0x18, "late"), false);
    QBuffer file(&data);
    file.open(QIODevice::ReadOnly);
    const auto content = readAll(&file);
    QVERIFY(content);
    QCOMPARE(content->bytes.size(), 3);
    QCOMPARE(content->bytes[1].bytes, "ef");
    QVERIFY(!content->bytes[1].gapBefore);
    QCOMPARE(content->bytes[2].bytes, "late");
    QVERIFY(content->bytes[2].gapBefore);
}

QTEST_GUILESS_MAIN(tst_Pcapng)
#include "tst_pcapng.moc"

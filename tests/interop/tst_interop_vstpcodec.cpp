// SPDX-License-Identifier: MIT
#include <array>
#include <random>

#include <QJsonArray>
#include <QTest>

#include "peerframe.h"
#include "rustpeer.h"
#include "wire/headerblock.h"

using namespace Halyard;
using Wire::ErrorCode;
using Wire::Vstp::FrameType;

namespace {

constexpr qsizetype OverheadBytes = qsizetype(Wire::Vstp::MinFrameBytes);
constexpr qsizetype MaxFrameBytes = 8'388'608;
constexpr quint8 AllFlags[] = {0, 1, 2, 3, 0x10, 0x11, 0x20, 0x33};

/// The same frames in every run: a failure names the seed's step.
class FrameSource
{
public:
    explicit FrameSource(quint32 seed)
        : m_random(seed)
    { }

    quint32 below(quint32 bound) { return std::uniform_int_distribution<quint32>(0, bound - 1)(m_random); }

    QByteArray bytes(qsizetype size)
    {
        QByteArray result(size, Qt::Uninitialized);
        for (char &byte : result)
            byte = char(below(256));
        return result;
    }

    PeerFrame frame()
    {
        PeerFrame frame;
        frame.type = FrameType(1 + below(8));
        frame.flags = AllFlags[below(std::size(AllFlags))];
        const quint32 headers = below(4) == 0 ? below(12) : below(3);
        for (quint32 i = 0; i < headers; ++i) {
            const quint32 longest = below(8) == 0 ? 256 : 20;
            frame.headers.append({bytes(below(longest)), bytes(below(longest))});
        }
        frame.payload = bytes(below(6) == 0 ? below(5'000) : below(64));
        return frame;
    }

private:
    std::mt19937 m_random;
};

/// CRC-32 bit by bit: independent of the library's.
quint32 crcOf(const QByteArray &bytes)
{
    quint32 crc = 0xffff'ffff;
    for (const char byte : bytes) {
        crc ^= quint8(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) ? 0xedb8'8320 : 0);
    }
    return ~crc;
}

QByteArray withCrc(QByteArray frame)
{
    const quint32 crc = crcOf(frame.first(frame.size() - 4));
    for (int i = 0; i < 4; ++i)
        frame[frame.size() - 4 + i] = char(crc >> (24 - 8 * i));
    return frame;
}

} // namespace

/// Our codec against that of the published crate, both ways: the same bytes for the same frame, the same
/// frame from the same bytes, and no other differences of opinion than those in which we are stricter on
/// purpose.
class tst_InteropVstpCodec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void oursIsReadThere();
    void theirsIsReadHere();
    void headersAtTheirLimits();
    void frameAtTheLimit_data();
    void frameAtTheLimit();
    void mutatedFramesAreJudgedAlike();
    void whereWeAreStricter_data();
    void whereWeAreStricter();
    void unknownFlags();
    void headerBlockThatDoesNotFit();
};

void tst_InteropVstpCodec::oursIsReadThere()
{
    RustPeer crate({"decode"});
    FrameSource source(20250905);
    QList<QList<PeerFrame>> lines;
    for (int i = 0; i < 1500; ++i) {
        QByteArray line;
        lines.append(QList<PeerFrame> {});
        for (quint32 frames = 1 + source.below(3); frames > 0; --frames) {
            lines.back().append(source.frame());
            line += encoded(lines.back().back());
        }
        crate.tellLine(line.toHex());
    }
    for (const QList<PeerFrame> &expected : std::as_const(lines)) {
        const QJsonObject outcome = crate.next();
        QCOMPARE(outcome["error"].toString(), QString());
        QCOMPARE(outcome["left"].toInt(-1), 0);
        const QJsonArray frames = outcome["frames"].toArray();
        QCOMPARE(frames.size(), expected.size());
        for (qsizetype i = 0; i < expected.size(); ++i)
            QVERIFY2(isPrinted(frames[i].toObject(), expected[i]), qPrintable(encoded(expected[i]).toHex()));
    }
    QCOMPARE(crate.finish(), 0);
}

void tst_InteropVstpCodec::theirsIsReadHere()
{
    RustPeer crate({"encode"});
    FrameSource source(19700101);
    QList<PeerFrame> frames;
    for (int i = 0; i < 1500; ++i) {
        frames.append(source.frame());
        crate.tell(toJson(frames.back()));
    }
    for (const PeerFrame &frame : std::as_const(frames)) {
        const QByteArray bytes = QByteArray::fromHex(crate.next()["hex"].toString().toLatin1());
        QCOMPARE(bytes.toHex(), encoded(frame).toHex());
        const Decoded ours = decoded(bytes);
        QVERIFY2(!ours.error, ours.error.detail.c_str());
        QCOMPARE(ours.frames, QList<PeerFrame> {frame});
        QCOMPARE(ours.left, 0);
    }
    QCOMPARE(crate.finish(), 0);
}

void tst_InteropVstpCodec::headersAtTheirLimits()
{
    QList<PeerFrame> frames(4);
    frames[0].headers = {{QByteArray(255, 'k'), QByteArray(255, 'v')}};
    frames[1].headers = {{{}, {}}, {{}, QByteArray(255, '\0')}, {QByteArray(255, char(0xff)), {}}};
    // 255 entries of 2 + 255 bytes: exactly the 65 535 that HDR_LEN can say.
    for (int i = 0; i < 255; ++i)
        frames[2].headers.append({QByteArray(100, char(i)), QByteArray(155, 'x')});
    frames[2].payload = "behind the largest block";
    for (int i = 0; i < 256; ++i)
        frames[3].headers.append({QByteArray::number(i), {}});

    RustPeer encoder({"encode"});
    RustPeer decoder({"decode"});
    for (const PeerFrame &frame : std::as_const(frames)) {
        encoder.tell(toJson(frame));
        const QByteArray theirs = QByteArray::fromHex(encoder.next()["hex"].toString().toLatin1());
        QCOMPARE(theirs.toHex(), encoded(frame).toHex());
        QCOMPARE(decoded(theirs).frames, QList<PeerFrame> {frame});
        decoder.tellLine(theirs.toHex());
        QVERIFY(isPrinted(decoder.next()["frames"].toArray()[0].toObject(), frame));
    }
}

void tst_InteropVstpCodec::frameAtTheLimit_data()
{
    QTest::addColumn<qsizetype>("frameBytes");
    QTest::addColumn<bool>("fits");
    QTest::newRow("one byte less") << MaxFrameBytes - 1 << true;
    QTest::newRow("at the limit") << MaxFrameBytes << true;
    QTest::newRow("one byte more") << MaxFrameBytes + 1 << false;
}

void tst_InteropVstpCodec::frameAtTheLimit()
{
    QFETCH(const qsizetype, frameBytes);
    QFETCH(const bool, fits);
    PeerFrame frame;
    frame.headers = {{"k", "v"}};
    frame.payload = patternBytes(frameBytes - OverheadBytes - 4, 8);

    RustPeer encoder({"encode"});
    PeerFrame bare = frame;
    bare.payload.clear();
    encoder.tell(toJson(bare, frame.payload.size(), 8));
    const QByteArray theirs = QByteArray::fromHex(encoder.next()["hex"].toString().toLatin1());
    QCOMPARE(theirs.size(), frameBytes);
    QVERIFY(theirs == encoded(frame, frameBytes));
    QCOMPARE(encoded(frame).isEmpty(), !fits);

    RustPeer decoder({"decode"});
    decoder.tellLine(theirs.toHex());
    const QJsonObject outcome = decoder.next();
    const Decoded ours = decoded(theirs);
    if (fits) {
        QVERIFY(isPrinted(outcome["frames"].toArray()[0].toObject(), frame));
        QCOMPARE(ours.frames, QList<PeerFrame> {frame});
    } else {
        QVERIFY(outcome["error"].toString().contains("too large"));
        QCOMPARE(ours.error.code, ErrorCode::PayloadTooLarge);
        QCOMPARE(decoded(theirs.first(11)).error.code, ErrorCode::PayloadTooLarge);
    }
}

/// What a mutated frame may mean here and there. The checksum is made right again, so that the mutation is
/// seen by what comes behind it.
void tst_InteropVstpCodec::mutatedFramesAreJudgedAlike()
{
    RustPeer crate({"decode", "--limit", "70000"});
    FrameSource source(42);
    QList<QByteArray> lines;
    for (int i = 0; i < 4000; ++i) {
        const PeerFrame frame = source.frame();
        QByteArray bytes = encoded(frame);
        const auto all = quint32(bytes.size());
        const quint32 beforePayload = all - 4 - quint32(frame.payload.size());
        for (quint32 flips = 1 + source.below(2); flips > 0; --flips) {
            // Most decisions are made in the fixed part and in the header block.
            const std::array ranges {11U, beforePayload, all};
            const quint32 at = source.below(ranges[source.below(3)]);
            bytes[at] = char(bytes[at] ^ (1 << source.below(8)));
        }
        if (source.below(4) != 0)
            bytes = withCrc(bytes);
        else if (source.below(2) == 0)
            bytes.chop(1 + source.below(15));
        lines.append(bytes);
        crate.tellLine(bytes.isEmpty() ? QByteArray("56") : bytes.toHex());
    }
    int accepted = 0;
    int refused = 0;
    int stricter = 0;
    for (const QByteArray &bytes : std::as_const(lines)) {
        const QJsonObject outcome = crate.next();
        const QJsonArray theirs = outcome["frames"].toArray();
        const QString theirError = outcome["error"].toString();
        const Decoded ours = decoded(bytes, 70'000);
        const QByteArray context
            = bytes.left(40).toHex() + ": " + theirError.toLatin1() + " / " + ours.error.detail.c_str();
        if (ours.error.code == ErrorCode::BadHeaders && theirError.isEmpty()) {
            ++stricter; // an entry that leaves the block but not the frame
            continue;
        }
        if (ours.error.code == ErrorCode::BadMagic && theirError.isEmpty()) {
            QVERIFY2(bytes.size() < 11, context.constData()); // they look only from 11 bytes on
            continue;
        }
        QVERIFY2(bool(ours.error) == !theirError.isEmpty(), context.constData());
        QVERIFY2(ours.frames.size() == theirs.size(), context.constData());
        for (qsizetype i = 0; i < theirs.size(); ++i) {
            PeerFrame frame = ours.frames[i];
            // One unknown flag makes them forget the known ones too.
            if (theirs[i].toObject()["flags"].toInt() == 0)
                frame.flags = 0;
            QVERIFY2(isPrinted(theirs[i].toObject(), frame), context.constData());
        }
        ++(ours.error ? refused : accepted);
    }
    QVERIFY(accepted > 500);
    QVERIFY(refused > 500);
    QVERIFY(stricter > 20);
}

void tst_InteropVstpCodec::whereWeAreStricter_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<quint16>("code");
    const auto badHeaders = quint16(ErrorCode::BadHeaders);
    QTest::newRow("an entry that runs into the payload")
        << QByteArray::fromHex("565401030003000000000401046b5758595a45750430") << badHeaders;
    QTest::newRow("an entry that runs into the checksum")
        << QByteArray::fromHex("565401030003000000000001046b4345a543") << badHeaders;
    QTest::newRow("a length byte taken from the payload")
        << QByteArray::fromHex("565401030001000000000200005af3caea47") << badHeaders;

    QByteArray manyEmpty(11 + 2 * 257 + 4, '\0');
    manyEmpty.replace(0, 4, QByteArray::fromHex("56540103"));
    manyEmpty[5] = char((2 * 257) & 0xff);
    manyEmpty[6] = char((2 * 257) >> 8);
    QTest::newRow("257 headers") << withCrc(manyEmpty) << quint16(ErrorCode::TooManyHeaders);
}

void tst_InteropVstpCodec::whereWeAreStricter()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const quint16, code);
    RustPeer crate({"decode"});
    crate.tellLine(bytes.toHex());
    const QJsonObject outcome = crate.next();
    QCOMPARE(outcome["frames"].toArray().size(), 1);
    QCOMPARE(quint16(decoded(bytes).error.code), code);
}

void tst_InteropVstpCodec::unknownFlags()
{
    // REQ_ACK and an undefined bit: they read no flag at all, we keep what is known.
    const auto bytes = QByteArray::fromHex("565401038109000000000206016d73672d6964316869ff3ad96f");
    RustPeer crate({"decode"});
    crate.tellLine(bytes.toHex());
    QCOMPARE(crate.next()["frames"].toArray()[0].toObject()["flags"].toInt(-1), 0);
    QCOMPARE(decoded(bytes).frames.value(0).flags, quint8(Wire::Vstp::ReqAck));
}

void tst_InteropVstpCodec::headerBlockThatDoesNotFit()
{
    // 65 536 bytes of entries: their encoder lets HDR_LEN wrap to 0 and sends garbage, ours refuses.
    PeerFrame frame;
    for (int i = 0; i < 256; ++i)
        frame.headers.append({QByteArray(127, 'k'), QByteArray(127, 'v')});
    RustPeer encoder({"encode"});
    encoder.tell(toJson(frame));
    const QByteArray theirs = QByteArray::fromHex(encoder.next()["hex"].toString().toLatin1());
    QCOMPARE(theirs.size(), 65'536 + OverheadBytes);
    QCOMPARE(decoded(theirs).error.code, ErrorCode::CrcMismatch);

    Wire::HeaderBlock block;
    const std::string half(127, 'x');
    for (int i = 0; i < 255; ++i)
        QVERIFY(block.append(half, half).has_value());
    const auto refused = block.append(half, half);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::BadHeaders);
}

QTEST_GUILESS_MAIN(tst_InteropVstpCodec)
#include "tst_interop_vstpcodec.moc"

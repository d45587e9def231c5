// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include <QCborArray>
#include <QCborMap>
#include <QCborValue>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include "endpoint/serializer.h"
#include "serialized.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(Halyard::SerializerLimits)

/// What reading and writing refuse, and where they say it is.
class tst_SerializerRefusals : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void refused_data();
    void refused();
    void refusedNumbers_data();
    void refusedNumbers();
    void refusedJson_data();
    void refusedJson();
    void brokenCbor_data();
    void brokenCbor();
    void everyCutIsRefused();
    void elementLimit_data();
    void elementLimit();
    void depthLimit_data();
    void depthLimit();
    void hostileCborStaysSmall_data();
    void hostileCborStaysSmall();
};
void tst_SerializerRefusals::refused_data()
{
    QTest::addColumn<QCborValue>("value");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const QCborValue &value, const char *expected) {
        QTest::newRow(name) << value << QString::fromLatin1(expected);
    };
    const auto inOrder = [](const QCborValue &order) {
        return QCborMap {{"orders"_L1, QCborArray {QCborMap {}, order}}};
    };
    row("list for map", QCborArray {}, "expected a map, found a list");
    row("text for list", QCborMap {{"orders"_L1, "x"_L1}}, "orders: expected a list, found a string");
    row("text for double", inOrder(QCborMap {{"price"_L1, QCborMap {{"amount"_L1, "12"_L1}}}}),
        "orders[1].price.amount: expected a number, found a string");
    row("fraction for int", inOrder(QCborMap {{"rating"_L1, 1.5}}),
        "orders[1].rating: expected an integer, found a number with a fraction");
    row("text for int", QCborMap {{"counts"_L1, QCborMap {{"a"_L1, 1}, {"b"_L1, "12"_L1}}}},
        "counts{1}: expected an integer, found a string");
    row("null for text", inOrder(QCborMap {{"article"_L1, nullptr}}),
        "orders[1].article: expected a string, found null");
    row("bytes for text", inOrder(QCborMap {{"article"_L1, QByteArray("x")}}),
        "orders[1].article: expected a string, found bytes");
    row("text for bytes", QCborMap {{"signature"_L1, "x"_L1}}, "signature: expected bytes, found a string");
    row("unknown name", inOrder(QCborMap {{"state"_L1, "Lost"_L1}}),
        "orders[1].state: expected a name of State");
    row("number for enum", inOrder(QCborMap {{"state"_L1, 1}}),
        "orders[1].state: expected a name of State, found an integer");
    row("unknown flag", inOrder(QCborMap {{"extras"_L1, "GiftWrap|Bow"_L1}}),
        "orders[1].extras: expected names of Extra");
    row("no date", QCborMap {{"when"_L1, "yesterday"_L1}}, "when: expected a date and time as in ISO 8601");
    row("number without tag", QCborMap {{"when"_L1, 5}}, "when: expected a date and time, found an integer");
    row("date far away", QCborMap {{"when"_L1, QCborValue(QCborKnownTags::UnixTime_t, 1e300)}},
        "when: expected a date and time");
    row("no URL", QCborMap {{"link"_L1, "http://a b:c"_L1}}, "link: expected a URL");
    row("no UUID", QCborMap {{"uuid"_L1, "6ba7b810"_L1}}, "uuid: expected a UUID");
    row("short UUID", QCborMap {{"uuid"_L1, QByteArray(15, 'x')}}, "uuid: expected the 16 bytes of a UUID");
    row("number as key of a map", QCborMap {{"counts"_L1, QCborMap {{1, 1}}}},
        "counts{0}: expected a string as key, found an integer");
    row("boolean for map", QCborMap {{"prices"_L1, true}}, "prices: expected a map, found a boolean");
    row("simple value", QCborMap {{"any"_L1, QCborValue(QCborSimpleType(99))}},
        "any: expected a value, found something else");
    row("nested list", QCborMap {{"grid"_L1, QCborArray {QCborArray {}, QCborArray {1, "x"_L1}}}},
        "grid[1][1]: expected an integer, found a string");
}

void tst_SerializerRefusals::refused()
{
    QFETCH(QCborValue, value);
    QFETCH(QString, expected);
    const auto result = Serializer<Basket>().read(cborOf(value));
    QVERIFY(!result);
    QCOMPARE(result.error().code(), ErrorCode::DeserializationFailed);
    QCOMPARE(result.error().origin(), ErrorOrigin::Peer);
    QCOMPARE(detail(result.error()), expected);
}

void tst_SerializerRefusals::refusedNumbers_data()
{
    QTest::addColumn<QString>("member");
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *member, const char *hex, bool good) {
        QTest::addRow("%s %s", member, hex) << QString::fromLatin1(member) << QByteArray(hex) << good;
    };
    row("u8", "18ff", true);
    row("u8", "190100", false);
    row("u8", "20", false);  // -1
    row("i8", "387f", true); // -128
    row("i8", "3880", false);
    row("i8", "187f", true);
    row("i8", "1880", false);
    row("u16", "19ffff", true);
    row("u16", "1a00010000", false);
    row("i16", "397fff", true);
    row("i16", "398000", false);
    row("u32", "1affffffff", true);
    row("u32", "1b0000000100000000", false);
    row("i32", "3a7fffffff", true);
    row("i32", "3a80000000", false);
    row("i32", "1a80000000", false);
    row("u64", "1bffffffffffffffff", true);
    row("u64", "20", false);
    row("i64", "3b7fffffffffffffff", true);
    row("i64", "3b8000000000000000", false);
    row("i64", "3bffffffffffffffff", false); // -2^64
    row("i64", "1b8000000000000000", false);
    row("i64", "f93c00", false);          // 1.0
    row("f", "fb47efffffe0000000", true); // FLT_MAX
    row("f", "fb47f0000000000000", false);
    row("f", "fb7ff0000000000000", true); // infinity
    row("f", "1a01000000", true);         // 2^24
    row("f", "1a01000001", false);
    row("d", "f93c00", true);
    row("d", "1b0020000000000000", true); // 2^53
    row("d", "1b0020000000000001", false);
    row("d", "3b001fffffffffffff", true);
    row("b", "f5", true);
    row("b", "01", false);
    row("b", "f6", false);
}

void tst_SerializerRefusals::refusedNumbers()
{
    QFETCH(QString, member);
    QFETCH(QByteArray, hex);
    QFETCH(bool, good);
    QByteArray cbor = QByteArray::fromHex("a1") + char(0x60 + member.size()) + member.toLatin1();
    const auto result = Serializer<Numbers>().read(cbor + QByteArray::fromHex(hex));
    QCOMPARE(result.has_value(), good);
    if (!good)
        QVERIFY2(detail(result.error()).startsWith(member + u": "_s), qPrintable(detail(result.error())));
}

void tst_SerializerRefusals::refusedJson_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *json, const char *expected) {
        QTest::newRow(json) << QByteArray(json) << QString::fromUtf8(expected);
    };
    row(R"({"orders":[{"rating":"12"}]})", "orders[0].rating: expected an integer, found a string");
    row(R"({"orders":[{"rating":1.5}]})",
        "orders[0].rating: expected an integer, found a number with a fraction");
    row(R"({"orders":[{"rating":2147483648}]})",
        "orders[0].rating: expected an integer from -2147483648 to 2147483647");
    row(R"({"signature":"a*"})", "signature: expected bytes as base64url");
    row(R"({"signature":[1]})", "signature: expected bytes as base64url, found a list");
    row(R"({"notes":{}})", "notes: expected a list, found a map");
    row(R"({"notes":[true]})", "notes[0]: expected a string, found a boolean");
    row("", "0 values where one was expected");
    row("{},{}", "2 values where one was expected");
    row("{}][{}", "unbalanced bracket, at byte 2");
    row(R"({"notes":["x})", "unterminated string, at byte 15");
}

void tst_SerializerRefusals::refusedJson()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, expected);
    const auto result = Serializer<Basket>(PayloadFormat::Json).read(json);
    QVERIFY(!result);
    QCOMPARE(result.error().code(), ErrorCode::DeserializationFailed);
    QCOMPARE(detail(result.error()), expected);
}

void tst_SerializerRefusals::brokenCbor_data()
{
    QTest::addColumn<QByteArray>("hex");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("break alone") << QByteArray("ff");
    QTest::newRow("reserved length") << QByteArray("a1"
                                                   "656e6f746573"
                                                   "9c");
    QTest::newRow("bytes behind the value") << QByteArray("a000");
    QTest::newRow("invalid UTF-8") << QByteArray("a1"
                                                 "656e6f746573"
                                                 "81"
                                                 "62c328");
    QTest::newRow("invalid UTF-8 as key") << QByteArray("a1"
                                                        "62c328"
                                                        "00");
    QTest::newRow("text that never comes") << QByteArray("a1"
                                                         "656e6f746573"
                                                         "81"
                                                         "7a70000000"
                                                         "61");
    QTest::newRow("endless text") << QByteArray("a1"
                                                "656e6f746573"
                                                "81"
                                                "7f6161");
    QTest::newRow("list without end") << QByteArray("a1"
                                                    "656e6f746573"
                                                    "9f6161");
    QTest::newRow("length of 2^64") << QByteArray("a1"
                                                  "656e6f746573"
                                                  "9bffffffffffffffff");
    QTest::newRow("text of 2^63") << QByteArray("a1"
                                                "656e6f746573"
                                                "817b7fffffffffffffff");
    QTest::newRow("unknown field without value") << QByteArray("a1"
                                                               "6178");
    QTest::newRow("unknown field of 2^62 bytes") << QByteArray("a1"
                                                               "6178"
                                                               "5b4000000000000000");
    QTest::newRow("field given twice") << QByteArray("a2"
                                                     "656e6f746573"
                                                     "80"
                                                     "656e6f746573"
                                                     "80");
    QTest::newRow("key of a map given twice") << QByteArray("a1"
                                                            "66636f756e7473"
                                                            "a2"
                                                            "616101"
                                                            "616102");
    QTest::newRow("two tags") << QByteArray("a1"
                                            "647768656e"
                                            "c0c0"
                                            "6161");
}

void tst_SerializerRefusals::brokenCbor()
{
    QFETCH(QByteArray, hex);
    const auto result = Serializer<Basket>().read(QByteArray::fromHex(hex));
    QVERIFY(!result);
    QCOMPARE(result.error().code(), ErrorCode::DeserializationFailed);
    QVERIFY(!detail(result.error()).isEmpty());
}

void tst_SerializerRefusals::everyCutIsRefused()
{
    for (const auto format : {PayloadFormat::Cbor, PayloadFormat::Json}) {
        const Serializer<Basket> serializer(format);
        const auto whole = *serializer.write(fullBasket());
        for (qsizetype cut = 0; cut < whole.size(); ++cut) {
            const auto result = serializer.read(QByteArrayView(whole).first(cut));
            QVERIFY2(!result, qPrintable(u"cut at byte %1"_s.arg(cut)));
            QCOMPARE(result.error().code(), ErrorCode::DeserializationFailed);
        }
    }
}

void tst_SerializerRefusals::elementLimit_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<PayloadFormat>("format");
    QTest::addColumn<bool>("good");
    for (const int count : {65'535, 65'536, 65'537}) {
        const bool good = count <= 65'536;
        const QByteArray text = "{\"grid\":[[" + QByteArray("1,").repeated(count - 2) + "1]]}";
        QTest::addRow("JSON %d", count) << text << PayloadFormat::Json << good;
        QByteArray definite = QByteArray::fromHex("a16467726964819a");
        for (int shift = 24; shift >= 0; shift -= 8)
            definite += char((count - 1) >> shift);
        QTest::addRow("CBOR %d", count)
            << definite + QByteArray(count - 1, '\1') << PayloadFormat::Cbor << good;
        const QByteArray indefinite
            = QByteArray::fromHex("a16467726964819f") + QByteArray(count - 1, '\1') + '\xff';
        QTest::addRow("CBOR %d, indefinite", count) << indefinite << PayloadFormat::Cbor << good;
        QByteArray map = QByteArray::fromHex("a166636f756e7473bf");
        for (int i = 0; i < count; ++i)
            map += "\x66" + QByteArray::number(100'000 + i) + '\1';
        QTest::addRow("CBOR map %d", count) << map + '\xff' << PayloadFormat::Cbor << good;
    }
}

void tst_SerializerRefusals::elementLimit()
{
    QFETCH(QByteArray, bytes);
    QFETCH(PayloadFormat, format);
    QFETCH(bool, good);
    const auto result = Serializer<Basket>(format).read(bytes);
    QVERIFY2(result.has_value() == good, result ? "read" : qPrintable(detail(result.error())));
    if (!good)
        QVERIFY2(detail(result.error()).contains("more than 65536 elements"_L1),
            qPrintable(detail(result.error())));
}

void tst_SerializerRefusals::depthLimit_data()
{
    QTest::addColumn<int>("depth");
    QTest::addColumn<bool>("good");
    QTest::newRow("below") << 63 << true;
    QTest::newRow("at") << 64 << true;
    QTest::newRow("above") << 65 << false;
    QTest::newRow("a million") << 1'000'000 << false;
}

void tst_SerializerRefusals::depthLimit()
{
    QFETCH(int, depth);
    QFETCH(bool, good);
    const auto cbor = QByteArray(depth - 1, '\x81') + '\x80';
    const auto json = QByteArray(depth, '[') + QByteArray(depth, ']');
    QCOMPARE(Serializer<QVariant>().read(cbor).has_value(), good);
    QCOMPARE(Serializer<QVariant>(PayloadFormat::Json).read(json).has_value(), good);
    // In a field that nobody reads it is no better.
    QCOMPARE(Serializer<Price>().read(QByteArray::fromHex("a16178") + cbor.mid(1)).has_value(), good);
    QCOMPARE(Serializer<Price>(PayloadFormat::Json)
                 .read("{\"x\":" + json.mid(1, 2 * (depth - 1)) + '}')
                 .has_value(),
        good);
}

namespace {

/// The kernel's high water mark of this process's memory, counted from now on if `restart` is set.
qint64 peakKilobytes(bool restart)
{
    QFile references(u"/proc/self/clear_refs"_s);
    if (restart && (!references.open(QIODevice::WriteOnly) || references.write("5") != 1))
        return -1;
    references.close();
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return -1;
    for (const auto &line : status.readAll().split('\n')) {
        if (line.startsWith("VmHWM:"))
            return line.mid(6).trimmed().split(' ').first().toLongLong();
    }
    return -1;
}

} // namespace

void tst_SerializerRefusals::hostileCborStaysSmall_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<PayloadFormat>("format");
    constexpr int Size = 8 * 1024 * 1024;
    QTest::newRow("nulls") << QByteArray::fromHex("9a00800000") + QByteArray(Size, '\xf6')
                           << PayloadFormat::Cbor;
    QTest::newRow("nulls without end") << '\x9f' + QByteArray(Size, '\xf6') << PayloadFormat::Cbor;
    QTest::newRow("empty lists") << '\x9f' + QByteArray(Size, '\x80') << PayloadFormat::Cbor;
    QTest::newRow("nested lists") << QByteArray(Size, '\x81') << PayloadFormat::Cbor;
    QTest::newRow("JSON") << '[' + QByteArray("0,").repeated(Size / 2) + "0]" << PayloadFormat::Json;
    QTest::newRow("nested JSON") << QByteArray("{\"a\":").repeated(Size / 5) << PayloadFormat::Json;
}

void tst_SerializerRefusals::hostileCborStaysSmall()
{
    QFETCH(QByteArray, bytes);
    QFETCH(PayloadFormat, format);
    const auto before = peakKilobytes(true);
    QVERIFY(before > 0);
    const auto result = Serializer<QVariant>(format).read(bytes);
    QVERIFY(!result);
    QCOMPARE(result.error().code(), ErrorCode::DeserializationFailed);
    const auto grown = peakKilobytes(false) - before;
    QVERIFY2(grown < 24 * 1024, qPrintable(u"%1 KiB"_s.arg(grown)));
}

QTEST_APPLESS_MAIN(tst_SerializerRefusals)
#include "tst_serializerrefusals.moc"

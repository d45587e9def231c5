// SPDX-License-Identifier: MIT
#include <QTest>

#include "cratestructure.h"
#include "endpoint/structserializer.h"
#include "wire/bincode.h"
#include "wire/rkyv.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

struct Typed {
    Q_GADGET
    Q_PROPERTY(Kind kind MEMBER kind)
    Q_PROPERTY(QList<QByteArray> pieces MEMBER pieces)
public:
    enum class Kind : quint8 { Ask = 10, Tell = 20 };
    Q_ENUM(Kind)
    Kind kind = Kind::Ask;
    QList<QByteArray> pieces;
    friend bool operator==(const Typed &, const Typed &) = default;
};

struct Unfit {
    Q_GADGET
    Q_PROPERTY(QVariantMap map MEMBER map)
public:
    QVariantMap map;
};

namespace {

template <class T>
QString refusal(StructFormat format, const QByteArray &bytes, SerializerLimits limits = {})
{
    const auto value = StructSerializer<T>(format, limits).read(bytes);
    return value ? u"accepted"_s
                 : QString::fromLatin1(value.error().name().data()) + u' ' + value.error().detail();
}

QByteArray asByteArray(const Wire::Bytes &bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size())};
}

void formats()
{
    QTest::addColumn<StructFormat>("format");
    QTest::newRow("Bincode") << StructFormat::Bincode;
    QTest::newRow("Rkyv") << StructFormat::Rkyv;
}

} // namespace

class tst_StructSerializer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void roundTrip_data() { formats(); }
    static void roundTrip();
    static void noPrefixIsAccepted_data() { formats(); }
    static void noPrefixIsAccepted();
    static void changedBytesAreSurvived_data() { formats(); }
    static void changedBytesAreSurvived();
    static void asWrittenByHand();
    static void enums();
    static void errorsNameTheField();
    static void limits_data() { formats(); }
    static void limits();
    static void typesWithoutAForm_data() { formats(); }
    static void typesWithoutAForm();
};

void tst_StructSerializer::roundTrip()
{
    QFETCH(StructFormat, format);
    const StructSerializer<CrateStructure> serializer(format);
    for (const CrateStructure &value : {CrateStructure::sample(), CrateStructure()}) {
        const auto bytes = serializer.write(value);
        QVERIFY2(bytes, bytes ? "" : qPrintable(bytes.error().toString()));
        const auto read = serializer.read(*bytes);
        QVERIFY2(read, read ? "" : qPrintable(read.error().toString()));
        QVERIFY(*read == value);
    }
    const StructSerializer<QList<QStringList>> lists(format);
    const QList<QStringList> nested {{u"one"_s, u"a long one of them"_s}, {}, {u"another long one"_s}};
    QCOMPARE(lists.read(*lists.write(nested)).value(), nested);
}

void tst_StructSerializer::noPrefixIsAccepted()
{
    QFETCH(StructFormat, format);
    const StructSerializer<CrateStructure> serializer(format);
    const QByteArray bytes = *serializer.write(CrateStructure::sample());
    for (qsizetype size = 0; size < bytes.size(); ++size) {
        QVERIFY(!serializer.read(bytes.first(size)));
        QVERIFY(!serializer.read(bytes.last(size)));
    }
    QVERIFY(!serializer.read(bytes + '\0'));
    QVERIFY(!serializer.read('\0' + bytes));
}

void tst_StructSerializer::changedBytesAreSurvived()
{
    QFETCH(StructFormat, format);
    const StructSerializer<CrateStructure> serializer(format);
    const QByteArray bytes = *serializer.write(CrateStructure::sample());
    int refused = 0;
    for (qsizetype at = 0; at < bytes.size(); ++at) {
        for (const int change : {0x01, 0x80, 0xff}) {
            QByteArray changed = bytes;
            changed[at] = char(changed[at] ^ change);
            const auto read = serializer.read(changed);
            if (!read) {
                ++refused;
                QCOMPARE(read.error().code(), ErrorCode::DeserializationFailed);
            }
        }
    }
    QVERIFY(refused > 0);
}

void tst_StructSerializer::asWrittenByHand()
{
    const CrateEntry entry {5, u"nine bytes"_s};
    QCOMPARE(*StructSerializer<CrateEntry>(StructFormat::Bincode).write(entry),
        asByteArray(std::move(Bincode::Writer().writeU32(5).writeText("nine bytes")).finish()));
    QCOMPARE(*StructSerializer<CrateEntry>(StructFormat::Rkyv).write(entry),
        asByteArray(std::move(Rkyv::Writer().writeU32(5).writeText("nine bytes")).finish()));
}

void tst_StructSerializer::enums()
{
    Typed value;
    value.kind = Typed::Kind::Tell;
    const StructSerializer<Typed> bincode(StructFormat::Bincode);
    const StructSerializer<Typed> rkyv(StructFormat::Rkyv);
    QVERIFY(bincode.write(value)->startsWith(QByteArray("\x01\0\0\0", 4))); // its place
    QCOMPARE(rkyv.write(value)->at(0), '\x14');                             // its number
    QCOMPARE(bincode.read(*bincode.write(value)).value(), value);
    QCOMPARE(rkyv.read(*rkyv.write(value)).value(), value);
    value.kind = Typed::Kind(30);
    QCOMPARE(bincode.write(value).error().code(), ErrorCode::InvalidArgument);
    QVERIFY(rkyv.write(value).error().detail().startsWith(u"kind: "_s));
}

void tst_StructSerializer::errorsNameTheField()
{
    QCOMPARE(refusal<CrateEntry>(StructFormat::Bincode, QByteArray(5, '\0')),
        u"DeserializationFailed text: the bytes end too early"_s);
    const QByteArray bad
        = asByteArray(std::move(Bincode::Writer().writeU32(5).writeBytes(Wire::asBytes("\xff"))).finish());
    QCOMPARE(refusal<QList<CrateEntry>>(StructFormat::Bincode, QByteArray("\x01\0\0\0\0\0\0\0", 8) + bad),
        u"DeserializationFailed [0].text: no UTF-8"_s);
    QCOMPARE(refusal<Typed>(StructFormat::Bincode, QByteArray("\x02\0\0\0", 4)),
        u"DeserializationFailed kind: 2 is no value of Kind"_s);
    // A text that lies behind what points to it.
    const QByteArray behind("\x05\0\0\0\x8a\0\0\0\x08\0\0\0nine bytes", 22);
    QVERIFY(
        refusal<CrateEntry>(StructFormat::Rkyv, behind.first(12)).contains(u"a pointer to where nothing"_s));
}

void tst_StructSerializer::limits()
{
    QFETCH(StructFormat, format);
    const SerializerLimits few {2, 64};
    const StructSerializer<QList<quint8>> generous(format);
    const StructSerializer<QList<quint8>> strict(format, few);
    const QByteArray three = *generous.write({1, 2, 3});
    QVERIFY(refusal<QList<quint8>>(format, three, few).contains(u"more than 2 elements"_s));
    QCOMPARE(strict.write({1, 2, 3}).error().code(), ErrorCode::InvalidArgument);
    QVERIFY(strict.read(*strict.write({1, 2})));
    // A length that nothing stands behind makes nobody allocate.
    const QByteArray huge
        = format == StructFormat::Bincode ? QByteArray(8, '\xff') : QByteArray("\0\0\0\0\xff\xff\xff\x7f", 8);
    QVERIFY(!generous.read(huge));
}

void tst_StructSerializer::typesWithoutAForm()
{
    QFETCH(StructFormat, format);
    const auto written = StructSerializer<Unfit>(format).write({});
    QCOMPARE(written.error().code(), ErrorCode::InvalidArgument);
    QVERIFY(
        written.error().detail().contains(u"QVariantMap"_s) || written.error().detail().contains(u"QMap"_s));
}

QTEST_GUILESS_MAIN(tst_StructSerializer)
#include "tst_structserializer.moc"

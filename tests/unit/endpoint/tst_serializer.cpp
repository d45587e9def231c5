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

class tst_Serializer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void roundTrip_data();
    void roundTrip();
    void extremes_data() { roundTrip_data(); }
    void extremes();
    void plainTypes_data() { roundTrip_data(); }
    void plainTypes();
    void cborIsWhatOthersRead();
    void jsonIsWhatOthersRead();
    void unknownFieldsAreIgnored();
    void missingFieldsKeepDefaults();
    void valuesDecideTheTypeOfVariants();
    void unwritable();
    void writingKeepsTheLimits();
};

void tst_Serializer::roundTrip_data()
{
    QTest::addColumn<PayloadFormat>("format");
    QTest::newRow("CBOR") << PayloadFormat::Cbor;
    QTest::newRow("JSON") << PayloadFormat::Json;
}

void tst_Serializer::roundTrip()
{
    QFETCH(PayloadFormat, format);
    const Serializer<Basket> serializer(format);
    const auto bytes = serializer.write(fullBasket());
    QVERIFY2(bytes, bytes ? "" : qPrintable(bytes.error().toString()));
    const auto back = serializer.read(*bytes);
    QVERIFY2(back, back ? "" : qPrintable(back.error().toString()));
    QCOMPARE(back->orders, fullBasket().orders);
    QVERIFY(*back == fullBasket());
}

void tst_Serializer::extremes()
{
    QFETCH(PayloadFormat, format);
    const Serializer<Numbers> serializer(format);
    Numbers least {true, 0, std::numeric_limits<qint8>::min(), 0, std::numeric_limits<qint16>::min(), 0,
        std::numeric_limits<qint32>::min(), 0, std::numeric_limits<qint64>::min(), -1.5F, -0.1};
    Numbers most {true, 255, 127, 65'535, 32'767, std::numeric_limits<quint32>::max(),
        std::numeric_limits<qint32>::max(), quint64(std::numeric_limits<qint64>::max()),
        std::numeric_limits<qint64>::max(), std::numeric_limits<float>::max(),
        std::numeric_limits<double>::max()};
    for (const auto &numbers : {least, most}) {
        const auto bytes = serializer.write(numbers);
        QVERIFY(bytes);
        const auto back = serializer.read(*bytes);
        QVERIFY2(back, back ? "" : qPrintable(back.error().toString()));
        QVERIFY(*back == numbers);
    }
    most.u64 = std::numeric_limits<quint64>::max();
    const auto bytes = serializer.write(most);
    if (format == PayloadFormat::Json) {
        QVERIFY(!bytes);
        QCOMPARE(bytes.error().code(), ErrorCode::InvalidArgument);
        QCOMPARE(detail(bytes.error()), u"u64: the number cannot be expressed in JSON"_s);
    } else {
        QVERIFY(*serializer.read(*bytes) == most);
    }
}

namespace {

template <class T>
bool comesBack(const T &value, PayloadFormat format)
{
    const Serializer<T> serializer(format);
    const auto bytes = serializer.write(value);
    const auto back = bytes ? serializer.read(*bytes) : tl::unexpected(bytes.error());
    if (!back)
        qWarning() << back.error();
    return back && *back == value;
}

} // namespace

void tst_Serializer::plainTypes()
{
    QFETCH(PayloadFormat, format);
    QVERIFY(comesBack(-5, format));
    QVERIFY(comesBack(u"ü"_s, format));
    QVERIFY(comesBack(QVariantMap {{u"a"_s, QVariant::fromValue(nullptr)}, {u"b"_s, qlonglong(1)}}, format));
    QVERIFY(comesBack(std::optional<int>(), format));
    QVERIFY(comesBack(std::optional<int>(5), format));
    QVERIFY(comesBack(QList<Price> {{1, u"A"_s}, {2, u"B"_s}}, format));
    QVERIFY(comesBack(QList<std::optional<Price>> {{}, Price {}}, format));
    QVERIFY(comesBack(std::optional(QStringList {u"a"_s}), format));
    QVERIFY(comesBack(Order::State::Shipped, format));
}

void tst_Serializer::cborIsWhatOthersRead()
{
    Order order;
    order.state = Order::State::Paid;
    order.extras = Order::Express | Order::GiftWrap;
    order.rating = 4;
    const auto map = QCborValue::fromCbor(*Serializer<Order>().write(order)).toMap();
    QCOMPARE(map.value("state"_L1).toString(), u"Paid"_s);
    QCOMPARE(map.value("extras"_L1).toString(), u"GiftWrap|Express"_s);
    QCOMPARE(map.value("rating"_L1).toInteger(), 4);
    QVERIFY(map.value("discount"_L1).isNull());
    QCOMPARE(map.value("price"_L1).toMap().value("currency"_L1).toString(), u"EUR"_s);
    const auto basket = QCborValue::fromCbor(*Serializer<Basket>().write(fullBasket())).toMap();
    QCOMPARE(basket.value("when"_L1).toDateTime(), fullBasket().when);
    QCOMPARE(basket.value("link"_L1).toUrl(), fullBasket().link);
    QCOMPARE(basket.value("uuid"_L1).toUuid(), fullBasket().uuid);
    QVERIFY(!basket.contains("readOnly"_L1));
}

void tst_Serializer::jsonIsWhatOthersRead()
{
    const auto text = Serializer<Basket>(PayloadFormat::Json).write(fullBasket());
    QJsonParseError error;
    const auto object = QJsonDocument::fromJson(*text, &error).object();
    QCOMPARE(error.error, QJsonParseError::NoError);
    QCOMPARE(object["signature"_L1].toString(), u"AP8Q-w"_s);
    QCOMPARE(object["when"_L1].toString(), u"2024-02-29T12:34:56.789Z"_s);
    QCOMPARE(object["uuid"_L1].toString(), u"6ba7b810-9dad-11d1-80b4-00c04fd430c8"_s);
    QCOMPARE(object["orders"_L1][0]["article"_L1].toString(), fullBasket().orders[0].article);
}

void tst_Serializer::unknownFieldsAreIgnored()
{
    QCborMap map {{"amount"_L1, 2.5}, {"unknown"_L1, QCborArray {1, QCborMap {{"a"_L1, 2}}}},
        {7, "number as key"_L1}, {"tagged"_L1, QCborValue(QCborTag(1000), QCborValue(QCborTag(1001), 5))},
        {"nothing"_L1, QCborValue()}};
    QCOMPARE(Serializer<Price>().read(cborOf(map))->amount, 2.5);
    const auto json
        = Serializer<Price>(PayloadFormat::Json).read(R"({"x":[{"y":[]}],"amount":2.5,"z":null})");
    QCOMPARE(json->amount, 2.5);
}

void tst_Serializer::missingFieldsKeepDefaults()
{
    QCOMPARE(Serializer<Price>().read(cborOf(QCborMap {}))->currency, u"EUR"_s);
    QCOMPARE(Serializer<Price>(PayloadFormat::Json).read("{}")->currency, u"EUR"_s);
}

void tst_Serializer::valuesDecideTheTypeOfVariants()
{
    const QCborArray array {1, 1.5, "t"_L1, QByteArray("b"),
        QCborValue(QDateTime(QDate(2020, 1, 1), {}, Qt::UTC)), QCborValue(QUrl(u"a:b"_s)),
        QCborValue(QUuid::fromString(u"6ba7b810-9dad-11d1-80b4-00c04fd430c8"_s)), false, nullptr,
        QCborArray {}, QCborMap {}, QCborValue(QCborKnownTags::UnixTime_t, 1.5)};
    const auto list = Serializer<QVariantList>().read(cborOf(array));
    QVERIFY2(list, list ? "" : qPrintable(list.error().toString()));
    QList<int> types;
    for (const auto &value : *list)
        types.append(value.typeId());
    const QList<int> expected {QMetaType::LongLong, QMetaType::Double, QMetaType::QString,
        QMetaType::QByteArray, QMetaType::QDateTime, QMetaType::QUrl, QMetaType::QUuid, QMetaType::Bool,
        QMetaType::Nullptr, QMetaType::QVariantList, QMetaType::QVariantMap, QMetaType::QDateTime};
    QCOMPARE(types, expected);
    QCOMPARE(list->last().toDateTime().toMSecsSinceEpoch(), 1'500);
}

void tst_Serializer::unwritable()
{
    const Serializer<double> json(PayloadFormat::Json);
    for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
        QCOMPARE(json.write(value).error().code(), ErrorCode::InvalidArgument);
        QVERIFY(Serializer<double>().write(value));
    }
    const auto written = Serializer<HoldsOpaque>().write({{Opaque {}}});
    QCOMPARE(written.error().code(), ErrorCode::InvalidArgument);
    QVERIFY(detail(written.error()).startsWith(u"list: values of type QList<Opaque>"_s));
    const auto read = Serializer<HoldsOpaque>().read(cborOf(QCborMap {{"list"_L1, QCborArray {}}}));
    QCOMPARE(read.error().code(), ErrorCode::InvalidArgument);
    QCOMPARE(read.error().origin(), ErrorOrigin::Local);

    Basket basket;
    basket.orders.append(Order {});
    basket.orders[0].state = Order::State(77);
    QCOMPARE(
        detail(Serializer<Basket>().write(basket).error()), u"orders[0].state: 77 is no value of State"_s);
    basket = {};
    basket.more = {{u"a"_s, QVariantList {1, QVariant::fromValue(QRegularExpression())}}};
    QVERIFY(detail(Serializer<Basket>().write(basket).error()).startsWith(u"more{0}[1]: values of type"_s));
    basket = {};
    basket.when = {};
    QCOMPARE(detail(Serializer<Basket>().write(basket).error()), u"when: is no valid date and time"_s);
}

void tst_Serializer::writingKeepsTheLimits()
{
    const Serializer<QList<int>> serializer(PayloadFormat::Cbor, {3, 64});
    QVERIFY(serializer.write({1, 2, 3}));
    QCOMPARE(serializer.write({1, 2, 3, 4}).error().code(), ErrorCode::InvalidArgument);
    QVariant nested = QVariantList {};
    for (int depth = 1; depth < 64; ++depth)
        nested = QVariantList {nested};
    QVERIFY(Serializer<QVariant>().write(nested));
    QCOMPARE(Serializer<QVariant>().write(QVariantList {nested}).error().code(), ErrorCode::InvalidArgument);
}

QTEST_APPLESS_MAIN(tst_Serializer)
#include "tst_serializer.moc"

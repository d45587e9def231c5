// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QCborValue>
#include <QDateTime>
#include <QHash>
#include <QMap>
#include <QObject>
#include <QStringList>
#include <QUrl>
#include <QUuid>
#include <QVariant>

#include "endpoint/error.h"
#include "endpoint/optionalmetatype.h"

/// What a small shop would send: every kind of member that a Serializer knows.

struct Price {
    Q_GADGET
    Q_PROPERTY(double amount MEMBER amount)
    Q_PROPERTY(QString currency MEMBER currency)
public:
    double amount = 0;
    QString currency = QStringLiteral("EUR");
    friend bool operator==(const Price &, const Price &) = default;
};

struct Order {
    Q_GADGET
    Q_PROPERTY(State state MEMBER state)
    Q_PROPERTY(Extras extras READ getExtras WRITE setExtras) // moc knows no MEMBER for flags
    Q_PROPERTY(Price price MEMBER price)
    Q_PROPERTY(QString article MEMBER article)
    Q_PROPERTY(std::optional<Price> discount MEMBER discount)
    Q_PROPERTY(std::optional<int> rating MEMBER rating)
    Q_PROPERTY(QList<State> history MEMBER history)
public:
    enum class State : quint8 { Open, Paid, Shipped = 200 };
    Q_ENUM(State)
    enum Extra { GiftWrap = 1, Express = 2, Insured = 4 };
    Q_DECLARE_FLAGS(Extras, Extra)
    Q_FLAG(Extras)

    State state = State::Open;
    [[nodiscard]] Extras getExtras() const { return extras; }
    void setExtras(Extras values) { extras = values; }
    Extras extras;
    Price price;
    QString article;
    std::optional<Price> discount;
    std::optional<int> rating;
    QList<State> history;
    friend bool operator==(const Order &, const Order &) = default;
};
Q_DECLARE_OPERATORS_FOR_FLAGS(Order::Extras)

struct Basket {
    Q_GADGET
    Q_PROPERTY(QList<Order> orders MEMBER orders)
    Q_PROPERTY(QMap<QString, Price> prices MEMBER prices)
    Q_PROPERTY(QHash<QString, int> counts MEMBER counts)
    Q_PROPERTY(QStringList notes MEMBER notes)
    Q_PROPERTY(QList<QList<int>> grid MEMBER grid)
    Q_PROPERTY(QVariantMap more MEMBER more)
    Q_PROPERTY(QVariant any MEMBER any)
    Q_PROPERTY(QByteArray signature MEMBER signature)
    Q_PROPERTY(QDateTime when MEMBER when)
    Q_PROPERTY(QUrl link MEMBER link)
    Q_PROPERTY(QUuid uuid MEMBER uuid)
    Q_PROPERTY(int readOnly READ readOnly)
public:
    QList<Order> orders;
    QMap<QString, Price> prices;
    QHash<QString, int> counts;
    QStringList notes;
    QList<QList<int>> grid;
    QVariantMap more;
    QVariant any;
    QByteArray signature;
    QDateTime when = QDateTime::fromMSecsSinceEpoch(0, Qt::UTC);
    QUrl link;
    QUuid uuid;
    [[nodiscard]] int readOnly() const { return 7; }
    friend bool operator==(const Basket &, const Basket &) = default;
};

struct Numbers {
    Q_GADGET
    Q_PROPERTY(bool b MEMBER b)
    Q_PROPERTY(quint8 u8 MEMBER u8)
    Q_PROPERTY(qint8 i8 MEMBER i8)
    Q_PROPERTY(quint16 u16 MEMBER u16)
    Q_PROPERTY(qint16 i16 MEMBER i16)
    Q_PROPERTY(quint32 u32 MEMBER u32)
    Q_PROPERTY(qint32 i32 MEMBER i32)
    Q_PROPERTY(quint64 u64 MEMBER u64)
    Q_PROPERTY(qint64 i64 MEMBER i64)
    Q_PROPERTY(float f MEMBER f)
    Q_PROPERTY(double d MEMBER d)
public:
    bool b = false;
    quint8 u8 = 0;
    qint8 i8 = 0;
    quint16 u16 = 0;
    qint16 i16 = 0;
    quint32 u32 = 0;
    qint32 i32 = 0;
    quint64 u64 = 0;
    qint64 i64 = 0;
    float f = 0;
    double d = 0;
    friend bool operator==(const Numbers &, const Numbers &) = default;
};

/// No gadget: nothing is known of its members.
struct Opaque {
    int value = 0;
    friend bool operator==(const Opaque &, const Opaque &) = default;
};

struct HoldsOpaque {
    Q_GADGET
    Q_PROPERTY(QList<Opaque> list MEMBER list)
public:
    QList<Opaque> list;
};

/// Every kind of member filled.
inline Basket fullBasket()
{
    using namespace Qt::StringLiterals;
    Basket basket;
    Order order;
    order.state = Order::State::Shipped;
    order.extras = Order::GiftWrap | Order::Insured;
    order.price = {12.5, u"CHF"_s};
    order.article = u"sail \"№ 7\"\n\t\u0001"_s;
    order.discount = Price {1, u"CHF"_s};
    order.history = {Order::State::Open, Order::State::Paid};
    Order plain;
    plain.rating = -3;
    basket.orders = {order, plain};
    basket.prices = {{u"jib"_s, {3, u"EUR"_s}}, {u"genoa"_s, {4.25, u"USD"_s}}};
    basket.counts = {{u"a"_s, 1}, {u"b"_s, 2}};
    basket.notes = {u""_s, u"knots"_s};
    basket.grid = {{}, {1, 2}, {3}};
    basket.more = {{u"deep"_s, QVariantMap {{u"list"_s, QVariantList {true, qlonglong(5), 1.5}}}}};
    basket.any = u"text"_s;
    basket.signature = QByteArray::fromHex("00ff10fb");
    basket.when = QDateTime(QDate(2024, 2, 29), QTime(12, 34, 56, 789), Qt::UTC);
    basket.link = QUrl(u"https://example.org/a%20b?c=d"_s);
    basket.uuid = QUuid::fromString(u"6ba7b810-9dad-11d1-80b4-00c04fd430c8"_s);
    return basket;
}

inline QByteArray cborOf(const QCborValue &value) { return value.toCbor(); }

inline QString detail(const Halyard::Error &error) { return error.detail(); }

// SPDX-License-Identifier: MIT
#include <QDebug>
#include <QTest>

#include "endpoint/headers.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

class tst_Headers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void emptyOnesCostNothing();
    void keepOrderAndDuplicates();
    void takeAnyBytes();
    void limits_data();
    void limits();
    void wholeBlockLimit();
    void copiesAreIndependent();
    void comeFromABlock();
    void areEqualWhateverTheirLayout();
    void neverShowValues();
};

void tst_Headers::emptyOnesCostNothing()
{
    const Headers headers;
    QVERIFY(headers.isEmpty());
    QCOMPARE(headers.count(), 0);
    QVERIFY(headers.begin() == headers.end());
    QVERIFY(!headers.contains("x"));
    QCOMPARE(headers.value("x", "fallback"), QByteArray("fallback"));
    QVERIFY(headers.view().bytes().empty());
}

void tst_Headers::keepOrderAndDuplicates()
{
    Headers headers {{"b", "1"}, {"a", "2"}};
    QVERIFY(headers.append("b", "3"));
    QList<QByteArray> seen;
    for (const auto &[key, value] : headers)
        seen.append(key.toByteArray() + '=' + value.toByteArray());
    QCOMPARE(seen, (QList<QByteArray> {"b=1", "a=2", "b=3"}));
    QCOMPARE(headers.count(), 3);
    QCOMPARE(headers.value("b"), QByteArray("1"));
    QCOMPARE(headers.values("b"), (QList<QByteArray> {"1", "3"}));
    QVERIFY(headers.contains("a"));
    QVERIFY(!headers.contains("A"));
    headers.clear();
    QVERIFY(headers.isEmpty());
}

void tst_Headers::takeAnyBytes()
{
    const QByteArray key("\0\xff", 2);
    const QByteArray value("\0\n\xc3", 3);
    Headers headers;
    QVERIFY(headers.append(key, value));
    QVERIFY(headers.append("", ""));
    QCOMPARE(headers.value(key), value);
    QVERIFY(headers.contains(""));
    QCOMPARE(headers.value(""), QByteArray());
}

void tst_Headers::limits_data()
{
    QTest::addColumn<int>("keyBytes");
    QTest::addColumn<int>("valueBytes");
    QTest::addColumn<bool>("good");
    QTest::newRow("key below") << 254 << 0 << true;
    QTest::newRow("key at") << 255 << 0 << true;
    QTest::newRow("key above") << 256 << 0 << false;
    QTest::newRow("value below") << 0 << 254 << true;
    QTest::newRow("value at") << 0 << 255 << true;
    QTest::newRow("value above") << 0 << 256 << false;
}

void tst_Headers::limits()
{
    QFETCH(int, keyBytes);
    QFETCH(int, valueBytes);
    QFETCH(bool, good);
    Headers headers {{"first", "1"}};
    const auto result = headers.append(QByteArray(keyBytes, 'k'), QByteArray(valueBytes, 'v'));
    QCOMPARE(result.has_value(), good);
    QCOMPARE(headers.count(), good ? 2 : 1);
    if (!good)
        QCOMPARE(result.error().code(), ErrorCode::BadHeaders);
}

void tst_Headers::wholeBlockLimit()
{
    Headers headers;
    for (int i = 0; i < 127; ++i)
        QVERIFY(headers.append(QByteArray(255, 'k'), QByteArray(255, 'v'))); // 512 each
    // 65 024 are used, 511 are left.
    Headers full = headers;
    QCOMPARE(full.append(QByteArray(255, 'k'), QByteArray(255, 'v')).error().code(), ErrorCode::BadHeaders);
    QVERIFY(full == headers);
    QVERIFY(full.append(QByteArray(255, 'k'), QByteArray(254, 'v')));
    QCOMPARE(full.view().bytes().size(), Wire::HeaderBlock::MaxBytes);
    QCOMPARE(full.append("", "").error().code(), ErrorCode::BadHeaders);
}

void tst_Headers::copiesAreIndependent()
{
    const Headers original {{"a", "1"}};
    Headers copy = original;
    QVERIFY(copy.view().bytes().data() == original.view().bytes().data());
    QVERIFY(copy.append("b", "2"));
    QCOMPARE(original.count(), 1);
    QCOMPARE(copy.count(), 2);
}

void tst_Headers::comeFromABlock()
{
    for (const auto layout : {Wire::HeaderLayout::Short, Wire::HeaderLayout::Long}) {
        Wire::HeaderBlock block(layout);
        QVERIFY(block.append("a", "1"));
        QVERIFY(block.append("b", std::uint64_t(42)));
        auto headers = Headers::fromBlock(block.view());
        block.clear();
        QCOMPARE(headers.value("b"), QByteArray("42"));
        QVERIFY(headers.view().layout() == layout);
        QVERIFY(headers.append("c", "3"));
        QCOMPARE(headers.count(), 3);
        QCOMPARE(
            headers.append("long", QByteArray(256, 'x')).has_value(), layout == Wire::HeaderLayout::Long);
    }
}

void tst_Headers::areEqualWhateverTheirLayout()
{
    Wire::HeaderBlock block(Wire::HeaderLayout::Long);
    QVERIFY(block.append("a", "1"));
    QVERIFY(Headers::fromBlock(block.view()) == (Headers {{"a", "1"}}));
    QVERIFY(!(Headers::fromBlock(block.view()) == (Headers {{"a", "1"}, {"b", ""}})));
    QVERIFY(!(Headers {} == (Headers {{"", ""}})));
}

void tst_Headers::neverShowValues()
{
    QString text;
    QDebug(&text) << Headers {{"token", "secret"}};
    QVERIFY(text.contains("token"_L1));
    QVERIFY(!text.contains("secret"_L1));
}

QTEST_APPLESS_MAIN(tst_Headers)
#include "tst_headers.moc"

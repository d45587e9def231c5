// SPDX-License-Identifier: MIT
#include <QTest>

#include "models/hexgeometry.h"

using namespace Halyard::Inspector;

class tst_HexGeometry : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void columnsFollowTheWidth();
    void offsetsGrow();
    void everyByteIsHitWhereItIs_data();
    void everyByteIsHitWhereItIs();
    void nothingIsHitBesideTheBytes();
    void draggingFindsTheNearest();
    void withoutBytes();
};

void tst_HexGeometry::columnsFollowTheWidth()
{
    HexGeometry geometry;
    geometry.setCharacter(10, 20);
    geometry.setByteCount(1'000);
    int before = 0;
    for (int width = 0; width < 3'000; width += 7) {
        geometry.setAvailableWidth(width);
        const int columns = geometry.columns();
        QVERIFY(columns >= before);
        QVERIFY(columns == 8 || columns == 16 || columns == 24 || columns == 32);
        QVERIFY(columns == 8 || geometry.contentWidth() <= width);
        before = columns;
    }
    QCOMPARE(before, 32);
    QCOMPARE(geometry.lineCount(), 32);
    geometry.setAvailableWidth(0);
    QCOMPARE(geometry.lineCount(), 125);
    QCOMPARE(geometry.lineOf(15), 1);
}

void tst_HexGeometry::offsetsGrow()
{
    HexGeometry geometry;
    geometry.setByteCount(0xFFFF);
    QCOMPARE(geometry.offsetDigits(), 4);
    geometry.setByteCount(0x10000);
    QCOMPARE(geometry.offsetDigits(), 5);
}

void tst_HexGeometry::everyByteIsHitWhereItIs_data()
{
    QTest::addColumn<int>("width");
    for (const int width : {0, 800, 1'200, 1'600})
        QTest::addRow("%d", width) << width;
}

void tst_HexGeometry::everyByteIsHitWhereItIs()
{
    QFETCH(int, width);
    HexGeometry geometry;
    geometry.setCharacter(9, 17);
    geometry.setByteCount(100);
    geometry.setAvailableWidth(width);
    QRect last;
    for (qint64 offset = 0; offset < 100; ++offset) {
        const QRect hex = geometry.hexRect(offset);
        const QRect text = geometry.textRect(offset);
        for (const QPoint point : {hex.center(), hex.topLeft(), hex.bottomRight()}) {
            const auto hit = geometry.hit(point);
            QVERIFY(hit);
            QCOMPARE(hit->offset, offset);
            QVERIFY(!hit->inText);
        }
        for (const QPoint point : {text.center(), text.topLeft(), text.bottomRight()}) {
            const auto hit = geometry.hit(point);
            QVERIFY(hit);
            QCOMPARE(hit->offset, offset);
            QVERIFY(hit->inText);
        }
        QVERIFY(!hex.intersects(text));
        QVERIFY(!hex.intersects(last));
        QVERIFY(text.right() < geometry.contentWidth());
        last = hex;
    }
    QCOMPARE(geometry.hexSpan(0, 7).left(), geometry.hexRect(0).left());
    QCOMPARE(geometry.hexSpan(0, 7).right(), geometry.hexRect(7).right());
}

void tst_HexGeometry::nothingIsHitBesideTheBytes()
{
    HexGeometry geometry;
    geometry.setCharacter(10, 20);
    geometry.setByteCount(20);
    geometry.setAvailableWidth(10'000); // 32 columns, 20 bytes in the only line
    QVERIFY(!geometry.hit({0, 5}));
    QVERIFY(!geometry.hit({geometry.contentWidth() + 5, 5}));
    QVERIFY(!geometry.hit({geometry.hexRect(0).center().x(), 25}));
    QVERIFY(!geometry.hit({geometry.hexRect(0).center().x(), -1}));
    QCOMPARE(geometry.hit(geometry.hexRect(25).center())->offset, 19); // behind the last byte of the line
}

void tst_HexGeometry::draggingFindsTheNearest()
{
    HexGeometry geometry;
    geometry.setCharacter(10, 20);
    geometry.setByteCount(40);
    geometry.setAvailableWidth(0);
    QCOMPARE(*geometry.nearest({-100, -100}, false), 0);
    QCOMPARE(*geometry.nearest({10'000, 10'000}, false), 39);
    QCOMPARE(*geometry.nearest({10'000, 5}, true), 7);
    QCOMPARE(*geometry.nearest({-5, 25}, true), 8);
}

void tst_HexGeometry::withoutBytes()
{
    HexGeometry geometry;
    geometry.setByteCount(0);
    QCOMPARE(geometry.lineCount(), 0);
    QVERIFY(!geometry.hit({100, 5}));
    QVERIFY(!geometry.nearest({100, 5}, false));
}

QTEST_GUILESS_MAIN(tst_HexGeometry)
#include "tst_hexgeometry.moc"

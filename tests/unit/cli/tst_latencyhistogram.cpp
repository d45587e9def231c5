// SPDX-License-Identifier: MIT
#include <limits>

#include <QTest>

#include "cli/latencyhistogram.h"

using Halyard::Cli::LatencyHistogram;
using std::chrono::nanoseconds;

class tst_LatencyHistogram : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isZeroWhenEmpty();
    void oneValueIsFoundAgain();
    void percentilesOfALine();
    void anyDurationHasItsPlace();
};

void tst_LatencyHistogram::isZeroWhenEmpty()
{
    const LatencyHistogram histogram;
    QCOMPARE(histogram.count(), 0u);
    QVERIFY(histogram.percentile(0.99) == nanoseconds(0));
}

void tst_LatencyHistogram::oneValueIsFoundAgain()
{
    for (qint64 value = 1; value < qint64(1) << 61; value = value * 3 / 2 + 1) {
        LatencyHistogram histogram;
        histogram.add(nanoseconds(value));
        for (const double part : {0.0, 0.5, 1.0}) {
            const auto found = histogram.percentile(part).count();
            QVERIFY2(
                found >= value && double(found) <= double(value) * 1.04, qPrintable(QString::number(value)));
        }
    }
}

void tst_LatencyHistogram::percentilesOfALine()
{
    LatencyHistogram histogram;
    for (int i = 1; i <= 100'000; ++i)
        histogram.add(nanoseconds(i * 1'000));
    QCOMPARE(histogram.count(), 100'000u);
    for (const double part : {0.01, 0.5, 0.99, 1.0}) {
        const auto exact = part * 100'000 * 1'000;
        const auto found = double(histogram.percentile(part).count());
        QVERIFY(found >= exact && found <= exact * 1.04);
    }
}

void tst_LatencyHistogram::anyDurationHasItsPlace()
{
    LatencyHistogram histogram;
    histogram.add(nanoseconds(-5));
    histogram.add(nanoseconds(0));
    histogram.add(nanoseconds::max());
    QCOMPARE(histogram.count(), 3u);
    QVERIFY(histogram.percentile(0.5) == nanoseconds(0));
    QVERIFY(histogram.percentile(1) == nanoseconds::max());
}

QTEST_APPLESS_MAIN(tst_LatencyHistogram)
#include "tst_latencyhistogram.moc"

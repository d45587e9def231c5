// SPDX-License-Identifier: MIT
#include <QRegularExpression>
#include <QTest>

#include "program.h"

using namespace Qt::StringLiterals;

/// What people see who run the commands on a terminal, and programs do not.
class tst_CliTerminal : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void longTransfersShowProgress();
    void progressStaysOutOfTheWay();
    void shortOnesShowNone();
    void payloadsAreMadeHarmless();
};

// Longer than the second after which progress is shown.
static const QString LongStream = u"30 50"_s;

void tst_CliTerminal::longTransfersShowProgress()
{
    const RunningServer server;
    Terminal terminal;
    QVERIFY(!terminal.path().isEmpty());
    Program request({u"request"_s, server.url(), u"ticks"_s, u"--data"_s, LongStream}, terminal, false);
    QCOMPARE(request.status(), 0);
    QCOMPARE(request.output().count('\n'), 30); // results are what they are without a terminal
    static const QRegularExpression line(
        u"^[0-9.]+ \\w+ sent, [0-9.]+ \\w+/s; [0-9.]+ \\w+ received, [0-9.]+ \\w+/s\r\x1b\\[K"_s);
    const auto shown = QString::fromUtf8(terminal.shown());
    QVERIFY2(line.match(shown).hasMatch(), qPrintable(shown));
    QVERIFY2(shown.endsWith(u"\r\x1b[K"_s), qPrintable(shown)); // nothing of it is left behind
}

void tst_CliTerminal::progressStaysOutOfTheWay()
{
    const RunningServer server;
    Terminal terminal;
    Program request({u"request"_s, server.url(), u"ticks"_s, u"--data"_s, LongStream}, terminal, true);
    QCOMPARE(request.status(), 0);
    auto shown = QString::fromUtf8(terminal.shown());
    QVERIFY2(shown.contains(u"received"_s), qPrintable(shown));
    shown.remove(QRegularExpression(u"[^\n]*\r\x1b\\[K"_s)); // as a terminal does
    QStringList lines;
    for (int i = 1; i <= 30; ++i)
        lines.append(QString::number(i) + u'\r');
    QCOMPARE(shown.split(u'\n', Qt::SkipEmptyParts), lines);
}

void tst_CliTerminal::shortOnesShowNone()
{
    const RunningServer server;
    Terminal terminal;
    Program request({u"request"_s, server.url(), u"blob"_s, u"--data"_s, u"100000"_s}, terminal, false);
    QCOMPARE(request.status(), 0);
    QCOMPARE(request.output().size(), 100'000);
    QCOMPARE(terminal.shown(), QByteArray());
}

void tst_CliTerminal::payloadsAreMadeHarmless()
{
    const RunningServer server;
    Terminal terminal;
    Program request(
        {u"request"_s, server.url(), u"echo"_s, u"--hex"_s, u"61 1b 5b 32 4a 0a 62"_s}, terminal, true);
    QCOMPARE(request.status(), 0);
    const auto shown = terminal.shown();
    QVERIFY2(!shown.contains('\x1b'), shown.constData());
    QVERIFY2(shown.startsWith("a\\x1b[2J\r\nb"), shown.constData());
}

QTEST_GUILESS_MAIN(tst_CliTerminal)
#include "tst_cli_terminal.moc"

// SPDX-License-Identifier: MIT
#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

using namespace Qt::StringLiterals;

/// What the program says of itself: help, completion, man page, and how it takes wrong usage.
class tst_CliDefinitions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void helpGoesToStandardOutput();
    void wrongUsage_data();
    void wrongUsage();
    void completion_data();
    void completion();
    void manPageKnowsEverything();
    void manPageIsCleanRoff();
    void hiddenOptionsStayHidden();
    void protocols();
};

static const QStringList Commands {
    u"serve"_s, u"request"_s, u"send"_s, u"watch"_s, u"proxy"_s, u"decode"_s, u"bench"_s, u"protocols"_s};

void tst_CliDefinitions::helpGoesToStandardOutput()
{
    const auto help = run({u"--help"_s});
    QCOMPARE(help.status, 0);
    QVERIFY(help.errors.isEmpty());
    for (const auto &command : Commands) {
        QVERIFY2(help.output.contains(command.toUtf8()), qPrintable(command));
        const auto own = run({command, u"--help"_s});
        QCOMPARE(own.status, 0);
        QVERIFY(own.output.size() > 100);
    }
    const auto version = run({u"--version"_s});
    QCOMPARE(version.status, 0);
    QVERIFY(version.output.startsWith("halyard "));
}

void tst_CliDefinitions::wrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("expected"); // in standard error
    const auto row = [](const char *name, const QStringList &arguments, const char *expected) {
        QTest::newRow(name) << arguments << QByteArray(expected);
    };
    row("nothing", {}, "SUBCOMMAND");
    row("no such command", {u"sail"_s}, "no command sail");
    row("address without command", {u"tcp://alice:s3cr3t@localhost"_s}, "not expected: 1 argument");
    row("no such option", {u"protocols"_s, u"--colour"_s}, "--colour");
    row("URL missing", {u"request"_s}, "URL");
    row("route missing", {u"request"_s, u"tcp://localhost"_s}, "ROUTE");
    row("where there is help", {u"request"_s, u"tcp://localhost"_s}, "\nTry: halyard request --help\n");
    row("no address", {u"request"_s, u"localhost"_s, u"echo"_s}, "transport: missing");
    row("no transport", {u"serve"_s, u"http://localhost:1"_s}, "transport");
    row("no port", {u"serve"_s, u"tcp://127.0.0.1"_s}, "port: missing");
    row("no protocol", {u"watch"_s, u"sails+tcp://localhost"_s}, "UnknownProtocol");
    row("option of the address", {u"send"_s, u"tcp://localhost?sails=2"_s}, "option sails");
    row("value of an option", {u"decode"_s, u"--option"_s, u"peer=nobody"_s, u"-"_s}, "peer");
    row("protocol to decode", {u"decode"_s, u"--protocol"_s, u"sails"_s, u"-"_s}, "sails");
    row("file to decode", {u"decode"_s, u"/nonexistent/file"_s}, "/nonexistent/file");
    row("header", {u"request"_s, u"tcp://localhost"_s, u"echo"_s, u"--header"_s, u"novalue"_s}, "novalue");
    row("header too long",
        {u"request"_s, u"tcp://localhost"_s, u"echo"_s, u"--header"_s, u"k="_s + QString(256, u'v')},
        "BadHeaders");
    row("odd digits", {u"send"_s, u"tcp://localhost"_s, u"--hex"_s, u"abc"_s}, "--hex: ");
    row("payload file", {u"send"_s, u"tcp://localhost"_s, u"--file"_s, u"/nonexistent/file"_s}, "FileFailed");
    row("two payloads", {u"send"_s, u"tcp://localhost"_s, u"--data"_s, u"a"_s, u"--hex"_s, u"00"_s},
        "excludes");
    row("count", {u"send"_s, u"tcp://localhost"_s, u"--count"_s, u"0"_s}, "--count");
    row("time-out", {u"request"_s, u"tcp://localhost"_s, u"echo"_s, u"--timeout"_s, u"-1"_s}, "--timeout");
    row("certificate without key", {u"serve"_s, u"tls://127.0.0.1:0"_s, u"--cert"_s, u"/dev/null"_s},
        "--key");
    row("certificate",
        {u"serve"_s, u"tls://127.0.0.1:0"_s, u"--cert"_s, u"/dev/null"_s, u"--key"_s, u"/dev/null"_s},
        "BadCertificate");
    row("authorities", {u"request"_s, u"tls://localhost"_s, u"echo"_s, u"--ca"_s, u"/dev/null"_s},
        "BadCertificate");
    row("user without use", {u"request"_s, u"tcp://alice@localhost"_s, u"echo"_s}, "NotSupportedByProtocol");
    row("capture file",
        {u"proxy"_s, u"tcp://127.0.0.1:0"_s, u"tcp://127.0.0.1:1"_s, u"--capture"_s,
            u"/nonexistent/file.pcapng"_s},
        "FileFailed");
}

void tst_CliDefinitions::wrongUsage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, expected);
    const auto outcome = run(arguments);
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.output.isEmpty(), outcome.output.constData());
    QVERIFY2(outcome.errors.contains(expected), outcome.errors.constData());
}

void tst_CliDefinitions::completion_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("commands") << QStringList {u"halyard"_s, u"s"_s} << QStringList {u"serve"_s, u"send"_s};
    QTest::newRow("common options") << QStringList {u"halyard"_s, u"--v"_s} << QStringList {u"--version"_s};
    QTest::newRow("options") << QStringList {u"halyard"_s, u"request"_s, u"tcp://h"_s, u"--ti"_s}
                             << QStringList {u"--timeout"_s};
    QTest::newRow("values") << QStringList {u"halyard"_s, u"decode"_s, u"--format"_s, u"pc"_s}
                            << QStringList {u"pcapng"_s};
    QTest::newRow("files") << QStringList {u"halyard"_s, u"send"_s, u"--file"_s, u"CMakeL"_s}
                           << QStringList {u"CMakeLists.txt"_s};
    QTest::newRow("free values") << QStringList {u"halyard"_s, u"send"_s, u"--count"_s, QString()}
                                 << QStringList();
}

void tst_CliDefinitions::completion()
{
    QFETCH(QStringList, words);
    QFETCH(QStringList, expected);
    const auto script = run({u"--completion"_s, u"bash"_s});
    QCOMPARE(script.status, 0);
    QTemporaryDir folder;
    QFile file(folder.filePath(u"completion"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(script.output) == script.output.size());
    file.close();
    // What readline does: the words, the number of the one at the cursor, then the function.
    const auto line = u"source \"$0\" && COMP_WORDS=(\"$@\") && COMP_CWORD=%1 && _halyard && "
                      "printf '%s\\n' \"${COMPREPLY[@]}\""_s.arg(words.size() - 1);
    QProcess bash;
    bash.start(u"bash"_s, QStringList {u"--norc"_s, u"-c"_s, line, file.fileName()} + words);
    QVERIFY(bash.waitForFinished());
    QCOMPARE(bash.readAllStandardError(), QByteArray());
    QCOMPARE(QString::fromUtf8(bash.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts), expected);
}

void tst_CliDefinitions::manPageKnowsEverything()
{
    const auto page = run({u"--man"_s});
    QCOMPARE(page.status, 0);
    QVERIFY(page.output.startsWith(".TH \"HALYARD\" 1 "));
    for (const auto *section : {".SH NAME\n", ".SH SYNOPSIS\n", ".SH COMMANDS\n", ".SH OPTIONS\n"})
        QVERIFY2(page.output.contains(section), section);
    for (const auto &command : Commands) {
        QVERIFY(page.output.contains("\n.SS \"halyard " + command.toUtf8() + "\"\n"));
        // Every option that its help knows.
        const auto help = run({command, u"--help"_s}).output;
        static const QRegularExpression option(
            u"^ *(?:-\\w,)?--([a-z-]+)"_s, QRegularExpression::MultilineOption);
        auto matches = option.globalMatch(QString::fromUtf8(help));
        QVERIFY(matches.hasNext());
        while (matches.hasNext()) {
            const auto name = matches.next().captured(1);
            const auto inPage = u"\\fB\\-\\-"_s + QString(name).replace(u'-', u"\\-"_s) + u"\\fR"_s;
            QVERIFY2(page.output.contains(inPage.toUtf8()), qPrintable(command + u' ' + name));
        }
    }
    for (const auto &line : page.output.split('\n')) {
        if (line.startsWith('.'))
            QVERIFY2(line.startsWith(".TH ") || line.startsWith(".S") || line == ".TP" || line == ".PP"
                    || line == ".br",
                line.constData());
    }
}

void tst_CliDefinitions::manPageIsCleanRoff()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"halyard.1"_s));
    const auto page = run({u"--man"_s}).output;
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(page) == page.size());
    file.close();
    QProcess man;
    man.start(u"man"_s, {u"--warnings"_s, u"-Tutf8"_s, u"-l"_s, file.fileName()});
    QVERIFY(man.waitForFinished());
    QCOMPARE(man.readAllStandardError(), QByteArray());
    QCOMPARE(man.exitCode(), 0);
    const auto shown = man.readAllStandardOutput();
    QVERIFY(shown.contains("HALYARD(1)"));
    QVERIFY(shown.count('\n') > 100);
}

void tst_CliDefinitions::hiddenOptionsStayHidden()
{
    for (const auto *argument : {"--help", "--man"}) {
        const auto text = run({QString::fromLatin1(argument)}).output;
        QVERIFY(!text.contains("completion"));
        QVERIFY(!text.contains("-man"));
    }
}

void tst_CliDefinitions::protocols()
{
    const auto text = run({u"protocols"_s});
    QCOMPARE(text.status, 0);
    QVERIFY(text.output.startsWith("vstp  "));
    QVERIFY(text.output.contains("?peer=halyard|raw|easy"));
    const auto lines = jsonLines(run({u"protocols"_s, u"--json"_s}).output);
    QVERIFY(lines && !lines->isEmpty());
    QCOMPARE(lines->first()[u"name"_s].toString(), u"vstp"_s);
    QVERIFY(lines->first()[u"options"_s].toArray().size() >= 2);
}

QTEST_GUILESS_MAIN(tst_CliDefinitions)
#include "tst_cli_definitions.moc"

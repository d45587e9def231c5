// SPDX-License-Identifier: MIT
#include <QFile>
#include <QHostAddress>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include "endpoint/pcapng.h"
#include "program.h"
#include "wire/headerblock.h"
#include "wire/vstp/codec.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

namespace {

QByteArray frame(Wire::Vstp::FrameType type, std::string_view payload = {})
{
    Wire::Vstp::FrameView view;
    view.type = type;
    view.payload = Wire::asBytes(payload);
    const auto bytes = Wire::Vstp::encodeFrame(view, Wire::Vstp::Profile::R);
    return bytes ? QByteArray(Wire::asText(*bytes).data(), qsizetype(bytes->size())) : QByteArray();
}

QByteArray twoFrames()
{
    return frame(Wire::Vstp::FrameType::Ping) + frame(Wire::Vstp::FrameType::Data, "ahoy");
}

} // namespace

class tst_CliDecode : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyWayOfWritingBytesDown_data();
    void everyWayOfWritingBytesDown();
    void filesAndStandardInput();
    void jsonHasOneObjectPerFrame();
    void dumpShowsTheBytes();
    void brokenFramesEndWithFour_data();
    void brokenFramesEndWithFour();
    void goesOnBehindABrokenFrame();
    void hexThatIsNoneIsWrongUsage();
    void captures();
};

void tst_CliDecode::everyWayOfWritingBytesDown_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QStringList>("arguments");
    const auto bytes = twoFrames();
    QTest::newRow("raw") << bytes << QStringList();
    QTest::newRow("raw, told") << bytes << QStringList {u"--format"_s, u"raw"_s};
    QTest::newRow("hex") << bytes.toHex() << QStringList();
    QTest::newRow("hex in upper case") << bytes.toHex().toUpper() << QStringList();
    QTest::newRow("hex with blanks") << bytes.toHex(' ') + '\n' << QStringList {u"--format"_s, u"hex"_s};
    QTest::newRow("hex with prefixes") << "0x" + bytes.toHex(' ').replace(" ", ", 0x") << QStringList();
    QTest::newRow("hex with a comment") << "# a ping, then data\n" + bytes.toHex(':') << QStringList();
}

void tst_CliDecode::everyWayOfWritingBytesDown()
{
    QFETCH(QByteArray, input);
    QFETCH(QStringList, arguments);
    const auto outcome
        = run(QStringList {u"decode"_s, u"--protocol"_s, u"vstp"_s, u"--json"_s} + arguments, input);
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    QVERIFY(outcome.errors.isEmpty());
    const auto lines = jsonLines(outcome.output);
    QVERIFY(lines);
    QCOMPARE(lines->size(), 2);
}

void tst_CliDecode::filesAndStandardInput()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"frames"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(twoFrames()) > 0);
    file.close();
    const auto fromFile = run({u"decode"_s, file.fileName()});
    QCOMPARE(fromFile.status, 0);
    QVERIFY(fromFile.output.contains("ahoy"));
    QCOMPARE(run({u"decode"_s, u"-"_s}, twoFrames()).output, fromFile.output);
    const auto fromServer = run({u"decode"_s, u"--from"_s, u"server"_s}, twoFrames());
    QCOMPARE(fromServer.status, 0);
    QVERIFY(fromServer.output != fromFile.output);
}

void tst_CliDecode::jsonHasOneObjectPerFrame()
{
    const auto lines = jsonLines(run({u"decode"_s, u"--json"_s}, twoFrames()).output);
    QVERIFY(lines && lines->size() == 2);
    for (const auto &line : *lines) {
        QCOMPARE(line[u"protocol"_s].toString(), u"vstp"_s);
        QCOMPARE(line[u"direction"_s].toString(), u"c2s"_s);
        QVERIFY(line[u"complete"_s].toBool());
        QVERIFY(line[u"fields"_s].toArray().size() > 5);
    }
}

void tst_CliDecode::dumpShowsTheBytes()
{
    const auto plain = run({u"decode"_s}, twoFrames()).output;
    const auto dumped = run({u"decode"_s, u"--dump"_s}, twoFrames()).output;
    QVERIFY(dumped.size() > plain.size());
    QVERIFY(dumped.contains("56 54 01"));
}

void tst_CliDecode::brokenFramesEndWithFour_data()
{
    QTest::addColumn<QByteArray>("input");
    auto corrupt = twoFrames();
    corrupt[corrupt.size() - 1] = char(corrupt.back() ^ 1);
    QTest::newRow("checksum") << corrupt;
    QTest::newRow("garbage") << QByteArray("Hello, is there anybody out there?\n");
    QTest::newRow("garbage first") << "GET / HTTP/1.1\r\n\r\n" + twoFrames();
    QTest::newRow("truncated") << twoFrames().chopped(3);
}

void tst_CliDecode::brokenFramesEndWithFour()
{
    QFETCH(QByteArray, input);
    const auto outcome = run({u"decode"_s}, input);
    QCOMPARE(outcome.status, 4);
    QVERIFY(!outcome.output.isEmpty());
}

void tst_CliDecode::goesOnBehindABrokenFrame()
{
    auto corrupt = frame(Wire::Vstp::FrameType::Data, "broken");
    corrupt[corrupt.size() - 1] = char(corrupt.back() ^ 1);
    const auto outcome = run({u"decode"_s, u"--json"_s}, corrupt + twoFrames());
    QCOMPARE(outcome.status, 4);
    const auto lines = jsonLines(outcome.output);
    QVERIFY(lines);
    QCOMPARE(lines->size(), 3);
}

void tst_CliDecode::hexThatIsNoneIsWrongUsage()
{
    for (const auto *text : {"56 5", "56 5g", "5 6"}) {
        const auto outcome = run({u"decode"_s, u"--format"_s, u"hex"_s}, text);
        QCOMPARE(outcome.status, 2);
        QVERIFY2(outcome.errors.contains("line 1, column"), outcome.errors.constData());
    }
}

void tst_CliDecode::captures()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"capture.pcapng"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    PcapngWriter writer(&file);
    for (quint32 number : {1U, 2U}) {
        CapturedConversation conversation;
        conversation.number = number;
        conversation.clientAddress = conversation.serverAddress = QHostAddress(QHostAddress::LocalHost);
        conversation.clientPort = quint16(40'000 + number);
        conversation.serverPort = 6'969;
        QVERIFY(writer.add(conversation));
        CapturedBytes bytes;
        bytes.conversation = number;
        bytes.bytes = twoFrames();
        QVERIFY(writer.write(bytes));
        bytes.direction = Wire::Direction::ServerToClient;
        bytes.bytes = frame(Wire::Vstp::FrameType::Pong);
        QVERIFY(writer.write(bytes));
    }
    file.close();
    const auto outcome = run({u"decode"_s, u"--json"_s, file.fileName()});
    QVERIFY2(outcome.status == 0, outcome.errors.constData());
    const auto lines = jsonLines(outcome.output);
    QVERIFY(lines);
    QCOMPARE(lines->size(), 6);
    QCOMPARE(lines->last()[u"direction"_s].toString(), u"s2c"_s);
}

QTEST_GUILESS_MAIN(tst_CliDecode)
#include "tst_cli_decode.moc"

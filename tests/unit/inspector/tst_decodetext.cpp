// SPDX-License-Identifier: MIT
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "decode/bytesearch.h"
#include "decode/copyformats.h"
#include "decode/editableline.h"
#include "decode/safetext.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Qt::StringLiterals;

class tst_DecodeText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void safeText_data();
    void safeText();
    void toolTips();
    void editableLine_data();
    void editableLine();
    void editableBytes();
    void wrongEscapes();
    void copyFormats();
    void hexInput_data();
    void hexInput();
    void search();
};

void tst_DecodeText::safeText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("safe");
    QTest::addRow("plain") << u"Grüße 😀"_s << u"Grüße 😀"_s;
    QTest::addRow("line ends") << u"a\r\n\tb"_s << u"a\\r\\n\\tb"_s;
    QTest::addRow("escape sequence") << u"\x1b[31m"_s << u"\\x1b[31m"_s;
    QTest::addRow("nul") << u"a"_s + QChar(0) + u'b' << u"a\\x00b"_s;
    QTest::addRow("right to left override") << u"a\u202egnp.exe"_s << u"a\\u{202e}gnp.exe"_s;
    QTest::addRow("isolates") << u"\u2066x\u2069"_s << u"\\u{2066}x\\u{2069}"_s;
    QTest::addRow("zero width") << u"pay\u200bpal"_s << u"pay\\u{200b}pal"_s;
    QTest::addRow("byte order mark") << u"\ufeffx"_s << u"\\u{feff}x"_s;
    QTest::addRow("line separator") << u"a\u2028b"_s << u"a\\u{2028}b"_s;
    QTest::addRow("tag characters") << QString::fromUcs4(U"\U000E0041") << u"\\u{e0041}"_s;
    QTest::addRow("lone surrogate") << QString(QChar(0xD800)) << u"\\u{d800}"_s;
    QTest::addRow("invisible letter") << u"\u3164"_s << u"\\u{3164}"_s;
}

void tst_DecodeText::safeText()
{
    QFETCH(QString, text);
    QFETCH(QString, safe);
    QCOMPARE(Inspector::safeText(text), safe);
    QCOMPARE(Inspector::safeText(safe), safe); // doing it twice changes nothing
    QCOMPARE(Inspector::safeText(u"abcdef"_s, 3), u"abc…"_s);
    QCOMPARE(safeLines(u"a\nb\u202e"_s), u"a\nb\\u{202e}"_s);
}

/// What a peer wrote as HTML is shown as it was written.
void tst_DecodeText::toolTips()
{
    QCOMPARE(asToolTip(u"size > 3"_s), u"size > 3"_s);
    QCOMPARE(asToolTip(u"<b>k</b>\nx"_s), u"<qt>&lt;b&gt;k&lt;/b&gt;<br>x</qt>"_s);
    QCOMPARE(asToolTip(u"&lt;b&gt;"_s), u"<qt>&amp;lt;b&amp;gt;</qt>"_s);
}

void tst_DecodeText::editableLine_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("line");
    QTest::addRow("plain") << u"Grüße 😀: a b"_s << u"Grüße 😀: a b"_s;
    QTest::addRow("empty") << u""_s << u""_s;
    QTest::addRow("line ends") << u"x\r\nroute: evil"_s << u"x\\r\\nroute: evil"_s;
    QTest::addRow("backslash") << u"C:\\new"_s << u"C:\\\\new"_s;
    QTest::addRow("only spaces") << u"  "_s << u"\\u{20}\\u{20}"_s;
    QTest::addRow("spaces at the ends") << u" a b "_s << u"\\u{20}a b\\u{20}"_s;
    QTest::addRow("no-break space") << u"a\u00a0b"_s << u"a\\u{a0}b"_s;
    QTest::addRow("line end at the end") << u"a\n"_s << u"a\\n"_s;
    QTest::addRow("nul and escape") << u"\x1b"_s + QChar(0) << u"\\x1b\\x00"_s;
    QTest::addRow("right to left override") << u"a\u202ec"_s << u"a\\u{202e}c"_s;
    QTest::addRow("beyond the first plane") << QString::fromUcs4(U"\U000E0041") << u"\\u{e0041}"_s;
    QTest::addRow("lone surrogate") << QString(QChar(0xD800)) << u"\\u{d800}"_s;
}

void tst_DecodeText::editableLine()
{
    QFETCH(QString, text);
    QFETCH(QString, line);
    QCOMPARE(Inspector::editableLine(text), line);
    QCOMPARE(line.trimmed(), line);
    const auto back = fromEditableLine(line);
    QVERIFY(back);
    QCOMPARE(*back, text);
}

/// Whatever bytes there are, they are the same again, and nothing of them acts.
void tst_DecodeText::editableBytes()
{
    const std::pair<QByteArray, QString> cases[] {
        {"plain", u"plain"_s},
        {"Gr\xc3\xbc\xc3\x9f", u"Gr\u00fc\u00df"_s},
        {"a\xff", u"a\\xff"_s},
        {"\xc3", u"\\xc3"_s},
        {"\xe2\x82\xac\xe2\x82", u"\u20ac\\xe2\\x82"_s},
        {"\xed\xa0\x80", u"\\xed\\xa0\\x80"_s}, // a surrogate is no UTF-8
        {"\xf0\x9f\x98\x80", u"\U0001F600"_s},
        {"\xc2\x85\xc2\xad", u"\\u{85}\\u{ad}"_s}, // not \x85, which is a byte
        {"\xef\xbb\xbfx", u"\\u{feff}x"_s},
        {" \x1b\\\n", u"\\u{20}\\x1b\\\\\\n"_s},
    };
    for (const auto &[bytes, line] : cases) {
        QCOMPARE(Inspector::editableBytes(bytes), line);
        QCOMPARE(bytesFromEditableLine(line), std::optional(bytes));
    }
    QByteArray all;
    for (int byte = 0; byte < 256; ++byte)
        all += char(byte);
    QCOMPARE(bytesFromEditableLine(Inspector::editableBytes(all)), std::optional(all));
    QVERIFY(!bytesFromEditableLine(u"a\\xf"_s));
}

void tst_DecodeText::wrongEscapes()
{
    for (const QString &wrong : {u"ab\\"_s, u"ab\\q"_s, u"ab\\x1"_s, u"ab\\x+1"_s, u"ab\\u{}"_s,
             u"ab\\u{110000}"_s, u"ab\\u{0000000a}"_s, u"ab\\u{20"_s}) {
        qsizetype wrongAt = -1;
        QVERIFY2(!fromEditableLine(wrong, &wrongAt), qPrintable(wrong));
        QCOMPARE(wrongAt, 2);
    }
}

void tst_DecodeText::copyFormats()
{
    const QByteArray bytes = QByteArray::fromHex("48690001ff");
    QCOMPARE(formatBytes(bytes, CopyFormat::Hex), u"48 69 00 01 ff"_s);
    QCOMPARE(formatBytes(bytes, CopyFormat::EscapedText), u"Hi\\x00\\x01\\xff"_s);
    QCOMPARE(formatBytes(bytes, CopyFormat::CArray),
        u"const unsigned char data[5] = {\n    0x48, 0x69, 0x00, 0x01, 0xff,\n};\n"_s);
    QCOMPARE(formatBytes(bytes, CopyFormat::Json), u"[72,105,0,1,255]"_s);
    QVERIFY(formatBytes(bytes, CopyFormat::HexDump).startsWith(u"00000000  48 69 00 01 ff "_s));
    QVERIFY(formatBytes(bytes, CopyFormat::HexDump).endsWith(u"Hi...\n"_s));

    Wire::Dissection dissection;
    dissection.protocol = "test";
    dissection.root.name = "frame";
    dissection.root.fields.push_back({.name = "inner", .value = "5", .offset = 2, .length = 1});
    const auto whole = QJsonDocument::fromJson(formatDissection(dissection).toUtf8()).object();
    QCOMPARE(whole.value("protocol"_L1).toString(), u"test"_s);
    const auto part
        = QJsonDocument::fromJson(formatField(dissection, dissection.root.fields[0]).toUtf8()).object();
    QCOMPARE(part.value("name"_L1).toString(), u"inner"_s);
    QCOMPARE(part.value("offset"_L1).toInt(), 2);
}

void tst_DecodeText::hexInput_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("wrongAt");
    QTest::addRow("plain") << u"48690A"_s << QByteArray("Hi\n") << -1;
    QTest::addRow("separated") << u" 48:69, 0x0a\n"_s << QByteArray("Hi\n") << -1;
    QTest::addRow("nothing") << QString() << QByteArray() << -1;
    QTest::addRow("odd") << u"486"_s << QByteArray() << 2;
    QTest::addRow("letter") << u"48 6g"_s << QByteArray() << 4;
    QTest::addRow("split digit") << u"4 8"_s << QByteArray() << 1;
    QTest::addRow("other digits") << u"４８"_s << QByteArray() << 0;
}

void tst_DecodeText::hexInput()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, bytes);
    QFETCH(int, wrongAt);
    qsizetype at = -1;
    const auto parsed = bytesFromHex(text, &at);
    QCOMPARE(parsed.has_value(), wrongAt < 0);
    if (parsed)
        QCOMPARE(*parsed, bytes);
    QCOMPARE(at, wrongAt);
}

void tst_DecodeText::search()
{
    QString error;
    const auto text = BytePattern::parse(u"ab"_s, BytePattern::Kind::Text, &error);
    QVERIFY(text);
    QCOMPARE(text->findIn("xxabab"), 2);
    QCOMPARE(text->findIn("xxabab", 3), 4);
    QCOMPARE(text->findIn("xxabab", 5), -1);
    QCOMPARE(text->findBackwards("xxabab", 4), 2);
    QCOMPARE(text->findBackwards("xxabab", 6), 4);
    QCOMPARE(text->findBackwards("xxabab", 2), -1);
    QCOMPARE(
        BytePattern::parse(u"00 ff"_s, BytePattern::Kind::Hex, &error)->bytes(), QByteArray::fromHex("00ff"));
    QVERIFY(!BytePattern::parse(u"0"_s, BytePattern::Kind::Hex, &error));
    QVERIFY(!error.isEmpty());
    QVERIFY(!BytePattern::parse(QString(), BytePattern::Kind::Text, &error));
}

QTEST_GUILESS_MAIN(tst_DecodeText)
#include "tst_decodetext.moc"

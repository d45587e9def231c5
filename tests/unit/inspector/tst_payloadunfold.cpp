// SPDX-License-Identifier: MIT
#include <QTest>

#include "decode/payloadunfold.h"

using namespace Halyard;
using namespace Halyard::Inspector;

namespace {

Wire::ByteView view(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())));
}

/// name=value[offset,length] of everything, inner fields in braces.
QByteArray flat(const Wire::Field &field)
{
    QByteArray out = QByteArray::fromStdString(field.name) + '=' + QByteArray::fromStdString(field.value)
        + '[' + QByteArray::number(quint64(field.offset)) + ',' + QByteArray::number(quint64(field.length))
        + ']';
    if (field.fields.empty())
        return out;
    out += '{';
    for (const auto &inner : field.fields)
        out += flat(inner) + ' ';
    out.chop(1);
    return out + '}';
}

} // namespace

class tst_PayloadUnfold : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void json_data();
    void json();
    void noJson_data();
    void noJson();
    void cbor_data();
    void cbor();
    void noCbor_data();
    void noCbor();
    void formatIsTold_data();
    void formatIsTold();
    void fieldsAreBounded();
    void depthIsBounded();
    void everyCutIsNoItem();
};

void tst_PayloadUnfold::json_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("tree");
    QTest::addRow("object") << QByteArray(R"({"a": 1, "b":"x"})")
                            << QByteArray(R"(JSON=object, 2 members[10,17]{a=1[11,6] b="x"[19,7]})");
    QTest::addRow("array")
        << QByteArray(" [true,null,-1.5e3] ")
        << QByteArray("JSON=array, 3 items[11,18]{[0]=true[12,4] [1]=null[17,4] [2]=-1.5e3[22,6]}");
    QTest::addRow("nested")
        << QByteArray(R"({"a":[{}]})")
        << QByteArray("JSON=object, 1 member[10,10]{a=array, 1 item[11,8]{[0]=object, 0 members[16,2]}}");
    QTest::addRow("escapes") << QByteArray(R"(["\u00e4\n\ud83d\ude00\""])")
                             << QByteArray("JSON=array, 1 item[10,26]{[0]=\"ä\\n😀\"\"[11,24]}");
}

void tst_PayloadUnfold::json()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, tree);
    const auto unfolded = unfoldJson(view(text), 10);
    QVERIFY(unfolded);
    QCOMPARE(flat(*unfolded), tree);
}

void tst_PayloadUnfold::noJson_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"", "{", "{}x", "[1,]", "[01]", "{\"a\"}", "{a:1}", "[\"\\x\"]", "[\"\n\"]",
             "[tru]", "[1 2]", "{\"a\":1,}", "[-]", "[1.]", "[1e]", "[\"\\u12g4\"]", "[\"\xff\"]", "\"open"})
        QTest::addRow("%s", text) << QByteArray(text);
}

void tst_PayloadUnfold::noJson()
{
    QFETCH(QByteArray, text);
    QVERIFY(!unfoldJson(view(text), 0));
}

void tst_PayloadUnfold::cbor_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("tree");
    const auto add = [](const char *hex, const char *tree) {
        QTest::addRow("%s", hex) << QByteArray::fromHex(hex) << QByteArray(tree);
    };
    // Examples of RFC 8949, appendix A.
    add("83010203", "CBOR=array, 3 items[5,4]{[0]=1[6,1] [1]=2[7,1] [2]=3[8,1]}");
    add("a26161016162820203",
        "CBOR=map, 2 entries[5,9]{a=1[6,3] b=array, 2 items[9,5]{[0]=2[12,1] [1]=3[13,1]}}");
    add("9f018202039f0405ffff",
        "CBOR=array, 3 items[5,10]{[0]=1[6,1] [1]=array, 2 items[7,3]{[0]=2[8,1] [1]=3[9,1]} "
        "[2]=array, 2 items[10,4]{[0]=4[11,1] [1]=5[12,1]}}");
    add("bf61610161629f0203ffff",
        "CBOR=map, 2 entries[5,11]{a=1[6,3] b=array, 2 items[9,6]{[0]=2[12,1] [1]=3[13,1]}}");
    add("3bffffffffffffffff", "CBOR=-18446744073709551616[5,9]");
    add("1bffffffffffffffff", "CBOR=18446744073709551615[5,9]");
    add("fb3ff199999999999a", "CBOR=1.1[5,9]");
    add("f93e00", "CBOR=1.5[5,3]");
    add("fa47c35000", "CBOR=1e+05[5,5]");
    add("f4", "CBOR=false[5,1]");
    add("f7", "CBOR=undefined[5,1]");
    add("f8ff", "CBOR=simple 255[5,2]");
    add("4401020304", "CBOR=4 bytes: 01020304[5,5]");
    add("5f42010243030405ff", "CBOR=5 bytes: 0102030405[5,9]");
    add("7f657374726561646d696e67ff", "CBOR=\"streaming\"[5,13]");
    add("c11a514b67b0", "CBOR=tag 1: 1363896240[5,6]{tag 1=1363896240[6,5]}");
    add("a1010a", "CBOR=map, 1 entry[5,3]{1=10[6,2]}");
}

void tst_PayloadUnfold::cbor()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, tree);
    const auto unfolded = unfoldCbor(view(bytes), 5);
    QVERIFY(unfolded);
    QCOMPARE(flat(*unfolded), tree);
}

void tst_PayloadUnfold::noCbor_data()
{
    QTest::addColumn<QByteArray>("bytes");
    for (const char *hex : {"", "0000", "18", "1c", "1f", "3f", "dfff", "ff", "81", "8201", "a101", "5f41",
             "5f6161ff", "5f5f4100ffff", "6161ff", "61ff", "f800", "f81f", "9b7fffffffffffffff", "bf01ff",
             "5bffffffffffffffff00"})
        QTest::addRow("%s", hex) << QByteArray::fromHex(hex);
}

void tst_PayloadUnfold::noCbor()
{
    QFETCH(QByteArray, bytes);
    QVERIFY(!unfoldCbor(view(bytes), 0));
}

void tst_PayloadUnfold::formatIsTold_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("format");
    QTest::addRow("json") << QByteArray("{\"a\":1}") << QByteArray("JSON");
    QTest::addRow("cbor") << QByteArray::fromHex("a1616101") << QByteArray("CBOR");
    QTest::addRow("text") << QByteArray("hello") << QByteArray();
    QTest::addRow("a number in text") << QByteArray("5") << QByteArray();
    QTest::addRow("binary") << QByteArray::fromHex("80ff00") << QByteArray();
    QTest::addRow("empty") << QByteArray() << QByteArray();
}

void tst_PayloadUnfold::formatIsTold()
{
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, format);
    const auto unfolded = unfoldPayload(view(payload), 0);
    QCOMPARE(unfolded ? QByteArray::fromStdString(unfolded->name) : QByteArray(), format);
}

void tst_PayloadUnfold::fieldsAreBounded()
{
    QByteArray many = "[1";
    for (int i = 0; i < 99; ++i)
        many += ",1";
    many += ']';
    UnfoldLimits limits;
    limits.maxFields = 50;
    const auto unfolded = unfoldJson(view(many), 0, limits);
    QVERIFY(unfolded);
    QCOMPARE(unfolded->fields.size(), 51u);
    QVERIFY(!unfolded->fields.back().note.empty());
    QCOMPARE(QByteArray::fromStdString(unfolded->value), "array, 100 items");
}

void tst_PayloadUnfold::depthIsBounded()
{
    QVERIFY(unfoldJson(view(QByteArray(64, '[') + QByteArray(64, ']')), 0));
    QVERIFY(!unfoldJson(view(QByteArray(65, '[') + QByteArray(65, ']')), 0));
    QVERIFY(unfoldCbor(view(QByteArray(64, '\x81') + '\x00'), 0));
    QVERIFY(!unfoldCbor(view(QByteArray(65, '\x81') + '\x00'), 0));
    QVERIFY(!unfoldCbor(view(QByteArray(1'000'000, '\xc1')), 0));
}

void tst_PayloadUnfold::everyCutIsNoItem()
{
    const QByteArray json = R"({"a":[1,true,"\u00e4"],"b":{"c":null}})";
    for (qsizetype cut = 0; cut < json.size(); ++cut)
        QVERIFY(!unfoldJson(view(json.left(cut)), 0));
    const QByteArray cbor = QByteArray::fromHex("a2616183011902005f4101ff616bf93e00");
    QVERIFY(unfoldCbor(view(cbor), 0));
    for (qsizetype cut = 0; cut < cbor.size(); ++cut)
        QVERIFY(!unfoldCbor(view(cbor.left(cut)), 0));
}

QTEST_GUILESS_MAIN(tst_PayloadUnfold)
#include "tst_payloadunfold.moc"

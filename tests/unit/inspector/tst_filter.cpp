// SPDX-License-Identifier: MIT
#include <QTest>

#include "decode/filtercompletion.h"
#include "decode/filterexpression.h"

using namespace Halyard::Inspector;
using namespace Qt::StringLiterals;

namespace {

/// A request of 1234 bytes to "sum", going out, answered after 5 ms, marked.
class Subject final : public FilterSubject
{
public:
    std::optional<double> number(FilterFieldId field) const override
    {
        switch (field) {
        case FilterFieldId::Number:
            return 7;
        case FilterFieldId::Size:
            return 1'234;
        case FilterFieldId::Connection:
            return 2;
        case FilterFieldId::Id:
            return 42;
        case FilterFieldId::Duration:
            return 0.005;
        case FilterFieldId::Time:
            return 2.5;
        default:
            return std::nullopt;
        }
    }
    QString text(FilterFieldId field) const override
    {
        switch (field) {
        case FilterFieldId::Type:
            return u"DATA"_s;
        case FilterFieldId::Route:
            return u"math/sum"_s;
        case FilterFieldId::Protocol:
            return u"vstp"_s;
        case FilterFieldId::Peer:
            return u"127.0.0.1:6969"_s;
        default:
            return {};
        }
    }
    int choice(FilterFieldId field) const override
    {
        switch (field) {
        case FilterFieldId::Direction:
            return 1; // out
        case FilterFieldId::Severity:
            return 2; // warning
        case FilterFieldId::Kind:
            return 1; // request
        default:
            return 0;
        }
    }
    bool flag(FilterFieldId field) const override
    {
        return field == FilterFieldId::Problem || field == FilterFieldId::Marked
            || field == FilterFieldId::Answered;
    }
    QByteArray bytes(FilterFieldId) const override { return "VT\x01\x03 hello"; }
    QStringList treeValues(const QString &name) const override
    {
        if (name.compare(u"type", Qt::CaseInsensitive) == 0)
            return {u"DATA (3)"_s};
        if (name == u"length")
            return {u"31 (0x1f)"_s, u"5"_s};
        if (name == u"crc")
            return {u"0x12345678"_s};
        return {};
    }
};

} // namespace

class tst_Filter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void good_data();
    void good();
    void bad_data();
    void bad();
    void blankPassesEverything();
    void depthIsBounded();
    void recordsAreOnlyNeededWhereTheyAre();
    void completion_data();
    void completion();
    void anyPrefixIsSurvived();
};

void tst_Filter::good_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("passes");
    const auto add = [](const char *filter, bool passes) {
        QTest::addRow("%s", filter) << QString::fromUtf8(filter) << passes;
    };
    add("type == data", true);
    add("type == \"DATA\"", true);
    add("type != ping", true);
    add("type == ping", false);
    add("route ~ \"sum\"", true);
    add("route ~ SUM", true);
    add("route !~ sum", false);
    add("route contains 'SUM'", true);
    add("route matches \"^math/\"", true);
    add("route matches \"^sum\"", false);
    add("route", true);
    add("comment", false);
    add("size > 1000", true);
    add("size > 1k", true);
    add("size >= 1234", true);
    add("size > 1234", false);
    add("size < 2KiB", true);
    add("size == 0x4d2", true);
    add("size in (1, 2, 1234)", true);
    add("size not in (1, 2)", true);
    add("dir == out", true);
    add("dir == in", false);
    add("direction == OUT", true);
    add("conn == 2", true);
    add("severity == warning", true);
    add("severity >= note", true);
    add("severity < warning", false);
    add("kind == request", true);
    add("problem", true);
    add("problem == false", false);
    add("problem != false", true);
    add("not problem", false);
    add("! marked", false);
    add("answered and duration > 4ms", true);
    add("duration > 6ms", false);
    add("duration < 10000us", true);
    add("time >= 2.5s", true);
    add("time > 2.5", false);
    add("id == 42", true);
    add("re", false);
    add("re == 42", false);
    add("number == 7", true);
    add("type in (ping, pong, data)", true);
    add("peer ~ \"127.0.0.1\"", true);
    add("bytes ~ \"hello\"", true);
    add("bytes ~ 0x565401", true);
    add("bytes ~ 0x5655", false);
    add("field.type == DATA", true);
    add("field.TYPE == \"data (3)\"", true);
    add("field.length == 31", true);
    add("field.length < 6", true);
    add("field.length > 31", false);
    add("field.crc == 0x12345678", true);
    add("field.nothing", false);
    add("type == ping or size > 1000", true);
    add("type == ping and size > 1000", false);
    // "and" binds tighter than "or".
    add("type == data or type == ping and size < 10", true);
    add("(type == data or type == ping) and size < 10", false);
    add("not (type == ping) and not (size < 10)", true);
    add("not not problem", true);
    add("type==data&&size>1||problem", true);
    add("  type  ==\tdata ", true);
    add("TYPE == Data AND Size > 1000", true);
}

void tst_Filter::good()
{
    QFETCH(QString, filter);
    QFETCH(bool, passes);
    FilterError error;
    const auto parsed = FilterExpression::parse(filter, error);
    QVERIFY2(parsed, qPrintable(error.message));
    QCOMPARE(parsed->passes(Subject()), passes);
}

void tst_Filter::bad_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("position");
    QTest::addColumn<QString>("says"); // a part of the explanation
    const auto add = [](const char *filter, int position, const char *says) {
        QTest::addRow("%s", filter) << QString::fromUtf8(filter) << position << QString::fromUtf8(says);
    };
    add("typ == ping", 0, "Did you mean “type”");
    add("sise > 3", 0, "Did you mean “size”");
    add("elephant == 3", 0, "field.elephant");
    add("type = ping", 5, "==");
    add("type ==", 7, "value is missing");
    add("== ping", 0, "begins with a field");
    add("type == ping and", 16, "a field is missing");
    add("type == ping size > 3", 13, "“and” or “or” is missing");
    add("(type == ping", 0, "never closed");
    add("type == ping)", 12, "never opened");
    add("type == \"ping", 8, "no closing quote");
    add("size > big", 7, "is a number");
    add("size > \"5\"", 7, "is a number");
    add("size > 5ms", 7, "is a number");
    add("size ~ 5", 5, "cannot be compared with ~");
    add("type > ping", 5, "cannot be compared with >");
    add("dir == up", 7, "one of in, out");
    add("dir", 0, "wants a comparison");
    add("dir > in", 4, "cannot be compared");
    add("severity == bad", 12, "none, note, warning, error");
    add("problem == maybe", 11, "true or false");
    add("size > 5x", 7, "is no number");
    add("size > 0x", 7, "is no number");
    add("bytes ~ 0x123", 8, "two hexadecimal digits");
    add("route matches \"(\"", 14, "regular expression");
    add("size in 5", 8, "in brackets");
    add("size in (5", 10, "closing bracket");
    add("size in ()", 9, "value is missing");
    add("size not 5", 9, "“in (…)” is missing");
    add("type == ping; drop", 12, "no meaning");
    add("()", 1, "begins with a field");
    add("not", 3, "a field is missing");
}

void tst_Filter::bad()
{
    QFETCH(QString, filter);
    QFETCH(int, position);
    QFETCH(QString, says);
    FilterError error;
    QVERIFY(!FilterExpression::parse(filter, error));
    QVERIFY2(error.message.contains(says), qPrintable(error.message));
    QCOMPARE(error.position, position);
    QVERIFY(error.position + error.length <= filter.size());
}

void tst_Filter::blankPassesEverything()
{
    FilterError error;
    const auto parsed = FilterExpression::parse(u"   "_s, error);
    QVERIFY(parsed && parsed->isEmpty());
    QVERIFY(parsed->passes(Subject()));
}

void tst_Filter::depthIsBounded()
{
    FilterError error;
    const QString deep = QString(60, u'(') + u"problem"_s + QString(60, u')');
    QVERIFY(FilterExpression::parse(deep, error));
    const QString tooDeep = QString(100, u'(') + u"problem"_s + QString(100, u')');
    QVERIFY(!FilterExpression::parse(tooDeep, error));
    QVERIFY(!FilterExpression::parse(QString(FilterExpression::MaxCharacters + 1, u'a'), error));
}

void tst_Filter::recordsAreOnlyNeededWhereTheyAre()
{
    FilterError error;
    QVERIFY(!FilterExpression::parse(u"type == ping and size > 3"_s, error)->needsRecord());
    QVERIFY(FilterExpression::parse(u"size > 3 or bytes ~ 0x00"_s, error)->needsRecord());
    QVERIFY(FilterExpression::parse(u"field.flags"_s, error)->needsRecord());
    QVERIFY(FilterExpression::parse(u"not marked"_s, error)->uses(FilterFieldId::Marked));
}

void tst_Filter::completion_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("offers");
    QTest::addColumn<bool>("offered");
    const auto add = [](const char *text, const char *offers, bool offered) {
        QTest::addRow("%s → %s", text, offers)
            << QString::fromUtf8(text) << QString::fromUtf8(offers) << offered;
    };
    add("", "type", true);
    add("ty", "type", true);
    add("ty", "route", false);
    add("type ", "==", true);
    add("type ", ">", false);
    add("size ", ">", true);
    add("type == ", "PING", true);
    add("type == pi", "PING", true);
    add("type == \"pi", "PING", false); // the quote is part of what is replaced
    add("route == ", "\"two words\"", true);
    add("route == \"tw", "\"two words\"", true);
    add("dir == ", "out", true);
    add("dir == out ", "and", true);
    add("dir == out and ", "size", true);
    add("dir == out and (", "size", true);
    add("type in (PING, ", "DATA", true);
    add("type in (PING) ", "or", true);
    add("field.fl", "field.flags", true);
    add("problem ", "and", true);
    add("not ", "problem", true);
}

void tst_Filter::completion()
{
    QFETCH(QString, text);
    QFETCH(QString, offers);
    QFETCH(bool, offered);
    FilterVocabulary vocabulary;
    vocabulary.types = {u"PING"_s, u"DATA"_s};
    vocabulary.routes = {u"sum"_s, u"two words"_s};
    vocabulary.treeFields = {u"flags"_s, u"not a word"_s};
    const auto found = completeFilter(text, text.size(), vocabulary);
    QVERIFY2(found.candidates.contains(offers) == offered, qPrintable(found.candidates.join(u' ')));
    QVERIFY(found.from + found.length == text.size());
}

void tst_Filter::anyPrefixIsSurvived()
{
    const QString filter
        = u"not (type in (ping, \"a b\") and field.x >= 0x1f) or route !~ 'x\\'y' and size > 3KiB"_s;
    for (qsizetype cut = 0; cut <= filter.size(); ++cut) {
        FilterError error;
        const bool parsed = FilterExpression::parse(filter.left(cut), error).has_value();
        QVERIFY2(parsed != !error.isEmpty(), qPrintable(filter.left(cut)));
        (void)completeFilter(filter, cut, {});
    }
}

QTEST_GUILESS_MAIN(tst_Filter)
#include "tst_filter.moc"

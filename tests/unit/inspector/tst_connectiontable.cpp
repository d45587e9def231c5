// SPDX-License-Identifier: MIT
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "conversationmaker.h"
#include "models/connectiontablemodel.h"
#include "models/frametablemodel.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;
using Wire::Severity;

/// A connection's row: what each of its cells says, and when.
class tst_ConnectionTable : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void factsOfTheConnection();
    void countersAndRates();
    void problems_data();
    void problems();
    void notShown();
    void queuesAndRoundTrips();
    void howItEnded();
    void eachHasItsRow();
};

namespace {

struct Table {
    Recording recording;
    ConnectionTableModel model {&recording.store};
    QAbstractItemModelTester tester {&model, QAbstractItemModelTester::FailureReportingMode::QtTest};

    [[nodiscard]] QString cell(ConnectionColumn column, int row = 0, int role = Qt::DisplayRole) const
    {
        return model.index(row, int(column)).data(role).toString();
    }
    [[nodiscard]] Severity severity() const { return Severity(model.index(0, 0).data(SeverityRole).toInt()); }
    void tell(const ConversationInfo &changed)
    {
        recording.capture.intake()->put(ConversationChanged {changed});
    }
};

const QString Unknown = u"–"_s;

} // namespace

void tst_ConnectionTable::factsOfTheConnection()
{
    Table table;
    table.recording.open(7);
    QTRY_COMPARE(table.model.rowCount(), 1);
    QCOMPARE(table.cell(ConnectionColumn::Number), u"7"_s);
    QCOMPARE(table.cell(ConnectionColumn::State), u"open"_s);
    QCOMPARE(table.cell(ConnectionColumn::Peer), u"192.0.2.1:6969"_s);
    QCOMPARE(table.cell(ConnectionColumn::Protocol), u"vstp"_s);
    for (const auto column : {ConnectionColumn::Security, ConnectionColumn::Negotiated,
             ConnectionColumn::Queued, ConnectionColumn::RoundTrip}) {
        QCOMPARE(table.cell(column), Unknown);
        QVERIFY(!table.cell(column, 0, Qt::ToolTipRole).isEmpty()); // why
    }
    ConversationInfo sealed = info(7);
    sealed.transport = u"tls"_s;
    sealed.tlsVersion = u"TLS 1.3"_s;
    sealed.cipher = u"TLS_AES_256_GCM_SHA384"_s;
    sealed.negotiated = u"vstp, plain peer"_s;
    table.tell(sealed);
    QTRY_COMPARE(table.cell(ConnectionColumn::Security), u"TLS 1.3 TLS_AES_256_GCM_SHA384"_s);
    QCOMPARE(table.cell(ConnectionColumn::Transport), u"tls"_s);
    QCOMPARE(table.cell(ConnectionColumn::Negotiated), u"vstp, plain peer"_s);
}

void tst_ConnectionTable::countersAndRates()
{
    Table table;
    table.recording.open(1);
    const QByteArray out = request("echo", 1, "12345");
    const QByteArray in = reply(1, "12345");
    table.recording.put(bytes(1, out + request("echo", 2)));
    table.recording.put(bytes(1, in, false));
    const QLocale locale;
    const auto counted = [&locale](int frames, qsizetype size) {
        return u"%1 (%2)"_s.arg(frames).arg(locale.formattedDataSize(size));
    };
    QTRY_COMPARE(table.cell(ConnectionColumn::FramesOut), counted(2, out.size() + request("echo", 2).size()));
    QTRY_COMPARE(table.cell(ConnectionColumn::FramesIn), counted(1, in.size()));
    QTRY_COMPARE(table.cell(ConnectionColumn::Rate).section(u'/', 0, 0), u"3"_s);
    QTRY_VERIFY(table.cell(ConnectionColumn::Rate).startsWith(u"0/s, 0 "_s)); // nothing more has come
}

void tst_ConnectionTable::problems_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QString>("text");
    QTest::addColumn<Severity>("severity");
    QTest::newRow("none") << request("echo", 1) << QString() << Severity::None;
    QTest::newRow("error frame") << frame(Wire::Vstp::FrameType::Err, {{"re", "1"}, {"code", "405"}}, "no")
                                 << u"warnings: 1"_s << Severity::Warning;
    QTest::newRow("garbage") << QByteArray("GET / HTTP/1.1\r\n\r\n") << u"errors: 1"_s << Severity::Error;
    QTest::newRow("both") << frame(Wire::Vstp::FrameType::Err, {{"re", "1"}}, "no") + "nonsense"
                          << u"errors: 1, warnings: 1"_s << Severity::Error;
}

void tst_ConnectionTable::problems()
{
    QFETCH(const QByteArray, data);
    QFETCH(const QString, text);
    QFETCH(const Severity, severity);
    Table table;
    table.recording.open(1);
    table.recording.put(bytes(1, data, false));
    QVERIFY(table.recording.waitForRows(1));
    QTRY_COMPARE(table.model.rowCount(), 1);
    QTRY_COMPARE(table.cell(ConnectionColumn::Problems), text);
    QCOMPARE(table.severity(), severity);
    const QString spoken = table.cell(ConnectionColumn::Number, 0, Qt::AccessibleTextRole);
    QCOMPARE(spoken,
        severity == Severity::Error         ? u"Error: 1"_s
            : severity == Severity::Warning ? u"Warning: 1"_s
                                            : u"1"_s);
}

void tst_ConnectionTable::notShown()
{
    Table table;
    table.recording.open(1);
    QTRY_COMPARE(table.model.rowCount(), 1);
    QCOMPARE(table.cell(ConnectionColumn::NotShown), QString());
    QCOMPARE(table.severity(), Severity::None);
    table.recording.capture.intake()->putNotShown(1, 5);
    QTRY_COMPARE(table.cell(ConnectionColumn::NotShown), u"5"_s);
    QCOMPARE(table.severity(), Severity::Warning);
    table.recording.capture.intake()->putNotShown(1, 2);
    QTRY_COMPARE(table.cell(ConnectionColumn::NotShown), u"7"_s);
}

void tst_ConnectionTable::queuesAndRoundTrips()
{
    Table table;
    table.recording.open(1);
    ConversationInfo busy = info(1);
    busy.queuedBytes = 3'000;
    busy.roundTripMicroseconds = 1'250;
    table.tell(busy);
    const QLocale locale;
    QTRY_COMPARE(table.cell(ConnectionColumn::Queued), locale.formattedDataSize(3'000));
    QCOMPARE(table.cell(ConnectionColumn::RoundTrip), locale.toString(1.25, 'f', 2) + u" ms"_s);
    busy.queuedBytes = 0;
    table.tell(busy);
    QTRY_COMPARE(table.cell(ConnectionColumn::Queued), Unknown);
}

void tst_ConnectionTable::howItEnded()
{
    Table table;
    table.recording.open(1);
    ConversationInfo ended = info(1);
    ended.state = ConversationState::Closed;
    ended.closeReason = u"closed cleanly"_s;
    table.tell(ended);
    QTRY_COMPARE(table.cell(ConnectionColumn::State), u"closed"_s);
    QCOMPARE(table.cell(ConnectionColumn::CloseReason), u"closed cleanly"_s);
    QCOMPARE(table.cell(ConnectionColumn::LastError), QString());
    QCOMPARE(table.severity(), Severity::None);

    table.recording.open(2);
    ConversationInfo lost = info(2);
    lost.state = ConversationState::Closed;
    lost.lastError = Error(ErrorCode::ConnectionRefused, ErrorOrigin::Transport, u"nobody <there>"_s);
    lost.closeReason = lost.lastError.toString();
    table.tell(lost);
    QTRY_VERIFY(table.cell(ConnectionColumn::LastError, 1).contains(u"nobody <there>"_s));
    for (const auto column : {ConnectionColumn::LastError, ConnectionColumn::CloseReason}) {
        const QString tip = table.cell(column, 1, Qt::ToolTipRole);
        QVERIFY2(tip.contains(u"Nobody listens at 192.0.2.1:6969"_s), qPrintable(tip)); // what and where
        QVERIFY2(tip.contains(u"Start the server first"_s), qPrintable(tip));           // and what to try
        QVERIFY2(tip.contains(u"nobody &lt;there&gt;"_s), qPrintable(tip));
    }
    QCOMPARE(Severity(table.model.index(1, 0).data(SeverityRole).toInt()), Severity::Error);
}

void tst_ConnectionTable::eachHasItsRow()
{
    Table table;
    QSignalSpy inserted(&table.model, &QAbstractItemModel::rowsInserted);
    for (const quint32 number : {2U, 5U, 9U})
        table.recording.open(number);
    QTRY_COMPARE(table.model.rowCount(), 3);
    QVERIFY(inserted.count() > 0);
    QCOMPARE(table.cell(ConnectionColumn::Number, 1), u"5"_s);
    QCOMPARE(table.model.rowOf(9), 2);
    QCOMPARE(table.model.rowOf(3), -1);
    table.recording.close(5);
    QTRY_COMPARE(table.cell(ConnectionColumn::State, 1), u"closed"_s);
    QCOMPARE(table.cell(ConnectionColumn::State, 0), u"open"_s);
    QCOMPARE(table.cell(ConnectionColumn::State, 2), u"open"_s);
}

QTEST_GUILESS_MAIN(tst_ConnectionTable)
#include "tst_connectiontable.moc"

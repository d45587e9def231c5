// SPDX-License-Identifier: MIT
// A short session of Client and Server over transports on which something goes wrong, at every byte position.
#include <functional>
#include <memory>
#include <vector>

#include <QTest>

#include "faultysession.h"

using namespace Halyard;
using std::chrono::milliseconds;
using At = FaultyPair::At;
using Codes = QList<ErrorCode>;

Q_DECLARE_METATYPE(At)

namespace {

constexpr auto Everything = FaultPlan::Gap::Everything;
/// Patience of a session that has to end for another reason, on the slowest machine too.
constexpr milliseconds NeverUsedUp {15'000};

/// What a fault of a connection makes of the calls that were open; the last one where WELCOME never came, so
/// that the peer was taken for one without our conventions.
const Codes OfLostCalls {ErrorCode::CallLost, ErrorCode::NotConnected, ErrorCode::CallCancelled,
    ErrorCode::NotSupportedByProtocol};
/// Ends of the peer's making: it has noticed first, and said so or not.
const Codes OfPeersThatLeave {
    ErrorCode::None, ErrorCode::ConnectionLost, ErrorCode::ClosedBeforeReady, ErrorCode::FrameTruncated};
/// What may become of a stream of frames that lacks a byte.
const Codes OfDamage {ErrorCode::BadMagic, ErrorCode::BadVersion, ErrorCode::CrcMismatch,
    ErrorCode::BadHeaders, ErrorCode::UnknownFrameType, ErrorCode::TooManyHeaders, ErrorCode::PayloadTooLarge,
    ErrorCode::FrameTooSlow, ErrorCode::FrameTruncated, ErrorCode::HeartbeatTimedOut,
    ErrorCode::HandshakeTimedOut};

QByteArray named(ErrorCode code)
{
    return QByteArray::fromStdString(std::string(Wire::errorName(Wire::ErrorCode(code))));
}

} // namespace

class tst_Faults : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cutAnywhere_data();
    void cutAnywhere();
    void choppedAndDelayed_data();
    void choppedAndDelayed();
    void aLostByte_data();
    void aLostByte();
    void silenceFromAByteOn_data();
    void silenceFromAByteOn();
    void closedTwice_data() { kinds(); }
    void closedTwice();

private:
    static void kinds();
    void judge(const FaultySession &session, const Codes &expected, const QByteArray &where);
    void playEach(const char *name, const QString &kind, At at, qint64 size, int step, const Codes &expected,
        const std::function<void(FaultPlan &, qint64)> &plan);

    qint64 m_sent = 0;
    qint64 m_received = 0;
};

void tst_Faults::kinds()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"memory", "tcp", "tls"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void tst_Faults::initTestCase()
{
    FaultySession session(QStringLiteral("memory"), At::Client, {});
    QVERIFY(session.play());
    QVERIFY(session.errors.isEmpty());
    QCOMPARE(session.echo.result()->payload(), QByteArray("an answer, please"));
    QCOMPARE(session.hold.result().error().code(), ErrorCode::CallCancelled);
    QCOMPARE(session.events, QByteArrayList {"an event"});
    m_sent = session.bytesSent;
    m_received = session.bytesReceived;
    QVERIFY2(m_sent > 100 && m_sent < 500, qPrintable(QString::number(m_sent)));
    QVERIFY2(m_received > 50 && m_received < 500, qPrintable(QString::number(m_received)));
}

// What must hold whatever has happened: one end, one typed error at most, an outcome for each call, and
// nothing that was not said.
void tst_Faults::judge(const FaultySession &session, const Codes &expected, const QByteArray &where)
{
    QVERIFY2(session.closed == 1, where);
    QVERIFY2(session.errors.size() <= 1, where);
    QVERIFY2(session.ends->client->state() == Client::State::Idle, where);
    const ErrorCode code = session.errors.isEmpty() ? ErrorCode::None : session.errors[0].code();
    QVERIFY2(expected.contains(code), where + ": " + named(code));
    QVERIFY2(code == ErrorCode::None || !session.errors[0].detail().isEmpty(), where);
    for (const auto &call : {session.echo, session.hold}) {
        if (!session.opened)
            continue;
        const Result<Reply> &result = call.result();
        if (result) {
            QVERIFY2(result->payload() == "an answer, please", where);
            continue;
        }
        const ErrorCode why = result.error().code();
        QVERIFY2(OfLostCalls.contains(why) || (why == code && quint16(why) < 100), where + ": " + named(why));
    }
    QVERIFY2(session.events.isEmpty() || session.events == QByteArrayList {"an event"},
        where + ": " + session.events.join(", "));
}

// One session for each offset, many at the same time: most of what they do is to wait.
void tst_Faults::playEach(const char *name, const QString &kind, At at, qint64 size, int step,
    const Codes &expected, const std::function<void(FaultPlan &, qint64)> &plan)
{
    // Those with TLS work too.
    const std::size_t atOnce = kind == u"tls" ? 25 : 50;
    for (qint64 offset = 0; offset < size;) {
        std::vector<std::unique_ptr<FaultySession>> sessions;
        QList<qint64> offsets;
        for (; offset < size && sessions.size() < atOnce; offset += step) {
            FaultPlan itsPlan;
            plan(itsPlan, offset);
            sessions.push_back(std::make_unique<FaultySession>(kind, at, itsPlan));
            offsets += offset;
            QVERIFY(sessions.back()->start());
        }
        const auto allOver = [&] {
            return std::all_of(
                sessions.begin(), sessions.end(), [](const auto &session) { return session->isOver(); });
        };
        (void)QTest::qWaitFor(allOver, 20'000);
        for (std::size_t i = 0; i < sessions.size(); ++i) {
            const QByteArray where
                = QByteArray(name) + ", offset " + QByteArray::number(offsets[qsizetype(i)]);
            QVERIFY2(sessions[i]->isOver(), where);
            judge(*sessions[i], expected, where);
            if (QTest::currentTestFailed())
                return;
        }
    }
}

void tst_Faults::cutAnywhere_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("step");
    QTest::addColumn<At>("at");
    QTest::newRow("memory, client") << "memory" << 1 << At::Client;
    QTest::newRow("memory, server") << "memory" << 1 << At::Server;
    QTest::newRow("tcp, client") << "tcp" << 3 << At::Client;
    QTest::newRow("tcp, server") << "tcp" << 3 << At::Server;
    QTest::newRow("tls, client") << "tls" << 7 << At::Client;
    QTest::newRow("tls, server") << "tls" << 7 << At::Server;
}

void tst_Faults::cutAnywhere()
{
    QFETCH(const QString, kind);
    QFETCH(const int, step);
    QFETCH(const At, at);
    struct Cut {
        const char *name;
        std::optional<qint64> FaultPlan::*member;
        bool ofInput;
        ErrorCode own; ///< where it happens
    };
    const QList<Cut> cuts {
        {"reset while reading", &FaultPlan::resetAfterInput, true, ErrorCode::ConnectionLost},
        {"reset while writing", &FaultPlan::resetAfterOutput, false, ErrorCode::ConnectionLost},
        {"failing write", &FaultPlan::failWriteAfter, false, ErrorCode::TransportFailed},
        {"end of input", &FaultPlan::endInputAfter, true, ErrorCode::FrameTruncated},
        {"end of output", &FaultPlan::endOutputAfter, false, ErrorCode::DrainTimedOut},
    };
    for (const Cut &cut : cuts) {
        Codes expected = OfPeersThatLeave;
        // Patience is short, so that a slow machine may use it up anywhere.
        expected += {
            cut.own, ErrorCode::HandshakeTimedOut, ErrorCode::HeartbeatTimedOut, ErrorCode::DrainTimedOut};
        const qint64 size = (cut.ofInput == (at == At::Client) ? m_received : m_sent) + 2;
        playEach(cut.name, kind, at, size, step, expected,
            [&](FaultPlan &plan, qint64 offset) { plan.*cut.member = offset; });
        if (QTest::currentTestFailed())
            return;
    }
}

void tst_Faults::choppedAndDelayed_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<At>("at");
    QTest::addColumn<int>("piece");
    QTest::addColumn<int>("delay");
    for (const char *kind : {"memory", "tcp", "tls"}) {
        for (const At at : {At::Client, At::Server}) {
            const char *side = at == At::Client ? "client" : "server";
            QTest::addRow("%s, %s, byte by byte", kind, side) << QString::fromLatin1(kind) << at << 1 << 0;
            QTest::addRow("%s, %s, delayed", kind, side) << QString::fromLatin1(kind) << at << 0 << 20;
            QTest::addRow("%s, %s, both", kind, side) << QString::fromLatin1(kind) << at << 40 << 5;
        }
    }
}

void tst_Faults::choppedAndDelayed()
{
    QFETCH(const QString, kind);
    QFETCH(const At, at);
    QFETCH(const int, piece);
    QFETCH(const int, delay);
    FaultPlan plan;
    plan.maxReadBytes = plan.maxWriteBytes = piece;
    plan.inputDelay = plan.outputDelay = milliseconds(delay);
    FaultySession session(kind, at, plan, NeverUsedUp);
    QVERIFY(session.play());
    judge(session, {ErrorCode::None}, "late, but whole");
    QVERIFY(session.echo.result());
    QCOMPARE(session.hold.result().error().code(), ErrorCode::CallCancelled);
    QCOMPARE(session.events, QByteArrayList {"an event"});
}

void tst_Faults::aLostByte_data()
{
    QTest::addColumn<bool>("ofInput");
    QTest::addColumn<At>("at");
    QTest::newRow("client's input") << true << At::Client;
    QTest::newRow("client's output") << false << At::Client;
    QTest::newRow("server's input") << true << At::Server;
    QTest::newRow("server's output") << false << At::Server;
}

void tst_Faults::aLostByte()
{
    QFETCH(const bool, ofInput);
    QFETCH(const At, at);
    const qint64 size = ofInput == (at == At::Client) ? m_received : m_sent;
    playEach("lost", QStringLiteral("memory"), at, size, 2,
        OfDamage + OfPeersThatLeave + Codes {ErrorCode::DrainTimedOut}, [&](FaultPlan &plan, qint64 offset) {
            (ofInput ? plan.dropInput : plan.dropOutput) = {offset, 1};
        });
}

void tst_Faults::silenceFromAByteOn_data() { aLostByte_data(); }

void tst_Faults::silenceFromAByteOn()
{
    QFETCH(const bool, ofInput);
    QFETCH(const At, at);
    const qint64 size = ofInput == (at == At::Client) ? m_received : m_sent;
    playEach("silent", QStringLiteral("memory"), at, size, 3,
        OfDamage + OfPeersThatLeave + Codes {ErrorCode::DrainTimedOut}, [&](FaultPlan &plan, qint64 offset) {
            (ofInput ? plan.dropInput : plan.dropOutput) = {offset, Everything};
        });
}

void tst_Faults::closedTwice()
{
    QFETCH(const QString, kind);
    for (const At at : {At::Client, At::Server}) {
        FaultySession clean(kind, at, {.duplicateClose = true}, NeverUsedUp);
        QVERIFY(clean.play());
        judge(clean, {ErrorCode::None}, "clean");
        FaultySession failing(kind, at, {.resetAfterInput = 60, .duplicateClose = true}, NeverUsedUp);
        QVERIFY(failing.play());
        judge(failing, {ErrorCode::ConnectionLost}, "failing");
    }
}

QTEST_GUILESS_MAIN(tst_Faults)
#include "tst_faults.moc"

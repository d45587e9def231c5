// SPDX-License-Identifier: MIT
#include <chrono>
#include <vector>

#include <sys/resource.h>

#include <QSignalSpy>
#include <QTest>

#include "besiegedserver.h"

using namespace Halyard;
using namespace std::chrono_literals;
using Wire::Vstp::FrameType;

namespace {

constexpr qint64 KiB = 1'024;
constexpr qint64 MiB = 1'048'576;

} // namespace

/// Clients that want too much: memory, answers they never read, connections. What each can make us hold is
/// bounded, a good client is served all the while, and when they have gone the memory is back.
class tst_HostilePeerGreed : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void neverReadsItsAnswers();
    void readsAllThatItAskedFor();
    void neverReadsItsStream();
    void requestsThatAreNotAnswered();
    void announcesMuchAndSendsLittle();
    void unfinishedInputOfAll();
};

void tst_HostilePeerGreed::initTestCase()
{
    QVERIFY2(raiseDescriptorLimit() > 5'000, "this test opens 4 000 sockets: ulimit -n");
}

void tst_HostilePeerGreed::neverReadsItsAnswers()
{
    ServerOptions options;
    options.connection.queueHighBytes = 512 * KiB;
    options.connection.queueLowBytes = 128 * KiB;
    options.connection.maxUndeliveredBytes = 2 * MiB;
    constexpr qint64 Answer = 100 * KiB;
    constexpr qint64 Question = 10 * KiB;
    // The sum of docs/limits.md ("How much memory that is"), for this peer:
    const auto &limits = options.connection;
    // Requests are handed to their handlers until so much is queued, and then wait themselves.
    const qint64 queue = limits.queueRejectFactor * limits.queueHighBytes + Answer;
    // Those that wait; reading stops when they are too many, seen at the end of the turn that read them.
    const qint64 received = limits.maxUndeliveredBytes + limits.readBytesPerTurn + Question;
    // In the engine, which may grow by doubling, and in the socket.
    const qint64 output = 2 * (limits.outputAheadBytes + Answer);
    const qint64 input = 2 * (Question + 64 * KiB);
    // What a message costs beside its bytes was counted with it; what holds messages grows by doubling.
    const qint64 bound = queue + received + output + input + LeftOverBytes;
    BesiegedServer besieged(options);
    besieged.server().handle("blob", [](const Request &) { return Reply(QByteArray(Answer, 'b')); });
    const qint64 before = allocatedBytes();
    qint64 most = 0;
    {
        HostilePeer greedy = besieged.attack(4 * KiB);
        greedy.write(helloBytes());
        QByteArray unsent;
        quint64 id = 0;
        // Until nothing more is taken for a while, or the server has had enough.
        for (int stuck = 0; stuck < 200 && besieged.ends().isEmpty() && id < 5'000;) {
            if (unsent.isEmpty())
                unsent = requestBytes("blob", ++id, QByteArray(Question, 'q'));
            const qsizetype taken = greedy.write(unsent);
            stuck = taken > 0 ? 0 : stuck + 1;
            unsent.remove(0, qMax(qsizetype(0), taken));
            QTest::qWait(stuck > 0 ? 1 : 0);
            most = qMax(most, allocatedBytes() - before);
        }
        qInfo("%lld bytes at most, of %lld", most, bound);
        QVERIFY2(most < bound, qPrintable(QString::number(most)));
        // It was the limits that stopped it, not the end of its questions.
        QVERIFY2(most > (queue + limits.maxUndeliveredBytes) / 2, qPrintable(QString::number(most)));
        QVERIFY(besieged.goodClient().goesOn());
    }
    QVERIFY(besieged.isAlone());
    QVERIFY(besieged.goodClient().goesOn());
    QVERIFY(isGivenBack(before));
}

void tst_HostilePeerGreed::readsAllThatItAskedFor()
{
    // The counterpart: asking for much at once is no fault of a client that reads.
    BesiegedServer besieged({});
    besieged.server().handle("blob", [](const Request &) { return Reply(QByteArray(MiB, 'b')); });
    const qint64 before = allocatedBytes();
    qint64 most = 0;
    HostilePeer eager = besieged.attack();
    QByteArray questions = helloBytes();
    constexpr quint64 Requests = 250;
    for (quint64 id = 1; id <= Requests; ++id)
        questions += requestBytes("blob", id);
    QCOMPARE(eager.write(questions), questions.size());
    const qint64 expected = qint64(Requests) * MiB;
    qint64 read = 0;
    QVERIFY(turnUntil([&] {
        for (qsizetype got = 1; got > 0; read += got)
            got = eager.discard(MiB);
        most = qMax(most, allocatedBytes() - before);
        return read > expected || !besieged.ends().isEmpty();
    }));
    QVERIFY2(besieged.ends().isEmpty(), qPrintable(besieged.ends().value(0).toString()));
    QVERIFY2(most < 32 * MiB, qPrintable(QString::number(most)));
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerGreed::neverReadsItsStream()
{
    ServerOptions options;
    options.connection.queueHighBytes = 512 * KiB;
    options.connection.queueLowBytes = 128 * KiB;
    BesiegedServer besieged(options);
    int written = 0;
    int cancelled = 0;
    besieged.server().handleStream("flood", [&](const Request &, const ReplyStream &stream) {
        const auto pour = [&written, stream] {
            while (stream.isWritable() && !stream.isFinished()) {
                if (!stream.write(QByteArray(10 * KiB, 'f')))
                    return;
                ++written;
            }
        };
        connect(stream.notifier(), &ReplyStreamNotifier::writableChanged, stream.notifier(), pour);
        connect(stream.notifier(), &ReplyStreamNotifier::cancelled, stream.notifier(), [&] { ++cancelled; });
        pour();
    });
    const qint64 before = allocatedBytes();
    HostilePeer greedy = besieged.attack(4 * KiB);
    greedy.write(helloBytes() + requestBytes("flood", 1));
    QTRY_VERIFY(written > 0);
    QVERIFY(besieged.goodClient().goesOn());
    QVERIFY2(allocatedBytes() - before < 2 * MiB, qPrintable(QString::number(allocatedBytes() - before)));
    // Once it reads, the stream goes on; it is a flood, so that is bounded by the reading alone.
    const int stalledAt = written;
    QVERIFY(turnUntil([&] {
        (void)greedy.discard(256 * KiB);
        return written > stalledAt + 200;
    }));
    QVERIFY2(allocatedBytes() - before < 2 * MiB, qPrintable(QString::number(allocatedBytes() - before)));
    greedy.reset();
    QVERIFY(besieged.hasEnded(1));
    QTRY_COMPARE(cancelled, 1);
    QVERIFY(besieged.goodClient().goesOn());
    QVERIFY(isGivenBack(before));
}

void tst_HostilePeerGreed::requestsThatAreNotAnswered()
{
    ServerOptions options;
    options.connection.maxUndeliveredBytes = 2 * MiB;
    BesiegedServer besieged(options);
    QList<Request> held;
    besieged.server().handle("hold", [&](const Request &request) { held.append(request); });
    const qint64 before = allocatedBytes();
    HostilePeer greedy = besieged.attack();
    greedy.write(helloBytes());
    constexpr int Requests = 200;
    QByteArray unsent;
    for (quint64 id = 1; id <= Requests; ++id)
        unsent += requestBytes("hold", id, QByteArray(100 * KiB, 'h'));
    const qint64 ours = unsent.capacity();
    qsizetype at = 0;
    const auto pushUntilStuck = [&] {
        for (int stuck = 0; stuck < 200 && at < unsent.size();) {
            const qsizetype taken
                = greedy.write(QByteArray::fromRawData(unsent.constData() + at, unsent.size() - at));
            stuck = taken > 0 ? 0 : stuck + 1;
            at += qMax(qsizetype(0), taken);
            QTest::qWait(stuck > 0 ? 1 : 0);
        }
    };
    pushUntilStuck();
    QVERIFY(at < unsent.size()); // reading has stopped
    QVERIFY2(held.size() < 40, qPrintable(QString::number(held.size())));
    const qint64 most = allocatedBytes() - before - ours;
    QVERIFY2(most < 5 * MiB, qPrintable(QString::number(most)));
    QVERIFY(besieged.goodClient().goesOn());

    // With the answers reading goes on, to the last request.
    int answered = 0;
    while (answered < Requests) {
        QTRY_VERIFY(!held.isEmpty());
        held.takeFirst().respond(Reply("done"));
        ++answered;
        pushUntilStuck();
    }
    QTRY_COMPARE(frameCount(greedy.received(), FrameType::Data), Requests);
    QVERIFY(besieged.ends().isEmpty());
    QVERIFY(besieged.goodClient().goesOn());
    greedy.reset();
    unsent.clear();
    QVERIFY(besieged.isAlone());
    QVERIFY(isGivenBack(before));
}

void tst_HostilePeerGreed::announcesMuchAndSendsLittle()
{
    BesiegedServer besieged({});
    const qint64 before = allocatedBytes();
    std::vector<HostilePeer> peers;
    const QByteArray announcement = frameBytes(FrameType::Data, {}, QByteArray(8 * MiB - 15, 'x')).first(100);
    for (int i = 0; i < 100; ++i) {
        peers.push_back(besieged.attack());
        peers.back().write(helloBytes() + announcement);
    }
    for (HostilePeer &peer : peers)
        QTRY_COMPARE(frameCount(peer.received(), FrameType::Welcome), 1);
    QVERIFY(besieged.goodClient().goesOn());
    const qint64 each = (allocatedBytes() - before) / qint64(peers.size());
    qInfo("%lld bytes for each", each);
    QVERIFY2(each < 32 * KiB, qPrintable(QString::number(each))); // not the 8 MiB that were announced
    peers.clear();
    QVERIFY(besieged.isAlone());
    QVERIFY(isGivenBack(before));
}

void tst_HostilePeerGreed::unfinishedInputOfAll()
{
    ServerOptions options;
    options.maxUnfinishedInputBytes = 6 * MiB; // buffers count as they are, not as they are filled
    BesiegedServer besieged(options);
    const QByteArray frame = frameBytes(FrameType::Data, {}, QByteArray(4 * MiB, 'x'));
    const qint64 before = allocatedBytes();
    std::vector<HostilePeer> peers;
    const auto send = [&](std::size_t peer, qsizetype bytes) {
        for (qsizetype at = 0; at < bytes; QCoreApplication::processEvents())
            at += qMax(qsizetype(0), peers[peer].write(frame.mid(at, bytes - at)));
    };
    for (std::size_t i = 0; i < 3; ++i) {
        peers.push_back(besieged.attack());
        peers.back().write(frameBytes(FrameType::Hello));
    }
    send(0, 700 * KiB);
    send(1, 2'500 * KiB);
    QVERIFY(besieged.goodClient().goesOn());
    QVERIFY(besieged.ends().isEmpty());
    send(2, 1'200 * KiB);
    QVERIFY(besieged.hasEnded(1));
    QCOMPARE(besieged.ends()[0].code(), ErrorCode::InputBudgetExceeded);
    QTRY_VERIFY(peers[1].isEnded()); // the one that held most
    QVERIFY(!peers[0].isEnded());
    QVERIFY(!peers[2].isEnded());
    QVERIFY(besieged.goodClient().goesOn());
    peers.clear();
    QVERIFY(besieged.isAlone());
    QVERIFY(isGivenBack(before, 2 * MiB)); // up to one of them are spare buffers
}

QTEST_GUILESS_MAIN(tst_HostilePeerGreed)
#include "tst_hostilepeer_greed.moc"

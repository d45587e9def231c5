// SPDX-License-Identifier: MIT
#include <chrono>
#include <vector>

#include <sys/resource.h>

#include <QDir>
#include <QSignalSpy>
#include <QTest>

#include "besiegedserver.h"

using namespace Halyard;
using namespace std::chrono_literals;
using Wire::Vstp::FrameType;

namespace {

int openDescriptors()
{
    return int(
        QDir("/proc/self/fd").entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System).size());
}

} // namespace

/// Too many at once: connections, handshakes, descriptors. The others are served as before.
class tst_HostilePeerCrowds : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void connectionsAtTheLimit();
    void handshakesAtTheLimit();
    void connectionsOfOneAddress();
    void twoThousandAtOnce();
    void descriptorsUsedUp();
    void drainingHasAnEnd();
};

void tst_HostilePeerCrowds::initTestCase()
{
    QVERIFY2(raiseDescriptorLimit() > 5'000, "this test opens 4 000 sockets: ulimit -n");
}

void tst_HostilePeerCrowds::connectionsAtTheLimit()
{
    ServerOptions options;
    options.maxConnections = 5;
    BesiegedServer besieged(options); // its good client is the first
    std::vector<HostilePeer> peers;
    for (int i = 0; i < 8; ++i) {
        peers.push_back(besieged.attack());
        peers.back().write(frameBytes(FrameType::Hello));
    }
    QTRY_COMPARE(besieged.server().connectionCount(), 5);
    QVERIFY(besieged.goodClient().goesOn());
    QCOMPARE(besieged.server().connectionCount(), 5);
    const auto served = [&] {
        int count = 0;
        for (HostilePeer &peer : peers)
            count += frameCount(peer.received(), FrameType::Welcome);
        return count;
    };
    QTRY_COMPARE(served(), 4);
    // Nobody was turned away: who leaves makes room for one who waits.
    for (int left = 0; left < 4; ++left) {
        peers[std::size_t(left)].close();
        QTRY_COMPARE(served(), 5 + left);
    }
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerCrowds::handshakesAtTheLimit()
{
    ServerOptions options;
    options.maxHandshakes = 3;
    options.connection.engine.handshakeTimeout = 400ms;
    BesiegedServer besieged(options);
    std::vector<HostilePeer> silent;
    for (int i = 0; i < 3; ++i)
        silent.push_back(besieged.attack());
    QTRY_COMPARE(besieged.server().connectionCount(), 4);
    HostilePeer waiting = besieged.attack();
    waiting.write(helloBytes() + requestBytes("echo", 1));
    QVERIFY(besieged.goodClient().goesOn());                          // those who are in are not held up
    QTRY_COMPARE(frameCount(waiting.received(), FrameType::Data), 1); // the others wait for one time-out
    QVERIFY(besieged.hasEnded(3));
    for (const Error &error : besieged.ends())
        QCOMPARE(error.code(), ErrorCode::HandshakeTimedOut);
}

void tst_HostilePeerCrowds::connectionsOfOneAddress()
{
    ServerOptions options;
    options.maxConnectionsPerAddress = 3;
    BesiegedServer besieged(options);
    std::vector<HostilePeer> peers;
    for (int i = 0; i < 4; ++i) {
        peers.push_back(besieged.attack());
        peers.back().write(frameBytes(FrameType::Hello));
    }
    QVERIFY(besieged.hasEnded(2));
    for (const Error &error : besieged.ends())
        QCOMPARE(error.code(), ErrorCode::TooManyConnections);
    QTRY_VERIFY(peers[2].isEnded() && peers[3].isEnded());
    QTRY_COMPARE(frameCount(peers[1].received(), FrameType::Welcome), 1);
    peers[0].close();
    QTRY_COMPARE(besieged.server().connectionCount(), 2);
    HostilePeer next = besieged.attack();
    next.write(frameBytes(FrameType::Hello));
    QTRY_COMPARE(frameCount(next.received(), FrameType::Welcome), 1);
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerCrowds::twoThousandAtOnce()
{
    ServerOptions options;
    options.maxConnectionsPerAddress = 4'000;
    options.transport.acceptBacklog = 4'096;
    BesiegedServer besieged(options);
    constexpr std::size_t Count = 2'000;
    const auto round = [&] {
        std::vector<HostilePeer> peers;
        std::vector<bool> asked(Count, false);
        for (std::size_t i = 0; i < Count; ++i)
            peers.push_back(besieged.attack());
        // Those for whom the kernel's queue had no room are connected when it tries again.
        const QByteArray question = helloBytes() + requestBytes("echo", 1, "all of us");
        const auto allAnswered = [&] {
            std::size_t answered = 0;
            for (std::size_t i = 0; i < Count; ++i) {
                if (!asked[i])
                    asked[i] = peers[i].write(question) == question.size();
                answered += frameCount(peers[i].received(), FrameType::Data) == 1 ? 1 : 0;
            }
            return answered == Count;
        };
        QTRY_VERIFY_WITH_TIMEOUT(allAnswered(), 60'000);
        QCOMPARE(besieged.server().connectionCount(), qsizetype(Count) + 1);
        QVERIFY(besieged.goodClient().goesOn());
    };
    round(); // tables grow to their size
    QVERIFY(besieged.isAlone());
    const qint64 before = allocatedBytes();
    round();
    QVERIFY(besieged.isAlone());
    QVERIFY(besieged.goodClient().goesOn());
    const qint64 left = allocatedBytes() - before;
    QVERIFY2(left < LeftOverBytes, qPrintable(QString::number(left)));
    for (const Error &error : besieged.ends())
        QVERIFY2(!error || error.code() == ErrorCode::ConnectionLost, qPrintable(error.toString()));
}

void tst_HostilePeerCrowds::descriptorsUsedUp()
{
    BesiegedServer besieged({});
    QSignalSpy failed(&besieged.server(), &Server::acceptFailed);
    std::vector<HostilePeer> peers;
    for (int i = 0; i < 20; ++i) {
        peers.push_back(besieged.attack());
        peers.back().write(frameBytes(FrameType::Hello));
    }
    rlimit limit {};
    getrlimit(RLIMIT_NOFILE, &limit);
    const rlimit tight {rlim_t(openDescriptors() + 5), limit.rlim_max};
    QCOMPARE(setrlimit(RLIMIT_NOFILE, &tight), 0);
    const bool told = QTest::qWaitFor([&] { return !failed.isEmpty(); }, 30'000);
    const bool goodOnesServed = besieged.goodClient().goesOn();
    setrlimit(RLIMIT_NOFILE, &limit);
    QVERIFY(told);
    QVERIFY(goodOnesServed);
    // It goes on by itself, and nobody is lost.
    for (HostilePeer &peer : peers)
        QTRY_COMPARE(frameCount(peer.received(), FrameType::Welcome), 1);
    QVERIFY2(failed.size() < 100, "it must not spin meanwhile");
}

void tst_HostilePeerCrowds::drainingHasAnEnd()
{
    ServerOptions options;
    options.connection.drainTimeout = 300ms;
    BesiegedServer besieged(options);
    QList<Request> held;
    besieged.server().handle("hold", [&](const Request &request) { held.append(request); });
    HostilePeer peer = besieged.attack();
    peer.write(helloBytes() + requestBytes("hold", 1));
    QTRY_COMPARE(held.size(), 1);
    QSignalSpy closed(&besieged.server(), &Server::closed);
    besieged.server().close();
    QVERIFY(closed.wait());
    QVERIFY(!besieged.ends().isEmpty());
    const bool timedOut = std::any_of(besieged.ends().begin(), besieged.ends().end(),
        [](const Error &error) { return error.code() == ErrorCode::DrainTimedOut; });
    QVERIFY(timedOut);
    QVERIFY(held[0].isCancelled());
    QTRY_VERIFY(peer.isEnded());
}

QTEST_GUILESS_MAIN(tst_HostilePeerCrowds)
#include "tst_hostilepeer_crowds.moc"

// SPDX-License-Identifier: MIT
#include <chrono>
#include <random>

#include <QTest>
#include <QTimer>

#include "besiegedserver.h"

using namespace Halyard;
using namespace std::chrono_literals;
using Wire::Vstp::FrameType;

/// Clients that say the wrong thing, or nothing, or too slowly. Each gets its own typed error, and a good
/// client is served all the while.
class tst_HostilePeerClients : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void saysNothing();
    void oneByteNowAndThen();
    void slowOnlyAtTheEnd();
    void silentAfterTheHandshake();
    void idle();
    void garbage_data();
    void garbage();
    void brokenFrame_data();
    void brokenFrame();
    void frameLimit_data();
    void frameLimit();
    void tenThousandHeaders();
    void goneInsideAFrame_data();
    void goneInsideAFrame();
    void tooManyOpenRequests();
    void idInUse();
    void answersNobodyAskedFor();
    void mutatedConversations();
};

void tst_HostilePeerClients::saysNothing()
{
    ServerOptions options;
    options.connection.engine.handshakeTimeout = 200ms;
    BesiegedServer besieged(options);
    HostilePeer silent = besieged.attack();
    QVERIFY(besieged.hasEnded(1));
    QCOMPARE(besieged.ends()[0].code(), ErrorCode::HandshakeTimedOut);
    QVERIFY2(besieged.ends()[0].detail().contains("200 ms"), qPrintable(besieged.ends()[0].detail()));
    QTRY_VERIFY(silent.isEnded());
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::oneByteNowAndThen()
{
    ServerOptions options;
    options.connection.engine.frameGrace = 300ms;
    options.connection.engine.frameBytesPerSecond = 1'000'000;
    BesiegedServer besieged(options);
    HostilePeer slow = besieged.attack();
    // Never silent, and never finished.
    const QByteArray frame = frameBytes(FrameType::Data, {}, QByteArray(100'000, 'x'));
    qsizetype sent = 0;
    QTimer drip;
    connect(
        &drip, &QTimer::timeout, this, [&] { sent += qMax(qsizetype(0), slow.write(frame.mid(sent, 1))); });
    drip.start(1ms);
    QVERIFY(besieged.hasEnded(1));
    QCOMPARE(besieged.ends()[0].code(), ErrorCode::FrameTooSlow);
    QVERIFY2(besieged.ends()[0].detail().contains("of 100015"), qPrintable(besieged.ends()[0].detail()));
    QTRY_VERIFY(slow.isEnded());
    QCOMPARE(errCodes(slow.received()), QList<ErrorCode> {ErrorCode::FrameTooSlow});
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::slowOnlyAtTheEnd()
{
    // A second frame is measured by itself: its time begins with its first byte.
    ServerOptions options;
    options.connection.engine.frameGrace = 300ms;
    BesiegedServer besieged(options);
    HostilePeer slow = besieged.attack();
    slow.write(helloBytes() + requestBytes("echo", 1, "quick") + requestBytes("echo", 2, "slow").chopped(1));
    QVERIFY(besieged.hasEnded(1));
    QCOMPARE(besieged.ends()[0].code(), ErrorCode::FrameTooSlow);
    QCOMPARE(frameCount(slow.received(), FrameType::Data), 1);
    QCOMPARE(errCodes(slow.received()), QList<ErrorCode> {ErrorCode::FrameTooSlow});
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::silentAfterTheHandshake()
{
    ServerOptions options;
    options.connection.engine.heartbeatInterval = 150ms;
    BesiegedServer besieged(options);
    HostilePeer silent = besieged.attack();
    silent.write(helloBytes());
    QVERIFY(besieged.hasEnded(1));
    QCOMPARE(besieged.ends()[0].code(), ErrorCode::HeartbeatTimedOut);
    QCOMPARE(frameCount(silent.received(), FrameType::Welcome), 1);
    QVERIFY(frameCount(silent.received(), FrameType::Ping) >= 1);
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::idle()
{
    ServerOptions options;
    options.connection.idleTimeout = 500ms;
    BesiegedServer besieged(options);
    HostilePeer silent = besieged.attack();
    silent.write(frameBytes(FrameType::Hello)); // a plain peer: no heartbeats
    QVERIFY(besieged.hasEnded(1));
    QCOMPARE(besieged.ends()[0].code(), ErrorCode::IdleTimedOut);
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::garbage_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("HTTP") << QByteArray("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") << ErrorCode::BadMagic;
    QTest::newRow("SSH") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n") << ErrorCode::BadMagic;
    QTest::newRow("one byte") << QByteArray("x") << ErrorCode::BadMagic;
    QTest::newRow("zeros") << QByteArray(1'000'000, '\0') << ErrorCode::BadMagic;
    QTest::newRow("TLS") << QByteArray::fromHex("16030100a1010000") + QByteArray(200, 'r')
                         << ErrorCode::TlsPeerOnPlainPort;
    QTest::newRow("another version") << QByteArray::fromHex("565402010000000000000000")
                                     << ErrorCode::BadVersion;
}

void tst_HostilePeerClients::garbage()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const ErrorCode, code);
    BesiegedServer besieged({});
    HostilePeer stranger = besieged.attack();
    QVERIFY(stranger.write(bytes) > 0);
    QVERIFY(besieged.hasEnded(1));
    QCOMPARE(besieged.ends()[0].code(), code);
    QCOMPARE(besieged.ends()[0].origin(), ErrorOrigin::Peer);
    QVERIFY(!besieged.ends()[0].detail().isEmpty());
    QTRY_VERIFY(stranger.isEnded());
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::brokenFrame_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<ErrorCode>("code");
    const QByteArray good = frameBytes(FrameType::Data, {}, "payload");
    QByteArray flipped = good;
    flipped[12] = char(flipped[12] ^ 4);
    QTest::newRow("a bit of the payload") << flipped << ErrorCode::CrcMismatch;
    QTest::newRow("type 9") << frameBytes(FrameType(9)) << ErrorCode::UnknownFrameType;
    QTest::newRow("half an entry") << frameBytes(FrameType::Data, QByteArray(1, 'k'))
                                   << ErrorCode::BadHeaders;
    QTest::newRow("an entry that leaves the block")
        << frameBytes(FrameType::Data, QByteArray::fromHex("01046b"), "WXYZ") << ErrorCode::BadHeaders;
    QTest::newRow("an id that is no number")
        << frameBytes(FrameType::Data, headerBytes("id", "seven")) << ErrorCode::MalformedMessage;
    QTest::newRow("garbage behind a good frame") << good + QByteArray(100, '!') << ErrorCode::BadMagic;
}

void tst_HostilePeerClients::brokenFrame()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const ErrorCode, code);
    BesiegedServer besieged({});
    HostilePeer peer = besieged.attack();
    peer.write(helloBytes() + requestBytes("echo", 1, "before") + bytes + requestBytes("echo", 2, "behind"));
    QVERIFY(besieged.hasEnded(1));
    QCOMPARE(besieged.ends()[0].code(), code);
    QCOMPARE(besieged.ends()[0].origin(), ErrorOrigin::Peer);
    QVERIFY(!besieged.ends()[0].detail().isEmpty());
    QTRY_VERIFY(peer.isEnded());
    QCOMPARE(errCodes(peer.received()), QList<ErrorCode> {code});
    // What it was owed before it broke the protocol it gets, and nothing for what came behind.
    QCOMPARE(frameCount(peer.received(), FrameType::Data), 1);
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::frameLimit_data()
{
    QTest::addColumn<int>("frameSize");
    QTest::addColumn<bool>("fits");
    QTest::newRow("one byte less") << 1'999 << true;
    QTest::newRow("at the limit") << 2'000 << true;
    QTest::newRow("one byte more") << 2'001 << false;
}

void tst_HostilePeerClients::frameLimit()
{
    QFETCH(const int, frameSize);
    QFETCH(const bool, fits);
    ServerOptions options;
    options.connection.engine.maxFrameBytesIn = 2'000;
    BesiegedServer besieged(options);
    HostilePeer peer = besieged.attack();
    const qsizetype overhead = requestBytes("echo", 1).size();
    const QByteArray frame = requestBytes("echo", 1, QByteArray(frameSize - overhead, 'x'));
    QCOMPARE(frame.size(), frameSize);
    peer.write(helloBytes());
    if (fits) {
        peer.write(frame);
        QTRY_COMPARE(frameCount(peer.received(), FrameType::Data), 1);
    } else {
        peer.write(frame.first(11)); // what follows is not even awaited
        QVERIFY(besieged.hasEnded(1));
        QCOMPARE(besieged.ends()[0].code(), ErrorCode::PayloadTooLarge);
        QVERIFY2(besieged.ends()[0].detail().contains("2001"), qPrintable(besieged.ends()[0].detail()));
        QVERIFY2(besieged.ends()[0].detail().contains("2000"), qPrintable(besieged.ends()[0].detail()));
        QTRY_COMPARE(errCodes(peer.received()), QList<ErrorCode> {ErrorCode::PayloadTooLarge});
    }
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::tenThousandHeaders()
{
    BesiegedServer besieged({});
    HostilePeer peer = besieged.attack();
    peer.write(frameBytes(FrameType::Data, QByteArray(2 * 10'000, '\0')));
    QVERIFY(besieged.hasEnded(1));
    QCOMPARE(besieged.ends()[0].code(), ErrorCode::TooManyHeaders);
    QTRY_COMPARE(errCodes(peer.received()), QList<ErrorCode> {ErrorCode::TooManyHeaders});

    ServerOptions options;
    options.connection.engine.maxHeaders = 20'000;
    BesiegedServer generous(options);
    HostilePeer same = generous.attack();
    same.write(frameBytes(FrameType::Data, QByteArray(2 * 10'000, '\0')) + frameBytes(FrameType::Ping));
    QTRY_COMPARE(frameCount(same.received(), FrameType::Pong), 1);
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::goneInsideAFrame_data()
{
    QTest::addColumn<bool>("reset");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("reset") << true << ErrorCode::ConnectionLost;
    QTest::newRow("end of the stream") << false << ErrorCode::FrameTruncated;
}

void tst_HostilePeerClients::goneInsideAFrame()
{
    QFETCH(const bool, reset);
    QFETCH(const ErrorCode, code);
    BesiegedServer besieged({});
    HostilePeer peer = besieged.attack();
    peer.write(helloBytes() + requestBytes("echo", 1, "whole") + requestBytes("echo", 2, "half").chopped(3));
    QTRY_COMPARE(frameCount(peer.received(), FrameType::Data), 1);
    if (reset)
        peer.reset();
    else
        peer.finish();
    QVERIFY(besieged.hasEnded(1));
    QCOMPARE(besieged.ends()[0].code(), code);
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::tooManyOpenRequests()
{
    ServerOptions options;
    options.connection.engine.maxOpenRequests = 4;
    BesiegedServer besieged(options);
    QList<Request> held;
    besieged.server().handle("hold", [&](const Request &request) { held.append(request); });
    HostilePeer peer = besieged.attack();
    peer.write(helloBytes());
    for (quint64 id = 1; id <= 6; ++id)
        peer.write(requestBytes("hold", id));
    const QList<ErrorCode> refusals {ErrorCode::CallRefused, ErrorCode::CallRefused};
    QTRY_COMPARE(errCodes(peer.received()), refusals);
    QCOMPARE(held.size(), 4);
    for (const Request &request : std::as_const(held))
        request.respond(Reply("at last"));
    QTRY_COMPARE(frameCount(peer.received(), FrameType::Data), 4); // those places are free again
    peer.write(requestBytes("echo", 7));
    QTRY_COMPARE(frameCount(peer.received(), FrameType::Data), 5);
    QVERIFY(besieged.ends().isEmpty());
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::idInUse()
{
    BesiegedServer besieged({});
    QList<Request> held;
    besieged.server().handle("hold", [&](const Request &request) { held.append(request); });
    HostilePeer peer = besieged.attack();
    peer.write(helloBytes() + requestBytes("hold", 1) + requestBytes("hold", 1));
    QVERIFY(besieged.hasEnded(1));
    QCOMPARE(besieged.ends()[0].code(), ErrorCode::UnexpectedFrame);
    QCOMPARE(held.size(), 1);
    QTRY_VERIFY(held[0].isCancelled());
    held[0].respond(Reply("to nobody"));
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::answersNobodyAskedFor()
{
    BesiegedServer besieged({});
    HostilePeer peer = besieged.attack();
    peer.write(helloBytes());
    for (int i = 1; i < 2'000; ++i) {
        const QByteArray id = QByteArray::number(i);
        peer.write(frameBytes(FrameType::Data, headerBytes("re", id) + headerBytes("end", "1"), "answer"));
        peer.write(frameBytes(FrameType::Err, headerBytes("re", id)));
        peer.write(frameBytes(FrameType::Data, headerBytes("id", id) + headerBytes("cancel", "1")));
        peer.write(frameBytes(FrameType::Pong, {}, id) + frameBytes(FrameType::Ack));
    }
    peer.write(requestBytes("echo", 1, "still served"));
    QTRY_COMPARE(frameCount(peer.received(), FrameType::Data), 1);
    QVERIFY(besieged.ends().isEmpty());
    QVERIFY(besieged.goodClient().goesOn());
}

void tst_HostilePeerClients::mutatedConversations()
{
    ServerOptions options;
    options.connection.engine.frameGrace = 300ms;
    options.connection.engine.handshakeTimeout = 300ms;
    BesiegedServer besieged(options);
    QVERIFY(besieged.goodClient().goesOn());
    const qint64 before = allocatedBytes();

    std::mt19937 random(20261121);
    const auto below = [&](qsizetype bound) { return qsizetype(random() % quint32(bound)); };
    const QByteArray conversation = helloBytes() + requestBytes("echo", 1, "one")
        + requestBytes("echo", 2, QByteArray(300, 'x')) + frameBytes(FrameType::Ping, {}, "ping")
        + frameBytes(FrameType::Data, headerBytes("id", "2") + headerBytes("cancel", "1"))
        + frameBytes(FrameType::Data, headerBytes("route", "news"), "event") + frameBytes(FrameType::Bye);
    constexpr int Conversations = 400;
    for (int i = 0; i < Conversations; ++i) {
        QByteArray bytes = conversation;
        for (qsizetype changes = 1 + below(4); changes > 0; --changes) {
            const qsizetype at = below(bytes.size());
            if (const auto what = below(4); what == 0)
                bytes.remove(at, 1 + below(20));
            else if (what == 1)
                bytes.insert(at, bytes.mid(below(bytes.size()), below(40)));
            else
                bytes[at] = char(bytes[at] ^ (1 << below(8)));
        }
        HostilePeer peer = besieged.attack();
        for (qsizetype from = 0; from < bytes.size();) {
            const qsizetype piece = 1 + below(bytes.size());
            peer.write(bytes.mid(from, piece));
            from += piece;
            QCoreApplication::processEvents();
        }
        if (const auto how = below(3); how == 0)
            peer.reset();
        else if (how == 1)
            peer.finish();
        // else: closed by its destructor, unread answers and all
    }
    QVERIFY(besieged.isAlone());
    for (const Error &error : besieged.ends())
        QVERIFY2(!error || error.origin() != ErrorOrigin::Local, qPrintable(error.toString()));
    QVERIFY(besieged.goodClient().goesOn());
    QVERIFY2(allocatedBytes() - before < 1'000'000, qPrintable(QString::number(allocatedBytes() - before)));
}

QTEST_GUILESS_MAIN(tst_HostilePeerClients)
#include "tst_hostilepeer_clients.moc"

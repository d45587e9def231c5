// SPDX-License-Identifier: MIT
#include <QTest>

#include "conversationmaker.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using Wire::Vstp::FrameType;

namespace {

std::vector<std::size_t> begins(FrameMeter &meter, const QByteArray &data)
{
    std::vector<std::size_t> found;
    meter.advance(std::as_bytes(std::span(data.constData(), std::size_t(data.size()))), found);
    return found;
}

struct Taken {
    QByteArray bytes;
    quint64 notShown = 0;
};

Taken takeAll(Intake &intake)
{
    Taken taken;
    bool more = true;
    while (more) {
        for (const auto &item : intake.take(3, more)) {
            if (const auto *captured = std::get_if<CapturedBytes>(&item))
                taken.bytes += captured->bytes;
            if (const auto *notShown = std::get_if<FramesNotShown>(&item))
                taken.notShown += notShown->count;
        }
    }
    return taken;
}

} // namespace

class tst_Intake : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void meterFindsFramesAtAnyCut();
    void meterGivesUpOnGarbage();
    void wholeFramesAreLeftOut();
    void closedIntakeCounts();
    void whatIsNotShownSurvivesTheEnd();
    void streamWithoutFramingIsCounted();
    void wakesOnce();
};

void tst_Intake::meterFindsFramesAtAnyCut()
{
    const QByteArray first = request("a", 1, "xyz");
    const QByteArray wire = first + frame(FrameType::Ping) + request("b", 2);
    const auto factory = vstp();
    for (qsizetype cut = 0; cut <= wire.size(); ++cut) {
        FrameMeter meter(factory->framing(), 1'000'000);
        auto found = begins(meter, wire.left(cut));
        for (const std::size_t at : begins(meter, wire.mid(cut)))
            found.push_back(at + std::size_t(cut));
        const std::vector<std::size_t> expected {
            0, std::size_t(first.size()), std::size_t(first.size()) + 15};
        QVERIFY(found == expected);
        QVERIFY(meter.isInStep());
    }
}

void tst_Intake::meterGivesUpOnGarbage()
{
    const auto factory = vstp();
    FrameMeter meter(factory->framing(), 1'000'000);
    (void)begins(meter, frame(FrameType::Ping) + "GET / HTTP/1.1\r\n\r\n");
    QVERIFY(!meter.isInStep());
    FrameMeter limited(factory->framing(), 100);
    (void)begins(limited, request("a", 1, QByteArray(200, 'x')).left(20));
    QVERIFY(!limited.isInStep());
    FrameMeter without(nullptr, 100);
    QVERIFY(begins(without, "anything").empty());
}

void tst_Intake::wholeFramesAreLeftOut()
{
    IntakeLimits limits;
    limits.maxBytes = 100;
    Intake intake(limits);
    intake.put(ConversationOpened {info(1), vstp()});
    QByteArray stream;
    for (int i = 1; i <= 20; ++i)
        stream += request("r", i, QByteArray(20, char('a' + i)));
    // In pieces that respect no frame.
    for (qsizetype at = 0; at < stream.size(); at += 37)
        intake.put(bytes(1, stream.mid(at, 37)));
    const Taken taken = takeAll(intake);
    QVERIFY(taken.notShown > 0);
    const auto factory = vstp();
    FrameMeter meter(factory->framing(), 1'000);
    const auto kept = begins(meter, taken.bytes);
    QCOMPARE(kept.size() + taken.notShown, 20u);
    QVERIFY(stream.startsWith(taken.bytes)); // the first ones, in one piece
    QVERIFY(taken.bytes.size() < 100 + 2 * 50);

    // Room again: it goes on with the next frame that begins.
    intake.put(bytes(1, request("s", 21) + request("t", 22)));
    const Taken later = takeAll(intake);
    QCOMPARE(later.bytes, request("s", 21) + request("t", 22));
    QCOMPARE(later.notShown, 0u);
}

void tst_Intake::closedIntakeCounts()
{
    Intake intake;
    intake.put(ConversationOpened {info(1), vstp()});
    intake.put(bytes(1, request("a", 1).left(10)));
    intake.setClosed(true);
    intake.put(bytes(1, request("a", 1).mid(10) + frame(FrameType::Ping) + frame(FrameType::Pong)));
    Taken taken = takeAll(intake);
    QCOMPARE(taken.bytes, request("a", 1)); // what was begun is completed
    QCOMPARE(taken.notShown, 2u);
    intake.setClosed(false);
    intake.put(bytes(1, frame(FrameType::Bye)));
    taken = takeAll(intake);
    QCOMPARE(taken.bytes, frame(FrameType::Bye));
}

void tst_Intake::whatIsNotShownSurvivesTheEnd()
{
    Intake intake;
    intake.put(ConversationOpened {info(1), vstp()});
    intake.setClosed(true);
    intake.put(bytes(1, frame(FrameType::Ping) + frame(FrameType::Ping)));
    ConversationInfo closed = info(1);
    closed.state = ConversationState::Closed;
    intake.put(ConversationChanged {closed});
    intake.put(bytes(1, frame(FrameType::Ping))); // too late: nobody knows the conversation any more
    QCOMPARE(takeAll(intake).notShown, 2u);
}

void tst_Intake::streamWithoutFramingIsCounted()
{
    Intake intake;
    intake.put(ConversationOpened {info(1), nullptr});
    intake.put(bytes(1, "abc"));
    intake.setClosed(true);
    intake.put(bytes(1, "def"));
    intake.put(bytes(1, "ghi"));
    const Taken taken = takeAll(intake);
    QCOMPARE(taken.bytes, "abc");
    QCOMPARE(taken.notShown, 2u);
}

void tst_Intake::wakesOnce()
{
    Intake intake;
    int woken = 0;
    intake.setWake([&woken] { ++woken; });
    intake.put(ConversationOpened {info(1), vstp()});
    intake.put(bytes(1, "abc"));
    QCOMPARE(woken, 1);
    (void)takeAll(intake);
    intake.put(bytes(1, "abc"));
    QCOMPARE(woken, 2);
}

QTEST_GUILESS_MAIN(tst_Intake)
#include "tst_intake.moc"

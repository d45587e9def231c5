// SPDX-License-Identifier: MIT
#include "rustpair.h"

#include <QJsonArray>

namespace Halyard {

using Wire::Direction;
using Wire::Vstp::FrameType;

namespace {

constexpr qint64 MaxFrameBytes = 8'388'608;
constexpr qint64 OverheadBytes = 15;
constexpr quint64 Seed = 2'026;

QJsonArray asJson(const QList<PeerFrame> &frames)
{
    QJsonArray array;
    for (const PeerFrame &frame : frames)
        array.append(toJson(frame));
    return array;
}

Direction opposite(Direction direction)
{
    return direction == Direction::ClientToServer ? Direction::ServerToClient : Direction::ClientToServer;
}

/// One of each type but BYE, and what headers and flags can look like at their limits.
QList<PeerFrame> everyShape()
{
    QList<PeerFrame> frames;
    for (const auto type : {FrameType::Hello, FrameType::Welcome, FrameType::Data, FrameType::Ping,
             FrameType::Pong, FrameType::Ack, FrameType::Err}) {
        frames.append({type, 0, {}, {}});
        frames.append(
            {type, 0, {{"route", "log"}, {"id", "7"}}, "payload of " + QByteArray::number(int(type))});
    }
    frames.append({FrameType::Data, 0x33, {{"msg-id", "1"}}, "all flags there are"});
    frames.append({FrameType::Data, 0, {{{}, {}}, {"a", "1"}, {"a", "2"}, {QByteArray("\0\xff", 2), "\x80"}},
        QByteArray("\0\r\n\x1b[2J\xff", 8)});
    frames.append({FrameType::Data, 0, {{QByteArray(255, 'k'), QByteArray(255, 'v')}}, {}});
    PeerFrame widest {FrameType::Data, 0, {}, "behind 65 535 bytes of headers"};
    for (int i = 0; i < 255; ++i)
        widest.headers.append({QByteArray(100, char('a' + i % 26)), QByteArray(155, 'x')});
    PeerFrame most {FrameType::Data, 0, {}, "behind 256 headers"};
    for (int i = 0; i < 256; ++i)
        most.headers.append({QByteArray::number(i), {}});
    return frames << widest << most;
}

} // namespace

RustPair::RustPair(bool raw)
    : m_raw(raw)
    , m_server(raw ? QStringList {"serve", "--raw"} : QStringList {"serve"})
    , m_client({"client"})
{ }

RustPeer &RustPair::speaker(Direction direction)
{
    return direction == Direction::ClientToServer ? m_client : m_server;
}

bool RustPair::connectTo(quint16 port)
{
    m_client.connectTo(1, port, m_raw);
    return !m_client.next("connected", 1).isEmpty() && !m_server.next("accepted", 1).isEmpty();
}

bool RustPair::isHeard(Direction direction, const PeerFrame &frame)
{
    m_said[int(direction)].append(frame);
    const QJsonObject heard = speaker(opposite(direction)).next("frame", 1)["frame"].toObject();
    return isPrinted(heard, frame);
}

bool RustPair::say(Direction direction, const QList<PeerFrame> &frames)
{
    speaker(direction).send(1, asJson(frames));
    return std::all_of(
        frames.begin(), frames.end(), [&](const PeerFrame &frame) { return isHeard(direction, frame); });
}

bool RustPair::drip(Direction direction, const QList<PeerFrame> &frames, int piece)
{
    speaker(direction).act(1, "drip", {{"piece", piece}, {"frames", asJson(frames)}});
    return std::all_of(
        frames.begin(), frames.end(), [&](const PeerFrame &frame) { return isHeard(direction, frame); });
}

bool RustPair::sayLarge(Direction direction, qint64 frameBytes)
{
    PeerFrame frame;
    speaker(direction).send(1, {toJson(frame, frameBytes - OverheadBytes, Seed)});
    frame.payload = patternBytes(frameBytes - OverheadBytes, Seed);
    return isHeard(direction, frame);
}

bool RustPair::finish()
{
    m_client.act(1, "finish");
    const bool goodbye = m_raw || isHeard(Direction::ClientToServer, {FrameType::Bye, 0, {}, {}});
    return goodbye && !m_server.next("ended", 1).isEmpty();
}

bool RustPair::killServer()
{
    m_server.kill();
    return !m_client.next("ended", 1).isEmpty();
}

void RustPair::speakToNobody() { m_client.send(1, {toJson({FrameType::Data, 0, {}, "hello?"})}); }

bool RustPair::end() { return m_client.finish() == 0 && m_server.finish() == 0; }

bool RustPair::holdConversation()
{
    for (const auto direction : {Direction::ClientToServer, Direction::ServerToClient}) {
        if (!say(direction, everyShape()) || !sayLarge(direction, MaxFrameBytes))
            return false;
        const PeerFrame small {FrameType::Data, 0, {{"key", "value"}}, patternBytes(300, 3)};
        if (m_raw && !drip(direction, {small, {}, small}, 1))
            return false;
    }
    return true;
}

bool RustPair::partOneAfterTheOther()
{
    if (!finish() || !say(Direction::ServerToClient, {{FrameType::Bye, 0, {}, "fare well"}}))
        return false;
    m_server.act(1, "drop");
    return !m_client.next("ended", 1).isEmpty();
}

QByteArray RustPair::bytes(Direction direction) const
{
    QByteArray all;
    for (const PeerFrame &frame : frames(direction))
        all += encoded(frame);
    return all;
}

} // namespace Halyard

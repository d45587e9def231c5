// SPDX-License-Identifier: MIT
#pragma once

#include "peerframe.h"
#include "rustpeer.h"
#include "wire/dissection.h"

namespace Halyard {

/// A client and a server of the crate that talk to each other through whatever the client is told to connect
/// to, and what each of them has said.
class RustPair
{
public:
    /// `raw`: both on a socket of their own instead of the crate's classes, which cannot write byte by byte.
    explicit RustPair(bool raw = false);

    [[nodiscard]] QString serverAddress() { return m_server.address(); }
    /// Once.
    [[nodiscard]] bool connectTo(quint16 port);

    /// One side sends these frames with its encoder; true when the other has printed exactly them.
    [[nodiscard]] bool say(Wire::Direction direction, const QList<PeerFrame> &frames);
    /// The same, all bytes in pieces of this size. Raw pairs only.
    [[nodiscard]] bool drip(Wire::Direction direction, const QList<PeerFrame> &frames, int piece);
    /// One frame that is filled up with patternBytes() to exactly so many bytes.
    [[nodiscard]] bool sayLarge(Wire::Direction direction, qint64 frameBytes);
    /// The client says BYE and ends its direction; true when the server has heard both.
    [[nodiscard]] bool finish();
    /// Ends the server without a warning; true when the client has noticed. What it says then, nobody hears.
    [[nodiscard]] bool killServer();
    void speakToNobody();
    /// Ends both programs; true when both ended well.
    [[nodiscard]] bool end();

    /// Frames of every type and shape, largest ones, and where the pair is raw one byte at a time, both ways.
    [[nodiscard]] bool holdConversation();
    /// The client ends its direction as finish() does, the server speaks on and goes.
    [[nodiscard]] bool partOneAfterTheOther();

    /// All that was said so far.
    [[nodiscard]] const QList<PeerFrame> &frames(Wire::Direction direction) const
    {
        return m_said[int(direction)];
    }
    /// The same as bytes.
    [[nodiscard]] QByteArray bytes(Wire::Direction direction) const;

private:
    [[nodiscard]] RustPeer &speaker(Wire::Direction direction);
    [[nodiscard]] bool isHeard(Wire::Direction direction, const PeerFrame &frame);

    bool m_raw;
    RustPeer m_server;
    RustPeer m_client;
    QList<PeerFrame> m_said[2];
};

} // namespace Halyard

// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QPair>

#include "wire/vstp/codec.h"

namespace Halyard {

/// One vstp frame as the Rust peer reads and prints it: the test's own picture of a frame, that neither
/// side's codec has touched.
struct PeerFrame {
    Wire::Vstp::FrameType type = Wire::Vstp::FrameType::Data;
    quint8 flags = 0;
    QList<QPair<QByteArray, QByteArray>> headers;
    QByteArray payload;

    friend bool operator==(const PeerFrame &, const PeerFrame &) = default;
};

/// How the Rust peer is told of a frame. Large payloads must be patternBytes().
[[nodiscard]] QJsonObject toJson(const PeerFrame &frame);
/// The same with a payload that the peer makes itself: patternBytes(size, seed).
[[nodiscard]] QJsonObject toJson(const PeerFrame &frame, qint64 patternSize, quint64 seed);

/// Whether the peer has printed exactly this frame; large payloads are compared by size and hash.
[[nodiscard]] bool isPrinted(const QJsonObject &printed, const PeerFrame &frame);

/// Pseudo-random bytes that both sides can make.
[[nodiscard]] QByteArray patternBytes(qint64 size, quint64 seed);

/// Our encoding; empty where it is refused.
[[nodiscard]] QByteArray encoded(const PeerFrame &frame, qsizetype maxFrameBytes = 8'388'608);

/// What our codec makes of bytes, in the words of the Rust peer's `decode`.
struct Decoded {
    QList<PeerFrame> frames;
    Wire::Error error; ///< false: more bytes are awaited, or all are used up
    qsizetype left = 0;
};
[[nodiscard]] Decoded decoded(const QByteArray &bytes, std::size_t limit = 8'388'608);

} // namespace Halyard

// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include "wire/dissection.h"

namespace Halyard::Inspector {

/// Counted since the capture began, never used twice; clearing the list does not change it.
using RowNumber = quint32;
inline constexpr RowNumber NoRow = 0xFFFFFFFF;

/// What a frame is within a call. A request may have several.
enum class FrameKind : quint8 { Plain, Request, Answer };

/// All that lists and filters need of one frame, at a fixed price. Text lies in TextPools, the bytes in a
/// block that may be on disk.
struct FrameFacts {
    qint64 time = 0;           ///< nanoseconds since 1970, UTC
    quint64 call = 0;          ///< MessageFacts::call; 0: none
    quint32 conversation = 0;  ///< ConversationInfo::number
    quint32 size = 0;          ///< bytes of the frame
    quint32 route = 0;         ///< in the pool of routes
    RowNumber partner = NoRow; ///< of a request its first answer, of an answer its request
    quint32 block = 0;         ///< where the record lies …
    quint32 offset = 0;        ///< … and at which byte of it
    quint16 type = 0;          ///< in the pool of types
    Wire::Severity severity = Wire::Severity::None;
    FrameKind kind = FrameKind::Plain;
    Wire::Direction direction = Wire::Direction::ClientToServer;
    bool outgoing = false; ///< away from us; of a proxy: towards the target
    bool complete = true;  ///< false: bytes are missing
};

static_assert(sizeof(FrameFacts) == 56 || sizeof(FrameFacts) == 48, "a million of these are kept");

} // namespace Halyard::Inspector

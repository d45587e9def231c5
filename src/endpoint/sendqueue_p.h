// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "endpoint/message.h"

namespace Halyard {

/// Messages that wait to be encoded, and what they cost together. A value; bounded by whoever fills it.
class SendQueue
{
public:
    /// Messages, and their Message::costBytes() together.
    [[nodiscard]] qsizetype count() const noexcept { return qsizetype(m_messages.size()); }
    [[nodiscard]] qsizetype bytes() const noexcept { return m_bytes; }
    [[nodiscard]] bool isEmpty() const noexcept { return m_messages.empty(); }

    enum class Take : quint8 { Any, Cancel };

    /// Behind all others; a Cancel in front of them, for what waits may wait for just that: that a request
    /// which has left is given up.
    void append(Message message);
    /// In front: it was taken, and could not be sent yet.
    void putBack(Message message);
    [[nodiscard]] std::optional<Message> takeFirst(Take take = Take::Any);
    /// Takes a request back; false where it is not here any more.
    bool withdrawRequest(quint64 id);
    /// Drops events, the oldest first, until it is enough or there are none; returns how many.
    quint64 dropEvents(const std::function<bool()> &enough);

private:
    struct Waiting {
        Message message;
        qsizetype cost = 0;
    };

    [[nodiscard]] std::deque<Waiting>::iterator behindCancels();

    std::deque<Waiting> m_messages;
    qsizetype m_bytes = 0;
};

} // namespace Halyard

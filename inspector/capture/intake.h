// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

#include "capture/conversationinfo.h"
#include "capture/framemeter.h"
#include "endpoint/pcapng.h"
#include "endpoint/sessionsecrets.h"
#include "protocol/protocolfactory.h"

namespace Halyard::Inspector {

/// A conversation begins. Without a factory its bytes are recognised among the registry's protocols.
struct ConversationOpened {
    ConversationInfo info;
    std::shared_ptr<const Wire::ProtocolFactory> protocol;
};
/// What is known of it has changed, or it is over.
struct ConversationChanged {
    ConversationInfo info;
};
/// What opens the sealed records that follow.
struct ConversationSecrets {
    quint32 conversation = 0;
    SessionSecrets secrets;
};
/// Frames of a conversation that there was no time for.
struct FramesNotShown {
    quint32 conversation = 0;
    quint64 count = 0;
};

/// The rare and large ones behind a pointer: the queue is made of the small and many.
using IntakeItem = std::variant<std::unique_ptr<ConversationOpened>, std::unique_ptr<ConversationChanged>,
    ConversationSecrets, CapturedBytes, CapturedEnd, FramesNotShown>;

struct IntakeLimits {
    qsizetype maxBytes = 33'554'432; ///< of captured bytes that wait
    std::size_t maxItems = 65'536;
    std::size_t maxFrameBytes = 16'777'216; ///< larger ones are taken for garbage
};

/// The way from threads that see traffic to the one that explains it. Never makes traffic wait: when that
/// thread is behind, whole frames are left out and counted. Any thread may call any function.
class Intake
{
public:
    explicit Intake(IntakeLimits limits = {});

    /// Called, in the thread of whoever puts something in, when there is something again.
    void setWake(std::function<void()> wake);

    /// A number for a new conversation.
    [[nodiscard]] quint32 nextConversation() { return ++m_lastConversation; }

    void put(ConversationOpened opened);
    void put(ConversationChanged changed);
    void put(ConversationSecrets secrets);
    void put(CapturedBytes bytes);
    void put(CapturedEnd end);

    /// Frames that somebody else had to leave out; conversation 0 where it is not known whose.
    void putNotShown(quint32 conversation, quint64 count);

    /// While closed, everything captured is left out and counted.
    void setClosed(bool closed);
    /// Whether so much waits that who can wait should.
    [[nodiscard]] bool isBusy();
    /// All that waits, at most `maxItems`; whether more is there is told by `more`.
    [[nodiscard]] std::vector<IntakeItem> take(std::size_t maxItems, bool &more);

private:
    struct Lane {
        std::shared_ptr<const Wire::ProtocolFactory> protocol; ///< owns the framing
        std::array<FrameMeter, 2> meters;
        std::array<bool, 2> dropping {false, false};
        quint64 notShown = 0;
        bool announced = false; ///< a FramesNotShown of this lane waits
    };

    void push(IntakeItem item, std::unique_lock<std::mutex> &lock);
    [[nodiscard]] bool isFull() const;
    void leaveOut(quint32 conversation, Lane &lane, quint64 frames, std::unique_lock<std::mutex> &lock);

    const IntakeLimits m_limits;
    std::atomic<quint32> m_lastConversation = 0;
    std::mutex m_mutex;
    std::function<void()> m_wake;
    std::vector<IntakeItem> m_items;
    std::size_t m_taken = 0; ///< of m_items
    qsizetype m_bytes = 0;
    bool m_closed = false;
    std::map<quint32, Lane> m_lanes;
    std::vector<std::size_t> m_begins; ///< kept for its memory
};

} // namespace Halyard::Inspector

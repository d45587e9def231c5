// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "capture/conversationinfo.h"
#include "endpoint/pcapng.h"
#include "endpoint/sessionsecrets.h"
#include "protocol/protocolfactory.h"

namespace Halyard::Inspector {

/// One frame of a conversation as its dissector explained it.
struct DecodedFrame {
    Wire::Dissection dissection;
    QString comment; ///< that a capture file has for it
    bool marked = false;
    bool followsConversation = false; ///< what it says cannot be found again from its bytes alone
};

/// Explains the bytes of one conversation. Finds out its protocol, among those of a registry that outlives
/// it, where nobody has named it.
class ConversationDecoder
{
public:
    using Sink = std::function<void(const DecodedFrame &)>;

    ConversationDecoder(const ConversationInfo &info, std::shared_ptr<const Wire::ProtocolFactory> protocol,
        const Wire::ProtocolRegistry &registry);

    /// Where frames go; set before anything is fed.
    void setSink(Sink sink) { m_sink = std::move(sink); }
    void feed(const CapturedBytes &bytes);
    /// Sealed records that are fed from now on are opened, where they are of a kind that can be.
    void unlock(const SessionSecrets &secrets);
    void finish(Wire::Direction direction, std::chrono::system_clock::time_point time);
    /// No more bytes in either direction.
    void finishBoth();
    /// Nothing came for a while: what is no frame is handed over.
    void settle();
    /// Whether the frames so far have told something of the conversation that info() did not hold before the
    /// last call of this.
    [[nodiscard]] bool takeNews();

    [[nodiscard]] const ConversationInfo &info() const noexcept { return m_info; }
    void setInfo(const ConversationInfo &info);
    /// Nullptr while, and where, the protocol is not known.
    [[nodiscard]] std::shared_ptr<const Wire::ProtocolFactory> protocol() const { return m_protocol; }

private:
    /// A comment waits for the frame that holds this byte of its direction.
    struct Remark {
        std::uint64_t offset = 0;
        QString comment;
        bool marked = false;
    };

    void restart();
    void useSecrets();
    void recognise();
    void give(const CapturedBytes &bytes);
    void deliver();
    void learn();

    ConversationInfo m_info;
    std::shared_ptr<const Wire::ProtocolFactory> m_protocol;
    const Wire::ProtocolRegistry &m_registry;
    Sink m_sink;
    std::unique_ptr<Wire::Dissector> m_dissector;
    SessionSecrets m_secrets;
    std::deque<CapturedBytes> m_waiting; ///< until the protocol is known
    qsizetype m_waitingBytes = 0;
    std::uint64_t m_fed[2] {};
    std::deque<Remark> m_remarks[2];
    Wire::Now m_latest {};
    bool m_hasNews = false;
};

} // namespace Halyard::Inspector

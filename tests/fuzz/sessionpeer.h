// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fuzzing.h"
#include "protocol/protocolfactory.h"

namespace Halyard::Wire::Fuzz {

/// One message, as its sender meant it.
struct Spoken {
    MessageKind kind = MessageKind::Event;
    std::uint64_t id = 0;
    std::string route;
    std::string payload;
};

/// An application with an engine: sends what it is told to, again where the engine was not ready, answers
/// requests by a repetition of what they say, and notes what comes.
class SessionPeer
{
public:
    /// So much output waits unread before the engine is asked no more.
    static constexpr std::size_t MaxUnread = 8'000;

    SessionPeer(std::unique_ptr<Engine> engine, std::optional<Credentials> credentials)
        : m_engine(std::move(engine))
        , m_credentials(std::move(credentials))
    { }

    [[nodiscard]] Engine &engine() { return *m_engine; }

    /// In the order of the calls.
    void say(Spoken message, Now now)
    {
        m_unsent.push_back(std::move(message));
        sendAll(now);
    }

    /// The n-th of the requests that are open.
    void answer(std::size_t which, Now now)
    {
        if (m_open.empty())
            return;
        const auto found = std::next(m_open.begin(), std::ptrdiff_t(which % m_open.size()));
        MessageView reply;
        reply.kind = MessageKind::Reply;
        reply.id = found->first;
        const std::string payload = found->second;
        reply.payload = asBytes(payload);
        const auto sent = m_engine->send(reply, now);
        if (!sent && sent.error().code == ErrorCode::NotReady)
            return;
        m_open.erase(found);
    }

    void hear(ByteView bytes, Now now)
    {
        while (!bytes.empty()) {
            const MutableBytes space = m_engine->inputSpace(bytes.size());
            if (space.empty())
                return;
            require(space.size() <= bytes.size(), "no more space than was wanted");
            std::copy_n(bytes.begin(), space.size(), space.begin());
            m_engine->received(space.size(), now);
            bytes = bytes.subspan(space.size());
            pump(now);
        }
    }

    void pump(Now now)
    {
        while (outputSize() <= MaxUnread) {
            const auto event = m_engine->nextEvent(now);
            if (!event)
                break;
            require(!m_closed, "no event after Closed");
            take(*event, now);
        }
        // Two buffers for input, output up to where it is asked no more and what one step adds, doubled by
        // growth; answers that wait; tables.
        require(m_engine->heldBytes() < 2 * (2 * 70'000 + 2 * 14'000) + 10'000, "memory is bounded");
    }

    [[nodiscard]] std::size_t outputSize()
    {
        const auto output = m_engine->output();
        return output ? output->size() : 0;
    }
    Bytes takeOutput(std::size_t most, Now now)
    {
        const auto output = m_engine->output();
        if (!output || output->empty() || most == 0)
            return {};
        Bytes taken = toBytes(output->first(std::min(most, output->size())));
        m_engine->written(taken.size(), now);
        pump(now);
        if (std::exchange(m_awaitsRoom, false))
            sendAll(now);
        return taken;
    }

    void giveCredentials(Now now)
    {
        if (!std::exchange(m_awaitsCredentials, false))
            return;
        m_engine->provide(m_credentials, now);
        pump(now);
    }

    [[nodiscard]] bool isReady() const { return m_ready; }
    [[nodiscard]] const std::optional<Error> &closed() const { return m_closed; }
    [[nodiscard]] const std::vector<Spoken> &sent() const { return m_sent; }          ///< in order
    [[nodiscard]] const std::vector<Spoken> &delivered() const { return m_received; } ///< in order
    [[nodiscard]] std::size_t openCount() const { return m_open.size(); }
    [[nodiscard]] std::size_t unsentCount() const { return m_unsent.size(); }

private:
    void take(const Event &event, Now now)
    {
        if (std::holds_alternative<Ready>(event)) {
            require(!std::exchange(m_ready, true), "Ready comes once");
            sendAll(now);
        } else if (std::holds_alternative<Writable>(event)) {
            sendAll(now);
        } else if (std::holds_alternative<CredentialsNeeded>(event)) {
            m_awaitsCredentials = true;
        } else if (const auto *closed = std::get_if<Closed>(&event)) {
            m_closed = closed->error;
        } else if (const auto *got = std::get_if<MessageReceived>(&event)) {
            require(m_ready, "no message before Ready");
            const MessageView &message = got->message;
            m_received.push_back(
                {message.kind, message.id, std::string(message.route), std::string(asText(message.payload))});
            if (message.kind == MessageKind::Request)
                require(m_open.emplace(message.id, m_received.back().payload).second, "an id comes again");
            else if (message.kind == MessageKind::Cancel)
                m_open.erase(message.id);
        }
    }

    void sendAll(Now now)
    {
        while (!m_unsent.empty() && outputSize() <= MaxUnread) {
            const Spoken &next = m_unsent.front();
            MessageView view;
            view.kind = next.kind;
            view.id = next.id;
            view.route = next.route;
            view.payload = asBytes(next.payload);
            const std::size_t before = outputSize();
            const auto sent = m_engine->send(view, now);
            require(!m_closed || !sent, "nothing is sent after Closed");
            if (!sent && sent.error().code == ErrorCode::NotReady)
                return; // Ready or Writable will come
            require(sent || outputSize() == before, "a refused message leaves nothing behind");
            if (sent)
                m_sent.push_back(next);
            m_unsent.pop_front();
        }
        m_awaitsRoom = !m_unsent.empty();
    }

    std::unique_ptr<Engine> m_engine;
    std::optional<Credentials> m_credentials;
    std::deque<Spoken> m_unsent;
    std::vector<Spoken> m_sent;
    std::vector<Spoken> m_received;
    std::map<std::uint64_t, std::string> m_open; // requests without an answer, and what they say
    std::optional<Error> m_closed;
    bool m_ready = false;
    bool m_awaitsCredentials = false;
    bool m_awaitsRoom = false; // of ours; where the engine had none, it will tell
};

/// What came is what was said, no message twice, on a good line in the order in which it was said.
inline void requireArrivals(
    const std::vector<Spoken> &sent, const std::vector<Spoken> &delivered, bool inOrder)
{
    std::vector<bool> seen(sent.size());
    std::size_t next = 0;
    for (const Spoken &one : delivered) {
        if (one.kind != MessageKind::Request && one.kind != MessageKind::Event)
            continue; // a call given up, or an engine's last words
        const auto found = std::ranges::find(sent, one.payload, &Spoken::payload);
        require(found != sent.end() && found->route == one.route, "delivered is what was sent");
        const auto number = std::size_t(found - sent.begin());
        require(!seen[number], "and once");
        seen[number] = true;
        require(!inOrder || number >= next, "and in order");
        next = number + 1;
    }
}

} // namespace Halyard::Wire::Fuzz

// SPDX-License-Identifier: MIT
// Plays one session of a vstp engine from the fuzzer's bytes: frames whole, cut and broken, messages of ours,
// closes, ends, pauses and time, in any order, to all three kinds of peer in both roles. What must hold:
//   Closed comes at most once and is the last event; nothing happens after it
//   memory stays within the limits of the session
//   a message is delivered only if a DATA or ERR frame with its payload was heard, and no more often
//   a deadline that passes moves, or the session ends
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "fuzzing.h"
#include "protocol/protocolfactory.h"
#include "wire/headerblock.h"
#include "wire/vstp/codec.h"
#include "wire/vstp/framing.h"

using namespace Halyard::Wire;
using namespace std::chrono_literals;
using Fuzz::Input;
using Fuzz::require;

namespace {

constexpr std::string_view Keys[] {"route", "id", "re", "end", "cancel", "code", "halyard", "features",
    "msg-id", "x", "credit", "enc", "len", ""};
constexpr std::string_view Values[] {
    "1", "2", "3", "0", "", "18446744073709551615", "stream,cancel", "r", "01", "404"};

EngineLimits limits()
{
    EngineLimits result;
    result.maxFrameBytesIn = 2'000;
    result.maxFrameBytesOut = 2'000;
    result.maxHeaders = 6;
    result.maxOpenRequests = 4;
    return result;
}

class Play
{
public:
    explicit Play(Input &input)
        : m_input(input)
    {
        static constexpr const char *Peers[] {"halyard", "raw", "easy", "halyard"};
        const unsigned options = m_input.byte();
        m_profile = (options & 4U) != 0 ? Vstp::Profile::S : Vstp::Profile::R;
        m_factory
            = ProtocolRegistry::standard()
                  .make("vstp",
                      {{"peer", Peers[options & 3U]}, {"profile", m_profile == Vstp::Profile::S ? "S" : "R"}})
                  .value();
        EngineSetup setup;
        setup.role = (options & 8U) != 0 ? Role::Client : Role::Server;
        setup.limits = limits();
        m_engine = m_factory->makeEngine(setup);
        m_engine->start(m_now);
        // Most sessions are more interesting between Halyard peers.
        if ((options & 16U) != 0)
            hear(frame(setup.role == Role::Client ? Vstp::FrameType::Welcome : Vstp::FrameType::Hello, true));
    }

    void run()
    {
        while (!m_input.isEmpty())
            step();
        finish();
    }

private:
    void step()
    {
        switch (m_input.byte() % 14) {
        case 0:
            return hear(toBytes(m_input.bytes(m_input.byte())));
        case 1: {
            Bytes bytes = frame(static_cast<Vstp::FrameType>(1 + m_input.byte() % 8), false);
            const unsigned where = m_input.byte();
            if (where < bytes.size())
                bytes[where] ^= static_cast<std::byte>(m_input.byte());
            return hear(bytes);
        }
        case 2:
        case 3:
        case 4:
            return hear(frame(static_cast<Vstp::FrameType>(1 + m_input.byte() % 8), false));
        case 5:
        case 6:
            return send();
        case 7:
            m_engine->inputEnded(m_now);
            m_inputOver = true;
            break;
        case 8:
            if (m_input.byte() % 8 == 0)
                m_engine->close(m_now);
            break;
        case 9:
            if (m_input.byte() % 8 == 0)
                m_engine->fail(
                    {ErrorCode::IdleTimedOut,
                        m_input.byte() % 2 == 0 ? ErrorOrigin::Local : ErrorOrigin::Transport, "fuzz"},
                    m_now);
            break;
        case 10:
            m_engine->inputPaused(m_input.byte() % 2 == 0, m_now);
            break;
        case 11:
            pass(std::chrono::milliseconds(m_input.byte() * 100));
            break;
        case 12:
            write(m_input.byte());
            break;
        default:
            m_cut = 1 + m_input.byte();
            break;
        }
        pump(m_input.byte());
    }

    Bytes frame(Vstp::FrameType type, bool conventions)
    {
        HeaderBlock headers(m_profile == Vstp::Profile::R ? HeaderLayout::Short : HeaderLayout::Long);
        if (conventions) {
            require(headers.append("halyard", "1").has_value(), "fits");
            require(headers.append("features", "stream,cancel").has_value(), "fits");
        } else {
            for (unsigned count = m_input.byte() % 8; count > 0; --count) {
                const std::string_view key = Keys[m_input.byte() % std::size(Keys)];
                require(headers.append(key, Values[m_input.byte() % std::size(Values)]).has_value(), "fits");
            }
        }
        const std::string payload(
            m_input.byte() * (m_input.byte() % 10), static_cast<char>('a' + m_input.byte() % 26));
        const unsigned flags = m_input.byte() & Vstp::KnownFlags;
        return Vstp::encodeFrame(
            {type, static_cast<std::uint8_t>(flags), headers.view(), asBytes(payload)}, m_profile)
            .value();
    }

    // What the peer has said, frame by frame, so that what is delivered can be compared.
    void hear(ByteView bytes)
    {
        while (!bytes.empty()) {
            const MutableBytes space = m_engine->inputSpace(std::min(bytes.size(), m_cut));
            if (space.empty())
                return pump(255);
            require(space.size() <= bytes.size(), "no more space than was wanted");
            std::copy_n(bytes.begin(), space.size(), space.begin());
            if (!m_inputOver)
                m_heard.insert(m_heard.end(), space.begin(), space.end());
            m_engine->received(space.size(), m_now);
            bytes = bytes.subspan(space.size());
            countHeardFrames();
            pump(m_input.byte());
        }
    }

    void countHeardFrames()
    {
        const Vstp::VstpFraming framing(m_profile);
        for (;;) {
            const ByteView rest = ByteView(m_heard).subspan(m_cutAt);
            const auto extent = framing.measure(rest, limits().maxFrameBytesIn);
            if (!extent || !*extent || (*extent)->total() > rest.size())
                return;
            const auto parsed = Vstp::parseBody(
                rest.subspan((*extent)->header, (*extent)->body), m_profile, limits().maxHeaders);
            if (parsed && (parsed->type == Vstp::FrameType::Data || parsed->type == Vstp::FrameType::Err))
                ++m_deliverable[std::string(asText(parsed->payload))];
            m_cutAt += (*extent)->total();
        }
    }

    void send()
    {
        HeaderBlock headers;
        for (unsigned count = m_input.byte() % 4; count > 0; --count)
            require(headers.append(Keys[m_input.byte() % std::size(Keys)], "v").has_value(), "fits");
        const std::string payload(m_input.byte() * (m_input.byte() % 10), 'p');
        MessageView message;
        message.kind = static_cast<MessageKind>(m_input.byte() % 7);
        message.id = m_input.byte() % 8;
        message.route = Values[m_input.byte() % std::size(Values)];
        message.headers = headers.view();
        message.payload = asBytes(payload);
        message.code = static_cast<std::uint16_t>(m_input.byte());
        const std::size_t before = outputSize();
        const auto sent = m_engine->send(message, m_now);
        require(sent || outputSize() == before, "a refused message leaves nothing behind");
        require(!m_closed || !sent, "nothing is sent after Closed");
        pump(m_input.byte());
    }

    [[nodiscard]] std::size_t outputSize()
    {
        const auto output = m_engine->output();
        return output ? output->size() : 0;
    }

    void write(std::size_t most)
    {
        const std::size_t bytes = std::min(outputSize(), most);
        if (bytes > 0)
            m_engine->written(bytes, m_now);
    }

    void pass(std::chrono::milliseconds time)
    {
        const TimePoint target = m_now.steady + time;
        for (int turn = 0;; ++turn) {
            const auto due = m_engine->deadline();
            if (!due || *due > target)
                break;
            require(turn < 10'000, "deadlines come to an end");
            m_now.steady = std::max(m_now.steady, *due);
            m_engine->expired(m_now);
            pump(255);
            const auto next = m_engine->deadline();
            require(!next || *next > m_now.steady, "a deadline that passed moves");
        }
        m_now.steady = target;
    }

    void pump(unsigned steps)
    {
        for (; steps > 0; --steps) {
            // As a driver does: no more questions while much output is unread.
            if (outputSize() > 8'000)
                write(100'000);
            const auto event = m_engine->nextEvent(m_now);
            checkMemory();
            if (!event)
                return;
            require(!m_closed, "no event after Closed");
            m_closed = std::holds_alternative<Closed>(*event);
            if (const auto *const got = std::get_if<MessageReceived>(&*event))
                delivered(got->message);
            require(
                !std::holds_alternative<Ready>(*event) || !std::exchange(m_ready, true), "Ready comes once");
        }
    }

    void delivered(const MessageView &message)
    {
        require(m_ready, "no message before Ready");
        if (message.kind == MessageKind::Cancel)
            return; // its payload is dropped
        const auto found = m_deliverable.find(std::string(asText(message.payload)));
        require(
            found != m_deliverable.end() && found->second > 0, "delivered is what was sent, no more often");
        --found->second;
        for (const Header header : message.headers)
            m_sum += header.key.size() + header.value.size();
        m_sum += message.route.size();
    }

    void checkMemory()
    {
        // Two input buffers while a body is held, the largest reads behind a frame, output up to where a
        // driver stops asking plus what one answer and one message may add, all of it doubled by growth;
        // tables and scratch.
        require(m_engine->heldBytes() < 2 * (2 * 70'000 + 2 * 14'000) + 10'000, "memory is bounded");
    }

    void finish()
    {
        pump(255);
        m_engine->close(m_now);
        for (int round = 0; round < 1'000 && !m_closed; ++round) {
            write(100'000);
            pump(255);
        }
        require(m_closed, "a closed session comes to its end");
        pass(3'600s);
        require(!m_engine->nextEvent(m_now), "no event after Closed");
        require(m_engine->inputSpace(100).empty(), "no input after Closed");
    }

    Input &m_input;
    Now m_now {TimePoint(1h), {}};
    std::shared_ptr<const ProtocolFactory> m_factory;
    std::unique_ptr<Engine> m_engine;
    Vstp::Profile m_profile = Vstp::Profile::R;
    Bytes m_heard;
    std::size_t m_cutAt = 0;
    std::map<std::string, int> m_deliverable;
    std::size_t m_cut = 1'000;
    std::size_t m_sum = 0;
    bool m_inputOver = false;
    bool m_ready = false;
    bool m_closed = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Input input(data, size);
    Play(input).run();
    return 0;
}

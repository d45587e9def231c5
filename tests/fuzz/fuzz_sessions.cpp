// SPDX-License-Identifier: MIT
// Whole sessions: our client against our server, of every protocol in every sealing, and an attacker on the
// line. An input is a setting and a row of steps: somebody asks, answers, says something; so many bytes
// arrive; frames on the way are changed, swapped, repeated, taken out; the stream ends; somebody closes; time
// goes by. What holds:
//   memory is bounded, a closed session comes to its end, nothing follows that
//   on a line that only delays, everything that was sent arrives, once and in order, and every call has its
//   own answer
//   on a line that does worse, sealed messages are delivered only as they were sent, and no more often; where
//   records are counted, in order and each answer to its call
//   without the right password nothing is delivered at all
//   a dissector with the session's key shows every byte once, opens nothing that nobody has sealed, and on a
//   line that only delays finds nothing wrong
#include <array>
#include <set>

#include "attackedline.h"
#include "crypto/securities.h"
#include "fuzzing.h"
#include "onlooker.h"
#include "sessionpeer.h"
#include "sessionsettings.h"

using namespace Halyard::Wire;
using namespace std::chrono_literals;
using Fuzz::AttackedLine;
using Fuzz::require;
using Fuzz::SessionPeer;
using Fuzz::Setting;
using Fuzz::Spoken;
using Fuzz::Strength;

namespace {

constexpr std::size_t MaxSteps = 300;
constexpr std::size_t MaxFrameBytes = 2'000;
constexpr std::size_t MaxLineBytes = 20'000;

class Play
{
public:
    explicit Play(Fuzz::Input &input)
        : m_input(input)
        , m_setting(Fuzz::Settings[m_input.byte() % Fuzz::Settings.size()])
        , m_options(m_input.byte())
        , m_clients(factory(m_setting.client))
        , m_servers(factory(m_setting.server))
        , m_client(m_clients->makeEngine(setup(Role::Client)), password())
        , m_server(m_servers->makeEngine(setup(Role::Server)), known())
        , m_framing(m_servers->framing())
        , m_onlooker(*m_servers, std::make_shared<Securities>())
    {
        m_client.engine().setObserver(&m_onlooker.client);
        m_server.engine().setObserver(&m_onlooker.server);
        m_client.engine().start(m_now);
        m_server.engine().start(m_now);
        pump();
    }

    void run()
    {
        for (std::size_t step = 0; step < MaxSteps && !m_input.isEmpty(); ++step) {
            act(m_input.byte());
            pump();
        }
        settle();
        check();
        finish();
    }

private:
    [[nodiscard]] std::shared_ptr<const ProtocolFactory> factory(const OptionValues &options) const
    {
        return ProtocolRegistry::standard().make(m_setting.protocol, options).value();
    }
    [[nodiscard]] EngineSetup setup(Role role) const
    {
        EngineSetup result;
        result.role = role;
        result.limits.maxFrameBytesIn = result.limits.maxFrameBytesOut = MaxFrameBytes;
        result.limits.maxOpenRequests = 6;
        result.authenticates = m_setting.hasUsers && (role == Role::Server || !m_setting.namesNone);
        result.random = Fuzz::randomBytes(role == Role::Client ? 1 : 2);
        result.securities = std::make_shared<Securities>(); // a replay cache for each session
        RouteNames names;
        names.add("work");
        names.add("more");
        result.routes = [shared = std::make_shared<const RouteNames>(std::move(names))] { return shared; };
        return result;
    }

    // Of eight sessions one has a wrong password, one a user that does not exist.
    [[nodiscard]] bool isImpostor() const
    {
        return m_setting.hasUsers && !m_setting.namesNone && m_options % 8 < 2;
    }
    [[nodiscard]] std::optional<Credentials> password() const
    {
        return Credentials {"alice", toBytes(asBytes(m_options % 8 == 0 ? "guess" : "s3cr3t"))};
    }
    [[nodiscard]] std::optional<Credentials> known() const
    {
        if (m_options % 8 == 1)
            return std::nullopt;
        return Credentials {"alice", toBytes(asBytes("s3cr3t"))};
    }

    void act(unsigned what)
    {
        const bool fromClient = (what & 0x80U) != 0;
        switch (what % 20) {
        case 0:
        case 1:
        case 2:
            return ask();
        case 3:
        case 4:
            return m_server.answer(m_input.byte(), m_now);
        case 5:
            return tell(fromClient ? m_client : m_server);
        case 6:
        case 7:
        case 8:
            return carry(fromClient, m_input.byte());
        case 9:
        case 10:
            return carry(fromClient, SIZE_MAX);
        case 11:
            m_client.giveCredentials(m_now);
            return m_server.giveCredentials(m_now);
        case 12:
            return note(line(fromClient).flipBit(m_input));
        case 13:
        case 14:
            return note(line(fromClient).shuffle(m_input, *m_framing, MaxFrameBytes, line(!fromClient)));
        case 15:
            m_isDisturbed = true;
            line(fromClient).isCut = true;
            return;
        case 16:
            if (m_input.byte() % 4 != 0)
                return;
            m_isDisturbed = true;
            return (fromClient ? m_client : m_server).engine().close(m_now);
        case 17: {
            const auto time = std::chrono::milliseconds(m_input.byte() * 200);
            m_isDisturbed = m_isDisturbed || time > 1s;
            return pass(time);
        }
        case 18:
            return (fromClient ? m_client : m_server).engine().inputPaused(m_input.byte() % 2 == 0, m_now);
        default:
            return cancel();
        }
    }

    /// Unique, so that every message is known again; UTF-8, as some routes want it.
    std::string words(const char *what)
    {
        return what + std::to_string(++m_words) + std::string(m_input.byte() * (m_input.byte() % 9), '.');
    }

    void ask()
    {
        // network-protocol has no answer for a route that is not there.
        static constexpr std::array Routes {"work", "more", "echo", "nothing"};
        const std::size_t count = Routes.size() - (isNpro() ? 1 : 0);
        m_client.say({MessageKind::Request, ++m_lastId, Routes[m_input.byte() % count], words("q")}, m_now);
    }
    void tell(SessionPeer &peer)
    {
        // It would be taken for the answer that a client of network-protocol waits for.
        if (!isNpro() || &peer == &m_client)
            peer.say({MessageKind::Event, 0, "news", words("e")}, m_now);
    }
    [[nodiscard]] bool isNpro() const { return std::string_view(m_setting.protocol) == "network-protocol"; }
    void cancel()
    {
        if (m_lastId == 0)
            return;
        const std::uint64_t id = 1 + m_input.byte() % m_lastId;
        m_cancelled.insert(id);
        MessageView message;
        message.kind = MessageKind::Cancel;
        message.id = id;
        static_cast<void>(m_client.engine().send(message, m_now));
    }

    AttackedLine &line(bool fromClient) { return fromClient ? m_toServer : m_toClient; }

    void carry(bool fromClient, std::size_t most)
    {
        AttackedLine &way = line(fromClient);
        SessionPeer &to = fromClient ? m_server : m_client;
        if (way.isCut) {
            way.bytes.clear();
            if (!std::exchange(way.hasEnded, true))
                to.engine().inputEnded(m_now);
            return to.pump(m_now);
        }
        const Bytes bytes = way.take(most);
        to.hear(bytes, m_now);
        m_onlooker.see(fromClient ? Direction::ClientToServer : Direction::ServerToClient, bytes, m_now);
    }

    void note(AttackedLine::Deed deed)
    {
        m_isTampered = m_isTampered || deed != AttackedLine::Deed::None;
        m_hasSkipped = m_hasSkipped || deed == AttackedLine::Deed::Skipped;
        m_isDisturbed = m_isDisturbed || m_isTampered;
    }

    void pass(std::chrono::milliseconds time)
    {
        const TimePoint target = m_now.steady + time;
        for (int turn = 0;; ++turn) {
            SessionPeer *next = nullptr;
            TimePoint due = target;
            for (SessionPeer *peer : {&m_client, &m_server}) {
                const auto deadline = peer->engine().deadline();
                if (deadline && *deadline <= due) {
                    due = *deadline;
                    next = peer;
                }
            }
            if (!next)
                break;
            require(turn < 10'000, "deadlines come to an end");
            m_now.steady = std::max(m_now.steady, due);
            next->engine().expired(m_now);
            next->pump(m_now);
            const auto later = next->engine().deadline();
            require(!later || *later > m_now.steady, "a deadline that passed moves");
        }
        m_now.steady = target;
        m_now.wall += time;
    }

    void pump()
    {
        for (const bool fromClient : {true, false}) {
            SessionPeer &peer = fromClient ? m_client : m_server;
            peer.pump(m_now);
            AttackedLine &way = line(fromClient);
            if (way.bytes.size() < MaxLineBytes) {
                const Bytes more = peer.takeOutput(SIZE_MAX, m_now);
                way.bytes.insert(way.bytes.end(), more.begin(), more.end());
            }
            way.isCut = way.isCut || (peer.closed() && way.bytes.empty());
        }
    }

    /// Whatever can still happen without time going by.
    void settle()
    {
        m_client.engine().inputPaused(false, m_now);
        m_server.engine().inputPaused(false, m_now);
        int quietRounds = 0;
        for (int round = 0; round < 500 && quietRounds < 2; ++round) {
            m_client.giveCredentials(m_now);
            m_server.giveCredentials(m_now);
            m_server.answer(0, m_now);
            pump();
            const bool isQuiet = m_toServer.bytes.empty() && m_toClient.bytes.empty();
            quietRounds = isQuiet && (m_server.openCount() == 0 || m_server.closed()) ? quietRounds + 1 : 0;
            carry(true, SIZE_MAX);
            carry(false, SIZE_MAX);
        }
        pump();
    }

    void check()
    {
        m_onlooker.finish(m_now);
        if (isImpostor()) {
            require(m_server.delivered().empty() && m_client.delivered().empty(), "delivered to an impostor");
            return;
        }
        if (m_isTampered && m_setting.strength == Strength::Clear)
            return;
        if (m_hasSkipped && m_setting.strength == Strength::Gaps)
            return; // the record behind an announcement is its payload, whichever that is
        const bool inOrder = !m_isTampered || m_setting.strength != Strength::Loose;
        Fuzz::requireArrivals(m_client.sent(), m_server.delivered(), inOrder);
        checkAnswers(inOrder);
        if (!m_isDisturbed)
            checkAll();
        require(m_isDisturbed || !m_onlooker.hasSeenErrors(), "an error where there is none");
    }

    // Whoever answers repeats the question.
    void checkAnswers(bool inOrder) const
    {
        std::set<std::string> seen;
        for (const Spoken &one : m_client.delivered()) {
            if (one.kind != MessageKind::Reply)
                continue;
            const auto call = std::ranges::find(m_client.sent(), one.id, &Spoken::id);
            require(call != m_client.sent().end(), "an answer to nothing");
            require(!inOrder || one.payload == call->payload, "an answer to another call");
            require(
                std::ranges::find(m_client.sent(), one.payload, &Spoken::payload) != m_client.sent().end(),
                "an answer that nobody gave");
            require(seen.insert(one.payload).second, "an answer that comes twice");
        }
    }

    /// Nothing is lost on a line that only delays.
    void checkAll() const
    {
        require(!m_client.closed() && !m_server.closed(), "a session that ends by itself");
        // A server of E1 knows nothing of its client before the first record.
        require(m_client.isReady() && (m_server.isReady() || m_client.sent().empty()), "it is not ready");
        for (const SessionPeer *peer : {&m_client, &m_server})
            require(!peer->isReady() || peer->unsentCount() == 0, "a message that stays behind");
        require(m_server.openCount() == 0, "a request without an answer");
        for (const Spoken &asked : m_client.sent()) {
            if (asked.kind == MessageKind::Event || m_cancelled.contains(asked.id))
                continue;
            const auto isAnswer = [&](const Spoken &one) {
                return one.id == asked.id
                    && (one.kind == MessageKind::Reply || one.kind == MessageKind::Error);
            };
            require(std::ranges::any_of(m_client.delivered(), isAnswer), "a call without an answer");
        }
    }

    void finish()
    {
        m_client.engine().close(m_now);
        m_server.engine().close(m_now);
        for (int round = 0; round < 20 && !(m_client.closed() && m_server.closed()); ++round) {
            pump();
            m_toServer.isCut = m_toServer.isCut || m_client.closed();
            m_toClient.isCut = m_toClient.isCut || m_server.closed();
            carry(true, SIZE_MAX);
            carry(false, SIZE_MAX);
            pass(10s);
        }
        for (SessionPeer *peer : {&m_client, &m_server}) {
            require(peer->closed().has_value(), "a closed session comes to its end");
            require(!peer->engine().nextEvent(m_now), "no event after Closed");
            require(peer->engine().inputSpace(100).empty(), "no input after Closed");
        }
    }

    Fuzz::Input &m_input;
    const Setting &m_setting;
    const unsigned m_options;
    const std::shared_ptr<const ProtocolFactory> m_clients;
    const std::shared_ptr<const ProtocolFactory> m_servers;
    SessionPeer m_client;
    SessionPeer m_server;
    const Framing *const m_framing;
    Fuzz::Onlooker m_onlooker;
    Now m_now {TimePoint(1h), std::chrono::system_clock::time_point(480'000h)};
    AttackedLine m_toServer;
    AttackedLine m_toClient;
    std::uint64_t m_lastId = 0;
    unsigned m_words = 0;
    std::set<std::uint64_t> m_cancelled;
    bool m_isTampered = false;
    bool m_isDisturbed = false; // so that not everything arrives
    bool m_hasSkipped = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Fuzz::Input input(data, size);
    Play(input).run();
    return 0;
}

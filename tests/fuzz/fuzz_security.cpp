// SPDX-License-Identifier: MIT
// The two securities: a client and a server of one, and an attacker who owns the line between them. An input
// is a setting (which security; who knows which secret) and a row of steps: a frame goes on as it is,
// changed, again, not at all, or is made up; a side seals something. What holds whatever the attacker does:
//   only what one side has sealed comes out at the other, at most once, and in order where records are
//   counted what does not open is as it was nothing opens between two that do not have the same secret, and
//   E2 is never established between them
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "crypto/nprorecords.h"
#include "crypto/securities.h"
#include "crypto/tunnelsecurity.h"
#include "fuzzing.h"

using namespace Halyard::Wire;
using Fuzz::require;

namespace {

constexpr std::size_t MaxBody = 1'000;
constexpr std::size_t MaxSteps = 200;

enum class Kind : std::uint8_t { E1, E2, FamilyA, FamilyB, FoundOut };

struct Setting {
    Kind kind = Kind::E1;
    bool isTunnel = true;
    bool sameSecret = true; // or another password, server name, user
};

class Side
{
public:
    std::unique_ptr<FrameSecurity> security;
    std::vector<Bytes> sealed;   ///< plain bodies, in order
    std::size_t next = 0;        ///< of the other side's: what may come out
    std::vector<bool> seen;      ///< of the other side's
    std::deque<Bytes> line;      ///< on the way to the other side
    std::vector<Bytes> recorded; ///< all that was
    bool hasFailed = false;
};

class Play
{
public:
    explicit Play(Fuzz::Input &input)
        : m_input(input)
    {
        const unsigned options = m_input.byte();
        m_setting.kind = static_cast<Kind>(options % 5);
        m_setting.isTunnel = m_setting.kind == Kind::E1 || m_setting.kind == Kind::E2;
        m_lie = m_setting.isTunnel ? (options >> 3U) % 8 : 0;
        m_setting.sameSecret = m_lie < 5;
        make(m_client, SecuritySetup::Side::Client);
        make(m_server, SecuritySetup::Side::Server);
    }

    void run()
    {
        collect();
        for (std::size_t step = 0; step < MaxSteps && !m_input.isEmpty(); ++step) {
            const unsigned what = m_input.byte();
            const bool fromClient = (what & 0x80U) != 0;
            Side &from = fromClient ? m_client : m_server;
            Side &to = fromClient ? m_server : m_client;
            act(what % 9, from, to);
            collect();
        }
    }

private:
    void make(Side &side, SecuritySetup::Side which)
    {
        const bool isClient = which == SecuritySetup::Side::Client;
        SecuritySetup setup;
        setup.side = which;
        setup.maxBody = MaxBody;
        setup.random = Fuzz::randomBytes(isClient ? 1 : 2);
        setup.options["server-id"] = isClient && m_lie == 5 ? "another" : "server";
        if (isClient)
            setup.options["encryption"] = m_setting.kind == Kind::E1 ? "E1" : "E2";
        if (isClient || m_setting.kind != Kind::FoundOut)
            setup.options["family"] = m_setting.kind == Kind::FamilyA ? "A" : "B";
        side.security
            = m_provider.make(m_setting.isTunnel ? "spake2-ed25519" : "npro-session", setup).value();
        side.security->start(m_now);
    }

    void act(unsigned what, Side &from, Side &to)
    {
        switch (what) {
        case 0:
        case 1:
        case 2: // most often it goes on as it is
            return forward(from, to);
        case 3: // changed
            if (!from.line.empty() && !from.line.front().empty()) {
                Bytes &frame = from.line.front();
                frame[m_input.byte() % frame.size()] ^= static_cast<std::byte>(1U << (m_input.byte() % 8));
            }
            return forward(from, to);
        case 4: // shorter or longer
            if (!from.line.empty())
                from.line.front().resize(m_input.byte());
            return forward(from, to);
        case 5: // something old, of either side
            if (const auto &old = (m_input.byte() & 1U) != 0 ? from.recorded : to.recorded; !old.empty())
                hear(old[m_input.byte() % old.size()], to);
            return;
        case 6: // a later one first, or one never
            if (!from.line.empty()) {
                from.line.push_back(std::move(from.line.front()));
                from.line.pop_front();
                if (m_input.byte() % 4 == 0)
                    from.line.pop_back();
            }
            return;
        case 7:
            return hear(m_input.bytes(m_input.byte()), to);
        default:
            return seal(from);
        }
    }

    void forward(Side &from, Side &to)
    {
        if (from.line.empty())
            return;
        const Bytes frame = std::move(from.line.front());
        from.line.pop_front();
        hear(frame, to);
    }

    void hear(ByteView frame, Side &at)
    {
        // As the channel does: a failure is final, and nothing is taken while credentials are awaited.
        if (at.hasFailed || at.security->credentialsNeeded() || frame.size() > at.security->maxBody())
            return;
        if (!at.security->isEstablished()) {
            const auto took = at.security->handshake(frame, m_now);
            if (!took) {
                at.hasFailed = true;
                return;
            }
            if (*took == FrameSecurity::Took::Handshake)
                return;
        }
        require(at.security->isEstablished(), "a record before the end of the handshake");
        Bytes body = toBytes(frame);
        const auto plain = at.security->open(body);
        if (!plain) {
            require(std::ranges::equal(body, frame), "what does not open is as it was");
            at.hasFailed = true;
            return;
        }
        opened(toBytes(*plain), at);
    }

    void opened(const Bytes &plain, Side &at)
    {
        require(m_setting.sameSecret, "nothing opens where the secrets differ");
        const Side &from = &at == &m_client ? m_server : m_client;
        at.seen.resize(from.sealed.size());
        const auto found = std::ranges::find(from.sealed, plain);
        require(found != from.sealed.end(), "only what was sealed comes out");
        const auto number = std::size_t(found - from.sealed.begin());
        require(!at.seen[number], "nothing comes out twice");
        at.seen[number] = true;
        if (m_setting.isTunnel) {
            require(number >= at.next, "counted records come out in order");
            require(m_setting.kind == Kind::E1 || number == at.next, "and in E2 all of them");
        }
        at.next = number + 1;
    }

    void seal(Side &side)
    {
        const std::size_t size = m_input.byte();
        if (!side.security->isEstablished() || side.hasFailed)
            return;
        // No two alike, so that each is known again.
        Bytes plain(8 + size, std::byte(&side == &m_client ? 'c' : 's'));
        plain[0] = static_cast<std::byte>(side.sealed.size());
        plain[1] = static_cast<std::byte>(side.sealed.size() >> 8U);
        const Overhead extra = side.security->overhead();
        Bytes record(extra.front + plain.size() + extra.back);
        copyBytes(plain, record.data() + extra.front);
        require(side.security->seal(record).has_value(), "a new key seals");
        require(std::ranges::search(record, plain).empty(), "a record in clear");
        side.sealed.push_back(std::move(plain));
        put(std::move(record), side);
    }

    /// What the securities have to say, and the credentials they wait for.
    void collect()
    {
        for (Side *side : {&m_client, &m_server}) {
            if (const auto identity = side->security->credentialsNeeded())
                side->security->provide(credentials(*side, *identity), m_now);
            while (auto frame = side->security->nextHandshakeFrame())
                put(std::move(*frame), *side);
        }
        if (m_setting.kind == Kind::E2)
            require(
                m_setting.sameSecret || !m_client.security->isEstablished(), "confirmed without a secret");
    }

    [[nodiscard]] std::optional<Credentials> credentials(const Side &side, const std::string &identity) const
    {
        if (&side == &m_client)
            return Credentials {"alice", toBytes(asBytes(m_lie == 6 ? "guess" : "s3cr3t"))};
        if (m_lie == 7 || identity != "alice")
            return std::nullopt;
        return Credentials {identity, toBytes(asBytes("s3cr3t"))};
    }

    void put(Bytes frame, Side &from)
    {
        from.recorded.push_back(frame);
        from.line.push_back(std::move(frame));
    }

    Fuzz::Input &m_input;
    const Now m_now {
        TimePoint(std::chrono::hours(1)), std::chrono::system_clock::time_point(std::chrono::hours(480'000))};
    const Securities m_provider;
    Setting m_setting;
    unsigned m_lie = 0; // 5 another server, 6 another password, 7 a user that does not exist
    Side m_client;
    Side m_server;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Fuzz::Input input(data, size);
    Play(input).run();
    return 0;
}

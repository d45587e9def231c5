// SPDX-License-Identifier: MIT
#include "crypto/tunnelsecurity.h"

#include <algorithm>
#include <cassert>

#include "crypto/octets_p.h"
#include "crypto/tunnelopener.h"
#include "wire/bytereader.h"

namespace Halyard::Wire {

namespace {

tl::unexpected<Error> refuse(ErrorCode code, std::string detail)
{
    return failure(code, ErrorOrigin::Peer, std::move(detail));
}

tl::unexpected<Error> refuseUser() { return tl::unexpected(tunnelRefusal()); }

} // namespace

std::unique_ptr<TunnelSecurity> TunnelSecurity::client(
    TunnelFormat format, std::string serverName, ByteView random, std::size_t maxBody)
{
    return std::unique_ptr<TunnelSecurity>(
        new TunnelSecurity(Role::Client, format, std::move(serverName), random, maxBody));
}

std::unique_ptr<TunnelSecurity> TunnelSecurity::server(
    std::string serverName, ByteView random, std::size_t maxBody)
{
    return std::unique_ptr<TunnelSecurity>(
        new TunnelSecurity(Role::Server, std::nullopt, std::move(serverName), random, maxBody));
}

TunnelSecurity::TunnelSecurity(Role role, std::optional<TunnelFormat> format, std::string serverName,
    ByteView random, std::size_t maxBody)
    : m_role(role)
    , m_serverName(std::move(serverName))
    , m_maxBody(maxBody)
    , m_format(format)
{
    assert(random.size() == RandomBytes);
    std::ranges::copy(random, m_random.bytes().begin());
}

TunnelSecurity::~TunnelSecurity() = default;

void TunnelSecurity::start(Now /*now*/)
{
    m_state = m_role == Role::Client ? State::AwaitingCredentials : State::AwaitingIdentity;
}

std::optional<Bytes> TunnelSecurity::nextHandshakeFrame()
{
    if (m_pending.empty())
        return std::nullopt;
    Bytes frame = std::move(m_pending.front());
    m_pending.erase(m_pending.begin());
    return frame;
}

std::optional<std::string> TunnelSecurity::credentialsNeeded() const
{
    return m_state == State::AwaitingCredentials ? std::optional(m_identity) : std::nullopt;
}

void TunnelSecurity::provide(std::optional<Credentials> credentials, Now /*now*/)
{
    if (m_state != State::AwaitingCredentials)
        return;
    if (m_role == Role::Client) {
        m_identity = credentials ? credentials->user : std::string();
        m_pending.push_back(toBytes(asBytes(m_identity)));
    }
    m_known = credentials.has_value();
    // An unknown user takes the same way with a password that nobody can guess.
    const ByteView random = m_random.view();
    const ByteView password
        = credentials ? ByteView(credentials->secret) : random.subspan(Spake2Ed25519::RandomBytes);
    m_spake2.emplace(m_role == Role::Client ? Spake2Ed25519::Side::Client : Spake2Ed25519::Side::Server,
        password, asBytes(m_identity), asBytes(m_serverName), random.first(Spake2Ed25519::RandomBytes));
    wipe(m_random.bytes());
    if (m_role == Role::Client)
        m_pending.push_back(toBytes(m_spake2->message()));
    m_state = State::AwaitingPoint;
}

Result<FrameSecurity::Took> TunnelSecurity::handshake(ByteView body, Now /*now*/)
{
    switch (m_state) {
    case State::AwaitingIdentity:
        m_identity = asText(body);
        m_state = State::AwaitingCredentials;
        return Took::Handshake;
    case State::AwaitingPoint:
        return takePoint(body).map([] { return Took::Handshake; });
    case State::AwaitingThird:
        return takeThird(body);
    case State::AwaitingTag:
        if (!isTunnelTag(body, m_keys->serverTag))
            return refuseUser();
        m_opened = true; // confirmed, which is as good
        establish();
        return Took::Handshake;
    case State::Idle:
    case State::AwaitingCredentials:
    case State::Established:
        break;
    }
    return refuse(ErrorCode::SecurityHandshakeFailed, "a handshake frame out of place");
}

Result<void> TunnelSecurity::takePoint(ByteView body)
{
    if (m_role == Role::Server) // in the crate's order: first the answer, then the judgement
        m_pending.push_back(toBytes(m_spake2->message()));
    const auto shared = m_spake2->finish(body);
    if (!shared)
        return tl::unexpected(shared.error());
    m_shared = *shared;
    std::ranges::copy(body, m_peerMessage.begin());
    if (m_role == Role::Server) {
        m_state = State::AwaitingThird;
        return {};
    }
    deriveKeys(*m_format);
    if (m_format == TunnelFormat::E2) {
        m_pending.push_back(toBytes(m_keys->clientTag.view()));
        m_state = State::AwaitingTag;
    } else {
        establish();
    }
    return {};
}

Result<FrameSecurity::Took> TunnelSecurity::takeThird(ByteView body)
{
    // The first record of E1 begins with a counter of one, and no packet would make it as long as a tag.
    constexpr std::uint64_t FirstCounter = 1;
    if (body.size() == TunnelTagBytes && ByteReader(body).readU64Be() != FirstCounter) {
        deriveKeys(TunnelFormat::E2);
        if (!isTunnelTag(body, m_keys->clientTag) || !m_known)
            return refuseUser();
        m_pending.push_back(toBytes(m_keys->serverTag.view()));
        m_opened = true;
        establish();
        return Took::Handshake;
    }
    deriveKeys(TunnelFormat::E1);
    establish();
    return Took::Record;
}

void TunnelSecurity::deriveKeys(TunnelFormat format)
{
    const bool isClient = m_role == Role::Client;
    m_format = format;
    m_keys = deriveTunnelKeys(format, m_shared, asBytes(m_identity), asBytes(m_serverName),
        isClient ? m_spake2->message() : m_peerMessage, isClient ? m_peerMessage : m_spake2->message());
}

void TunnelSecurity::establish()
{
    using Task = TunnelRecords::Task;
    const bool isClient = m_role == Role::Client;
    m_sealing.emplace(Task::Seal, *m_format, isClient ? m_keys->clientToServer : m_keys->serverToClient);
    m_opening.emplace(Task::Open, *m_format, isClient ? m_keys->serverToClient : m_keys->clientToServer);
    m_spake2.reset();
    wipe(m_shared.bytes());
    m_state = State::Established;
}

bool TunnelSecurity::expectsRecords() const
{
    return m_state == State::AwaitingThird || m_state == State::Established;
}

std::optional<Error> TunnelSecurity::meaningOfEnd() const
{
    // A server says nothing else to a tag that is not the right one.
    return m_state == State::AwaitingTag ? std::optional(refuseUser().value()) : std::nullopt;
}

std::string_view TunnelSecurity::name() const
{
    if (!m_format)
        return {};
    return *m_format == TunnelFormat::E1 ? "E1" : "E2";
}

std::size_t TunnelSecurity::maxBody() const { return expectsRecords() ? m_maxBody : MaxHandshakeBody; }

Overhead TunnelSecurity::overhead() const
{
    return TunnelRecords::overhead(m_format.value_or(TunnelFormat::E1));
}

Result<void> TunnelSecurity::seal(MutableBytes frontBodyBack) { return m_sealing->seal(frontBodyBack); }

Result<MutableBytes> TunnelSecurity::open(MutableBytes body)
{
    auto plain = m_opening->open(body);
    if (!plain && !m_opened)
        return refuseUser();
    m_opened = true;
    return plain;
}

std::optional<Bytes> TunnelSecurity::exportedSecrets() const
{
    return m_keys ? std::optional(TunnelOpener::secretsOf(*m_format, *m_keys)) : std::nullopt;
}

} // namespace Halyard::Wire

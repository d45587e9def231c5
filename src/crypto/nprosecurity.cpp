// SPDX-License-Identifier: MIT
#include "crypto/nprosecurity.h"

#include <algorithm>
#include <string>
#include <utility>

#include <sodium.h>

#include "crypto/nproopener.h"
#include "wire/npro/codec.h"

namespace Halyard::Wire {

namespace {

using Npro::Family;
using std::chrono::milliseconds;

tl::unexpected<Error> refuse(std::string detail)
{
    return failure(ErrorCode::SecurityHandshakeFailed, ErrorOrigin::Peer, std::move(detail));
}

/// A message of this kind, or what it was instead.
template <class Kind>
Result<Kind> expect(ByteView body)
{
    const auto message = Npro::parseMessage(body);
    if (!message)
        return tl::unexpected(message.error());
    if (const Kind *const wanted = std::get_if<Kind>(&*message))
        return *wanted;
    return refuse(std::string(Npro::messageName(*message)) + " in place of "
        + std::string(Npro::messageName(Npro::Message(Kind {}))));
}

bool isProofOf(const NproNonce &nonce, const std::array<std::byte, 32> &verification)
{
    const auto expected = nproVerification(nonce);
    return sodium_memcmp(expected.data(), verification.data(), expected.size()) == 0;
}

std::uint64_t millisecondsOf(Now now)
{
    return std::uint64_t(std::chrono::duration_cast<milliseconds>(now.wall.time_since_epoch()).count());
}

} // namespace

std::unique_ptr<NproSecurity> NproSecurity::client(Family family, Random random, std::size_t maxBody)
{
    return std::unique_ptr<NproSecurity>(
        new NproSecurity(Role::Client, family, std::move(random), nullptr, maxBody));
}

std::unique_ptr<NproSecurity> NproSecurity::server(
    std::optional<Family> family, Random random, std::shared_ptr<ReplayCache> replays, std::size_t maxBody)
{
    return std::unique_ptr<NproSecurity>(
        new NproSecurity(Role::Server, family, std::move(random), std::move(replays), maxBody));
}

NproSecurity::NproSecurity(Role role, std::optional<Family> family, Random random,
    std::shared_ptr<ReplayCache> replays, std::size_t maxBody)
    : m_role(role)
    , m_maxBody(maxBody)
    , m_random(std::move(random))
    , m_replays(std::move(replays))
    , m_family(family)
{ }

NproSecurity::~NproSecurity() = default;

void NproSecurity::makeKeyPair()
{
    m_random(m_privateKey.bytes());
    m_random(m_role == Role::Client ? m_clientNonce : m_serverNonce);
}

void NproSecurity::start(Now now)
{
    if (m_role == Role::Server) {
        m_state = State::AwaitingInit;
        return;
    }
    makeKeyPair();
    m_pending = Npro::writeMessage(
        Npro::HandshakeInit {x25519PublicKey(m_privateKey), millisecondsOf(now), m_clientNonce});
    m_state = State::AwaitingResponse;
}

std::optional<Bytes> NproSecurity::nextHandshakeFrame() { return std::exchange(m_pending, std::nullopt); }

void NproSecurity::provide(std::optional<Credentials> /*credentials*/, Now /*now*/)
{
    // Nobody asked for them.
}

Result<FrameSecurity::Took> NproSecurity::handshake(ByteView body, Now now)
{
    const auto took = [] { return Took::Handshake; };
    switch (m_state) {
    case State::AwaitingInit:
        return takeInit(body, now).map(took);
    case State::AwaitingResponse:
        return takeResponse(body).map(took);
    case State::AwaitingConfirm:
        return takeConfirm(body).map(took);
    case State::Idle:
    case State::Established:
        break;
    }
    return refuse("a handshake packet out of place");
}

Result<void> NproSecurity::takeInit(ByteView body, Now now)
{
    const auto init = expect<Npro::HandshakeInit>(body);
    if (!init)
        return tl::unexpected(init.error());
    if (auto inTime = checkTime(init->timestamp, now); !inTime)
        return inTime;
    Bytes identity = toBytes(init->publicKey);
    identity.insert(identity.end(), init->nonce.begin(), init->nonce.end());
    if (m_replays && !m_replays->isFirst(identity, now))
        return refuse("an Init that has come before");
    m_clientNonce = init->nonce;
    makeKeyPair();
    if (auto agreed = agree(init->publicKey); !agreed)
        return agreed;
    m_pending = Npro::writeMessage(Npro::HandshakeResponse {
        x25519PublicKey(m_privateKey), m_serverNonce, nproVerification(m_clientNonce)});
    wipe(m_privateKey.bytes());
    m_state = State::AwaitingConfirm;
    return {};
}

Result<void> NproSecurity::checkTime(std::uint64_t timestamp, Now now)
{
    const std::uint64_t ours = millisecondsOf(now);
    const std::uint64_t ahead = timestamp > ours ? timestamp - ours : 0;
    const std::uint64_t behind = ours > timestamp ? ours - timestamp : 0;
    m_tooFarAheadForB = ahead > std::uint64_t(maxSkew(Family::B).count());
    const std::uint64_t most = std::uint64_t(maxSkew(m_family.value_or(Family::A)).count());
    if (ahead > most) {
        return refuse("the client's clock is " + std::to_string(ahead) + " ms ahead of ours; "
            + std::to_string(most) + " are allowed");
    }
    if (behind > std::uint64_t(MaxAge.count())) {
        return refuse("the client's Init is " + std::to_string(behind) + " ms old by our clock; "
            + std::to_string(MaxAge.count()) + " are allowed");
    }
    return {};
}

Result<void> NproSecurity::takeResponse(ByteView body)
{
    auto response = expect<Npro::HandshakeResponse>(body);
    if (!response) {
        response.error().detail += "; perhaps the server takes plain packets (packets=plain)";
        return tl::unexpected(std::move(response.error()));
    }
    if (!isProofOf(m_clientNonce, response->verification))
        return refuse("the server answers another Init than ours");
    m_serverNonce = response->nonce;
    if (auto agreed = agree(response->publicKey); !agreed)
        return agreed;
    wipe(m_privateKey.bytes());
    m_pending = Npro::writeMessage(Npro::HandshakeConfirm {nproVerification(m_serverNonce)});
    establish();
    return {};
}

Result<void> NproSecurity::takeConfirm(ByteView body)
{
    const auto confirm = expect<Npro::HandshakeConfirm>(body);
    if (!confirm)
        return tl::unexpected(confirm.error());
    if (!isProofOf(m_serverNonce, confirm->verification))
        return refuse("the client confirms another Response than ours");
    establish();
    return {};
}

Result<void> NproSecurity::agree(const X25519PublicKey &peerKey)
{
    const auto shared = x25519(m_privateKey, peerKey);
    if (!shared)
        return tl::unexpected(shared.error());
    m_shared = *shared;
    return {};
}

void NproSecurity::establish()
{
    const auto records = [this](Family family) {
        return NproRecords(deriveNproKey(family, m_shared, m_clientNonce, m_serverNonce), m_random);
    };
    m_records = records(m_family.value_or(Family::B));
    if (!m_family)
        m_otherRecords = records(Family::A);
    wipe(m_shared.bytes());
    m_state = State::Established;
}

std::optional<Error> NproSecurity::meaningOfEnd() const
{
    if (m_state != State::AwaitingResponse)
        return std::nullopt;
    return Error {ErrorCode::ClosedBeforeReady, ErrorOrigin::Peer,
        "the server does not answer our Init: perhaps it takes plain packets (packets=plain), or our clock "
        "is off"};
}

std::size_t NproSecurity::maxBody() const { return isEstablished() ? m_maxBody : MaxHandshakeBody; }

Result<void> NproSecurity::seal(MutableBytes frontBodyBack) { return m_records->seal(frontBodyBack); }

Result<MutableBytes> NproSecurity::open(MutableBytes body)
{
    if (m_family)
        return m_records->open(body);
    if (m_tooFarAheadForB)
        return openAsFamilyA(body);
    auto plain = m_records->open(body);
    const bool isB = plain.has_value();
    if (!isB) {
        auto other = m_otherRecords->open(body);
        if (!other)
            return plain;
        plain = other;
    }
    choose(isB ? Family::B : Family::A);
    return plain;
}

Result<MutableBytes> NproSecurity::openAsFamilyA(MutableBytes body)
{
    auto plain = m_otherRecords->open(body);
    if (plain) {
        choose(Family::A);
        return plain;
    }
    Bytes copy = toBytes(body); // what is refused stays as it was
    if (m_records->open(copy))
        return refuse("the client's clock is more than " + std::to_string(maxSkew(Family::B).count())
            + " ms ahead of ours, too much for family B");
    return plain;
}

std::optional<Bytes> NproSecurity::exportedSecrets() const
{
    if (!isEstablished())
        return std::nullopt;
    return NproOpener::secretsOf(m_records->key(), m_otherRecords ? m_otherRecords->key() : ByteView());
}

void NproSecurity::choose(Family family)
{
    if (family == Family::A)
        m_records = std::move(m_otherRecords);
    m_otherRecords.reset();
    m_family = family;
}

} // namespace Halyard::Wire

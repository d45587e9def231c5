// SPDX-License-Identifier: MIT
#include "xorsecurity.h"

#include <utility>

#include "wire/bytereader.h"
#include "wire/bytewriter.h"

namespace Halyard::Wire::Test {

namespace {

constexpr std::string_view Challenge = "challenge 42";

tl::unexpected<Error> refuse(ErrorCode code, std::string detail)
{
    return failure(code, ErrorOrigin::Peer, std::move(detail));
}

} // namespace

XorSecurity::XorSecurity(Role role, std::size_t maxBody)
    : m_role(role)
    , m_maxBody(maxBody)
{ }

void XorSecurity::start(Now)
{
    m_state = m_role == Role::Client ? State::AwaitingCredentials : State::AwaitingName;
}

void XorSecurity::say(const std::string &text) { m_next = text; }

std::optional<Bytes> XorSecurity::nextHandshakeFrame()
{
    if (!m_next)
        return std::nullopt;
    const std::string text = *std::exchange(m_next, std::nullopt);
    return toBytes(asBytes(text));
}

std::optional<std::string> XorSecurity::credentialsNeeded() const
{
    return m_state == State::AwaitingCredentials ? std::optional(m_name) : std::nullopt;
}

void XorSecurity::provide(std::optional<Credentials> credentials, Now)
{
    if (m_state != State::AwaitingCredentials)
        return;
    m_unknownUser = !credentials;
    m_secret = credentials ? std::string(asText(credentials->secret)) : "dummy";
    if (m_role == Role::Client) {
        say("I am " + (credentials ? credentials->user : std::string("nobody")));
        m_state = State::AwaitingChallenge;
    } else {
        say(std::string(Challenge));
        m_state = State::AwaitingProof;
    }
}

Result<FrameSecurity::Took> XorSecurity::handshake(ByteView body, Now)
{
    const std::string text(asText(body));
    switch (m_state) {
    case State::AwaitingName:
        if (!text.starts_with("I am "))
            return refuse(ErrorCode::SecurityHandshakeFailed, "no name");
        m_name = text.substr(5);
        m_state = State::AwaitingCredentials;
        return Took::Handshake;
    case State::AwaitingChallenge:
        if (text != Challenge)
            return refuse(ErrorCode::SecurityHandshakeFailed, "no challenge");
        say("proof 42 " + m_secret);
        m_state = State::AwaitingWelcome;
        return Took::Handshake;
    case State::AwaitingProof:
        if (m_unknownUser || text != "proof 42 " + m_secret)
            return refuse(ErrorCode::AuthenticationFailed, "wrong proof");
        say("welcome");
        m_state = State::AwaitingFirstRecord;
        return Took::Handshake;
    case State::AwaitingWelcome:
        if (text != "welcome")
            return refuse(ErrorCode::SecurityHandshakeFailed, "no welcome");
        m_state = State::Established;
        return Took::Handshake;
    case State::AwaitingFirstRecord:
        if (text == "forget it")
            return refuse(ErrorCode::SecurityHandshakeFailed, "the client gave up");
        m_state = State::Established;
        return Took::Record;
    case State::Idle:
    case State::AwaitingCredentials:
    case State::Established:
        break;
    }
    return refuse(ErrorCode::SecurityHandshakeFailed, "a handshake frame out of place");
}

void XorSecurity::cipher(MutableBytes body, std::uint32_t counter) const
{
    for (std::size_t at = 0; at < body.size(); ++at)
        body[at]
            ^= static_cast<std::byte>(static_cast<unsigned char>(m_secret[at % m_secret.size()]) + counter);
}

std::uint32_t XorSecurity::tagOf(ByteView frontAndBody) const
{
    std::uint32_t tag = 2'166'136'261U;
    for (const std::byte byte : frontAndBody)
        tag = (tag ^ std::to_integer<std::uint32_t>(byte)) * 16'777'619U;
    for (const char character : m_secret)
        tag = (tag ^ static_cast<unsigned char>(character)) * 16'777'619U;
    return tag;
}

Result<void> XorSecurity::seal(MutableBytes frontBodyBack)
{
    if (m_sealed >= m_sealLimit)
        return failure(ErrorCode::SecurityHandshakeFailed, ErrorOrigin::Local, "the key is used up");
    const std::uint32_t counter = m_sealed++;
    ByteWriter(frontBodyBack).writeU32Be(counter);
    cipher(frontBodyBack.subspan(4, frontBodyBack.size() - 8), counter);
    const std::size_t tagAt = frontBodyBack.size() - 4;
    ByteWriter(frontBodyBack.subspan(tagAt)).writeU32Be(tagOf(frontBodyBack.first(tagAt)));
    return {};
}

Result<MutableBytes> XorSecurity::open(MutableBytes body)
{
    if (body.size() < 8)
        return refuse(ErrorCode::DecryptionFailed, "a record of " + std::to_string(body.size()) + " bytes");
    const std::size_t tagAt = body.size() - 4;
    if (ByteReader(body.subspan(tagAt)).readU32Be() != tagOf(body.first(tagAt)))
        return refuse(ErrorCode::DecryptionFailed, "wrong tag");
    if (ByteReader(body).readU32Be() != m_opened)
        return refuse(ErrorCode::DecryptionFailed, "a record out of its turn");
    const MutableBytes plain = body.subspan(4, body.size() - 8);
    cipher(plain, m_opened++);
    return plain;
}

} // namespace Halyard::Wire::Test

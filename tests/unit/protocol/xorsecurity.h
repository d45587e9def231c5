// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/protocolfactory.h"
#include "wire/framesecurity.h"

namespace Halyard::Wire::Test {

/// A FrameSecurity without any security, to prove what surrounds the real ones. Handshake, after the client
/// was given its credentials:
///   client  "I am NAME"
///   server  "challenge N"       once it was given the secret, at any later time
///   client  "proof N SECRET"
///   server  "welcome"           or AuthenticationFailed, as for an unknown user
/// The client may give up with "forget it" in place of its first record, so the server learns only from the
/// next frame that the handshake is over. Records are | counter u32 BE | body xor secret | tag u32 BE |.
class XorSecurity final : public FrameSecurity
{
public:
    explicit XorSecurity(Role role, std::size_t maxBody = 65'536);

    void start(Now now) override;
    [[nodiscard]] Result<Took> handshake(ByteView body, Now now) override;
    [[nodiscard]] std::optional<Bytes> nextHandshakeFrame() override;
    [[nodiscard]] std::optional<std::string> credentialsNeeded() const override;
    void provide(std::optional<Credentials> credentials, Now now) override;
    [[nodiscard]] bool isEstablished() const override { return m_state == State::Established; }
    [[nodiscard]] bool expectsRecords() const override { return m_state >= State::AwaitingFirstRecord; }
    [[nodiscard]] std::size_t maxBody() const override { return expectsRecords() ? m_maxBody : 64; }
    [[nodiscard]] Overhead overhead() const override { return {4, 4}; }
    [[nodiscard]] Result<void> seal(MutableBytes frontBodyBack) override;
    [[nodiscard]] Result<MutableBytes> open(MutableBytes body) override;

    /// Sealing fails once so many records were sealed, as at the end of a key's life.
    void failSealingAfter(std::uint32_t records) { m_sealLimit = records; }

private:
    enum class State : std::uint8_t {
        Idle,
        AwaitingName,
        AwaitingCredentials,
        AwaitingChallenge,
        AwaitingProof,
        AwaitingWelcome,
        AwaitingFirstRecord,
        Established,
    };

    void say(const std::string &text);
    void cipher(MutableBytes body, std::uint32_t counter) const;
    [[nodiscard]] std::uint32_t tagOf(ByteView frontAndBody) const;

    const Role m_role;
    const std::size_t m_maxBody;
    State m_state = State::Idle;
    std::string m_name;
    std::string m_secret;
    bool m_unknownUser = false;
    std::optional<std::string> m_next;
    std::uint32_t m_sealed = 0;
    std::uint32_t m_opened = 0;
    std::uint32_t m_sealLimit = 0xFFFFFFFF;
};

} // namespace Halyard::Wire::Test

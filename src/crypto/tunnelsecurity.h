// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "crypto/spake2ed25519.h"
#include "crypto/tunnelrecords.h"
#include "wire/export.h"
#include "wire/framesecurity.h"

namespace Halyard::Wire {

/// The FrameSecurity `spake2-ed25519`: tfserver's sealed sessions (tfserver specification, section 4).
///
///   client  identity
///   client  A | X                 without waiting
///   server  B | Y                 also for an unknown user and for a bad X, so that nothing tells
///   client  confirmation tag      E2 only
///   server  confirmation tag      E2 only
///   both    records
///
/// A client has to be told the format. A server sees it in the client's third frame, an E2 tag or an E1
/// record, and serves both. In E1 nothing confirms the password: a wrong one is known from the first record
/// that does not open, which is AuthenticationFailed then.
class HALYARD_EXPORT TunnelSecurity final : public FrameSecurity
{
public:
    static constexpr std::size_t MaxHandshakeBody = 2'048;
    /// For the scalar, and for the password of a user that does not exist.
    static constexpr std::size_t RandomBytes = Spake2Ed25519::RandomBytes + 32;

    /// `serverName` is what both sides are configured with; it never travels. `random`: RandomBytes bytes
    /// that nobody else knows and that are never used again. `maxBody` bounds a record, in bytes.
    [[nodiscard]] static std::unique_ptr<TunnelSecurity> client(
        TunnelFormat format, std::string serverName, ByteView random, std::size_t maxBody);
    [[nodiscard]] static std::unique_ptr<TunnelSecurity> server(
        std::string serverName, ByteView random, std::size_t maxBody);
    ~TunnelSecurity() override;

    /// E1 or E2, once it is known.
    [[nodiscard]] std::optional<TunnelFormat> format() const noexcept { return m_format; }
    /// The client's, once it is known; UTF-8 unless the client sent something else.
    [[nodiscard]] const std::string &identity() const noexcept { return m_identity; }

    void start(Now now) override;
    [[nodiscard]] Result<Took> handshake(ByteView body, Now now) override;
    [[nodiscard]] std::optional<Bytes> nextHandshakeFrame() override;
    [[nodiscard]] std::optional<std::string> credentialsNeeded() const override;
    void provide(std::optional<Credentials> credentials, Now now) override;
    [[nodiscard]] bool isEstablished() const override { return m_state == State::Established; }
    [[nodiscard]] bool expectsRecords() const override;
    /// "E1" or "E2".
    [[nodiscard]] std::string_view name() const override;
    [[nodiscard]] std::string_view user() const override { return m_identity; }
    [[nodiscard]] std::optional<Error> meaningOfEnd() const override;
    [[nodiscard]] std::size_t maxBody() const override;
    [[nodiscard]] Overhead overhead() const override;
    [[nodiscard]] Result<void> seal(MutableBytes frontBodyBack) override;
    [[nodiscard]] Result<MutableBytes> open(MutableBytes body) override;
    /// The keys of both directions and, in E2, the tags that prove them, as soon as the format is known: so
    /// also where the peer's proof was wrong. TunnelOpener takes them.
    [[nodiscard]] std::optional<Bytes> exportedSecrets() const override;

private:
    enum class State : std::uint8_t {
        Idle,
        AwaitingIdentity,    // server
        AwaitingCredentials, // both
        AwaitingPoint,       // both
        AwaitingThird,       // server: a tag or a record
        AwaitingTag,         // client
        Established,
    };
    enum class Role : std::uint8_t { Client, Server };

    TunnelSecurity(Role role, std::optional<TunnelFormat> format, std::string serverName, ByteView random,
        std::size_t maxBody);
    [[nodiscard]] Result<void> takePoint(ByteView body);
    [[nodiscard]] Result<Took> takeThird(ByteView body);
    /// Makes the keys: from here on the format is known.
    void deriveKeys(TunnelFormat format);
    void establish();

    const Role m_role;
    const std::string m_serverName;
    const std::size_t m_maxBody;
    std::optional<TunnelFormat> m_format;
    State m_state = State::Idle;
    Secret<RandomBytes> m_random;
    std::string m_identity;
    bool m_known = false;  // the user exists
    bool m_opened = false; // a record, so that both have the same key
    std::optional<Spake2Ed25519> m_spake2;
    Spake2Ed25519::Message m_peerMessage {};
    Secret<32> m_shared;
    std::optional<TunnelKeys> m_keys;
    std::vector<Bytes> m_pending; // what is to be sent, first one first
    std::optional<TunnelRecords> m_sealing;
    std::optional<TunnelRecords> m_opening;
};

} // namespace Halyard::Wire

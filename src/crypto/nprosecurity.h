// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "crypto/nprokeys.h"
#include "crypto/nprorecords.h"
#include "crypto/replaycache.h"
#include "crypto/x25519.h"
#include "wire/export.h"
#include "wire/framesecurity.h"

namespace Halyard::Wire {

/// The FrameSecurity `npro-session`: sealed sessions of network-protocol (its specification, section 3).
///
///   client  Init      public key, time, nonce          without waiting
///   server  Response  public key, nonce, SHA-256 of the client's nonce
///   client  Confirm   SHA-256 of the server's nonce
///   both    records
///
/// Nobody is authenticated: whoever stands between can read and write. Put TLS around it, or take another
/// protocol, where that matters.
///
/// A client has to be told the family. A server that was not told finds it out by the first record that it
/// opens; what it has to say before is sealed as family B. All refusals are SecurityHandshakeFailed: a clock
/// that is off, an Init that has come before (the crates take it again), keys of low order (the crates take
/// them), a nonce that is not confirmed.
class HALYARD_EXPORT NproSecurity final : public FrameSecurity
{
public:
    static constexpr std::size_t MaxHandshakeBody = 128;
    static constexpr std::chrono::milliseconds MaxAge {30'000}; ///< of an Init
    /// How far a client's clock may be ahead of the server's.
    [[nodiscard]] static constexpr std::chrono::milliseconds maxSkew(Npro::Family family)
    {
        return std::chrono::milliseconds(family == Npro::Family::A ? 5'000 : 2'000);
    }
    using Random = NproRecords::Random;

    /// `random` fills spans with bytes that nobody else knows and that never come again; it is asked for a
    /// private key (32), a nonce (16), then for one nonce (24) per record. `maxBody` bounds a record, in
    /// bytes.
    [[nodiscard]] static std::unique_ptr<NproSecurity> client(
        Npro::Family family, Random random, std::size_t maxBody);
    /// Without a family both are taken. `replays` is shared by the connections of an endpoint.
    [[nodiscard]] static std::unique_ptr<NproSecurity> server(std::optional<Npro::Family> family,
        Random random, std::shared_ptr<ReplayCache> replays, std::size_t maxBody);
    ~NproSecurity() override;

    /// Once it is known.
    [[nodiscard]] std::optional<Npro::Family> family() const noexcept { return m_family; }

    void start(Now now) override;
    [[nodiscard]] Result<Took> handshake(ByteView body, Now now) override;
    [[nodiscard]] std::optional<Bytes> nextHandshakeFrame() override;
    [[nodiscard]] std::optional<std::string> credentialsNeeded() const override { return std::nullopt; }
    void provide(std::optional<Credentials> credentials, Now now) override;
    [[nodiscard]] bool isEstablished() const override { return m_state == State::Established; }
    [[nodiscard]] std::string_view name() const override { return "npro-session"; }
    [[nodiscard]] std::optional<Error> meaningOfEnd() const override;
    [[nodiscard]] std::size_t maxBody() const override;
    [[nodiscard]] Overhead overhead() const override { return NproRecords::RecordOverhead; }
    [[nodiscard]] Result<void> seal(MutableBytes frontBodyBack) override;
    [[nodiscard]] Result<MutableBytes> open(MutableBytes body) override;
    /// For NproOpener.
    [[nodiscard]] std::optional<Bytes> exportedSecrets() const override;

private:
    enum class State : std::uint8_t {
        Idle,
        AwaitingInit,     // server
        AwaitingResponse, // client
        AwaitingConfirm,  // server
        Established,
    };
    enum class Role : std::uint8_t { Client, Server };

    NproSecurity(Role role, std::optional<Npro::Family> family, Random random,
        std::shared_ptr<ReplayCache> replays, std::size_t maxBody);
    void makeKeyPair();
    [[nodiscard]] Result<void> takeInit(ByteView body, Now now);
    [[nodiscard]] Result<void> takeResponse(ByteView body);
    [[nodiscard]] Result<void> takeConfirm(ByteView body);
    [[nodiscard]] Result<void> checkTime(std::uint64_t timestamp, Now now);
    [[nodiscard]] Result<void> agree(const X25519PublicKey &peerKey);
    void establish();
    /// Where a client's clock rules family B out.
    [[nodiscard]] Result<MutableBytes> openAsFamilyA(MutableBytes body);
    void choose(Npro::Family family);

    const Role m_role;
    const std::size_t m_maxBody;
    const Random m_random;
    const std::shared_ptr<ReplayCache> m_replays;
    std::optional<Npro::Family> m_family;
    State m_state = State::Idle;
    Secret<32> m_privateKey;
    Secret<32> m_shared;
    NproNonce m_clientNonce {};
    NproNonce m_serverNonce {};
    bool m_tooFarAheadForB = false;
    std::optional<Bytes> m_pending; // what is to be sent
    std::optional<NproRecords> m_records;
    std::optional<NproRecords> m_otherRecords; // of family A, while it is not known
};

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/secretbytes.h"
#include "wire/time.h"

namespace Halyard::Wire {

/// What a user proves itself with, or what a server knows of that user.
struct Credentials {
    std::string user;
    SecretBytes secret; ///< password or verifier
};

/// Bytes that a sealed body has in front of and behind the plain one.
struct Overhead {
    std::size_t front = 0;
    std::size_t back = 0;
};

/// Seals and opens the bodies of frames after a handshake of its own. The interface is here, so that
/// protocols can use what they do not know; implementations are in crypto.
class HALYARD_EXPORT FrameSecurity
{
public:
    enum class Took {
        Handshake, ///< the body belonged to the handshake
        Record,    ///< the handshake was over before it: open this same body
    };

    FrameSecurity() = default;
    FrameSecurity(const FrameSecurity &) = delete;
    FrameSecurity &operator=(const FrameSecurity &) = delete;
    virtual ~FrameSecurity();

    virtual void start(Now now) = 0;
    [[nodiscard]] virtual Result<Took> handshake(ByteView body, Now now) = 0;
    /// The next body to send in clear, if the handshake has one ready.
    [[nodiscard]] virtual std::optional<Bytes> nextHandshakeFrame() = 0;
    /// Set while the handshake waits for provide(): whose credentials it needs.
    [[nodiscard]] virtual std::optional<std::string> credentialsNeeded() const = 0;
    /// The answer, at any later time; nothing for an unknown user, which then must look like a wrong
    /// password.
    virtual void provide(std::optional<Credentials> credentials, Now now) = 0;
    [[nodiscard]] virtual bool isEstablished() const = 0;
    /// The peer has done its part and the next body may already be a record (Took::Record): what is kept
    /// before the handshake is done is then bounded by maxBody() alone.
    [[nodiscard]] virtual bool expectsRecords() const { return isEstablished(); }

    /// What it is called once it is established, for people and for applications that choose by it.
    [[nodiscard]] virtual std::string_view name() const { return {}; }
    /// Who has been proved to speak, once it is established: a server's peer, or we ourselves towards a
    /// server. Empty where nobody is.
    [[nodiscard]] virtual std::string_view user() const { return {}; }

    /// What it tells that the peer ends the stream now, where that is more than that it has gone.
    [[nodiscard]] virtual std::optional<Error> meaningOfEnd() const { return std::nullopt; }

    /// Largest body of the present phase, in bytes; handshakes are small.
    [[nodiscard]] virtual std::size_t maxBody() const = 0;
    /// Bytes to leave in front of and behind a plain body for seal().
    [[nodiscard]] virtual Overhead overhead() const = 0;
    /// Seals in place; the span covers front, plain body and back.
    [[nodiscard]] virtual Result<void> seal(MutableBytes frontBodyBack) = 0;
    /// Opens in place and returns the plain part; on failure the body is as it was.
    [[nodiscard]] virtual Result<MutableBytes> open(MutableBytes body) = 0;
    /// What opens the records of this session for a dissector (SecurityProvider::makeOpener), once there are
    /// such; whoever holds it can read all of the session, and wipes it. Nothing where that does not exist.
    [[nodiscard]] virtual std::optional<Bytes> exportedSecrets() const;
};

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/framesecurity.h"
#include "wire/recordopener.h"

namespace Halyard::Wire {

/// What one connection's security is made of.
struct SecuritySetup {
    enum class Side : std::uint8_t { Client, Server };

    Side side = Side::Client;
    /// What the protocol was told for it, by the names of its own options, e.g. "encryption" and "server-id".
    std::map<std::string, std::string, std::less<>> options;
    /// Largest sealed body, in bytes.
    std::size_t maxBody = 8'388'608;
    /// Fills the span with bytes that nobody else knows and that never come again.
    std::function<void(MutableBytes)> random;
};

/// Makes securities by name, so that a protocol can be sealed without knowing crypto: the endpoint hands one
/// to its engines (EngineSetup::securities). Callable from every thread that makes engines.
class HALYARD_EXPORT SecurityProvider
{
public:
    SecurityProvider() = default;
    SecurityProvider(const SecurityProvider &) = delete;
    SecurityProvider &operator=(const SecurityProvider &) = delete;
    virtual ~SecurityProvider();

    /// Fails with NotSupportedByProtocol where nothing has this name, and with InvalidArgument for an option
    /// that is missing or out of range. A protocol that gets no security it needs must not go on in clear.
    [[nodiscard]] virtual Result<std::unique_ptr<FrameSecurity>> make(
        std::string_view name, const SecuritySetup &setup) const
        = 0;
    /// What opens a conversation's records with the secrets that such a security has exported. Fails with
    /// NotSupportedByProtocol where this one has nothing of the kind, which is what this default does, and
    /// with InvalidArgument for other secrets.
    [[nodiscard]] virtual Result<std::unique_ptr<RecordOpener>> makeOpener(
        std::string_view name, ByteView exportedSecrets) const;
};

} // namespace Halyard::Wire

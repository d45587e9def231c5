// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

/// What stands in the frames of tfserver (the crate the-fourth-server): a frame is | length u32 BE | body |
/// (LengthFraming), and a body is one of these packets, or a payload, which nothing marks as such.
/// Source: tfserver specification, sections 3.1 to 3.10.
namespace Halyard::Wire::TfServer {

/// How packets are written; nothing on the wire tells.
enum class Generation : std::uint8_t {
    G3 = 3, ///< bincode: crates up to 0.3.4
    G4 = 4, ///< rkyv: crates from 0.4.1 on
};

/// Announces a request to a handler.
struct PacketMeta {
    std::uint64_t structureType = 0; ///< the application's number for the payload's type
    std::uint64_t handlerId = 0;
    bool hasPayload = false; ///< the next frame is the payload
    friend bool operator==(const PacketMeta &, const PacketMeta &) = default;
};

/// Asks for the number of a handler.
struct HandlerQuery {
    std::string_view name; ///< UTF-8; a view into the body it was parsed from
    friend bool operator==(const HandlerQuery &, const HandlerQuery &) = default;
};

struct HandlerAnswer {
    std::uint64_t handlerId = 0;
    friend bool operator==(const HandlerAnswer &, const HandlerAnswer &) = default;
};

struct ServerError {
    enum class Kind : std::uint8_t {
        MalformedMetaInfo = 0,
        NoSuchHandler = 1,
        InternalError = 2,
        PayloadLost = 3
    };
    Kind kind = Kind::InternalError;
    /// Text of the first two, any bytes of InternalError; never there for PayloadLost. A view like
    /// HandlerQuery::name.
    std::optional<std::string_view> detail;
    friend bool operator==(const ServerError &, const ServerError &) = default;
};
/// As in the crate: "NoSuchHandler", …
[[nodiscard]] HALYARD_EXPORT std::string_view serverErrorName(ServerError::Kind kind) noexcept;

/// What opens a request: the frame that a server expects when nothing else is due.
using Opening = std::variant<PacketMeta, HandlerQuery>;

/// Parses what a client opens a request with. Surplus bytes that the crate's servers accept are accepted:
/// behind the packet in G3, in front of it in G4. Fails with MalformedMessage for all else, an empty body
/// among it.
[[nodiscard]] HALYARD_EXPORT Result<Opening> parseOpening(Generation generation, ByteView body);
/// The two that a server sends. The whole body must be the packet, because a payload could begin like one.
/// Fail with MalformedMessage.
[[nodiscard]] HALYARD_EXPORT Result<HandlerAnswer> parseHandlerAnswer(Generation generation, ByteView body);
[[nodiscard]] HALYARD_EXPORT Result<ServerError> parseServerError(Generation generation, ByteView body);

[[nodiscard]] HALYARD_EXPORT Bytes write(Generation generation, const PacketMeta &packet);
[[nodiscard]] HALYARD_EXPORT Bytes write(Generation generation, const HandlerQuery &packet);
[[nodiscard]] HALYARD_EXPORT Bytes write(Generation generation, const HandlerAnswer &packet);
[[nodiscard]] HALYARD_EXPORT Bytes write(Generation generation, const ServerError &packet);

/// Which generation a client speaks, from the first body it sends; nothing where it is no opening of either.
[[nodiscard]] HALYARD_EXPORT std::optional<Generation> recogniseGeneration(ByteView opening);

} // namespace Halyard::Wire::TfServer

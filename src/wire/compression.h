// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// How a payload is made smaller. Both are written as the crate network-protocol does it, so that
/// applications on both sides can agree on them; no protocol compresses by itself.
enum class Compression : std::uint8_t {
    Lz4,  ///< | size of the plain bytes, u32 LE | one LZ4 block |
    Zstd, ///< zstd frames, one or more
};

/// What decompressing may cost, whatever a header claims.
struct DecompressionLimits {
    std::size_t maxBytes = 16'777'216;
    /// Plain bytes per compressed one; zero: any.
    std::size_t maxRatio = 100;
};

/// Fails with PayloadTooLarge for more bytes than the format can count.
[[nodiscard]] HALYARD_EXPORT Result<Bytes> compress(Compression kind, ByteView plain);

/// Fails with DecompressionBomb beyond a limit, before memory is taken for it; with MalformedMessage for all
/// that is not exactly one value in this format, an LZ4 block that is shorter than it claims among it.
[[nodiscard]] HALYARD_EXPORT Result<Bytes> decompress(
    Compression kind, ByteView compressed, const DecompressionLimits &limits = {});

} // namespace Halyard::Wire

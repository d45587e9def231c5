// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocol/framesink.h"
#include "protocol/vstp/conventions.h"
#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/headerblock.h"
#include "wire/vstp/codec.h"

namespace Halyard::Wire::Vstp {

/// One frame to be written: our headers first, the application's behind them, then the payload.
struct FrameParts {
    FrameType type = FrameType::Data;
    const ConventionBlock *conventions = nullptr;
    HeaderBlockView headers; ///< of either layout; written in the profile's
    ByteView payload;
};

/// Writes it into the sink, in place. Fails with TooManyHeaders, BadHeaders (a block over 65 535 bytes, or a
/// value that the profile's layout cannot hold), PayloadTooLarge.
[[nodiscard]] HALYARD_EXPORT Result<void> writeFrame(
    FrameSink &sink, Profile profile, const FrameParts &parts, std::size_t maxHeaders);

} // namespace Halyard::Wire::Vstp

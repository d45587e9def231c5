// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/framesink.h"
#include "wire/bytes.h"
#include "wire/error.h"

namespace Halyard::Wire {

/// One frame with these bytes for a body. Fails as the sink does; nothing has left then.
[[nodiscard]] inline Result<void> writeBody(FrameSink &sink, ByteView body)
{
    const auto space = sink.begin(body.size());
    if (!space)
        return tl::unexpected(space.error());
    copyBytes(body, space->data());
    return sink.commit();
}

} // namespace Halyard::Wire

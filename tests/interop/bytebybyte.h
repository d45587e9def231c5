// SPDX-License-Identifier: MIT
#pragma once

#include "transport/faultinjector.h"
#include "transport/transportoptions.h"

namespace Halyard {

/// Every connection reads and writes one byte at a time.
inline TransportOptions byteByByte(TransportOptions options = {})
{
    options.wrap = [](std::unique_ptr<Transport> inner) -> std::unique_ptr<Transport> {
        FaultPlan plan;
        plan.maxReadBytes = 1;
        plan.maxWriteBytes = 1;
        return std::make_unique<FaultInjector>(std::move(inner), plan);
    };
    return options;
}

} // namespace Halyard

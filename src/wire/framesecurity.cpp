// SPDX-License-Identifier: MIT
#include "wire/framesecurity.h"

namespace Halyard::Wire {

FrameSecurity::~FrameSecurity() = default;

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#include "wire/framesecurity.h"

#include "wire/securityprovider.h"

namespace Halyard::Wire {

FrameSecurity::~FrameSecurity() = default;
SecurityProvider::~SecurityProvider() = default;

} // namespace Halyard::Wire

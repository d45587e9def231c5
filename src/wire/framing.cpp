// SPDX-License-Identifier: MIT
#include "wire/framing.h"

namespace Halyard::Wire {

Framing::~Framing() = default;

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#include "wire/dissection.h"

namespace Halyard::Wire {

Dissector::~Dissector() = default;

} // namespace Halyard::Wire

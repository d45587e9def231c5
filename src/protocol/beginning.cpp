// SPDX-License-Identifier: MIT
#include "protocol/beginning.h"

#include <utility>

namespace Halyard::Wire {

Beginning::Beginning(const ProtocolFactory &whole, Recognise recognise, MakeEngine makeEngine)
    : m_whole(whole)
    , m_recognise(std::move(recognise))
    , m_makeEngine(std::move(makeEngine))
{ }

Beginning::~Beginning() = default;

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#include "capture/rawdissector.h"

#include <string>

namespace Halyard::Inspector {

void RawDissector::feed(Wire::Direction direction, Wire::ByteView bytes, Wire::Now now)
{
    if (bytes.empty())
        return;
    Wire::Dissection dissection;
    dissection.direction = direction;
    dissection.streamOffset = m_offsets[std::size_t(direction)];
    dissection.time = now;
    dissection.summary = std::to_string(bytes.size()) + " bytes of an unknown protocol";
    dissection.bytes = Wire::toBytes(bytes);
    dissection.root.name = "bytes";
    dissection.root.value = std::to_string(bytes.size()) + " bytes";
    dissection.root.length = bytes.size();
    dissection.root.severity = Wire::Severity::Note;
    dissection.root.note = "the protocol was not recognised";
    m_offsets[std::size_t(direction)] += bytes.size();
    m_ready.push_back(std::move(dissection));
}

std::optional<Wire::Dissection> RawDissector::next()
{
    if (m_ready.empty())
        return std::nullopt;
    Wire::Dissection dissection = std::move(m_ready.front());
    m_ready.pop_front();
    return dissection;
}

} // namespace Halyard::Inspector

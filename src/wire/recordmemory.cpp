// SPDX-License-Identifier: MIT
#include "wire/recordmemory.h"

#include <algorithm>

#include "wire/bytereader.h"

namespace Halyard::Wire {

namespace {

std::uint64_t shortOf(ByteView identity) { return ByteReader(identity).readU64Le().value_or(0); }

} // namespace

bool RecordMemory::isRemembered(ByteView identity) const
{
    return std::ranges::find(m_records, shortOf(identity)) != m_records.end();
}

void RecordMemory::remember(ByteView identity)
{
    if (m_records.size() < Remembered) {
        m_records.push_back(shortOf(identity));
        return;
    }
    m_records[m_oldest] = shortOf(identity);
    m_oldest = (m_oldest + 1) % Remembered;
}

} // namespace Halyard::Wire

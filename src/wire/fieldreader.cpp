// SPDX-License-Identifier: MIT
#include "wire/fieldreader.h"

namespace Halyard::Wire {

template <class Number>
Number FieldReader::take(std::optional<Number> number)
{
    if (m_error)
        return 0;
    if (!number)
        fail(m_tooShort);
    return number.value_or(0);
}

std::uint8_t FieldReader::readU8() { return take(m_reader.readU8()); }
std::uint16_t FieldReader::readU16() { return take(m_reader.readU16Le()); }
std::uint32_t FieldReader::readU32() { return take(m_reader.readU32Le()); }
std::uint64_t FieldReader::readU64() { return take(m_reader.readU64Le()); }

bool FieldReader::readBool()
{
    const std::uint8_t value = readU8();
    if (value > 1)
        fail("a bool or option of " + std::to_string(value));
    return value == 1;
}

void FieldReader::fail(std::string_view what)
{
    if (!m_error) {
        m_error = {ErrorCode::MalformedMessage, ErrorOrigin::Peer,
            std::string(what) + ", at byte " + std::to_string(m_offset + m_reader.position())};
    }
}

Result<void> FieldReader::judgement() const
{
    if (m_error)
        return tl::unexpected(m_error);
    return {};
}

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#include "wire/bincode.h"

#include "wire/escape.h"

namespace Halyard::Bincode {

using Wire::ByteView;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

template <class Number>
Number Reader::take(std::optional<Number> number)
{
    if (m_error)
        return 0;
    if (!number)
        fail("the bytes end inside a number");
    return number.value_or(0);
}

std::uint8_t Reader::readU8() { return take(m_reader.readU8()); }
std::uint16_t Reader::readU16() { return take(m_reader.readU16Le()); }
std::uint32_t Reader::readU32() { return take(m_reader.readU32Le()); }
std::uint64_t Reader::readU64() { return take(m_reader.readU64Le()); }

bool Reader::readBool()
{
    const std::uint8_t value = readU8();
    if (value > 1)
        fail("a bool or option of " + std::to_string(value));
    return value == 1;
}

std::uint32_t Reader::readVariant(std::uint32_t count)
{
    const std::uint32_t variant = readU32();
    if (variant < count)
        return variant;
    fail("variant " + std::to_string(variant) + " of an enum with " + std::to_string(count));
    return 0;
}

ByteView Reader::readBytes()
{
    const std::uint64_t length = readU64();
    if (m_error)
        return {};
    if (length > m_reader.remaining()) {
        fail("a length of " + std::to_string(length) + " with " + std::to_string(m_reader.remaining())
            + " bytes left");
        return {};
    }
    return *m_reader.readBytes(std::size_t(length));
}

std::string_view Reader::readText()
{
    const std::string_view text = Wire::asText(readBytes());
    if (Wire::isUtf8(text))
        return text;
    fail("text that is no UTF-8");
    return {};
}

Wire::Result<void> Reader::finish() const
{
    if (!m_error && m_reader.remaining() > 0) {
        return Wire::failure(ErrorCode::MalformedMessage, ErrorOrigin::Peer,
            std::to_string(m_reader.remaining()) + " surplus bytes at byte "
                + std::to_string(m_reader.position()));
    }
    return finishLeniently();
}

Wire::Result<void> Reader::finishLeniently() const
{
    if (m_error)
        return tl::unexpected(m_error);
    return {};
}

void Reader::fail(std::string what)
{
    if (!m_error) {
        m_error = {ErrorCode::MalformedMessage, ErrorOrigin::Peer,
            std::move(what) + ", at byte " + std::to_string(m_reader.position())};
    }
}

Writer &Writer::writeU8(std::uint8_t number)
{
    m_bytes.push_back(std::byte(number));
    return *this;
}

Writer &Writer::writeU16(std::uint16_t number)
{
    return writeU8(std::uint8_t(number)).writeU8(std::uint8_t(number >> 8U));
}

Writer &Writer::writeU32(std::uint32_t number)
{
    return writeU16(std::uint16_t(number)).writeU16(std::uint16_t(number >> 16U));
}

Writer &Writer::writeU64(std::uint64_t number)
{
    return writeU32(std::uint32_t(number)).writeU32(std::uint32_t(number >> 32U));
}

Writer &Writer::writeBytes(ByteView bytes)
{
    writeU64(bytes.size());
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    return *this;
}

} // namespace Halyard::Bincode

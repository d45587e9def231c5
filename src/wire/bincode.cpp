// SPDX-License-Identifier: MIT
#include "wire/bincode.h"

#include "wire/bytewriter.h"
#include "wire/escape.h"

namespace Halyard::Bincode {

using Wire::ByteView;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

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
    if (hasFailed())
        return {};
    if (length > m_reader.remaining()) {
        fail("a length of " + std::to_string(length) + " with " + std::to_string(m_reader.remaining())
            + " bytes left");
        return {};
    }
    return *m_reader.readBytes(std::size_t(length));
}

ByteView Reader::readArray(std::size_t count)
{
    if (hasFailed())
        return {};
    if (count > m_reader.remaining()) {
        fail("an array of " + std::to_string(count) + " bytes with " + std::to_string(m_reader.remaining())
            + " left");
        return {};
    }
    return *m_reader.readBytes(count);
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
    if (!hasFailed() && m_reader.remaining() > 0) {
        return Wire::failure(ErrorCode::MalformedMessage, ErrorOrigin::Peer,
            std::to_string(m_reader.remaining()) + " surplus bytes at byte "
                + std::to_string(m_reader.position()));
    }
    return finishLeniently();
}

Writer &Writer::writeU8(std::uint8_t number)
{
    Wire::appendLe(m_bytes, number);
    return *this;
}

Writer &Writer::writeU16(std::uint16_t number)
{
    Wire::appendLe(m_bytes, number);
    return *this;
}

Writer &Writer::writeU32(std::uint32_t number)
{
    Wire::appendLe(m_bytes, number);
    return *this;
}

Writer &Writer::writeU64(std::uint64_t number)
{
    Wire::appendLe(m_bytes, number);
    return *this;
}

Writer &Writer::writeBytes(ByteView bytes) { return writeU64(bytes.size()).writeArray(bytes); }

Writer &Writer::writeArray(ByteView bytes)
{
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    return *this;
}

} // namespace Halyard::Bincode

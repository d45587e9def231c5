// SPDX-License-Identifier: MIT
#include "wire/rkyv.h"

#include <algorithm>

#include "wire/bytewriter.h"
#include "wire/escape.h"

namespace Halyard::Rkyv {

using Wire::ByteView;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

namespace {

constexpr std::size_t InlineBytes = 8;
constexpr auto Filler = std::byte(0xff);

// No UTF-8 begins with a continuation byte: so bits 6 and 7 of the first byte tell the two forms of a string
// apart, and the length is spread around them.
constexpr std::uint32_t spreadLength(std::uint32_t length)
{
    return (length & 0x3fU) | 0x80U | ((length & ~0x3fU) << 2U);
}
constexpr std::uint32_t gatherLength(std::uint32_t spread)
{
    return (spread & 0x3fU) | ((spread & ~0xffU) >> 2U);
}
constexpr bool isOutOfLine(std::byte first) { return (first & std::byte(0xc0)) == std::byte(0x80); }

} // namespace

Reader::Reader(ByteView archive, std::size_t rootBytes)
    : FieldReader(archive.last(std::min(rootBytes, archive.size())),
        archive.size() - std::min(rootBytes, archive.size()), "the root ends inside a field")
    , m_archive(archive)
    , m_rootAt(archive.size() - std::min(rootBytes, archive.size()))
{
    if (archive.size() < rootBytes)
        fail("shorter than its root of " + std::to_string(rootBytes) + " bytes");
}

ByteView Reader::readBytes()
{
    const std::size_t field = m_reader.position();
    const std::uint32_t relative = readU32();
    const std::uint32_t length = readU32();
    return follow(field, relative, length);
}

std::string_view Reader::readText()
{
    const std::size_t field = m_reader.position();
    std::string_view text;
    if (m_reader.remaining() > 0 && isOutOfLine(m_reader.unread().front())) {
        const std::uint32_t length = gatherLength(readU32());
        const std::uint32_t relative = readU32();
        if (length <= InlineBytes)
            fail("a text of " + std::to_string(length) + " bytes out of line");
        text = Wire::asText(follow(field, relative, length));
    } else if (const auto bytes = m_reader.readBytes(InlineBytes)) {
        const auto end = std::ranges::find(*bytes, Filler);
        text = Wire::asText(bytes->first(std::size_t(end - bytes->begin())));
    } else {
        fail("the root ends inside a field");
    }
    if (!Wire::isUtf8(text))
        fail("text that is no UTF-8");
    return hasFailed() ? std::string_view() : text;
}

void Reader::skip(std::size_t bytes)
{
    if (!m_reader.readBytes(bytes))
        fail("the root ends inside a field");
}

ByteView Reader::follow(std::size_t field, std::uint32_t relative, std::size_t length)
{
    if (hasFailed())
        return {};
    const auto target = std::int64_t(m_rootAt + field) + std::int32_t(relative);
    const auto end = target + std::int64_t(length);
    if (target < std::int64_t(m_dataRead) || end > std::int64_t(m_rootAt)) {
        fail("a pointer to bytes " + std::to_string(target) + " to " + std::to_string(end) + " of "
            + std::to_string(m_dataRead) + " to " + std::to_string(m_rootAt));
        return {};
    }
    if (length == 0)
        return {};
    m_gapless = m_gapless && std::size_t(target) == m_dataRead;
    m_dataRead = std::size_t(end);
    return m_archive.subspan(std::size_t(target), length);
}

Wire::Result<void> Reader::finish() const
{
    if (!hasFailed() && (!m_gapless || m_dataRead != m_rootAt)) {
        return Wire::failure(ErrorCode::MalformedMessage, ErrorOrigin::Peer,
            "bytes in front of the root that belong to none of its fields");
    }
    return finishLeniently();
}

Wire::Result<void> Reader::finishLeniently() const
{
    if (!hasFailed() && m_reader.remaining() > 0) {
        return Wire::failure(ErrorCode::MalformedMessage, ErrorOrigin::Peer,
            std::to_string(m_reader.remaining()) + " bytes of the root were not read");
    }
    return judgement();
}

Writer &Writer::writeU8(std::uint8_t number)
{
    Wire::appendLe(m_root, number);
    return *this;
}

Writer &Writer::writeU16(std::uint16_t number)
{
    Wire::appendLe(m_root, number);
    return *this;
}

Writer &Writer::writeU32(std::uint32_t number)
{
    Wire::appendLe(m_root, number);
    return *this;
}

Writer &Writer::writeU64(std::uint64_t number)
{
    Wire::appendLe(m_root, number);
    return *this;
}

Writer &Writer::writeBytes(ByteView bytes)
{
    m_pointers.push_back({m_root.size(), m_root.size(), m_data.size()});
    m_data.insert(m_data.end(), bytes.begin(), bytes.end());
    return writeU32(0).writeU32(std::uint32_t(bytes.size()));
}

Writer &Writer::writeText(std::string_view utf8)
{
    const ByteView bytes = Wire::asBytes(utf8);
    if (bytes.size() <= InlineBytes) {
        m_root.insert(m_root.end(), bytes.begin(), bytes.end());
        m_root.insert(m_root.end(), InlineBytes - bytes.size(), Filler);
        return *this;
    }
    m_pointers.push_back({m_root.size(), m_root.size() + sizeof(std::uint32_t), m_data.size()});
    m_data.insert(m_data.end(), bytes.begin(), bytes.end());
    return writeU32(spreadLength(std::uint32_t(bytes.size()))).writeU32(0);
}

Writer &Writer::skip(std::size_t bytes)
{
    m_root.insert(m_root.end(), bytes, std::byte());
    return *this;
}

Wire::Bytes Writer::finish() &&
{
    for (const Pointer &pointer : m_pointers) {
        const auto relative = std::int64_t(pointer.target) - std::int64_t(m_data.size() + pointer.field);
        Wire::ByteWriter(Wire::MutableBytes(m_root).subspan(pointer.position))
            .writeU32Le(std::uint32_t(relative));
    }
    m_data.insert(m_data.end(), m_root.begin(), m_root.end());
    return std::move(m_data);
}

} // namespace Halyard::Rkyv

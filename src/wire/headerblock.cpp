// SPDX-License-Identifier: MIT
#include "wire/headerblock.h"

#include <array>
#include <charconv>
#include <cstring>

#include "wire/bytewriter.h"
#include "wire/headerlayout.h"

namespace Halyard::Wire {

Header HeaderBlockView::Iterator::operator*() const noexcept
{
    const EntryExtent entry = readEntry(m_rest, 0, m_layout);
    const std::string_view text = asText(m_rest);
    return {text.substr(entry.keyAt, entry.keyLength), text.substr(entry.valueAt, entry.valueLength)};
}

HeaderBlockView::Iterator &HeaderBlockView::Iterator::operator++() noexcept
{
    m_rest = m_rest.subspan(readEntry(m_rest, 0, m_layout).end());
    return *this;
}

HeaderBlockView::Iterator HeaderBlockView::Iterator::operator++(int) noexcept
{
    const Iterator before = *this;
    ++*this;
    return before;
}

Result<std::size_t> HeaderBlockView::validate(ByteView block, std::size_t maxEntries, HeaderLayout layout)
{
    NoHeaderTrace trace;
    return readEntries(block, block.size(), maxEntries, layout, trace);
}

std::size_t HeaderBlockView::count() const noexcept
{
    return static_cast<std::size_t>(std::distance(begin(), end()));
}

std::optional<std::string_view> HeaderBlockView::find(std::string_view key) const noexcept
{
    for (const Header &header : *this) {
        if (header.key == key)
            return header.value;
    }
    return std::nullopt;
}

HeaderBlock::HeaderBlock(HeaderBlockView view)
    : m_bytes(toBytes(view.bytes()))
    , m_layout(view.layout())
{ }

Result<void> HeaderBlock::append(std::string_view key, std::string_view value)
{
    const std::size_t maxValueBytes = m_layout == HeaderLayout::Short ? 255 : 65'535;
    const std::size_t lengthBytes = m_layout == HeaderLayout::Short ? 2 : 3;
    if (key.size() > 255) {
        return failure(ErrorCode::BadHeaders, ErrorOrigin::Local,
            "a header key of " + std::to_string(key.size()) + " bytes; at most 255 can be written");
    }
    if (value.size() > maxValueBytes) {
        return failure(ErrorCode::BadHeaders, ErrorOrigin::Local,
            "a header value of " + std::to_string(value.size()) + " bytes; at most "
                + std::to_string(maxValueBytes) + " can be written");
    }
    const std::size_t before = m_bytes.size();
    const std::size_t after = before + lengthBytes + key.size() + value.size();
    if (after > MaxBytes) {
        return failure(ErrorCode::BadHeaders, ErrorOrigin::Local,
            "a header block of " + std::to_string(after) + " bytes; at most " + std::to_string(MaxBytes)
                + " can be written");
    }
    m_bytes.resize(after);
    ByteWriter writer(MutableBytes(m_bytes).subspan(before));
    writer.writeU8(static_cast<std::uint8_t>(key.size()));
    if (m_layout == HeaderLayout::Short) {
        writer.writeU8(static_cast<std::uint8_t>(value.size())).writeBytes(asBytes(key));
    } else {
        writer.writeBytes(asBytes(key)).writeU16Le(static_cast<std::uint16_t>(value.size()));
    }
    writer.writeBytes(asBytes(value));
    return {};
}

Result<void> HeaderBlock::append(std::string_view key, std::uint64_t decimal)
{
    std::array<char, 20> digits {}; // 18446744073709551615
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), decimal);
    return append(key, std::string_view(digits.data(), written.ptr));
}

} // namespace Halyard::Wire

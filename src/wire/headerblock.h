// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// How one entry of a header block is laid out.
enum class HeaderLayout : std::uint8_t {
    Short, ///< | KLEN u8 | VLEN u8 | key | value |: vstp's profile R, and what every message uses that comes
           ///< from elsewhere
    Long,  ///< | KLEN u8 | key | VLEN u16 LE | value |: vstp's profile S
};

/// Headers are kept as one piece of bytes and parsed on demand. Order and duplicates are kept; keys and
/// values are raw bytes and may be empty.
struct Header {
    std::string_view key;
    std::string_view value;
    friend bool operator==(const Header &, const Header &) = default;
};

/// A view of a block that has been validated; lives as long as the bytes below it.
class HALYARD_EXPORT HeaderBlockView
{
public:
    class HALYARD_EXPORT Iterator
    {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Header;
        using difference_type = std::ptrdiff_t;
        using pointer = const Header *;
        using reference = Header;

        Iterator() = default;
        Iterator(ByteView rest, HeaderLayout layout) noexcept
            : m_rest(rest)
            , m_layout(layout)
        { }
        Header operator*() const noexcept;
        Iterator &operator++() noexcept;
        Iterator operator++(int) noexcept;
        friend bool operator==(const Iterator &one, const Iterator &other) noexcept
        {
            return one.m_rest.data() == other.m_rest.data();
        }
        /// Where the entry begins.
        [[nodiscard]] const std::byte *position() const noexcept { return m_rest.data(); }

    private:
        ByteView m_rest;
        HeaderLayout m_layout = HeaderLayout::Short;
    };

    HeaderBlockView() = default;
    /// Takes bytes for which validate() succeeded.
    explicit HeaderBlockView(ByteView validated, HeaderLayout layout = HeaderLayout::Short) noexcept
        : m_bytes(validated)
        , m_layout(layout)
    { }

    /// The number of entries; fails with BadHeaders where an entry leaves the block, naming the offset, and
    /// with TooManyHeaders from the first entry beyond `maxEntries`.
    [[nodiscard]] static Result<std::size_t> validate(
        ByteView block, std::size_t maxEntries, HeaderLayout layout = HeaderLayout::Short);

    [[nodiscard]] Iterator begin() const noexcept { return {m_bytes, m_layout}; }
    [[nodiscard]] Iterator end() const noexcept { return {m_bytes.last(0), m_layout}; }
    [[nodiscard]] bool isEmpty() const noexcept { return m_bytes.empty(); }
    [[nodiscard]] std::size_t count() const noexcept;
    [[nodiscard]] ByteView bytes() const noexcept { return m_bytes; }
    [[nodiscard]] HeaderLayout layout() const noexcept { return m_layout; }
    /// The first entry with exactly this key.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view key) const noexcept;

private:
    ByteView m_bytes;
    HeaderLayout m_layout = HeaderLayout::Short;
};

/// A block under construction.
class HALYARD_EXPORT HeaderBlock
{
public:
    static constexpr std::size_t MaxBytes
        = 65'535; ///< of a whole block; a key, and a value in the short layout, has at most 255

    explicit HeaderBlock(HeaderLayout layout = HeaderLayout::Short) noexcept
        : m_layout(layout)
    { }
    explicit HeaderBlock(HeaderBlockView view);
    /// Fails with BadHeaders when key, value or the block would be too long; the block is then as it was.
    /// Key and value must not be views of this same block.
    [[nodiscard]] Result<void> append(std::string_view key, std::string_view value);
    [[nodiscard]] Result<void> append(std::string_view key, std::uint64_t decimal);
    [[nodiscard]] HeaderBlockView view() const noexcept { return HeaderBlockView(m_bytes, m_layout); }
    void clear() noexcept { m_bytes.clear(); }

private:
    Bytes m_bytes;
    HeaderLayout m_layout = HeaderLayout::Short;
};

} // namespace Halyard::Wire

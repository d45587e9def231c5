// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <iterator>
#include <utility>

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QMetaType>

#include "endpoint/result.h"
#include "wire/export.h"
#include "wire/headerblock.h"

class QDebug;

namespace Halyard {

/// One entry of Headers; views that live as long as an unchanged copy of those Headers.
struct Header {
    QByteArrayView key;
    QByteArrayView value;
    friend bool operator==(const Header &, const Header &) = default;
};

/// The headers of a message: keys and values are raw bytes, order and duplicates are kept. One piece of
/// memory, shared between copies, parsed when asked; nothing is allocated while it is empty. A key has at
/// most 255 bytes, a value too, all together 65 535 (two more for each entry).
class HALYARD_EXPORT Headers
{
public:
    class HALYARD_EXPORT const_iterator
    {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Header;
        using difference_type = std::ptrdiff_t;
        using pointer = const Header *;
        using reference = Header;

        const_iterator() = default;
        explicit const_iterator(Wire::HeaderBlockView::Iterator at) noexcept
            : m_at(at)
        { }
        Header operator*() const noexcept;
        const_iterator &operator++() noexcept
        {
            ++m_at;
            return *this;
        }
        const_iterator operator++(int) noexcept
        {
            auto before = *this;
            ++m_at;
            return before;
        }
        friend bool operator==(const const_iterator &, const const_iterator &) = default;

    private:
        Wire::HeaderBlockView::Iterator m_at;
    };

    Headers() noexcept = default;
    /// Entries that are too long are left out: for literals. What comes from elsewhere goes through append().
    Headers(std::initializer_list<std::pair<QByteArrayView, QByteArrayView>> entries);
    /// A copy of a validated block in its layout, in one allocation.
    [[nodiscard]] static Headers fromBlock(Wire::HeaderBlockView block);

    [[nodiscard]] bool isEmpty() const noexcept { return view().isEmpty(); }
    /// Number of entries; counts them.
    [[nodiscard]] qsizetype count() const noexcept;
    [[nodiscard]] bool contains(QByteArrayView key) const noexcept;
    /// The value of the first entry with exactly this key, else `fallback`.
    [[nodiscard]] QByteArray value(QByteArrayView key, const QByteArray &fallback = {}) const;
    /// The values of all entries with this key, in order.
    [[nodiscard]] QList<QByteArray> values(QByteArrayView key) const;
    /// Fails with BadHeaders when key, value or all together would be too long; nothing has changed then.
    Result<void> append(QByteArrayView key, QByteArrayView value);
    void clear() noexcept;

    [[nodiscard]] const_iterator begin() const noexcept { return const_iterator(view().begin()); }
    [[nodiscard]] const_iterator end() const noexcept { return const_iterator(view().end()); }
    /// Lives as long as an unchanged copy of these Headers.
    [[nodiscard]] Wire::HeaderBlockView view() const noexcept;

    /// The same entries in the same order, whatever their layout.
    friend HALYARD_EXPORT bool operator==(const Headers &left, const Headers &right) noexcept;
    friend HALYARD_EXPORT QDebug operator<<(QDebug debug, const Headers &headers);

private:
    friend class Message;
    Headers(const QByteArray &bytes, qsizetype offset, Wire::HeaderLayout layout) noexcept
        : m_bytes(bytes)
        , m_offset(offset)
        , m_layout(layout)
    { }

    QByteArray m_bytes;     // may be a Message's, with the route in front
    qsizetype m_offset = 0; // where the block begins in it
    Wire::HeaderLayout m_layout = Wire::HeaderLayout::Short;
};

} // namespace Halyard

Q_DECLARE_METATYPE(Halyard::Headers)

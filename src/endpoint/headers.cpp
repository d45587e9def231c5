// SPDX-License-Identifier: MIT
#include "endpoint/headers.h"

#include <algorithm>

#include <QDebug>

#include "wire/bytes.h"

namespace Halyard {
namespace {

std::string_view toStd(QByteArrayView bytes) noexcept { return {bytes.data(), std::size_t(bytes.size())}; }

QByteArrayView fromStd(std::string_view bytes) noexcept { return {bytes.data(), qsizetype(bytes.size())}; }

} // namespace

Header Headers::const_iterator::operator*() const noexcept
{
    const auto entry = *m_at;
    return {fromStd(entry.key), fromStd(entry.value)};
}

Headers::Headers(std::initializer_list<std::pair<QByteArrayView, QByteArrayView>> entries)
{
    for (const auto &[key, value] : entries) {
        [[maybe_unused]] const auto appended = append(key, value);
        Q_ASSERT_X(appended, "Headers", "a literal entry is too long");
    }
}

Headers Headers::fromBlock(Wire::HeaderBlockView block)
{
    const auto bytes = Wire::asText(block.bytes());
    return {QByteArray(bytes.data(), qsizetype(bytes.size())), 0, block.layout()};
}

qsizetype Headers::count() const noexcept { return qsizetype(view().count()); }

bool Headers::contains(QByteArrayView key) const noexcept { return view().find(toStd(key)).has_value(); }

QByteArray Headers::value(QByteArrayView key, const QByteArray &fallback) const
{
    const auto found = view().find(toStd(key));
    return found ? fromStd(*found).toByteArray() : fallback;
}

QList<QByteArray> Headers::values(QByteArrayView key) const
{
    QList<QByteArray> found;
    for (const auto &header : *this) {
        if (header.key == key)
            found.append(header.value.toByteArray());
    }
    return found;
}

Result<void> Headers::append(QByteArrayView key, QByteArrayView value)
{
    Wire::HeaderBlock entry(m_layout); // knows the layout and the limits of one entry
    if (const auto appended = entry.append(toStd(key), toStd(value)); !appended)
        return failure(appended.error());
    const auto bytes = Wire::asText(entry.view().bytes());
    const auto total = view().bytes().size() + bytes.size();
    if (total > Wire::HeaderBlock::MaxBytes)
        return failure(ErrorCode::BadHeaders, ErrorOrigin::Local,
            QStringLiteral("%1 bytes of headers, at most %2 can be sent")
                .arg(total)
                .arg(Wire::HeaderBlock::MaxBytes));
    if (m_offset > 0)
        m_bytes = m_bytes.mid(std::exchange(m_offset, 0));
    m_bytes.append(bytes.data(), qsizetype(bytes.size()));
    return {};
}

void Headers::clear() noexcept { *this = {}; }

Wire::HeaderBlockView Headers::view() const noexcept
{
    const auto bytes = toStd(m_bytes).substr(std::size_t(m_offset));
    return Wire::HeaderBlockView(Wire::asBytes(bytes), m_layout);
}

bool operator==(const Headers &left, const Headers &right) noexcept
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

QDebug operator<<(QDebug debug, const Headers &headers)
{
    // Values may be secrets of the application (tokens): keys and sizes only.
    const QDebugStateSaver saver(debug);
    debug.nospace() << "Headers(";
    const char *separator = "";
    for (const auto &header : headers) {
        debug << separator << header.key << ": " << header.value.size() << " B";
        separator = ", ";
    }
    debug << ')';
    return debug;
}

} // namespace Halyard

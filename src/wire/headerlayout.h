// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "wire/bytereader.h"
#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/headerblock.h"

/// The layout of header blocks, said once for decoders and dissectors. Not installed.
namespace Halyard::Wire {

/// Where the parts of one entry lie, as far as its lengths can be read; offsets count in the block.
struct EntryExtent {
    std::size_t offset = 0;
    bool hasKeyLength = false;
    bool hasValueLength = false;
    std::size_t keyLength = 0;
    std::size_t keyAt = 0;
    std::size_t valueLengthAt = 0;
    std::size_t valueLength = 0;
    std::size_t valueAt = 0;

    [[nodiscard]] std::size_t end() const noexcept { return valueAt + valueLength; }
    [[nodiscard]] bool isInside(std::size_t blockBytes) const noexcept
    {
        return hasValueLength && end() <= blockBytes;
    }
};

/// Reads the lengths of the entry at `offset` ≤ block.size().
[[nodiscard]] inline EntryExtent readEntry(ByteView block, std::size_t offset, HeaderLayout layout) noexcept
{
    EntryExtent entry {.offset = offset};
    ByteReader reader(block.subspan(offset));
    const auto keyLength = reader.readU8();
    if (!keyLength)
        return entry;
    entry.hasKeyLength = true;
    entry.keyLength = *keyLength;
    if (layout == HeaderLayout::Short) {
        entry.valueLengthAt = offset + 1;
        const auto valueLength = reader.readU8();
        entry.hasValueLength = valueLength.has_value();
        entry.valueLength = valueLength.value_or(0);
        entry.keyAt = offset + 2;
        entry.valueAt = entry.keyAt + entry.keyLength;
        return entry;
    }
    entry.keyAt = offset + 1;
    entry.valueLengthAt = entry.keyAt + entry.keyLength;
    entry.valueAt = entry.valueLengthAt + 2;
    if (!reader.readBytes(entry.keyLength))
        return entry;
    const auto valueLength = reader.readU16Le();
    entry.hasValueLength = valueLength.has_value();
    entry.valueLength = valueLength.value_or(0);
    return entry;
}

/// The trace of decoders: nothing is recorded, and the first fault ends the walk.
struct NoHeaderTrace {
    static constexpr bool Records = false;
};

/// Walks the entries of a block whose size is announced as `announced`, of which `block` is there: all of it
/// for decoders, perhaps less for dissectors. The number of entries; fails with BadHeaders and
/// TooManyHeaders. A recording trace hears entry(EntryExtent), badEntry(EntryExtent, Error), tooMany(offset,
/// Error) and missing(EntryExtent).
template <class Trace>
Result<std::size_t> readEntries(
    ByteView block, std::size_t announced, std::size_t maxEntries, HeaderLayout layout, Trace &trace)
{
    std::size_t count = 0;
    std::size_t offset = 0;
    while (offset < block.size()) {
        if (count == maxEntries) {
            auto error = failure(ErrorCode::TooManyHeaders, ErrorOrigin::Peer,
                "more than " + std::to_string(maxEntries) + " headers");
            if constexpr (Trace::Records)
                trace.tooMany(offset, error.value());
            return error;
        }
        const EntryExtent entry = readEntry(block, offset, layout);
        if (!entry.isInside(block.size())) {
            if constexpr (Trace::Records) {
                // What is announced but not there yet may still complete this entry.
                if (block.size() < announced && (!entry.hasValueLength || entry.end() <= announced)) {
                    trace.missing(entry);
                    return count;
                }
            }
            auto error = failure(ErrorCode::BadHeaders, ErrorOrigin::Peer,
                "the header at offset " + std::to_string(offset) + " leaves its block of "
                    + std::to_string(announced) + " bytes");
            if constexpr (Trace::Records)
                trace.badEntry(entry, error.value());
            return error;
        }
        if constexpr (Trace::Records)
            trace.entry(entry);
        offset = entry.end();
        ++count;
    }
    return count;
}

} // namespace Halyard::Wire

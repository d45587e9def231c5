// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "wire/dissection.h"
#include "wire/vstp/layout.h"

namespace Halyard::Wire::Vstp {

/// The trace that turns what layout.h reads into fields. Not installed.
class FieldTrace
{
public:
    static constexpr bool Records = true;

    /// `bytes` from the start of the frame; all views stay views of it.
    FieldTrace(ByteView bytes, Profile profile) noexcept
        : m_bytes(bytes)
        , m_profile(profile)
    { }

    // What layout.h tells; offsets count from the start of the frame, in entries from the start of the block.
    void part(Part part, std::size_t offset, std::size_t length, std::uint64_t value);
    void fault(Part part, std::size_t offset, std::size_t length, const Error &error);
    void entry(const EntryExtent &entry);
    void badEntry(const EntryExtent &entry, const Error &error);
    void missing(const EntryExtent &entry);
    void tooMany(std::size_t offset, const Error &error);

    /// The bytes behind the parts so far: the beginning of the next one, in a frame that was cut short.
    void addUnfinishedPart();
    /// The bytes behind the parts so far, of which nothing is known.
    void addGarbage(std::string note);

    /// Explains headers by the conventions that Halyard and the published peers have, and the payload.
    void explain();
    [[nodiscard]] std::vector<Field> takeFields() noexcept { return std::move(m_fields); }

    [[nodiscard]] std::optional<std::uint64_t> value(Part part) const;
    /// The header entries that could be read.
    [[nodiscard]] const std::vector<Header> &headers() const noexcept { return m_headers; }
    [[nodiscard]] std::size_t payloadSize() const noexcept { return m_payload.size(); }

private:
    static constexpr std::size_t PartCount = 9;

    Field &add(std::string name, std::string value, std::size_t offset, std::size_t length);
    [[nodiscard]] Field *find(Part part);
    void addEntry(const EntryExtent &entry, Severity severity, std::string note);
    void addPiece(
        Field &entry, std::string_view name, std::string value, std::size_t at, std::size_t length) const;
    void addFlags(Field &flags, unsigned value) const;

    ByteView m_bytes;
    Profile m_profile;
    std::vector<Field> m_fields;
    std::array<std::optional<std::size_t>, PartCount> m_places; ///< in m_fields
    std::array<std::optional<std::uint64_t>, PartCount> m_values;
    std::vector<Header> m_headers;
    ByteView m_block; ///< as much of it as is there
    ByteView m_payload;
};

/// Puts notes where a header belongs to a convention, of Halyard or of the published peers. The first fields
/// are those of `headers`.
void explainHeaders(
    std::uint64_t type, std::uint64_t flags, const std::vector<Header> &headers, Field &block);
/// "DATA", "unknown type 17"; nothing is known of a frame that ends before its type.
[[nodiscard]] std::string typeName(std::optional<std::uint64_t> type);
/// "route=sum id=3": the headers by which people know a frame, each behind a blank.
[[nodiscard]] std::string summaryOf(const std::vector<Header> &headers);

/// "3 (0x3)"-like texts for people.
[[nodiscard]] std::string decimalAndHex(std::uint64_t number);

} // namespace Halyard::Wire::Vstp

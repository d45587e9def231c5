// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "wire/dissection.h"
#include "wire/npro/layout.h"

namespace Halyard::Wire::Npro {

/// The trace that turns what layout.h reads into fields. Not installed.
class FieldTrace
{
public:
    static constexpr bool Records = true;

    /// `bytes` are what layout.h is given; fields count from `at` bytes in front of them.
    FieldTrace(ByteView bytes, std::size_t at) noexcept
        : m_bytes(bytes)
        , m_at(at)
    { }

    // What layout.h tells; offsets count from the start of the bytes.
    void part(Part part, std::size_t offset, std::size_t length, std::uint64_t value);
    void fault(Part part, std::size_t offset, std::size_t length, const Error &error);

    /// Bytes behind the parts so far, of which nothing is known.
    void addRest(std::string name, std::string note);
    [[nodiscard]] std::vector<Field> takeFields() noexcept { return std::move(m_fields); }

private:
    Field &add(std::string name, std::string value, std::size_t offset, std::size_t length);

    ByteView m_bytes;
    std::size_t m_at;
    std::vector<Field> m_fields;
};

/// "Echo hello, 5 bytes": what a list says of a message.
[[nodiscard]] std::string summaryOf(const Message &message);

} // namespace Halyard::Wire::Npro

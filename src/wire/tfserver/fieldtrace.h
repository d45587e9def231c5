// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "wire/dissection.h"
#include "wire/tfserver/layout.h"

namespace Halyard::Wire::TfServer {

/// The trace that turns what layout.h reads into fields. Not installed.
class FieldTrace
{
public:
    static constexpr bool Records = true;

    /// `body` is what layout.h is given; fields count from `at` bytes in front of it.
    FieldTrace(ByteView body, std::size_t at) noexcept
        : m_body(body)
        , m_at(at)
    { }

    // What layout.h tells; offsets count from the start of the body.
    void part(Part part, std::size_t offset, std::size_t length, std::uint64_t value);

    /// In the order of their bytes; what belongs to no part is "unused".
    [[nodiscard]] std::vector<Field> takeFields();

private:
    ByteView m_body;
    std::size_t m_at;
    std::vector<Field> m_fields;
};

// Bodies that are such packets, as fields that count from `at` bytes in front of them.
[[nodiscard]] Field metaField(Generation generation, ByteView body, std::size_t at);
[[nodiscard]] Field queryField(Generation generation, ByteView body, std::size_t at);
[[nodiscard]] Field answerField(Generation generation, ByteView body, std::size_t at);
[[nodiscard]] Field errorField(Generation generation, ByteView body, std::size_t at);

} // namespace Halyard::Wire::TfServer

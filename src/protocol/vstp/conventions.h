// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/bytes.h"
#include "wire/decimal.h"
#include "wire/error.h"
#include "wire/escape.h"
#include "wire/export.h"
#include "wire/headerblock.h"
#include "wire/vstp/naming.h"

/// Halyard's own headers on vstp frames (docs/wire/vstp-conventions.md).
namespace Halyard::Wire::Vstp {

/// What the header block of a DATA or ERR frame between two Halyard peers says.
struct Conventions {
    std::string_view route;
    std::uint64_t id = 0; ///< 0: none
    std::uint64_t re = 0; ///< 0: none
    bool end = false;
    bool cancel = false;
    std::uint16_t code = 0;    ///< of an ERR
    HeaderBlockView remaining; ///< the application's headers
};

enum class Carrier : std::uint8_t { Data, Err };

/// The code of an ERR; 0 where the text is none, as from peers that write words.
[[nodiscard]] HALYARD_EXPORT std::uint16_t parseCode(std::string_view text) noexcept;

/// Whether an application must not use this key on a frame between Halyard peers.
[[nodiscard]] HALYARD_EXPORT bool isReserved(std::string_view key, Carrier carrier) noexcept;

/// Splits a header block. `remaining` is a view of the block, or of `scratch` where our headers do not stand
/// in front of the others. Fails with MalformedMessage for a value or a combination that the conventions do
/// not know.
[[nodiscard]] HALYARD_EXPORT Result<Conventions> readConventions(
    HeaderBlockView headers, Carrier carrier, Bytes &scratch);

/// Takes the first header `route` out, if its value is a route; all that is read on plain vstp connections.
[[nodiscard]] HALYARD_EXPORT Conventions readRoute(HeaderBlockView headers, Bytes &scratch);

/// Our headers for one frame, in the profile's layout, on the stack.
class HALYARD_EXPORT ConventionBlock
{
public:
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): clearing 512 bytes would cost as much as a
    // frame
    explicit ConventionBlock(HeaderLayout layout) noexcept
        : m_layout(layout)
    { }
    /// Values of at most 255 bytes; what is put fits by construction: one route and five short entries.
    void put(std::string_view key, std::string_view value) noexcept;
    void put(std::string_view key, std::uint64_t decimal) noexcept;
    [[nodiscard]] ByteView bytes() const noexcept { return ByteView(m_bytes).first(m_size); }
    [[nodiscard]] std::size_t count() const noexcept { return m_count; }
    [[nodiscard]] HeaderLayout layout() const noexcept { return m_layout; }

private:
    std::array<std::byte, 512> m_bytes {};
    std::size_t m_size = 0;
    std::size_t m_count = 0;
    HeaderLayout m_layout;
};

} // namespace Halyard::Wire::Vstp

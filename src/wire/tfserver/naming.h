// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

/// What applications call tfserver's things (docs/wire/tfserver-conventions.md).
namespace Halyard::Wire::TfServer {

/// The header that names the type of a request's payload; there is no other.
inline constexpr std::string_view HeaderType = "type";
/// Servers of the crate keep eight bits, and drop whoever names no type of theirs.
inline constexpr std::uint64_t MaxType = 255;

} // namespace Halyard::Wire::TfServer

// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/export.h"

/// The names that Halyard's conventions have on the wire (docs/wire/vstp-conventions.md), and what people
/// call what two peers agreed on.
namespace Halyard::Wire::Vstp {

/// The version of the conventions that this library speaks.
inline constexpr std::uint64_t ConventionsVersion = 1;

inline constexpr std::string_view HeaderVersion = "halyard"; ///< of HELLO and WELCOME
inline constexpr std::string_view HeaderFeatures = "features";
inline constexpr std::string_view FeatureStream = "stream";
inline constexpr std::string_view FeatureCancel = "cancel";

inline constexpr std::string_view HeaderRoute = "route"; ///< of DATA
inline constexpr std::string_view HeaderId = "id";
inline constexpr std::string_view HeaderRe = "re"; ///< of DATA and ERR
inline constexpr std::string_view HeaderEnd = "end";
inline constexpr std::string_view HeaderCancel = "cancel";
inline constexpr std::string_view HeaderCode = "code"; ///< of ERR

inline constexpr std::size_t MaxRouteBytes = 255; ///< in both layouts of headers

/// "vstp, halyard conventions 1 (stream, cancel)"; `features` are those that both sides name.
[[nodiscard]] HALYARD_EXPORT std::string negotiatedText(
    std::uint64_t version, const std::vector<std::string_view> &features);
inline constexpr std::string_view NegotiatedPlain = "vstp, plain peer";

} // namespace Halyard::Wire::Vstp

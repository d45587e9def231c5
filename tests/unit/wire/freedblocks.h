// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

/// Looks through every block that goes back to the heap by operator delete, for one word; a program that is
/// linked with it has these operators. What Qt's own containers free is not seen.
namespace FreedBlocks {

constexpr std::string_view Word = "correct horse battery staple";
/// How many held it.
extern std::size_t withWord;

} // namespace FreedBlocks

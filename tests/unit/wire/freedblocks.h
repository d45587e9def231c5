// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "wire/bytes.h"

/// Looks through every block that goes back to the heap, for secrets. A program that is linked with it has
/// operator delete from here and, but under AddressSanitizer, which has its own, free(), so that what Qt and
/// other libraries give back is seen, too. Not what realloc() leaves behind.
namespace FreedBlocks {

constexpr std::string_view Word = "correct horse battery staple";
/// How many held it.
extern std::size_t withWord;

constexpr std::size_t MostSecrets = 24;
constexpr std::size_t LongestSecret = 256;
/// From now on for these bytes, too; `name` outlives that.
void lookFor(const char *name, Halyard::Wire::ByteView secret);
/// The names of those that were found, each with how many blocks held it, in the order of lookFor().
std::string found();
/// Looks for Word alone, as at the beginning.
void forget();

} // namespace FreedBlocks

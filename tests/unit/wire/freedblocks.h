// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string_view>

#include <malloc.h>

/// Looks through every block that goes back to the heap by operator delete, for one word. Defines the
/// operators of the whole program: for one source file of it only. What Qt's own containers free is not seen.
namespace FreedBlocks {

constexpr std::string_view Word = "correct horse battery staple";
inline std::size_t withWord = 0;

inline void lookThrough(void *block)
{
    const std::string_view content(static_cast<const char *>(block), block ? ::malloc_usable_size(block) : 0);
    if (content.find(Word) != std::string_view::npos)
        ++withWord;
}

} // namespace FreedBlocks

void *operator new(std::size_t size)
{
    if (void *block = std::malloc(size))
        return block;
    std::abort();
}

void *operator new(std::size_t size, const std::nothrow_t &) noexcept { return std::malloc(size); }

void operator delete(void *block) noexcept
{
    FreedBlocks::lookThrough(block);
    std::free(block);
}

void operator delete(void *block, std::size_t) noexcept { operator delete(block); }

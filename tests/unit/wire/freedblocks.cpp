// SPDX-License-Identifier: MIT
#include "freedblocks.h"

#include <cstdlib>
#include <new>

#include <malloc.h>

std::size_t FreedBlocks::withWord = 0;

// NOLINTBEGIN(cppcoreguidelines-no-malloc): the operators that all others are made of

void *operator new(std::size_t size)
{
    if (void *block = std::malloc(size))
        return block;
    std::abort();
}

void *operator new(std::size_t size, const std::nothrow_t &) noexcept { return std::malloc(size); }

void operator delete(void *block) noexcept
{
    const std::string_view content(static_cast<const char *>(block), block ? ::malloc_usable_size(block) : 0);
    if (content.find(FreedBlocks::Word) != std::string_view::npos)
        ++FreedBlocks::withWord;
    std::free(block);
}

void operator delete(void *block, std::size_t) noexcept { operator delete(block); }

// NOLINTEND(cppcoreguidelines-no-malloc)

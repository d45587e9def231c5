// SPDX-License-Identifier: MIT
#include "freedblocks.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>

#include <malloc.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_OWN_FREE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_OWN_FREE 1
#endif
#endif

std::size_t FreedBlocks::withWord = 0;

namespace {

struct Secret {
    const char *name = nullptr;
    std::size_t size = 0;
    std::size_t blocks = 0; // that held it
    std::array<char, FreedBlocks::LongestSecret> bytes {};
};

// Nothing of the heap: it is looked at while that works.
std::array<Secret, FreedBlocks::MostSecrets> secrets;
std::size_t secretCount = 0;

void look(const void *block)
{
    if (!block)
        return;
    const std::string_view content(
        static_cast<const char *>(block), ::malloc_usable_size(const_cast<void *>(block)));
    if (content.find(FreedBlocks::Word) != std::string_view::npos)
        ++FreedBlocks::withWord;
    for (std::size_t at = 0; at < secretCount; ++at) {
        Secret &secret = secrets[at];
        if (content.find(std::string_view(secret.bytes.data(), secret.size)) != std::string_view::npos)
            ++secret.blocks;
    }
}

} // namespace

void FreedBlocks::lookFor(const char *name, Halyard::Wire::ByteView secret)
{
    if (secretCount == MostSecrets || secret.empty() || secret.size() > LongestSecret)
        std::abort(); // it would be overlooked
    Secret &added = secrets[secretCount];
    added = {name, secret.size()};
    std::ranges::copy(Halyard::Wire::asText(secret), added.bytes.begin());
    ++secretCount;
}

std::string FreedBlocks::found()
{
    std::string names;
    for (std::size_t at = 0; at < secretCount; ++at) {
        const Secret &secret = secrets[at];
        if (secret.blocks > 0)
            names += std::string(names.empty() ? "" : ", ") + secret.name + " in "
                + std::to_string(secret.blocks);
    }
    return names;
}

void FreedBlocks::forget() { secretCount = 0; }

// NOLINTBEGIN(cppcoreguidelines-no-malloc): the operators that all others are made of

void *operator new(std::size_t size)
{
    if (void *block = std::malloc(size))
        return block;
    std::abort();
}

void *operator new(std::size_t size, const std::nothrow_t &) noexcept { return std::malloc(size); }

#ifdef HAS_OWN_FREE

void operator delete(void *block) noexcept
{
    look(block);
    std::free(block);
}

#else

extern "C" {
void __libc_free(void *block);

void free(void *block) // NOLINT: the C library's is behind it
{
    look(block);
    __libc_free(block);
}
}

void operator delete(void *block) noexcept { free(block); }

#endif

void operator delete(void *block, std::size_t) noexcept { operator delete(block); }

// NOLINTEND(cppcoreguidelines-no-malloc)

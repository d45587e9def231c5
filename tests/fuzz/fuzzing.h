// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>

#include "wire/bytes.h"

/// What fuzz targets have in common.
namespace Halyard::Wire::Fuzz {

/// Ends the program, which is how a fuzzer is told.
inline void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::cerr << what << '\n';
    std::abort();
}

/// An input, taken from the front; at its end there are only zeros.
class Input
{
public:
    Input(const std::uint8_t *data, std::size_t size)
        : m_bytes(std::as_bytes(std::span(data, size)))
    { }
    [[nodiscard]] bool isEmpty() const { return m_bytes.empty(); }
    unsigned byte()
    {
        if (m_bytes.empty())
            return 0;
        const auto value = std::to_integer<unsigned>(m_bytes.front());
        m_bytes = m_bytes.subspan(1);
        return value;
    }
    ByteView bytes(std::size_t count)
    {
        const ByteView taken = m_bytes.first(std::min(count, m_bytes.size()));
        m_bytes = m_bytes.subspan(taken.size());
        return taken;
    }
    [[nodiscard]] ByteView rest() const { return m_bytes; }

private:
    ByteView m_bytes;
};

/// Bytes that never come again and are the same in every run (SplitMix64).
inline std::function<void(MutableBytes)> randomBytes(std::uint64_t seed)
{
    return [state = seed](MutableBytes out) mutable {
        for (std::byte &byte : out) {
            state += 0x9e3779b97f4a7c15U;
            std::uint64_t mixed = (state ^ (state >> 30U)) * 0xbf58476d1ce4e5b9U;
            mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
            byte = static_cast<std::byte>(mixed >> 56U);
        }
    };
}

} // namespace Halyard::Wire::Fuzz

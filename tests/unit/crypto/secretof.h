// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <string>

#include "../wire/vectors.h"
#include "crypto/secret.h"

namespace Halyard::Wire::Test {

inline Bytes bytesOf(const nlohmann::json &object, const char *key)
{
    return fromHex(object[key].get<std::string>());
}

inline std::string textOf(const nlohmann::json &value) { return value.get<std::string>(); }

inline Secret<32> secretOf(const Bytes &bytes)
{
    Secret<32> secret;
    std::ranges::copy(bytes, secret.bytes().begin());
    return secret;
}

template <std::size_t Size>
std::array<std::byte, Size> arrayOf(const Bytes &bytes)
{
    std::array<std::byte, Size> array {};
    std::ranges::copy(bytes, array.begin());
    return array;
}

} // namespace Halyard::Wire::Test

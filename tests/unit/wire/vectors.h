// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "wire/bytes.h"

namespace Halyard::Wire::Test {

/// Bytes of hexadecimal text; blanks between bytes are allowed.
inline Bytes fromHex(std::string_view hex)
{
    Bytes bytes;
    std::string digits;
    for (const char character : hex) {
        if (character == ' ')
            continue;
        digits += character;
        if (digits.size() == 2) {
            bytes.push_back(static_cast<std::byte>(std::stoul(digits, nullptr, 16)));
            digits.clear();
        }
    }
    if (!digits.empty())
        throw std::invalid_argument("half a byte in " + std::string(hex));
    return bytes;
}

/// The golden bytes of tests/data/NAME, a list of objects.
inline nlohmann::json loadVectors(const std::string &name)
{
    std::ifstream file(std::string(HALYARD_TEST_DATA "/") + name);
    if (!file)
        throw std::runtime_error("no test data " + name);
    return nlohmann::json::parse(file);
}

} // namespace Halyard::Wire::Test

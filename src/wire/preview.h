// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "wire/bytes.h"
#include "wire/dissection.h"

/// The beginnings of bytes and texts, as dissectors show them in values of fields. Not installed.
namespace Halyard::Wire {

/// 32 bytes at most.
[[nodiscard]] std::string hexPreview(ByteView bytes);
/// Escaped; 256 bytes at most.
[[nodiscard]] std::string textPreview(ByteView bytes);
/// As text where it is such, and else in hexadecimal.
[[nodiscard]] std::string preview(ByteView bytes, std::string_view contentType = {});

/// Bytes that mean whatever the application says.
[[nodiscard]] Field bytesField(std::string name, ByteView bytes, std::size_t at);
/// Says of the field that has such bytes what they are, and in what format.
void describeContent(Field &field, ByteView bytes, std::string_view contentType = {});
void mark(Field &field, Severity severity, std::string note);

} // namespace Halyard::Wire

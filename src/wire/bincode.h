// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/fieldreader.h"

/// Bincode with little endian, fixed-width integers and no length limit of its own: bincode 2 as
/// the-fourth-server 0.3 configures it, and bincode 1 as network-protocol uses it.
///
/// | Rust                 | bytes                                        |
/// | -------------------- | -------------------------------------------- |
/// | u8 … u64, bool       | 1 … 8 bytes; 0 or 1                          |
/// | enum                 | u32 variant index, then the variant's fields |
/// | Option<T>            | u8 0 or 1, then T                            |
/// | String, Vec<u8>      | u64 length, then the bytes                   |
/// | [u8; N]              | N bytes, no length                           |
/// | struct               | its fields in order, no padding              |
namespace Halyard::Bincode {

/// Reads one value field by field.
class HALYARD_EXPORT Reader : public Wire::FieldReader
{
public:
    /// The bytes must outlive the reader and all views it returns.
    explicit Reader(Wire::ByteView bytes) noexcept
        : FieldReader(bytes, 0, "the bytes end inside a number")
    { }

    /// An enum's variant; fails from `count` on.
    [[nodiscard]] std::uint32_t readVariant(std::uint32_t count);
    /// Whether a value follows.
    [[nodiscard]] bool readOption() { return readBool(); }
    [[nodiscard]] Wire::ByteView readBytes();
    /// An array; empty where it failed.
    [[nodiscard]] Wire::ByteView readArray(std::size_t count);
    /// UTF-8, checked.
    [[nodiscard]] std::string_view readText();

    /// Fails with MalformedMessage for the first read that failed, and where bytes are left that nobody read.
    [[nodiscard]] Wire::Result<void> finish() const;
    /// The same, but surplus bytes behind the value are ignored, as the crate does.
    [[nodiscard]] Wire::Result<void> finishLeniently() const { return judgement(); }
};

/// Writes one value field by field. Never fails.
class HALYARD_EXPORT Writer
{
public:
    Writer &writeU8(std::uint8_t number);
    Writer &writeU16(std::uint16_t number);
    Writer &writeU32(std::uint32_t number);
    Writer &writeU64(std::uint64_t number);
    Writer &writeBool(bool value) { return writeU8(value ? 1 : 0); }
    Writer &writeVariant(std::uint32_t index) { return writeU32(index); }
    /// The value follows if there is one.
    Writer &writeOption(bool present) { return writeBool(present); }
    Writer &writeBytes(Wire::ByteView bytes);
    Writer &writeArray(Wire::ByteView bytes);
    Writer &writeText(std::string_view utf8) { return writeBytes(Wire::asBytes(utf8)); }

    [[nodiscard]] Wire::Bytes finish() && { return std::move(m_bytes); }

private:
    Wire::Bytes m_bytes;
};

} // namespace Halyard::Bincode

// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/fieldreader.h"

/// rkyv 0.8 archives as the-fourth-server 0.4 configures them: little endian, alignment 1, 32-bit relative
/// pointers. An archive is
///   | data of the root's strings and vectors, in the order of their fields | root |
/// and the root, whose size is that of its type, ends the archive.
///
/// | Rust            | bytes in the root                                                              |
/// | --------------- | ------------------------------------------------------------------------------ |
/// | u8 … u64, bool  | 1 … 8 bytes; 0 or 1                                                            |
/// | enum            | u8 discriminant, then the fields, as large as the largest variant              |
/// | Option<T>       | u8 0 or 1, then T, zeros where there is none                                   |
/// | Vec<u8>         | i32 from here to its bytes, u32 length                                         |
/// | String, n ≤ 8   | its bytes, filled up to 8 with FF                                              |
/// | String, n ≥ 9   | u32 length with 10 as bits 6 and 7 of its first byte, i32 from here to its bytes |
namespace Halyard::Rkyv {

inline constexpr std::size_t PointerBytes = 8; ///< a String or Vec in the root

/// Reads the root field by field. Pointers must lead to bytes in front of the root that no other field has
/// had, in the order of the fields.
class HALYARD_EXPORT Reader : public Wire::FieldReader
{
public:
    /// The bytes must outlive the reader and all views it returns.
    Reader(Wire::ByteView archive, std::size_t rootBytes);

    /// An enum's discriminant.
    [[nodiscard]] std::uint8_t readVariant() { return readU8(); }
    /// Whether there is a value; where there is none, skip() its bytes.
    [[nodiscard]] bool readOption() { return readBool(); }
    [[nodiscard]] Wire::ByteView readBytes();
    /// UTF-8, checked.
    [[nodiscard]] std::string_view readText();
    /// Bytes that nobody looks at: a value that is not there, the rest of a small variant.
    void skip(std::size_t bytes);

    /// Fails with MalformedMessage for the first read that failed, for a root that was not read to its end,
    /// and where bytes in front of it belong to no field.
    [[nodiscard]] Wire::Result<void> finish() const;
    /// The same, but bytes in front of the root that belong to no field are ignored, as the crate does.
    [[nodiscard]] Wire::Result<void> finishLeniently() const;

private:
    /// The bytes that a pointer in the field at `field` leads to.
    [[nodiscard]] Wire::ByteView follow(std::size_t field, std::uint32_t relative, std::size_t length);

    Wire::ByteView m_archive;
    std::size_t m_rootAt = 0;
    std::size_t m_dataRead = 0; // where the data of the next field begins at the earliest
    bool m_gapless = true;
};

/// Writes the root field by field; the data goes in front by itself. Strings and vectors must be below 2³⁰
/// bytes.
class HALYARD_EXPORT Writer
{
public:
    Writer &writeU8(std::uint8_t number);
    Writer &writeU16(std::uint16_t number);
    Writer &writeU32(std::uint32_t number);
    Writer &writeU64(std::uint64_t number);
    Writer &writeBool(bool value) { return writeU8(value ? 1 : 0); }
    Writer &writeVariant(std::uint8_t discriminant) { return writeU8(discriminant); }
    /// The value follows if there is one; else skip() its bytes.
    Writer &writeOption(bool present) { return writeBool(present); }
    Writer &writeBytes(Wire::ByteView bytes);
    Writer &writeText(std::string_view utf8);
    /// Zeros.
    Writer &skip(std::size_t bytes);

    [[nodiscard]] Wire::Bytes finish() &&;

private:
    /// A relative pointer, whose value is known once all data is there.
    struct Pointer {
        std::size_t field;    // where the String or Vec begins, in the root
        std::size_t position; // where the number stands, in the root
        std::size_t target;   // in the data
    };

    Wire::Bytes m_data;
    Wire::Bytes m_root;
    std::vector<Pointer> m_pointers;
};

} // namespace Halyard::Rkyv

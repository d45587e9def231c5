// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/bincode.h"
#include "wire/bytereader.h"
#include "wire/framing.h"
#include "wire/npro/codec.h"

/// The layout of packets, messages and records, said once for decoder and dissector (network-protocol
/// specification, sections 1, 2 and 3.4). Each function takes a trace: the decoder's compiles to nothing; a
/// recording one hears of every part with its place in the bytes that the function was given. Not installed.
namespace Halyard::Wire::Npro {

enum class Part : std::uint8_t {
    Magic,
    Version,
    Length,
    Payload,
    Kind,
    PublicKey,
    Timestamp,
    Nonce,
    Verification,
    TextLength,
    Text,
    CommandLength,
    Command,
    ContentLength,
    Content,
    Surplus,
    RecordNonce,
    Ciphertext,
    Tag,
};

inline constexpr std::array<std::byte, 4> Magic {
    std::byte {'N'}, std::byte {'P'}, std::byte {'R'}, std::byte {'O'}};
inline constexpr std::uint8_t Version = 1;
inline constexpr std::size_t VersionAt = 4;
inline constexpr std::size_t LengthAt = 5;
inline constexpr std::size_t RecordNonceBytes = 24;
inline constexpr std::size_t RecordTagBytes = 16;
inline constexpr std::uint32_t Tags = std::variant_size_v<Message>;

/// The number of a message, which is its place in Message.
template <class Kind>
inline constexpr std::uint32_t TagOf = static_cast<std::uint32_t>(Message(Kind {}).index());

struct NoTrace {
    static constexpr bool Records = false;
};

// The faults. Out of line: building their texts is no part of the fast path.
[[nodiscard]] tl::unexpected<Error> badMagic(ByteView start);
[[nodiscard]] tl::unexpected<Error> badVersion(std::uint8_t version);
[[nodiscard]] tl::unexpected<Error> tooLarge(std::uint64_t bytes, std::size_t limit);

/// MAGIC … LENGTH. Magic and version are judged from their first wrong byte on.
template <class Trace>
Result<std::optional<Extent>> readStart(ByteView bytes, std::size_t limit, Trace &trace)
{
    const auto fault = [&](Part part, std::size_t at, std::size_t length, tl::unexpected<Error> error) {
        if constexpr (Trace::Records)
            trace.fault(part, at, length, error.value());
        return error;
    };
    const auto part = [&](Part which, std::size_t at, std::size_t length, std::uint64_t value) {
        if constexpr (Trace::Records)
            trace.part(which, at, length, value);
    };
    const ByteView magic = bytes.first(std::min(bytes.size(), Magic.size()));
    if (!std::equal(magic.begin(), magic.end(), Magic.begin()))
        return fault(Part::Magic, 0, magic.size(), badMagic(magic));
    part(Part::Magic, 0, magic.size(), 0);
    ByteReader reader(bytes.subspan(magic.size()));
    const auto version = reader.readU8();
    if (!version)
        return std::nullopt;
    part(Part::Version, VersionAt, 1, *version);
    if (*version != Version)
        return fault(Part::Version, VersionAt, 1, badVersion(*version));
    const auto length = reader.readU32Be();
    if (!length)
        return std::nullopt;
    part(Part::Length, LengthAt, 4, *length);
    if (*length > MaxPayloadBytes)
        return fault(Part::Length, LengthAt, 4, tooLarge(*length, MaxPayloadBytes));
    const std::size_t total = HeaderBytes + *length;
    if (total > limit)
        return fault(Part::Length, LengthAt, 4, tooLarge(total, limit));
    return Extent {HeaderBytes, *length, 0};
}

/// Reads fields one behind the other and tells the trace of each.
template <class Trace>
class TracedReader
{
public:
    TracedReader(ByteView bytes, Trace &trace)
        : m_bytes(bytes)
        , m_reader(bytes)
        , m_trace(trace)
    { }

    std::uint32_t readTag()
    {
        const std::uint32_t tag = m_reader.readU32();
        told(Part::Kind, tag);
        return tag;
    }
    std::uint64_t readU64(Part part)
    {
        const std::uint64_t number = m_reader.readU64();
        told(part, number);
        return number;
    }
    template <std::size_t Size>
    void readArray(Part part, std::array<std::byte, Size> &array)
    {
        const ByteView bytes = m_reader.readArray(Size);
        std::copy(bytes.begin(), bytes.end(), array.begin());
        told(part, 0);
    }
    std::string_view readText(Part length, Part part)
    {
        const std::string_view text = m_reader.readText();
        toldRun(length, part, text.size());
        return text;
    }
    ByteView readBytes(Part length, Part part)
    {
        const ByteView bytes = m_reader.readBytes();
        toldRun(length, part, bytes.size());
        return bytes;
    }
    Result<Message> finish(Message message)
    {
        const auto judged = m_reader.finishLeniently();
        if constexpr (Trace::Records) {
            if (judged)
                told(Part::Surplus, 0, m_bytes.size());
        }
        return judged.map([&] { return message; });
    }

private:
    void told(Part part, std::uint64_t value) { told(part, value, m_reader.position()); }
    void told(Part part, std::uint64_t value, std::size_t end)
    {
        if constexpr (Trace::Records) {
            if (m_failed)
                return;
            if (m_reader.hasFailed()) {
                m_failed = true;
                m_trace.fault(part, m_at, m_bytes.size() - m_at, m_reader.finishLeniently().error());
                return;
            }
            if (end > m_at)
                m_trace.part(part, m_at, end - m_at, value);
            m_at = end;
        }
    }
    void toldRun(Part length, Part part, std::size_t size)
    {
        if constexpr (Trace::Records) {
            if (!m_reader.hasFailed())
                told(length, size, m_at + sizeof(std::uint64_t));
            told(part, size);
        }
    }

    ByteView m_bytes;
    Bincode::Reader m_reader;
    Trace &m_trace;
    std::size_t m_at = 0; // the end of what the trace knows
    bool m_failed = false;
};

/// One message.
template <class Trace>
Result<Message> readMessage(ByteView body, Trace &trace)
{
    TracedReader<Trace> reader(body, trace);
    switch (reader.readTag()) {
    case TagOf<Ping>:
        return reader.finish(Ping {});
    case TagOf<Pong>:
        return reader.finish(Pong {});
    case TagOf<HandshakeInit>: {
        HandshakeInit init;
        reader.readArray(Part::PublicKey, init.publicKey);
        init.timestamp = reader.readU64(Part::Timestamp);
        reader.readArray(Part::Nonce, init.nonce);
        return reader.finish(init);
    }
    case TagOf<HandshakeResponse>: {
        HandshakeResponse response;
        reader.readArray(Part::PublicKey, response.publicKey);
        reader.readArray(Part::Nonce, response.nonce);
        reader.readArray(Part::Verification, response.verification);
        return reader.finish(response);
    }
    case TagOf<HandshakeConfirm>: {
        HandshakeConfirm confirm;
        reader.readArray(Part::Verification, confirm.verification);
        return reader.finish(confirm);
    }
    case TagOf<Echo>:
        return reader.finish(Echo {reader.readText(Part::TextLength, Part::Text)});
    case TagOf<Disconnect>:
        return reader.finish(Disconnect {});
    case TagOf<Custom>: {
        const std::string_view command = reader.readText(Part::CommandLength, Part::Command);
        return reader.finish(Custom {command, reader.readBytes(Part::ContentLength, Part::Content)});
    }
    default:
        return reader.finish(Unknown {});
    }
}

/// One record, which only who has the key can open; false where it is too short to be one.
template <class Trace>
bool readRecord(ByteView body, Trace &trace)
{
    if (body.size() < RecordNonceBytes + RecordTagBytes)
        return false;
    if constexpr (Trace::Records) {
        const std::size_t sealed = body.size() - RecordNonceBytes - RecordTagBytes;
        trace.part(Part::RecordNonce, 0, RecordNonceBytes, 0);
        trace.part(Part::Ciphertext, RecordNonceBytes, sealed, 0);
        trace.part(Part::Tag, RecordNonceBytes + sealed, RecordTagBytes, 0);
    }
    return true;
}

} // namespace Halyard::Wire::Npro

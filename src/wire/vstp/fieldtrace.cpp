// SPDX-License-Identifier: MIT
#include "wire/vstp/fieldtrace.h"

#include <algorithm>
#include <utility>

#include "wire/escape.h"
#include "wire/hexdump.h"
#include "wire/preview.h"

namespace Halyard::Wire::Vstp {

namespace {

constexpr std::array<std::pair<std::uint8_t, std::string_view>, 4> FlagNames {{
    {Flag::ReqAck, "REQ_ACK"},
    {Flag::Crc, "CRC"},
    {Flag::Frag, "FRAG"},
    {Flag::Comp, "COMP"},
}};

constexpr std::array<std::string_view, 9> PartNames {
    "magic", "version", "type", "flags", "header length", "payload length", "headers", "payload", "checksum"};

std::string typeText(std::uint64_t type)
{
    if (!isFrameType(static_cast<std::uint8_t>(type)))
        return decimalAndHex(type);
    return std::string(frameTypeName(static_cast<FrameType>(type))) + " (" + std::to_string(type) + ')';
}

std::string flagsText(unsigned flags)
{
    std::string text;
    for (const auto &[mask, name] : FlagNames) {
        if ((flags & mask) != 0)
            text += (text.empty() ? "" : " | ") + std::string(name);
    }
    if ((flags & ~unsigned(KnownFlags)) != 0)
        text += text.empty() ? "undefined" : " | undefined";
    return (text.empty() ? "none" : text) + " (0x" + toHex(flags, 2) + ')';
}

std::string some(std::size_t there, std::size_t announced)
{
    return "FrameTruncated: " + std::to_string(there) + " of " + std::to_string(announced)
        + " bytes are there";
}

std::string describe(const Error &error) { return std::string(errorName(error.code)) + ": " + error.detail; }

} // namespace

std::string decimalAndHex(std::uint64_t number)
{
    std::string text = std::to_string(number);
    return number < 10 ? text : text + " (0x" + toHex(number, 2) + ')';
}

Field &FieldTrace::add(std::string name, std::string value, std::size_t offset, std::size_t length)
{
    return m_fields.emplace_back(fieldOf(std::move(name), std::move(value), offset, length));
}

Field *FieldTrace::find(Part part)
{
    const auto place = m_places[std::size_t(part)];
    return place ? &m_fields[*place] : nullptr;
}

std::optional<std::uint64_t> FieldTrace::value(Part part) const { return m_values[std::size_t(part)]; }

void FieldTrace::part(Part part, std::size_t offset, std::size_t length, std::uint64_t value)
{
    m_values[std::size_t(part)] = value;
    if (part == Part::Payload) {
        m_payload = m_bytes.subspan(offset, length);
        if (length == 0)
            return;
    }
    const ByteView bytes = m_bytes.subspan(offset, length);
    m_places[std::size_t(part)] = m_fields.size();
    Field &field = add(std::string(PartNames[std::size_t(part)]), {}, offset, length);
    switch (part) {
    case Part::Magic:
        field.value = textPreview(bytes) + " (0x" + toHex(bytes) + ')';
        if (length < Magic.size())
            mark(field, Severity::Error, some(length, Magic.size()));
        break;
    case Part::Type:
        field.value = typeText(value);
        break;
    case Part::Flags:
        field.value = flagsText(static_cast<unsigned>(value));
        addFlags(field, static_cast<unsigned>(value));
        break;
    case Part::Checksum:
        field.value = "0x" + toHex(value, 2 * length);
        break;
    case Part::Headers:
        m_block = bytes;
        if (length < value)
            mark(field, Severity::Error, some(length, value));
        break;
    case Part::Payload: {
        field.role = FieldRole::Payload;
        const std::size_t announced = m_values[std::size_t(Part::PayloadLength)].value_or(length);
        if (length < announced)
            mark(field, Severity::Error, some(length, announced));
        break;
    }
    case Part::Version:
    case Part::HeaderLength:
    case Part::PayloadLength:
        field.value = decimalAndHex(value);
        break;
    }
}

void FieldTrace::addFlags(Field &flags, unsigned value) const
{
    for (unsigned bit = 0; bit < 8; ++bit) {
        const unsigned mask = 1U << bit;
        const bool isSet = (value & mask) != 0;
        std::string_view name;
        for (const auto &[known, knownName] : FlagNames) {
            if (known == mask)
                name = knownName;
        }
        if (name.empty() && !isSet)
            continue;
        Field field;
        field.name = name.empty() ? "bit " + std::to_string(bit) : std::string(name);
        field.value = isSet ? "1" : "0";
        field.offset = flags.offset;
        field.length = flags.length;
        if (name.empty())
            mark(field, Severity::Warning, "not defined, ignored; published peers then ignore all flags");
        else if (mask == Flag::Crc && isSet && m_profile == Profile::R)
            mark(field, Severity::Note, "changes nothing: the checksum is always there");
        else if (mask == Flag::Comp && isSet)
            mark(field, Severity::Note, "vstp itself defines no compression");
        flags.fields.push_back(std::move(field));
    }
}

void FieldTrace::fault(Part part, std::size_t offset, std::size_t length, const Error &error)
{
    Field *field = find(part);
    if (field == nullptr) {
        m_places[std::size_t(part)] = m_fields.size();
        field = &add(std::string(PartNames[std::size_t(part)]), toHex(m_bytes.subspan(offset, length)),
            offset, length);
    }
    std::string note = describe(error);
    if (part == Part::PayloadLength) {
        const std::uint64_t other = ByteReader(m_bytes.subspan(offset, length)).readU32Le().value_or(0);
        if (other < 65'536 && other > 0)
            note += "; read as little endian it were " + std::to_string(other);
    }
    mark(*field, Severity::Error, std::move(note));
}

void FieldTrace::addPiece(
    Field &entry, std::string_view name, std::string value, std::size_t at, std::size_t length) const
{
    const std::size_t there = std::min(length, m_block.size() - std::min(at, m_block.size()));
    if (there == 0)
        return;
    Field &piece = entry.fields.emplace_back();
    piece.name = name;
    piece.value = std::move(value);
    piece.offset = HeadersAt + at;
    piece.length = there;
    if (there < length)
        mark(piece, Severity::Error,
            std::to_string(there) + " of " + std::to_string(length) + " bytes are there");
}

void FieldTrace::addEntry(const EntryExtent &entry, Severity severity, std::string note)
{
    Field *block = find(Part::Headers);
    if (block == nullptr)
        return;
    const auto text = [this](std::size_t at, std::size_t length) {
        at = std::min(at, m_block.size());
        return textPreview(m_block.subspan(at, std::min(length, m_block.size() - at)));
    };
    Field field;
    field.offset = HeadersAt + entry.offset;
    field.length = (entry.isInside(m_block.size()) ? entry.end() : m_block.size()) - entry.offset;
    mark(field, severity, std::move(note));
    if (severity == Severity::Error) {
        field.name = "incomplete entry";
        field.value = hexPreview(m_block.subspan(entry.offset));
    } else {
        field.name = entry.keyLength == 0 ? "\"\"" : text(entry.keyAt, entry.keyLength);
        field.value = text(entry.valueAt, entry.valueLength);
    }

    const auto addValueLength = [&] {
        if (entry.hasValueLength || entry.valueLengthAt < m_block.size()) {
            addPiece(field, "value length",
                entry.hasValueLength ? decimalAndHex(entry.valueLength) : std::string(), entry.valueLengthAt,
                m_profile == Profile::R ? 1 : 2);
        }
    };
    if (entry.hasKeyLength)
        addPiece(field, "key length", decimalAndHex(entry.keyLength), entry.offset, 1);
    if (m_profile == Profile::R)
        addValueLength();
    if (entry.hasValueLength || m_profile == Profile::S)
        addPiece(field, "key", text(entry.keyAt, entry.keyLength), entry.keyAt, entry.keyLength);
    if (m_profile == Profile::S)
        addValueLength();
    if (entry.hasValueLength)
        addPiece(field, "value", text(entry.valueAt, entry.valueLength), entry.valueAt, entry.valueLength);
    block->fields.push_back(std::move(field));
}

void FieldTrace::entry(const EntryExtent &entry)
{
    const std::string_view text = asText(m_block);
    m_headers.push_back(
        {text.substr(entry.keyAt, entry.keyLength), text.substr(entry.valueAt, entry.valueLength)});
    addEntry(entry, Severity::None, {});
}

void FieldTrace::badEntry(const EntryExtent &entry, const Error &error)
{
    addEntry(entry, Severity::Error, describe(error));
}

void FieldTrace::missing(const EntryExtent &entry)
{
    const std::size_t there = m_block.size() - entry.offset;
    addEntry(entry, Severity::Error,
        entry.hasValueLength ? some(there, entry.end() - entry.offset)
                             : "FrameTruncated: " + std::to_string(there) + " bytes of it are there");
}

void FieldTrace::tooMany(std::size_t offset, const Error &error)
{
    Field *block = find(Part::Headers);
    if (block == nullptr)
        return;
    Field &rest = block->fields.emplace_back();
    rest.name = "further entries";
    rest.value = hexPreview(m_block.subspan(offset));
    rest.offset = HeadersAt + offset;
    rest.length = m_block.size() - offset;
    mark(rest, Severity::Error, describe(error));
}

void FieldTrace::addUnfinishedPart()
{
    const std::size_t at = m_fields.empty() ? 0 : m_fields.back().offset + m_fields.back().length;
    if (at == m_bytes.size())
        return;
    const ByteView bytes = m_bytes.subspan(at);
    const Part part = at < PayloadLengthAt ? Part::HeaderLength
        : at < HeadersAt                   ? Part::PayloadLength
                                           : Part::Checksum;
    const std::size_t announced = part == Part::HeaderLength ? 2 : m_profile == Profile::R ? 4 : 2;
    Field &field = add(std::string(PartNames[std::size_t(part)]), hexPreview(bytes), at, bytes.size());
    mark(field, Severity::Error, some(bytes.size(), part == Part::PayloadLength ? 4 : announced));
}

void FieldTrace::addGarbage(std::string note)
{
    const std::size_t at = m_fields.empty() ? 0 : m_fields.back().offset + m_fields.back().length;
    if (at == m_bytes.size())
        return;
    const ByteView bytes = m_bytes.subspan(at);
    Field &field
        = add("garbage", isPlainText(bytes) ? textPreview(bytes) : hexPreview(bytes), at, bytes.size());
    mark(field, Severity::Error, std::move(note));
}

void FieldTrace::explain()
{
    if (Field *type = find(Part::Type); type != nullptr && type->severity == Severity::None
        && value(Part::Type) == std::uint64_t(FrameType::Err))
        mark(*type, Severity::Warning, "the peer reports an error");
    if (Field *block = find(Part::Headers)) {
        block->value = std::to_string(m_headers.size()) + (m_headers.size() == 1 ? " entry" : " entries");
        explainHeaders(value(Part::Type).value_or(0), value(Part::Flags).value_or(0), m_headers, *block);
    }
    Field *payload = find(Part::Payload);
    if (payload == nullptr)
        return;
    std::string_view contentType;
    for (const Header &header : m_headers) {
        if (header.key == "content-type" && contentType.empty())
            contentType = header.value;
    }
    describeContent(*payload, m_payload, contentType);
}

std::string typeName(std::optional<std::uint64_t> type)
{
    if (!type)
        return "unfinished frame";
    if (!isFrameType(static_cast<std::uint8_t>(*type)))
        return "unknown type " + std::to_string(*type);
    return std::string(frameTypeName(static_cast<FrameType>(*type)));
}

} // namespace Halyard::Wire::Vstp

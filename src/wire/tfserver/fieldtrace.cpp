// SPDX-License-Identifier: MIT
#include "wire/tfserver/fieldtrace.h"

#include <algorithm>
#include <array>
#include <utility>

#include "wire/preview.h"
#include "wire/streamdissector.h"

namespace Halyard::Wire::TfServer {

namespace {

// Filler has none: its bytes are nobody's, and yet in their place.
constexpr std::array<std::string_view, 11> PartNames {"kind", "structure type", "handler", "has payload",
    "name", "error", "has detail", "detail", "length", "pointer", ""};
static_assert(PartNames.size() == std::size_t(Part::Filler) + 1);

Field unused(std::size_t begin, std::size_t end)
{
    Field field = fieldOf("unused", countOf(end - begin, "byte"), begin, end - begin);
    mark(field, Severity::Note, "belongs to no field");
    return field;
}

Field packetField(std::string value, ByteView body, std::size_t at, FieldTrace &&trace)
{
    Field packet = fieldOf("packet", std::move(value), at, body.size());
    packet.fields = trace.takeFields();
    return packet;
}

} // namespace

void FieldTrace::part(Part part, std::size_t offset, std::size_t length, std::uint64_t value)
{
    if (length == 0)
        return;
    Field &field = m_fields.emplace_back(
        fieldOf(std::string(PartNames[std::size_t(part)]), {}, m_at + offset, length));
    switch (part) {
    case Part::Kind:
    case Part::StructureType:
    case Part::Handler:
    case Part::ErrorKind:
        field.value = std::to_string(value);
        break;
    case Part::HasPayload:
    case Part::HasDetail:
        field.value = value != 0 ? "yes" : "no";
        break;
    case Part::TextLength:
    case Part::TextPointer:
        field.value = countOf(value, "byte");
        break;
    case Part::Name:
    case Part::Detail:
        field.value = preview(m_body.subspan(offset, length));
        break;
    case Part::Filler:
        break;
    }
}

std::vector<Field> FieldTrace::takeFields()
{
    std::ranges::sort(m_fields, {}, &Field::offset);
    std::vector<Field> fields;
    std::size_t end = m_at;
    for (Field &field : m_fields) {
        if (field.offset > end)
            fields.push_back(unused(end, field.offset));
        end = std::max(end, field.offset + field.length);
        if (!field.name.empty())
            fields.push_back(std::move(field));
    }
    if (end < m_at + m_body.size())
        fields.push_back(unused(end, m_at + m_body.size()));
    return fields;
}

Field metaField(Generation generation, ByteView body, std::size_t at)
{
    FieldTrace trace(body, at);
    static_cast<void>(readMeta(generation, body, trace));
    return packetField("PacketMeta", body, at, std::move(trace));
}

Field queryField(Generation generation, ByteView body, std::size_t at)
{
    FieldTrace trace(body, at);
    static_cast<void>(readQuery(generation, body, trace));
    return packetField("HandlerMetaReq", body, at, std::move(trace));
}

Field answerField(Generation generation, ByteView body, std::size_t at)
{
    FieldTrace trace(body, at);
    static_cast<void>(readAnswer(generation, body, trace));
    return packetField("HandlerMetaAns", body, at, std::move(trace));
}

Field errorField(Generation generation, ByteView body, std::size_t at)
{
    FieldTrace trace(body, at);
    const auto error = readError(generation, body, trace);
    std::string value = "ServerError";
    if (error)
        value += ' ' + std::string(serverErrorName(error->kind));
    return packetField(std::move(value), body, at, std::move(trace));
}

} // namespace Halyard::Wire::TfServer

// SPDX-License-Identifier: MIT
#include "wire/tfserver/packetfields.h"

#include <algorithm>
#include <utility>

#include "wire/escape.h"
#include "wire/hexdump.h"
#include "wire/payloadformat.h"
#include "wire/rkyv.h"

namespace Halyard::Wire::TfServer {

namespace {

constexpr std::size_t ShownTextBytes = 256;
constexpr std::size_t ShownBinaryBytes = 32;

std::string preview(ByteView bytes)
{
    const PayloadFormat format = guessPayloadFormat(bytes, {});
    if (format == PayloadFormat::Text || format == PayloadFormat::Json)
        return escapeText(asText(bytes), ShownTextBytes);
    std::string text = toHex(bytes.first(std::min(bytes.size(), ShownBinaryBytes)));
    return bytes.size() > ShownBinaryBytes ? text + "…" : text;
}

/// Gathers the fields of one packet in the order of its bytes.
class Fields
{
public:
    Fields(std::string name, Generation generation, ByteView body, std::size_t at, std::size_t rootBytes)
        : m_body(body)
        , m_at(at)
        , m_isG4(generation == Generation::G4)
    {
        m_packet.name = "packet";
        m_packet.value = std::move(name);
        m_packet.offset = at;
        m_packet.length = body.size();
        if (m_isG4)
            m_next = body.size() - std::min(rootBytes, body.size()); // the root ends the body
    }

    /// An enum's variant: four bytes in generation 3, one in generation 4.
    Fields &variant(std::string name, std::uint64_t number)
    {
        return fixed(std::move(name), number, m_isG4 ? 1 : 4);
    }
    Fields &number(std::string name, std::uint64_t number) { return fixed(std::move(name), number, 8); }
    Fields &flag(std::string name, bool value)
    {
        add(std::move(name), value ? "yes" : "no", m_next, 1);
        m_next += 1;
        return *this;
    }
    Fields &text(std::string name, std::string_view text)
    {
        const std::size_t offset = text.empty() ? m_body.size() : place(text);
        const std::size_t pointerBytes = m_isG4 ? Rkyv::PointerBytes : 8;
        // In generation 4 a short text stands where the pointer to a longer one would.
        if (!m_isG4 || offset < m_next)
            add(m_isG4 ? "pointer" : "length", std::to_string(text.size()) + " bytes", m_next, pointerBytes);
        m_next += pointerBytes;
        if (!text.empty())
            add(std::move(name), preview(asBytes(text)), offset, text.size());
        return *this;
    }

    [[nodiscard]] Field take()
    {
        const std::size_t used = m_body.size();
        std::ranges::sort(m_packet.fields, {}, &Field::offset);
        std::size_t end = m_at;
        std::vector<Field> surplus;
        for (const Field &field : m_packet.fields) {
            if (field.offset > end)
                surplus.push_back(unused(end, field.offset));
            end = std::max(end, field.offset + field.length);
        }
        const std::size_t last = m_at + (m_isG4 ? used : std::max(m_next, end - m_at));
        end = std::max(end, std::min(last, m_at + used));
        if (end < m_at + used)
            surplus.push_back(unused(end, m_at + used));
        std::ranges::move(surplus, std::back_inserter(m_packet.fields));
        std::ranges::sort(m_packet.fields, {}, &Field::offset);
        return std::move(m_packet);
    }

private:
    Fields &fixed(std::string name, std::uint64_t number, std::size_t bytes)
    {
        add(std::move(name), std::to_string(number), m_next, bytes);
        m_next += bytes;
        return *this;
    }
    void add(std::string name, std::string value, std::size_t offset, std::size_t length)
    {
        m_packet.fields.push_back(fieldOf(std::move(name), std::move(value), m_at + offset, length));
    }
    [[nodiscard]] std::size_t place(std::string_view text) const
    {
        return static_cast<std::size_t>(asBytes(text).data() - m_body.data());
    }
    [[nodiscard]] static Field unused(std::size_t begin, std::size_t end)
    {
        Field field = fieldOf("unused", std::to_string(end - begin) + " bytes", begin, end - begin);
        field.severity = Severity::Note;
        field.note = "belongs to no field";
        return field;
    }

    ByteView m_body;
    std::size_t m_at;
    bool m_isG4;
    std::size_t m_next = 0;
    Field m_packet;
};

} // namespace

Field packetField(Generation generation, const PacketMeta &packet, ByteView body, std::size_t at)
{
    return Fields("PacketMeta", generation, body, at, 18)
        .variant("kind", 0)
        .number("structure type", packet.structureType)
        .number("handler", packet.handlerId)
        .flag("has payload", packet.hasPayload)
        .take();
}

Field packetField(Generation generation, const HandlerQuery &packet, ByteView body, std::size_t at)
{
    return Fields("HandlerMetaReq", generation, body, at, 9)
        .variant("kind", 1)
        .text("name", packet.name)
        .take();
}

Field packetField(Generation generation, const HandlerAnswer &packet, ByteView body, std::size_t at)
{
    return Fields("HandlerMetaAns", generation, body, at, 9)
        .variant("kind", 2)
        .number("handler", packet.handlerId)
        .take();
}

Field packetField(Generation generation, const ServerError &packet, ByteView body, std::size_t at)
{
    Fields fields("ServerError", generation, body, at, 11);
    fields.variant("kind", 3).variant("error", std::uint64_t(packet.kind));
    if (packet.kind != ServerError::Kind::PayloadLost) {
        fields.flag("has detail", packet.detail.has_value());
        if (packet.detail)
            fields.text("detail", *packet.detail);
    }
    Field field = fields.take();
    field.value += ' ' + std::string(serverErrorName(packet.kind));
    return field;
}

Field bytesField(std::string name, ByteView bytes, std::size_t at)
{
    return fieldOf(std::move(name), preview(bytes), at, bytes.size());
}

} // namespace Halyard::Wire::TfServer

// SPDX-License-Identifier: MIT
#include "wire/preview.h"

#include <algorithm>
#include <utility>

#include "wire/escape.h"
#include "wire/hexdump.h"
#include "wire/payloadformat.h"

namespace Halyard::Wire {

namespace {

constexpr std::size_t ShownTextBytes = 256;
constexpr std::size_t ShownBinaryBytes = 32;

std::string previewAs(PayloadFormat format, ByteView bytes)
{
    const bool isText = format == PayloadFormat::Text || format == PayloadFormat::Json;
    return isText ? textPreview(bytes) : hexPreview(bytes);
}

} // namespace

std::string hexPreview(ByteView bytes)
{
    std::string text = toHex(bytes.first(std::min(bytes.size(), ShownBinaryBytes)));
    if (bytes.size() > ShownBinaryBytes)
        text += "…";
    return text;
}

std::string textPreview(ByteView bytes) { return escapeText(asText(bytes), ShownTextBytes); }

std::string preview(ByteView bytes, std::string_view contentType)
{
    return previewAs(guessPayloadFormat(bytes, contentType), bytes);
}

Field bytesField(std::string name, ByteView bytes, std::size_t at)
{
    return fieldOf(std::move(name), preview(bytes), at, bytes.size());
}

void describeContent(Field &field, ByteView bytes, std::string_view contentType)
{
    const PayloadFormat format = guessPayloadFormat(bytes, contentType);
    field.value = previewAs(format, bytes);
    field.fields.push_back(fieldOf("format", std::string(payloadFormatName(format)), field.offset, 0));
}

void mark(Field &field, Severity severity, std::string note)
{
    field.severity = severity;
    field.note = std::move(note);
}

} // namespace Halyard::Wire

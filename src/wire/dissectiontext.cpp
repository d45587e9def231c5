// SPDX-License-Identifier: MIT
#include "wire/dissectiontext.h"

#include <algorithm>

#include "wire/hexdump.h"

namespace Halyard::Wire {

namespace {

constexpr const char *PlaceBlanks = "            "; ///< as wide as offset and length
constexpr std::size_t MostPadding = 24;             ///< of names; longer ones push their value aside

/// Characters, not bytes, so that columns stand in line.
std::size_t columns(std::string_view text)
{
    return std::size_t(std::count_if(text.begin(), text.end(),
        [](char character) { return (static_cast<unsigned char>(character) & 0xC0U) != 0x80; }));
}

std::string padded(const std::string &text, std::size_t width)
{
    const std::size_t used = columns(text);
    return used < width ? text + std::string(width - used, ' ') : text;
}

std::string place(const Field &field)
{
    if (field.length == 0)
        return PlaceBlanks;
    const std::string length = std::to_string(field.length);
    return padded(toHex(field.offset, 4), 4) + ' '
        + std::string(length.size() < 7 ? 7 - length.size() : 0, ' ') + length;
}

void appendNote(std::string &text, const Field &field)
{
    if (field.severity == Severity::None && field.note.empty())
        return;
    text += "  [" + std::string(severityName(field.severity));
    if (!field.note.empty())
        text += ": " + field.note;
    text += ']';
}

void appendFields(
    std::string &text, const std::vector<Field> &fields, std::size_t indent, const TextOptions &options)
{
    std::size_t width = 0;
    for (const Field &field : fields)
        width = std::max(width, std::min(columns(field.name), MostPadding));
    for (const Field &field : fields) {
        std::string line = "  " + place(field) + "  " + std::string(indent, ' ') + padded(field.name, width);
        if (!field.value.empty())
            line += "  " + field.value;
        line.erase(line.find_last_not_of(' ') + 1);
        appendNote(line, field);
        text += line + '\n';
        appendFields(text, field.fields, indent + 2, options);
        if (field.layer && options.withHexDump)
            text += hexDump(*field.layer, indent + 4);
    }
}

/// Whether a field says already what the root's note would say.
bool isSaidBelow(const std::vector<Field> &fields, const std::string &note)
{
    return std::any_of(fields.begin(), fields.end(), [&note](const Field &field) {
        return field.note.starts_with(note) || isSaidBelow(field.fields, note);
    });
}

} // namespace

std::string toText(const Dissection &dissection, const TextOptions &options)
{
    std::string text = dissection.direction == Direction::ClientToServer ? "-> " : "<- ";
    text += dissection.protocol + " @" + std::to_string(dissection.streamOffset) + "  " + dissection.summary;
    if (!isSaidBelow(dissection.root.fields, dissection.root.note))
        appendNote(text, dissection.root);
    text += '\n';
    appendFields(text, dissection.root.fields, 0, options);
    if (options.withHexDump)
        text += hexDump(dissection.bytes, 2);
    return text;
}

} // namespace Halyard::Wire

// SPDX-License-Identifier: MIT
#include "wire/npro/fieldtrace.h"

#include <chrono>
#include <utility>

#include "wire/escape.h"
#include "wire/hexdump.h"
#include "wire/preview.h"
#include "wire/streamdissector.h"

namespace Halyard::Wire::Npro {

namespace {

constexpr std::size_t SummaryTextBytes = 48;

constexpr std::array<std::string_view, 19> PartNames {"magic", "version", "length", "payload", "message",
    "public key", "timestamp", "nonce", "nonce verification", "text length", "text", "command length",
    "command", "payload length", "payload", "surplus", "nonce", "ciphertext", "tag"};
static_assert(PartNames.size() == std::size_t(Part::Tag) + 1);

std::string padded(std::uint64_t number, std::size_t digits)
{
    std::string text = std::to_string(number);
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

/// "2023-11-14 22:13:20.000 UTC"; nothing beyond the year 9999.
std::string dateOf(std::uint64_t milliseconds)
{
    using namespace std::chrono;
    constexpr std::uint64_t end = 253'402'300'800'000;
    if (milliseconds >= end)
        return {};
    const std::uint64_t seconds = milliseconds / 1'000;
    constexpr std::uint64_t secondsOfDay = 86'400;
    const year_month_day date {sys_days {days(std::int64_t(seconds / secondsOfDay))}};
    const std::uint64_t time = seconds % secondsOfDay;
    return padded(std::uint64_t(int(date.year())), 4) + '-' + padded(unsigned(date.month()), 2) + '-'
        + padded(unsigned(date.day()), 2) + ' ' + padded(time / 3'600, 2) + ':' + padded(time / 60 % 60, 2)
        + ':' + padded(time % 60, 2) + '.' + padded(milliseconds % 1'000, 3) + " UTC";
}

} // namespace

Field &FieldTrace::add(std::string name, std::string value, std::size_t offset, std::size_t length)
{
    return m_fields.emplace_back(fieldOf(std::move(name), std::move(value), m_at + offset, length));
}

void FieldTrace::part(Part part, std::size_t offset, std::size_t length, std::uint64_t value)
{
    if (length == 0)
        return;
    const ByteView bytes = m_bytes.subspan(offset, length);
    Field &field = add(std::string(PartNames[std::size_t(part)]), {}, offset, length);
    switch (part) {
    case Part::Magic:
        field.value = textPreview(bytes) + " (0x" + toHex(bytes) + ')';
        if (length < Magic.size())
            mark(field, Severity::Error,
                "FrameTruncated: " + std::to_string(length) + " of 4 bytes are there");
        break;
    case Part::Version:
    case Part::TextLength:
    case Part::CommandLength:
    case Part::ContentLength:
        field.value = std::to_string(value);
        break;
    case Part::Length:
        field.value = countOf(value, "byte");
        break;
    case Part::Kind:
        field.value = std::string(messageName(std::uint32_t(value))) + " (" + std::to_string(value) + ')';
        if (value >= Tags)
            mark(field, Severity::Note, "a number that nobody knows: taken for Unknown");
        break;
    case Part::Timestamp:
        field.value = std::to_string(value);
        if (const std::string date = dateOf(value); !date.empty())
            field.value += " (" + date + ')';
        break;
    case Part::Text: // of an Echo, which carries nothing else
        field.role = FieldRole::Payload;
        field.value = textPreview(bytes);
        break;
    case Part::Command:
        field.value = textPreview(bytes);
        break;
    case Part::Content:
        field.role = FieldRole::Payload;
        describeContent(field, bytes);
        break;
    case Part::Payload:
        describeContent(field, bytes);
        break;
    case Part::Surplus:
        field.value = hexPreview(bytes);
        mark(field, Severity::Note, "behind the message, ignored");
        break;
    case Part::PublicKey:
    case Part::Nonce:
    case Part::Verification:
    case Part::RecordNonce:
    case Part::Ciphertext:
    case Part::Tag:
        field.value = hexPreview(bytes);
        break;
    }
}

void FieldTrace::fault(Part part, std::size_t offset, std::size_t length, const Error &error)
{
    const std::string name(PartNames[std::size_t(part)]);
    Field *field = m_fields.empty() ? nullptr : &m_fields.back();
    // A fault may concern what was told already, or stand for what could not be read.
    if (!field || field->offset != m_at + offset || field->name != name)
        field = &add(name, hexPreview(m_bytes.subspan(offset, length)), offset, length);
    markFailed(*field, error);
}

void FieldTrace::addRest(std::string name, std::string note)
{
    const std::size_t at = m_fields.empty() ? 0 : m_fields.back().offset + m_fields.back().length - m_at;
    if (at >= m_bytes.size())
        return;
    const ByteView bytes = m_bytes.subspan(at);
    Field &field
        = add(std::move(name), isPlainText(bytes) ? textPreview(bytes) : hexPreview(bytes), at, bytes.size());
    if (!note.empty())
        mark(field, Severity::Error, std::move(note));
}

std::string summaryOf(const Message &message)
{
    std::string summary(messageName(message));
    if (const auto *echo = std::get_if<Echo>(&message))
        summary += ' ' + escapeText(echo->text, SummaryTextBytes) + ", " + countOf(echo->text.size(), "byte");
    else if (const auto *custom = std::get_if<Custom>(&message))
        summary += ' ' + escapeText(custom->command, SummaryTextBytes) + ", "
            + countOf(custom->payload.size(), "byte");
    return summary;
}

} // namespace Halyard::Wire::Npro

// SPDX-License-Identifier: MIT
#include <bit>
#include <string>

#include <QByteArray>
#include <QLocale>
#include <qfloat16.h>

#include "decode/fieldbudget_p.h"
#include "decode/payloadunfold.h"
#include "wire/bytereader.h"
#include "wire/escape.h"
#include "wire/hexdump.h"

namespace Halyard::Inspector {

using Wire::Field;

namespace {

constexpr std::size_t ShownTextBytes = 1'024;
constexpr std::size_t ShownBinaryBytes = 32;

enum Major : unsigned { Unsigned, Negative, ByteString, TextString, Array, Map, Tag, Simple };

struct Head {
    unsigned major = 0;
    unsigned info = 0; ///< the low five bits
    std::uint64_t argument = 0;
    [[nodiscard]] bool isIndefinite() const { return info == 31; }
    [[nodiscard]] bool isBreak() const { return major == Simple && info == 31; }
};

std::string floatText(double value)
{
    return QByteArray::number(value, 'g', QLocale::FloatingPointShortest).toStdString();
}

/// A strict reader of RFC 8949 that knows where everything stood.
class CborReader
{
public:
    CborReader(Wire::ByteView bytes, std::size_t base, const UnfoldLimits &limits)
        : m_bytes(bytes)
        , m_base(base)
        , m_budget(limits)
    { }

    std::optional<Field> whole()
    {
        Field root;
        if (!item(root, 0) || m_at != m_bytes.size())
            return std::nullopt;
        root.name = "CBOR";
        return root;
    }

private:
    [[nodiscard]] std::size_t left() const { return m_bytes.size() - m_at; }

    std::optional<Head> head()
    {
        if (left() == 0)
            return std::nullopt;
        const auto first = std::to_integer<unsigned>(m_bytes[m_at++]);
        Head head {first >> 5U, first & 31U, first & 31U};
        if (head.info < 24)
            return head;
        if (head.info == 31) {
            const bool allowed = head.major != Unsigned && head.major != Negative && head.major != Tag;
            return allowed ? std::optional(head) : std::nullopt;
        }
        if (head.info > 27)
            return std::nullopt;
        const std::size_t size = std::size_t(1) << (head.info - 24);
        if (left() < size)
            return std::nullopt;
        head.argument = 0;
        for (std::size_t i = 0; i < size; ++i)
            head.argument = (head.argument << 8U) | std::to_integer<std::uint64_t>(m_bytes[m_at++]);
        if (head.major == Simple && head.info == 24 && head.argument < 32)
            return std::nullopt;
        return head;
    }

    bool item(Field &field, int depth)
    {
        field.offset = m_base + m_at;
        const auto read = head();
        const bool ok = read && !read->isBreak() && depth <= m_budget.maxDepth() && body(field, *read, depth);
        field.length = m_base + m_at - field.offset;
        return ok;
    }

    bool body(Field &field, const Head &head, int depth)
    {
        switch (head.major) {
        case Unsigned:
            field.value = std::to_string(head.argument);
            return true;
        case Negative: // -1 - argument, which may not fit 64 bits
            field.value = head.argument == UINT64_MAX ? "-18446744073709551616"
                                                      : '-' + std::to_string(head.argument + 1);
            return true;
        case ByteString:
        case TextString:
            return string(field, head);
        case Array:
            return array(field, head, depth);
        case Map:
            return map(field, head, depth);
        case Tag: {
            Field inner;
            inner.name = "tag " + std::to_string(head.argument);
            if (!item(inner, depth + 1))
                return false;
            field.value = inner.name + ": " + inner.value;
            m_budget.add(field, std::move(inner));
            return true;
        }
        default:
            field.value = simple(head);
            return true;
        }
    }

    static std::string simple(const Head &head)
    {
        switch (head.info) {
        case 20:
            return "false";
        case 21:
            return "true";
        case 22:
            return "null";
        case 23:
            return "undefined";
        case 25:
            return floatText(double(float(std::bit_cast<qfloat16>(quint16(head.argument)))));
        case 26:
            return floatText(double(std::bit_cast<float>(std::uint32_t(head.argument))));
        case 27:
            return floatText(std::bit_cast<double>(head.argument));
        default:
            return "simple " + std::to_string(head.argument);
        }
    }

    bool string(Field &field, const Head &head)
    {
        Wire::Bytes pieces;
        Wire::ByteView content;
        if (!head.isIndefinite()) {
            if (left() < head.argument)
                return false;
            content = m_bytes.subspan(m_at, std::size_t(head.argument));
            m_at += content.size();
        } else {
            for (;;) {
                const auto piece = this->head();
                if (!piece)
                    return false;
                if (piece->isBreak())
                    break;
                if (piece->major != head.major || piece->isIndefinite() || left() < piece->argument)
                    return false;
                const auto view = m_bytes.subspan(m_at, std::size_t(piece->argument));
                pieces.insert(pieces.end(), view.begin(), view.end());
                m_at += view.size();
            }
            content = pieces;
        }
        if (head.major == TextString) {
            if (!Wire::isUtf8(Wire::asText(content)))
                return false;
            field.value = '"' + Wire::escapeText(Wire::asText(content), ShownTextBytes) + '"';
        } else {
            field.value = std::to_string(content.size())
                + " bytes: " + Wire::toHex(content.first(std::min(content.size(), ShownBinaryBytes)))
                + (content.size() > ShownBinaryBytes ? "…" : "");
        }
        return true;
    }

    /// True at the end of a container of `count` items, the break of an indefinite one being taken.
    bool isEnd(const Head &head, std::uint64_t done)
    {
        if (!head.isIndefinite())
            return done == head.argument;
        if (left() == 0 || m_bytes[m_at] != std::byte {0xFF})
            return false;
        ++m_at;
        return true;
    }

    bool array(Field &field, const Head &head, int depth)
    {
        std::uint64_t items = 0;
        for (; !isEnd(head, items); ++items) {
            Field inner;
            inner.name = '[' + std::to_string(items) + ']';
            if (!item(inner, depth + 1))
                return false;
            m_budget.add(field, std::move(inner));
        }
        field.value = "array, " + std::to_string(items) + (items == 1 ? " item" : " items");
        return true;
    }

    bool map(Field &field, const Head &head, int depth)
    {
        std::uint64_t entries = 0;
        for (; !isEnd(head, entries); ++entries) {
            Field key;
            Field entry;
            if (!item(key, depth + 1) || !item(entry, depth + 1))
                return false;
            const bool isText = key.value.size() >= 2 && key.value.front() == '"';
            entry.name = isText ? key.value.substr(1, key.value.size() - 2) : key.value;
            entry.length += entry.offset - key.offset;
            entry.offset = key.offset;
            m_budget.add(field, std::move(entry));
        }
        field.value = "map, " + std::to_string(entries) + (entries == 1 ? " entry" : " entries");
        return true;
    }

    Wire::ByteView m_bytes;
    std::size_t m_base;
    std::size_t m_at = 0;
    FieldBudget m_budget;
};

} // namespace

std::optional<Field> unfoldCbor(Wire::ByteView bytes, std::size_t offset, const UnfoldLimits &limits)
{
    return CborReader(bytes, offset, limits).whole();
}

} // namespace Halyard::Inspector

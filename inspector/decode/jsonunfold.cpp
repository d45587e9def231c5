// SPDX-License-Identifier: MIT
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include <QString>

#include "decode/fieldbudget_p.h"
#include "decode/payloadunfold.h"
#include "wire/escape.h"

namespace Halyard::Inspector {

using Wire::Field;

namespace {

constexpr std::size_t ShownTextBytes = 1'024;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// A strict reader of RFC 8259 that knows where everything stood.
class JsonReader
{
public:
    JsonReader(std::string_view text, std::size_t base, const UnfoldLimits &limits)
        : m_text(text)
        , m_base(base)
        , m_budget(limits)
    { }

    std::optional<Field> whole()
    {
        skipBlanks();
        Field root;
        if (!value(root, 0))
            return std::nullopt;
        skipBlanks();
        if (m_at != m_text.size())
            return std::nullopt;
        root.name = "JSON";
        return root;
    }

private:
    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool take(char c)
    {
        if (peek() != c || m_at == m_text.size())
            return false;
        ++m_at;
        return true;
    }
    void skipBlanks()
    {
        while (
            m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos)
            ++m_at;
    }
    bool takeWord(std::string_view word, Field &field)
    {
        if (m_text.substr(m_at, word.size()) != word)
            return false;
        m_at += word.size();
        field.value = word;
        return true;
    }

    bool value(Field &field, int depth)
    {
        field.offset = m_base + m_at;
        bool ok = false;
        switch (peek()) {
        case '{':
            ok = depth < m_budget.maxDepth() && object(field, depth);
            break;
        case '[':
            ok = depth < m_budget.maxDepth() && array(field, depth);
            break;
        case '"': {
            std::string text;
            ok = string(text);
            field.value = '"' + Wire::escapeText(text, ShownTextBytes) + '"';
            break;
        }
        case 't':
            ok = takeWord("true", field);
            break;
        case 'f':
            ok = takeWord("false", field);
            break;
        case 'n':
            ok = takeWord("null", field);
            break;
        default:
            ok = number(field);
        }
        field.length = m_base + m_at - field.offset;
        return ok;
    }

    bool object(Field &field, int depth)
    {
        ++m_at;
        std::size_t members = 0;
        skipBlanks();
        while (!take('}')) {
            if (members > 0 && !take(','))
                return false;
            skipBlanks();
            const std::size_t begin = m_at;
            std::string key;
            if (!string(key))
                return false;
            Field member;
            member.name = Wire::escapeText(key, ShownTextBytes);
            skipBlanks();
            if (!take(':'))
                return false;
            skipBlanks();
            if (!value(member, depth + 1))
                return false;
            // The key's bytes belong to the member, too.
            member.length += member.offset - (m_base + begin);
            member.offset = m_base + begin;
            m_budget.add(field, std::move(member));
            ++members;
            skipBlanks();
        }
        field.value = "object, " + std::to_string(members) + (members == 1 ? " member" : " members");
        return true;
    }

    bool array(Field &field, int depth)
    {
        ++m_at;
        std::size_t items = 0;
        skipBlanks();
        while (!take(']')) {
            if (items > 0 && !take(','))
                return false;
            skipBlanks();
            Field item;
            item.name = '[' + std::to_string(items) + ']';
            if (!value(item, depth + 1))
                return false;
            m_budget.add(field, std::move(item));
            ++items;
            skipBlanks();
        }
        field.value = "array, " + std::to_string(items) + (items == 1 ? " item" : " items");
        return true;
    }

    /// What the string means, escapes resolved.
    bool string(std::string &text)
    {
        if (!take('"'))
            return false;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at++];
            if (c == '"')
                return true;
            if (static_cast<unsigned char>(c) < 0x20)
                return false;
            if (c != '\\')
                text += c;
            else if (!escape(text))
                return false;
        }
        return false;
    }

    bool escape(std::string &text)
    {
        constexpr std::string_view names = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const char c = peek();
        ++m_at;
        if (const auto found = names.find(c); found != std::string_view::npos) {
            text += meanings[found];
            return true;
        }
        std::uint32_t unit = 0;
        if (c != 'u' || !fourHexDigits(unit))
            return false;
        char32_t character = unit;
        if (unit >= 0xD800 && unit < 0xDC00 && m_text.substr(m_at, 2) == "\\u") {
            const std::size_t before = m_at;
            std::uint32_t low = 0;
            m_at += 2;
            if (fourHexDigits(low) && low >= 0xDC00 && low < 0xE000)
                character = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
            else
                m_at = before;
        }
        // A lone surrogate is allowed by the grammar and means nothing.
        const bool lone = character >= 0xD800 && character < 0xE000;
        text += QString::fromUcs4(lone ? U"\uFFFD" : &character, 1).toStdString();
        return true;
    }

    bool fourHexDigits(std::uint32_t &unit)
    {
        if (m_text.size() - m_at < 4)
            return false;
        const char *begin = m_text.data() + m_at;
        const auto [end, error] = std::from_chars(begin, begin + 4, unit, 16);
        m_at += 4;
        return error == std::errc() && end == begin + 4;
    }

    bool digits()
    {
        const std::size_t begin = m_at;
        while (isDigit(peek()))
            ++m_at;
        return m_at > begin;
    }

    bool number(Field &field)
    {
        const std::size_t begin = m_at;
        take('-');
        if (!take('0') && !digits())
            return false;
        if (take('.') && !digits())
            return false;
        if (peek() == 'e' || peek() == 'E') {
            ++m_at;
            if (!take('+'))
                take('-');
            if (!digits())
                return false;
        }
        field.value = m_text.substr(begin, m_at - begin);
        return true;
    }

    std::string_view m_text;
    std::size_t m_base;
    std::size_t m_at = 0;
    FieldBudget m_budget;
};

} // namespace

std::optional<Field> unfoldJson(Wire::ByteView text, std::size_t offset, const UnfoldLimits &limits)
{
    if (!Wire::isUtf8(Wire::asText(text)))
        return std::nullopt;
    return JsonReader(Wire::asText(text), offset, limits).whole();
}

} // namespace Halyard::Inspector

// SPDX-License-Identifier: MIT
#include "capture/frameface.h"

#include <algorithm>
#include <charconv>
#include <functional>

namespace Halyard::Inspector {

using Wire::Field;

namespace {

/// Frames with more fields than this have their routes and ids in front.
constexpr int MaxFields = 512;

bool sameName(std::string_view left, std::string_view right)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
        [&](char a, char b) { return lower(a) == lower(b); });
}

/// Stops when `visit` returns false.
template <class Visit>
bool walk(const Field &field, int &left, const Visit &visit)
{
    if (--left < 0 || !visit(field))
        return false;
    for (const Field &inner : field.fields) {
        if (!walk(inner, left, visit))
            return false;
    }
    return true;
}

quint64 numberIn(std::string_view text)
{
    quint64 value = 0;
    const auto begin = text.find_first_of("0123456789");
    if (begin > 1) // at most a quote in front; npos is more
        return 0;
    std::from_chars(text.data() + begin, text.data() + text.size(), value);
    return value;
}

/// "DATA" of "DATA (3)" or of "3 (DATA)".
std::string bareName(const std::string &value)
{
    const auto open = value.find(" (");
    if (open == std::string::npos)
        return value;
    const bool numberFirst = value.find_first_not_of("0123456789") == open;
    const auto close = value.rfind(')');
    if (numberFirst && close != std::string::npos && close > open + 2)
        return value.substr(open + 2, close - open - 2);
    return value.substr(0, open);
}

std::string unquoted(const std::string &value)
{
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        return value.substr(1, value.size() - 2);
    return value;
}

} // namespace

FrameFace faceOf(const Field &root)
{
    FrameFace face;
    bool hasType = false;
    bool hasRoute = false;
    int left = MaxFields;
    walk(root, left, [&](const Field &field) {
        if (!hasType && sameName(field.name, "type")) {
            face.type = bareName(field.value);
            hasType = true;
        } else if (!hasRoute && sameName(field.name, "route")) {
            face.route = unquoted(field.value);
            hasRoute = true;
        } else if (face.id == 0 && sameName(field.name, "id")) {
            face.id = numberIn(field.value);
        } else if (face.re == 0 && sameName(field.name, "re")) {
            face.re = numberIn(field.value);
        }
        return true;
    });
    return face;
}

const Field *findField(const Field &root, std::string_view name)
{
    const Field *found = nullptr;
    int left = MaxFields;
    walk(root, left, [&](const Field &field) {
        if (sameName(field.name, name))
            found = &field;
        return found == nullptr;
    });
    return found;
}

} // namespace Halyard::Inspector

// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/dissectionjson.h"
#include "wire/dissectiontext.h"
#include "wire/escape.h"
#include "wire/vstp/dissector.h"

namespace Halyard::Wire::Test {

inline std::vector<Dissection> drain(Dissector &dissector)
{
    std::vector<Dissection> all;
    while (auto dissection = dissector.next())
        all.push_back(std::move(*dissection));
    return all;
}

/// What one direction of a conversation gives, ended behind these bytes.
inline std::vector<Dissection> dissect(
    ByteView bytes, Vstp::Profile profile = Vstp::Profile::R, const DissectorLimits &limits = {})
{
    Vstp::VstpDissector dissector(profile, limits);
    dissector.feed(Direction::ClientToServer, bytes, {});
    dissector.finish(Direction::ClientToServer, {});
    return drain(dissector);
}

inline std::string textOf(const std::vector<Dissection> &dissections)
{
    std::string text;
    for (const Dissection &dissection : dissections)
        text += toText(dissection);
    return text;
}

/// All but the times.
inline bool areEqual(const std::vector<Dissection> &some, const std::vector<Dissection> &others)
{
    return std::equal(some.begin(), some.end(), others.begin(), others.end(),
        [](const Dissection &one, const Dissection &other) {
            return one.direction == other.direction && one.streamOffset == other.streamOffset
                && one.complete == other.complete && one.summary == other.summary
                && one.message == other.message && one.extent == other.extent && one.bytes == other.bytes
                && one.root == other.root;
        });
}

/// The first error's name as the root tells it; empty where there is none.
inline std::string errorOf(const Dissection &dissection)
{
    if (dissection.root.severity != Severity::Error)
        return {};
    return dissection.root.note.substr(0, dissection.root.note.find(':'));
}

inline void checkField(const Field &field, std::size_t first, std::size_t end)
{
    EXPECT_GE(field.offset, first) << field.name;
    EXPECT_LE(field.offset + field.length, end) << field.name;
    EXPECT_EQ(field.severity == Severity::None, field.note.empty()) << field.name;
    for (const std::string &text : {field.name, field.value, field.note}) {
        EXPECT_TRUE(isPlainText(asBytes(text))) << text;
        EXPECT_LE(text.size(), 2'000U);
    }
    for (const Field &child : field.fields)
        checkField(child, field.offset, field.offset + field.length);
}

/// What holds for every dissection, whatever the input.
inline void checkDissections(const std::vector<Dissection> &dissections, ByteView input)
{
    Bytes concatenated;
    for (const Dissection &dissection : dissections) {
        EXPECT_EQ(dissection.streamOffset, concatenated.size());
        EXPECT_EQ(dissection.root.length, dissection.bytes.size());
        EXPECT_EQ(dissection.root.value, dissection.summary);
        checkField(dissection.root, 0, dissection.bytes.size());
        // The fields below the root hold every byte, once and in order.
        std::size_t at = 0;
        for (const Field &field : dissection.root.fields) {
            EXPECT_EQ(field.offset, at) << field.name;
            at = field.offset + field.length;
        }
        EXPECT_EQ(at, dissection.bytes.size());
        EXPECT_EQ(dissection.severity() == Severity::Error, dissection.root.severity == Severity::Error);
        concatenated.insert(concatenated.end(), dissection.bytes.begin(), dissection.bytes.end());
    }
    EXPECT_EQ(concatenated, toBytes(input));
}

} // namespace Halyard::Wire::Test

// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "vectors.h"
#include "wire/dissection.h"
#include "wire/dissectionjson.h"
#include "wire/dissectiontext.h"

using namespace Halyard::Wire;
using Test::fromHex;

namespace {

Field field(std::string name, std::string value, std::size_t offset, std::size_t length)
{
    Field made;
    made.name = std::move(name);
    made.value = std::move(value);
    made.offset = offset;
    made.length = length;
    return made;
}

/// A record of three bytes in which two bytes were sealed.
Dissection sealed()
{
    Dissection dissection;
    dissection.protocol = "test";
    dissection.direction = Direction::ServerToClient;
    dissection.streamOffset = 40;
    dissection.summary = "record";
    dissection.bytes = fromHex("02aabb");
    dissection.root = field("record", "record", 0, 3);
    Field body = field("sealed body", "aabb", 1, 2);
    body.layer = fromHex("6869");
    body.fields.push_back(field("text", "hi", 0, 2));
    dissection.root.fields = {field("length", "2", 0, 1), body};
    return dissection;
}

} // namespace

TEST(Dissection, theWorstSeverityOfTheTree)
{
    Dissection dissection = sealed();
    EXPECT_EQ(dissection.severity(), Severity::None);
    dissection.root.fields[1].fields[0].severity = Severity::Warning;
    EXPECT_EQ(dissection.severity(), Severity::Warning);
    dissection.root.severity = Severity::Error;
    EXPECT_EQ(dissection.severity(), Severity::Error);
}

TEST(DissectionText, alignsAndIndents)
{
    Dissection dissection = sealed();
    dissection.root.fields[0].severity = Severity::Note;
    dissection.root.fields[0].note = "short";
    EXPECT_EQ(toText(dissection),
        "<- test @40  record\n"
        "  0000       1  length       2  [note: short]\n"
        "  0001       2  sealed body  aabb\n"
        "  0000       2    text  hi\n");
}

TEST(DissectionText, dumpsEachLayer)
{
    EXPECT_EQ(toText(sealed(), {.withHexDump = true}),
        "<- test @40  record\n"
        "  0000       1  length       2\n"
        "  0001       2  sealed body  aabb\n"
        "  0000       2    text  hi\n"
        "    00000000  68 69                                             |hi|\n"
        "    00000002\n"
        "  00000000  02 aa bb                                          |...|\n"
        "  00000003\n");
}

TEST(DissectionText, theRootsNoteIsSaidOnce)
{
    Dissection dissection = sealed();
    dissection.root.severity = Severity::Error;
    dissection.root.note = "broken";
    EXPECT_EQ(toText(dissection).substr(0, 37), "<- test @40  record  [error: broken]\n");
    dissection.root.fields[0].severity = Severity::Error;
    dissection.root.fields[0].note = "broken; here";
    EXPECT_EQ(toText(dissection).substr(0, 20), "<- test @40  record\n");
}

TEST(DissectionJson, hasTheAgreedKeys)
{
    EXPECT_EQ(toJson(sealed()),
        R"({"protocol":"test","direction":"s2c","complete":true,"name":"record","value":"record","offset":0,)"
        R"("length":3,"severity":"none","note":"","fields":[{"name":"length","value":"2","offset":0,"length":1,)"
        R"("severity":"none","note":"","fields":[]},{"name":"sealed body","value":"aabb","offset":1,"length":2,)"
        R"("severity":"none","note":"","bytes":"6869","fields":[{"name":"text","value":"hi","offset":0,)"
        R"("length":2,"severity":"none","note":"","fields":[]}]}]})");
}

TEST(DissectionJson, staysValidWhateverTheTexts)
{
    Dissection dissection = sealed();
    dissection.complete = false;
    dissection.root.name = "bad \xff\xc3 utf8";
    dissection.root.value = std::string("nul \0 quote \" line\n", 19);
    dissection.root.note = "\xed\xa0\x80";
    const std::string line = toJson(dissection);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto parsed = nlohmann::json::parse(line);
    EXPECT_EQ(parsed["complete"], false);
    EXPECT_EQ(parsed["value"], dissection.root.value);
    EXPECT_EQ(parsed["name"], "bad \uFFFD\uFFFD utf8");
}

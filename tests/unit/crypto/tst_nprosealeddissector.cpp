// SPDX-License-Identifier: MIT
// Every recorded session in sealed packets through the dissector: without its key, with it, and with another.
#include <set>

#include <gtest/gtest.h>

#include "crypto/securities.h"
#include "nprosessions.h"
#include "wire/dissectionjson.h"
#include "wire/hexdump.h"
#include "wire/npro/dissector.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Npro;
using namespace Halyard::Wire::Test;
using nlohmann::json;

TEST(NproSealedDissector, theDissectorOpensSessionsWithTheirKey)
{
    int opened = 0;
    int refused = 0;
    for (const json &row : sealedSessions("")) {
        SCOPED_TRACE(row["name"]);
        NproDissector closed;
        NproDissector open;
        NproDissector other;
        open.useSecurities(std::make_shared<Securities>());
        other.useSecurities(std::make_shared<Securities>());
        EXPECT_FALSE(closed.unlock(Bytes(32)));
        EXPECT_FALSE(open.unlock(Bytes(31)));
        ASSERT_TRUE(other.unlock(Bytes(32)));
        if (row["fields"].contains("session_key")) {
            ASSERT_TRUE(open.unlock(bytesOf(row["fields"], "session_key")));
        }
        std::set<std::string> seen;
        for (const RecordedPacket &packet : packetsOf(row)) {
            SCOPED_TRACE(packet.said.dump());
            const Direction direction
                = packet.isClients ? Direction::ClientToServer : Direction::ServerToClient;
            const Bytes bytes = wrapped(packet.body);
            for (NproDissector *dissector : {&closed, &open, &other})
                dissector->feed(direction, bytes, {});
            const auto shut = closed.next();
            const auto told = open.next();
            const auto wrong = other.next();
            ASSERT_TRUE(shut && told && wrong);
            const bool isSealed = packet.said.value("sealed", false);
            if (!isSealed) {
                EXPECT_EQ(told->root, shut->root);
                EXPECT_EQ(told->severity(), Severity::None);
                continue;
            }
            const bool isNew = seen.insert(toHex(packet.body)).second;
            EXPECT_TRUE(wrong->severity() == Severity::Error);
            EXPECT_TRUE(shut->summary.starts_with("sealed record, ")) << shut->summary;
            EXPECT_EQ(toJson(*shut).find("layer"), std::string::npos);
            const bool isWhole = packet.body.size() >= 40;
            EXPECT_EQ(shut->severity(), isNew && isWhole ? Severity::None : Severity::Error);
            if (!packet.said.contains("plain")) {
                ++refused;
                EXPECT_EQ(told->root.note.substr(0, 16), "DecryptionFailed");
                continue;
            }
            ++opened;
            const Field &record = told->root.fields.back();
            const Field &content = record.fields.back();
            EXPECT_EQ(content.name, "opened");
            ASSERT_TRUE(content.layer);
            EXPECT_EQ(toHex(*content.layer), textOf(packet.said["plain"]));
            const bool parses = parseMessage(*content.layer).has_value();
            EXPECT_EQ(told->root.severity == Severity::Error, !isNew || !parses);
            EXPECT_EQ(shut->message.type, "record");
            if (const auto message = parseMessage(*content.layer)) {
                EXPECT_EQ(told->message.type, messageName(*message));
                if (const auto *echo = std::get_if<Echo>(&*message)) {
                    EXPECT_EQ(asText(told->payload()), echo->text);
                }
            }
            if (!isNew) {
                EXPECT_EQ(record.severity, Severity::Error) << "marked on the record";
            }
        }
        EXPECT_FALSE(open.next());
    }
    EXPECT_GT(opened, 300);
    EXPECT_GE(refused, 9);
}

TEST(NproSealedDissector, changedAndRepeatedRecordsAreMarkedAndTheOthersOpen)
{
    int records = 0;
    for (const json &row : sealedSessions("-standard")) {
        SCOPED_TRACE(row["name"]);
        NproDissector open;
        open.useSecurities(std::make_shared<Securities>());
        ASSERT_TRUE(open.unlock(bytesOf(row["fields"], "session_key")));
        std::set<std::string> seen;
        for (const RecordedPacket &packet : packetsOf(row)) {
            SCOPED_TRACE(packet.said.dump());
            const Direction direction
                = packet.isClients ? Direction::ClientToServer : Direction::ServerToClient;
            const auto read = [&](const Bytes &bytes) {
                open.feed(direction, bytes, {});
                return open.next().value_or(Dissection());
            };
            const Bytes bytes = wrapped(packet.body);
            if (!packet.said.contains("plain") || !seen.insert(toHex(packet.body)).second) {
                read(bytes);
                continue;
            }
            ++records;
            Bytes changed = bytes;
            changed.back() ^= std::byte(1);
            const Dissection forged = read(changed);
            EXPECT_EQ(forged.root.fields.back().name, "record");
            EXPECT_EQ(forged.root.fields.back().severity, Severity::Error);
            EXPECT_TRUE(forged.root.fields.back().note.ends_with("is not authentic"));
            EXPECT_EQ(forged.root.severity, Severity::Error);
            const Dissection good = read(bytes);
            EXPECT_EQ(good.root.fields.back().severity, Severity::None) << "a forgery changes nothing";
            ASSERT_TRUE(good.root.fields.back().fields.back().layer);
            const Dissection again = read(bytes);
            EXPECT_EQ(again.root.fields.back().severity, Severity::Error);
            EXPECT_EQ(again.root.fields.back().note, "DecryptionFailed: a record that has been here before");
            EXPECT_TRUE(again.summary.ends_with(" (sealed) [DecryptionFailed]")) << again.summary;
        }
    }
    EXPECT_GT(records, 20);
}

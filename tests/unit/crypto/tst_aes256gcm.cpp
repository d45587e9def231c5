// SPDX-License-Identifier: MIT
// Cases of NIST's validation program: each size of text with each size of associated data.
#include <gtest/gtest.h>

#include "crypto/aes256gcm.h"
#include "secretof.h"
#include "wire/hexdump.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using nlohmann::json;

TEST(Aes256Gcm, publishedVectors)
{
    int rows = 0;
    for (const json &row : loadVectors("aesgcm.json")) {
        SCOPED_TRACE(textOf(row["name"]));
        ++rows;
        const Secret<32> key = secretOf(bytesOf(row, "key"));
        const Bytes nonce = bytesOf(row, "nonce");
        const Bytes associated = bytesOf(row, "associated");
        Aes256Gcm sealing(Aes256Gcm::Task::Seal, key);
        const auto sealed = sealing.run(nonce, associated, bytesOf(row, "plain"));
        ASSERT_TRUE(sealed);
        EXPECT_EQ(toHex(*sealed), textOf(row["sealed"]) + textOf(row["tag"]));

        Aes256Gcm opening(Aes256Gcm::Task::Open, key);
        Bytes record = toBytes(*sealed);
        const auto opened = opening.run(nonce, associated, record);
        ASSERT_TRUE(opened);
        EXPECT_EQ(toHex(*opened), textOf(row["plain"]));
        for (const std::size_t at : {std::size_t(0), record.size() / 2, record.size() - 1}) {
            record[at] ^= std::byte(1);
            EXPECT_FALSE(opening.run(nonce, associated, record)) << at;
            record[at] ^= std::byte(1);
        }
        EXPECT_FALSE(opening.run(nonce, fromHex("00" + textOf(row["associated"])), record));
        EXPECT_FALSE(opening.run(nonce, associated, ByteView(record).first(record.size() - 1)));
        EXPECT_TRUE(opening.run(nonce, associated, record)) << "a forged one spoils nothing";
    }
    EXPECT_EQ(rows, 26);
}

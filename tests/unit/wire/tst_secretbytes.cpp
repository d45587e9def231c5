// SPDX-License-Identifier: MIT
// Secrets leave nothing in memory that goes back to the heap: every block that is freed is looked through.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "freedblocks.h"
#include "wire/framesecurity.h"
#include "wire/secretbytes.h"

using namespace Halyard::Wire;

using FreedBlocks::Word;

namespace {

Bytes word() { return toBytes(asBytes(Word)); }

class SecretBytesTest : public testing::Test
{
protected:
    void SetUp() override { FreedBlocks::withWord = 0; }
};

} // namespace

TEST_F(SecretBytesTest, plainBytesWouldBeFound)
{
    {
        const Bytes plain = word();
    }
    EXPECT_EQ(FreedBlocks::withWord, 1U) << "else the other tests show nothing";
}

TEST_F(SecretBytesTest, wipedWhenItGoes)
{
    std::optional<SecretBytes> secret(word());
    EXPECT_EQ(asText(secret->view()), Word);
    secret.reset();
    EXPECT_EQ(FreedBlocks::withWord, 0U);
}

TEST_F(SecretBytesTest, wipedWhenItIsReplaced)
{
    SecretBytes secret(word());
    secret = toBytes(asBytes("another one"));
    EXPECT_EQ(asText(secret), "another one");
    SecretBytes other(word());
    other = secret;
    EXPECT_EQ(asText(other), "another one");
    other = word();
    other = SecretBytes();
    EXPECT_TRUE(other.view().empty());
    EXPECT_EQ(FreedBlocks::withWord, 0U);
}

TEST_F(SecretBytesTest, copiesAreSecretsOfTheirOwn)
{
    SecretBytes first(word());
    {
        // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): it is the point
        const SecretBytes copy = first;
        EXPECT_EQ(asText(copy), Word);
    }
    EXPECT_EQ(asText(first), Word) << "wiping the copy leaves the original";
    first = SecretBytes(first);
    EXPECT_EQ(asText(first), Word);
    const SecretBytes moved = std::move(first);
    EXPECT_EQ(asText(moved), Word);
    EXPECT_TRUE(first.view().empty()); // NOLINT(bugprone-use-after-move): a move leaves nothing
    EXPECT_EQ(FreedBlocks::withWord, 0U);
}

TEST_F(SecretBytesTest, credentialsMayBeHandedAbout)
{
    std::vector<std::optional<Credentials>> handed;
    for (int i = 0; i < 20; ++i) { // the vector moves them as it grows
        Credentials credentials {"alice", word()};
        const std::optional<Credentials> copy = credentials;
        handed.emplace_back(std::move(credentials));
        handed.front() = copy;
    }
    const Credentials last {.user = "alice", .secret = word()};
    EXPECT_EQ(asText(handed.back()->secret), asText(last.secret));
    handed.back()->secret = {};
    handed.clear();
    handed.shrink_to_fit();
    EXPECT_EQ(FreedBlocks::withWord, 0U);
}

TEST(Wipe, everyByteOfAnyLength)
{
    for (const std::size_t size : {0U, 1U, 7U, 64U, 1'000U}) {
        Bytes bytes(size + 1, std::byte {0xa5});
        wipe(MutableBytes(bytes).first(size));
        EXPECT_EQ(std::ranges::count(bytes, std::byte {0}), std::ptrdiff_t(size));
        EXPECT_EQ(bytes.back(), std::byte {0xa5}) << "and none behind them";
    }
    wipe({});
}

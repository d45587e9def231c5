// SPDX-License-Identifier: MIT
// What a FrameChannel tells an observer that asked for it of the secrets of its security: when, and how
// often.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/framechannel.h"
#include "wire/lengthframing.h"

using namespace Halyard::Wire;

namespace {

/// A server's: "name" is the first step, "proof" the second and knows the secrets, whether it is right or
/// not; then bodies as they are.
class TwoSteps final : public FrameSecurity
{
public:
    void start(Now) override { }
    Result<Took> handshake(ByteView body, Now) override
    {
        if (++m_steps == 1)
            return Took::Handshake;
        if (asText(body) != "proof")
            return failure(ErrorCode::AuthenticationFailed, ErrorOrigin::Peer, "no proof");
        return Took::Handshake;
    }
    std::optional<Bytes> nextHandshakeFrame() override { return std::nullopt; }
    std::optional<std::string> credentialsNeeded() const override { return std::nullopt; }
    void provide(std::optional<Credentials>, Now) override { }
    bool isEstablished() const override { return m_steps >= 2; }
    std::size_t maxBody() const override { return 64; }
    Overhead overhead() const override { return {}; }
    Result<void> seal(MutableBytes) override { return {}; }
    Result<MutableBytes> open(MutableBytes body) override { return body; }
    std::optional<Bytes> exportedSecrets() const override
    {
        return isEstablished() ? std::optional(toBytes(asBytes("keys"))) : std::nullopt;
    }

private:
    int m_steps = 0;
};

/// Writes down what it is told, in order.
class Listener final : public EngineObserver
{
public:
    explicit Listener(bool asks)
        : m_asks(asks)
    { }
    void observed(Passage, Layer layer, ByteView bytes, Now) override
    {
        if (layer == Layer::OpenedBody)
            told.push_back("body " + std::string(asText(bytes)));
    }
    bool wantsSecrets() const override { return m_asks; }
    void secretsExported(Bytes secrets, Now) override
    {
        told.push_back("secrets " + std::string(asText(secrets)));
    }

    std::vector<std::string> told;

private:
    bool m_asks;
};

std::vector<std::string> toldAbout(std::initializer_list<std::string_view> bodies, bool asks)
{
    const LengthFraming framing;
    FrameChannel channel(framing, std::make_unique<TwoSteps>(), EngineLimits {});
    Listener listener(asks);
    channel.setObserver(&listener);
    channel.start({});
    for (const std::string_view body : bodies) {
        Bytes frame {{}, {}, {}, std::byte(body.size())};
        const ByteView bytes = asBytes(body);
        frame.insert(frame.end(), bytes.begin(), bytes.end());
        const MutableBytes space = channel.inputSpace(frame.size());
        EXPECT_EQ(space.size(), frame.size());
        copyBytes(frame, space.data());
        channel.received(frame.size(), {});
    }
    for (auto next = channel.nextBody({}); next && *next; next = channel.nextBody({})) { }
    return std::move(listener.told);
}

using Told = std::vector<std::string>;

} // namespace

TEST(ExportedSecrets, comeOnceAndBeforeTheFirstRecord)
{
    EXPECT_EQ(toldAbout({"name", "proof", "first", "second"}, true),
        (Told {"secrets keys", "body first", "body second"}));
}

TEST(ExportedSecrets, comeAlsoWhereTheProofIsWrong)
{
    EXPECT_EQ(toldAbout({"name", "guess"}, true), (Told {"secrets keys"}));
}

TEST(ExportedSecrets, doNotComeBeforeThereAreSome) { EXPECT_EQ(toldAbout({"name"}, true), Told()); }

TEST(ExportedSecrets, doNotComeUnasked)
{
    EXPECT_EQ(toldAbout({"name", "proof", "first"}, false), (Told {"body first"}));
}

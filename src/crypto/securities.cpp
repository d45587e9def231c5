// SPDX-License-Identifier: MIT
#include "crypto/securities.h"

#include <utility>

#include "crypto/nproopener.h"
#include "crypto/nprosecurity.h"
#include "crypto/tunnelopener.h"
#include "crypto/tunnelsecurity.h"

namespace Halyard::Wire {

namespace {

using Made = Result<std::unique_ptr<FrameSecurity>>;

std::string optionOf(const SecuritySetup &setup, std::string_view name)
{
    const auto found = setup.options.find(name);
    return found == setup.options.end() ? std::string() : found->second;
}

Made makeTunnel(const SecuritySetup &setup)
{
    const std::string format = optionOf(setup, "encryption");
    if (setup.side == SecuritySetup::Side::Client && format != "E1" && format != "E2")
        return failure(
            ErrorCode::InvalidArgument, ErrorOrigin::Local, "encryption=" + format + ": possible are E1, E2");
    Secret<TunnelSecurity::RandomBytes> random;
    setup.random(random.bytes());
    std::string server = optionOf(setup, "server-id");
    if (setup.side == SecuritySetup::Side::Server)
        return TunnelSecurity::server(std::move(server), random.view(), setup.maxBody);
    return TunnelSecurity::client(format == "E1" ? TunnelFormat::E1 : TunnelFormat::E2, std::move(server),
        random.view(), setup.maxBody);
}

Made makeNpro(const SecuritySetup &setup, std::shared_ptr<ReplayCache> replays)
{
    const std::string family = optionOf(setup, "family");
    const bool isServer = setup.side == SecuritySetup::Side::Server;
    if (family != "A" && family != "B" && !(isServer && family.empty()))
        return failure(
            ErrorCode::InvalidArgument, ErrorOrigin::Local, "family=" + family + ": possible are A, B");
    const Npro::Family named = family == "A" ? Npro::Family::A : Npro::Family::B;
    if (!isServer)
        return NproSecurity::client(named, setup.random, setup.maxBody);
    return NproSecurity::server(family.empty() ? std::nullopt : std::optional(named), setup.random,
        std::move(replays), setup.maxBody);
}

} // namespace

Securities::Securities()
    : m_replays(std::make_shared<ReplayCache>())
{ }
Securities::~Securities() = default;

Made Securities::make(std::string_view name, const SecuritySetup &setup) const
{
    if (!setup.random)
        return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, "a security without random bytes");
    if (name == "spake2-ed25519")
        return makeTunnel(setup);
    if (name == "npro-session")
        return makeNpro(setup, m_replays);
    return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "no security " + std::string(name));
}

Result<std::unique_ptr<RecordOpener>> Securities::makeOpener(
    std::string_view name, ByteView exportedSecrets) const
{
    if (name == "npro-session")
        return NproOpener::make(exportedSecrets);
    if (name == "spake2-ed25519")
        return TunnelOpener::make(exportedSecrets);
    return SecurityProvider::makeOpener(name, exportedSecrets);
}

} // namespace Halyard::Wire

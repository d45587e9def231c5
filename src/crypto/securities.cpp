// SPDX-License-Identifier: MIT
#include "crypto/securities.h"

#include <utility>

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

} // namespace

Securities::Securities() = default;
Securities::~Securities() = default;

Made Securities::make(std::string_view name, const SecuritySetup &setup) const
{
    if (!setup.random)
        return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, "a security without random bytes");
    if (name == "spake2-ed25519")
        return makeTunnel(setup);
    return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "no security " + std::string(name));
}

} // namespace Halyard::Wire

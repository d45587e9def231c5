// SPDX-License-Identifier: MIT
#include "protocol/vstp/vstpfactory.h"

#include <algorithm>
#include <array>

#include "protocol/framedengine.h"
#include "wire/vstp/dissector.h"

namespace Halyard::Wire::Vstp {

namespace {

tl::unexpected<Error> badOption(const std::string &name, const std::string &value, const std::string &values)
{
    return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
        "option " + name + "=" + value + " of vstp: possible are " + values);
}

Result<std::shared_ptr<const ProtocolFactory>> makeFactory(const OptionValues &options)
{
    Profile profile = Profile::R;
    Peer peer = Peer::Halyard;
    for (const auto &[name, value] : options) {
        if (name == "profile") {
            if (value != "R" && value != "S")
                return badOption(name, value, "R, S");
            profile = value == "R" ? Profile::R : Profile::S;
        } else if (name == "peer") {
            if (value == "halyard")
                peer = Peer::Halyard;
            else if (value == "raw")
                peer = Peer::Raw;
            else if (value == "easy")
                peer = Peer::Easy;
            else
                return badOption(name, value, "halyard, raw, easy");
        } else {
            return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, "vstp has no option " + name);
        }
    }
    return std::make_shared<VstpFactory>(profile, peer);
}

} // namespace

VstpFactory::VstpFactory(Profile profile, Peer peer) noexcept
    : m_framing(profile)
    , m_peer(peer)
{ }

VstpFactory::~VstpFactory() = default;

ProtocolDescription VstpFactory::description()
{
    ProtocolDescription result;
    result.name = "vstp";
    result.summary = "typed frames with headers and CRC-32; Halyard's default";
    result.options = {
        {"profile", "R|S", "R", "R is what vstp peers speak; S the layout of the original plan"},
        {"peer", "halyard|raw|easy", "halyard",
            "what the other side is: one that may know our conventions, plain vstp, or the crate's easy API"},
    };
    result.capabilities.routes = true;
    result.capabilities.headers = true;
    result.capabilities.requests = true;
    result.capabilities.streams = true;
    result.capabilities.cancel = true;
    result.capabilities.events = true;
    result.capabilities.heartbeat = true;
    result.make = makeFactory;
    return result;
}

Recognition VstpFactory::recognise(ByteView first) const
{
    static constexpr std::array<std::byte, PrefixBytes> Prefix {
        std::byte {0x56}, std::byte {0x54}, std::byte {0x01}};
    const std::size_t known = std::min(first.size(), Prefix.size());
    if (!std::equal(Prefix.begin(), Prefix.begin() + static_cast<std::ptrdiff_t>(known), first.begin()))
        return Recognition::No;
    return known == Prefix.size() ? Recognition::Yes : Recognition::More;
}

std::unique_ptr<Engine> VstpFactory::makeEngine(const EngineSetup &setup) const
{
    auto session = std::make_unique<VstpSession>(setup.role, m_framing.profile(), m_peer, setup.limits);
    return std::make_unique<FramedEngine>(m_framing, std::move(session), nullptr, setup);
}

std::unique_ptr<Dissector> VstpFactory::makeDissector() const
{
    return std::make_unique<VstpDissector>(m_framing.profile());
}

} // namespace Halyard::Wire::Vstp

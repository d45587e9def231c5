// SPDX-License-Identifier: MIT
#include "protocol/vstp/factory.h"

#include "protocol/framedengine.h"
#include "protocol/vstp/clientsession.h"
#include "protocol/vstp/serversession.h"
#include "wire/vstp/dissector.h"
#include "wire/vstp/recognition.h"

namespace Halyard::Wire::Vstp {

namespace {

Result<std::shared_ptr<const ProtocolFactory>> makeFactory(const OptionValues &options)
{
    Profile profile = Profile::R;
    Peer peer = Peer::Halyard;
    for (const auto &[name, value] : options) {
        if (name == "profile")
            profile = value == "R" ? Profile::R : Profile::S;
        else
            peer = value == "raw" ? Peer::Raw : value == "easy" ? Peer::Easy : Peer::Halyard;
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

Recognition VstpFactory::recognise(ByteView first) const { return looksLikeVstp(first); }

std::unique_ptr<Engine> VstpFactory::makeEngine(const EngineSetup &setup) const
{
    const Profile profile = m_framing.profile();
    std::unique_ptr<Session> session;
    if (setup.role == Role::Client)
        session = std::make_unique<ClientSession>(profile, m_peer, setup.limits);
    else
        session = std::make_unique<ServerSession>(profile, m_peer, setup.limits);
    return std::make_unique<FramedEngine>(m_framing, std::move(session), nullptr, setup);
}

std::unique_ptr<Dissector> VstpFactory::makeDissector() const
{
    return std::make_unique<VstpDissector>(m_framing.profile());
}

} // namespace Halyard::Wire::Vstp

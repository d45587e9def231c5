// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "protocol/npro/nprofactory.h"
#include "protocol/protocolfactory.h"
#include "protocol/tfserver/tfserverfactory.h"
#include "protocol/vstp/vstpfactory.h"

namespace Halyard::Wire {

ProtocolRegistry ProtocolRegistry::standard()
{
    ProtocolRegistry registry;
    registry.add(Vstp::VstpFactory::description());
    registry.add(TfServer::TfServerFactory::description());
    registry.add(Npro::NproFactory::description());
    return registry;
}

void ProtocolRegistry::add(ProtocolDescription description)
{
    const auto same = std::find_if(m_descriptions.begin(), m_descriptions.end(),
        [&](const ProtocolDescription &known) { return known.name == description.name; });
    if (same == m_descriptions.end())
        m_descriptions.push_back(std::move(description));
    else
        *same = std::move(description);
}

const ProtocolDescription *ProtocolRegistry::find(std::string_view name) const
{
    const auto found = std::find_if(m_descriptions.begin(), m_descriptions.end(),
        [name](const ProtocolDescription &known) { return known.name == name; });
    return found == m_descriptions.end() ? nullptr : &*found;
}

Result<std::shared_ptr<const ProtocolFactory>> ProtocolRegistry::make(
    std::string_view name, const OptionValues &options) const
{
    const ProtocolDescription *const known = find(name);
    if (!known)
        return failure(ErrorCode::UnknownProtocol, ErrorOrigin::Local, "protocol " + std::string(name));
    return known->make(options);
}

} // namespace Halyard::Wire

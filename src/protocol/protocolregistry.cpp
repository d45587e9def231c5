// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "protocol/npro/factory.h"
#include "protocol/protocolfactory.h"
#include "protocol/tfserver/factory.h"
#include "protocol/vstp/factory.h"

namespace Halyard::Wire {

namespace {

bool isListed(std::string_view value, std::string_view list)
{
    while (true) {
        const std::size_t end = std::min(list.find('|'), list.size());
        if (list.substr(0, end) == value)
            return true;
        if (end == list.size())
            return false;
        list.remove_prefix(end + 1);
    }
}

std::string inWords(std::string_view list)
{
    std::string words;
    for (const char letter : list)
        words += letter == '|' ? std::string(", ") : std::string(1, letter);
    return words;
}

Result<void> checkOptions(const ProtocolDescription &protocol, const OptionValues &options)
{
    for (const auto &[name, value] : options) {
        const auto known = std::find_if(protocol.options.begin(), protocol.options.end(),
            [&name = name](const OptionDescription &option) { return option.name == name; });
        if (known == protocol.options.end())
            return refused(ErrorCode::InvalidArgument, protocol.name + " has no option " + name);
        const bool isList = known->values.find('|') != std::string::npos;
        if (!isList || isListed(value, known->values))
            continue;
        std::string wrong = "option " + name;
        wrong.append("=").append(value).append(" of ").append(protocol.name);
        return refused(ErrorCode::InvalidArgument, wrong + ": possible are " + inWords(known->values));
    }
    return {};
}

} // namespace

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
        return refused(ErrorCode::UnknownProtocol, "protocol " + std::string(name));
    if (auto possible = checkOptions(*known, options); !possible)
        return tl::unexpected(std::move(possible.error()));
    return known->make(options);
}

} // namespace Halyard::Wire

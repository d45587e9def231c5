// SPDX-License-Identifier: MIT
#include "cli/watcharguments.h"

#include <CLI/App.hpp>

namespace Halyard::Cli {

void WatchArguments::declare(CLI::App &command)
{
    command.add_flag("--dump", m_style.dump, "Add the hexadecimal dump of each frame");
    command.add_flag("--json", m_style.json, "One JSON object per line and frame");
    command.add_option("--capture", m_capture, "Keep what passes in this pcapng file")
        ->type_name("FILE.pcapng");
}

Result<std::shared_ptr<const Wire::ProtocolFactory>> WatchArguments::protocol(const EndpointAddress &address)
{
    auto factory = Wire::ProtocolRegistry::standard().make(
        address.protocol().toStdString(), address.protocolOptions());
    if (!factory)
        return failure(factory.error());
    return std::move(*factory);
}

Result<std::unique_ptr<CaptureFile>> WatchArguments::capture(const EndpointAddress &address) const
{
    if (m_capture.empty())
        return nullptr;
    auto file = std::make_unique<CaptureFile>(QString::fromStdString(m_capture), address.protocol());
    if (const auto opened = file->open(); !opened)
        return failure(opened.error());
    return file;
}

} // namespace Halyard::Cli

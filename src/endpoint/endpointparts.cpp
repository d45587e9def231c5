// SPDX-License-Identifier: MIT
#include "endpoint/endpointparts_p.h"

#include <QRandomGenerator>

#include "protocol/recognisingengine.h"

namespace Halyard {

namespace {

void fillRandom(Wire::MutableBytes bytes)
{
    auto *system = QRandomGenerator::system();
    for (std::byte &byte : bytes)
        byte = std::byte(system->generate());
}

} // namespace

Connection *makeConnection(
    const ConnectionParts &parts, DriverGroup &group, std::unique_ptr<Transport> transport, QObject *owner)
{
    auto link = std::make_shared<ConnectionLink>(parts.options);
    const bool single = parts.factories.size() == 1;
    Wire::EngineSetup setup {parts.role, parts.options.engine, parts.options.filters, fillRandom,
        group.spareBlocks(), [routes = parts.routes] { return routes->names(); }, parts.securities,
        parts.authenticates};
    auto engine = single ? parts.factories.front()->makeEngine(setup)
                         : std::make_unique<Wire::RecognisingEngine>(parts.factories, std::move(setup));
    auto *driver = new ConnectionDriver(group, std::move(transport), std::move(engine), parts.factories,
        parts.role, parts.options, link, TapFeed(parts.tap));
    const auto name = single ? parts.factories.front()->name() : std::string_view();
    auto *connection
        = new Connection(std::make_unique<ConnectionPrivate>(parts.options, std::move(link), parts.routes,
                             group.deadlines(), QString::fromUtf8(name.data(), qsizetype(name.size()))),
            owner);
    driver->start();
    return connection;
}

} // namespace Halyard

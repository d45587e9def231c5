// SPDX-License-Identifier: MIT
#include "endpoint/endpointparts_p.h"

#include <QRandomGenerator>

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
    auto engine
        = parts.factory->makeEngine({parts.role, parts.options.engine, parts.options.filters, fillRandom});
    auto *driver = new ConnectionDriver(group, std::move(transport), std::move(engine), parts.factory,
        parts.role, parts.options, link, TapFeed(parts.tap));
    const auto name = parts.factory->name();
    auto *connection
        = new Connection(std::make_unique<ConnectionPrivate>(parts.options, std::move(link), parts.routes,
                             group.deadlines(), QString::fromUtf8(name.data(), qsizetype(name.size()))),
            owner);
    driver->start();
    return connection;
}

} // namespace Halyard

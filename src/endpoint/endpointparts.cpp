// SPDX-License-Identifier: MIT
#include "endpoint/endpointparts_p.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <QRandomGenerator>

#include "protocol/recognisingengine.h"

namespace Halyard {

namespace {

void fillRandom(Wire::MutableBytes bytes)
{
    auto *system = QRandomGenerator::system();
    std::array<quint32, 16> numbers {}; // the system is asked once for all of them
    while (!bytes.empty()) {
        system->fillRange(numbers.data(), qsizetype(numbers.size()));
        const auto piece = bytes.first(std::min(bytes.size(), sizeof(numbers)));
        std::memcpy(piece.data(), numbers.data(), piece.size());
        bytes = bytes.subspan(piece.size());
    }
    numbers.fill(0);
}

/// Frame limits that nobody has set are those of the protocol.
void takeDefaults(std::size_t &limit, std::size_t untouched, const ConnectionParts &parts)
{
    if (limit != untouched)
        return;
    for (const auto &factory : parts.factories)
        limit = std::max(limit, factory->defaultMaxFrameBytes());
}

} // namespace

Connection *makeConnection(
    const ConnectionParts &parts, DriverGroup &group, std::unique_ptr<Transport> transport, QObject *owner)
{
    ConnectionOptions options = parts.options;
    takeDefaults(options.engine.maxFrameBytesIn, Wire::EngineLimits().maxFrameBytesIn, parts);
    takeDefaults(options.engine.maxFrameBytesOut, Wire::EngineLimits().maxFrameBytesOut, parts);
    auto link = std::make_shared<ConnectionLink>(options);
    const bool single = parts.factories.size() == 1;
    Wire::EngineSetup setup {parts.role, options.engine, options.filters, fillRandom, group.spareBlocks(),
        [routes = parts.routes] { return routes->names(); }, parts.securities, parts.authenticates};
    auto engine = single ? parts.factories.front()->makeEngine(setup)
                         : std::make_unique<Wire::RecognisingEngine>(parts.factories, std::move(setup));
    auto *driver = new ConnectionDriver(group, std::move(transport), std::move(engine), parts.factories,
        parts.role, options, link, TapFeed(parts.tap));
    const auto name = single ? parts.factories.front()->name() : std::string_view();
    auto *connection
        = new Connection(std::make_unique<ConnectionPrivate>(options, std::move(link), parts.routes,
                             group.deadlines(), QString::fromUtf8(name.data(), qsizetype(name.size()))),
            owner);
    driver->start();
    return connection;
}

} // namespace Halyard

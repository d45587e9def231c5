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

} // namespace

ConnectionOptions ConnectionParts::effectiveOptions() const
{
    ConnectionOptions effective = options;
    for (const auto &factory : factories) {
        const Wire::EngineLimits its = factory->limitsFor(options.engine);
        effective.engine.maxFrameBytesIn = std::max(effective.engine.maxFrameBytesIn, its.maxFrameBytesIn);
        effective.engine.maxFrameBytesOut = std::max(effective.engine.maxFrameBytesOut, its.maxFrameBytesOut);
    }
    return effective;
}

std::unique_ptr<Wire::Engine> makeEngine(
    const ConnectionParts &parts, const std::shared_ptr<Wire::SpareBlocks> &spares)
{
    const auto routes = [routes = parts.routes] { return routes ? routes->names() : nullptr; };
    Wire::EngineSetup setup {parts.role, parts.options.engine, parts.options.filters, fillRandom, spares,
        routes, parts.securities, parts.authenticates, parts.onlyFrames};
    if (parts.factories.size() == 1) {
        setup.limits = parts.factories.front()->limitsFor(setup.limits);
        return parts.factories.front()->makeEngine(setup);
    }
    return std::make_unique<Wire::RecognisingEngine>(parts.factories, std::move(setup));
}

Connection *makeConnection(
    const ConnectionParts &parts, DriverGroup &group, std::unique_ptr<Transport> transport, QObject *owner)
{
    const ConnectionOptions options = parts.effectiveOptions();
    auto link = std::make_shared<ConnectionLink>(options);
    auto *driver = new ConnectionDriver(group, std::move(transport), makeEngine(parts, group.spareBlocks()),
        parts.factories, parts.role, options, link, TapFeed(parts.tap));
    const auto name = parts.factories.size() == 1 ? parts.factories.front()->name() : std::string_view();
    auto *connection
        = new Connection(std::make_unique<ConnectionPrivate>(options, std::move(link), parts.routes,
                             group.deadlines(), QString::fromUtf8(name.data(), qsizetype(name.size()))),
            owner);
    driver->start();
    return connection;
}

} // namespace Halyard

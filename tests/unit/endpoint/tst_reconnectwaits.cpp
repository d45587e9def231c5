// SPDX-License-Identifier: MIT
// How long a client waits before it tries again: drawn anew each time, from nothing up to the ceiling.
#include <algorithm>
#include <memory>
#include <vector>

#include "endpointpair.h"

using namespace Halyard;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

/// Clients that find nobody at their address, and the waits that each of them announces.
struct Crowd {
    Crowd(int size, const ReconnectPolicy &policy)
        : waits(std::size_t(size))
    {
        ClientOptions options;
        options.reconnect = policy;
        options.transport.memoryNetwork = std::make_shared<MemoryNetwork>();
        for (std::vector<milliseconds> &ofOne : waits) {
            clients.push_back(std::make_unique<Client>(options));
            QObject::connect(clients.back().get(), &Client::reconnectScheduled, clients.back().get(),
                [&ofOne](milliseconds wait) { ofOne.push_back(wait); });
        }
    }
    [[nodiscard]] bool open() const
    {
        return std::all_of(clients.begin(), clients.end(), [](const auto &client) {
            return client->open(QUrl(QStringLiteral("memory://nobody"))).has_value();
        });
    }
    [[nodiscard]] bool hasFailed(std::size_t times) const
    {
        return std::all_of(
            waits.begin(), waits.end(), [times](const auto &ofOne) { return ofOne.size() >= times; });
    }

    std::vector<std::vector<milliseconds>> waits;
    std::vector<std::unique_ptr<Client>> clients;
};

} // namespace

class tst_ReconnectWaits : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void fillTheWholeRange();
    static void theirCeilingDoubles();
};

void tst_ReconnectWaits::fillTheWholeRange()
{
    // Clients that lost the same server must not come back at the same moment. That 100 draws all miss a
    // quarter of the range happens once in 10^12 times.
    constexpr auto Ceiling = milliseconds(1h);
    Crowd crowd(100, {.enabled = true, .first = Ceiling, .longest = Ceiling});
    QVERIFY(crowd.open());
    QTRY_VERIFY(crowd.hasFailed(1));
    std::vector<int> quarters(4);
    for (const auto &waits : crowd.waits) {
        QVERIFY(waits[0] >= 0ms && waits[0] <= Ceiling);
        ++quarters[std::size_t(std::min<qint64>(3, 4 * waits[0] / Ceiling))];
    }
    QVERIFY(std::all_of(quarters.begin(), quarters.end(), [](int count) { return count > 0; }));
}

void tst_ReconnectWaits::theirCeilingDoubles()
{
    const ReconnectPolicy policy {.enabled = true, .first = 1ms, .longest = 16ms};
    constexpr std::size_t Tries = 6;
    Crowd crowd(50, policy);
    QVERIFY(crowd.open());
    QTRY_VERIFY(crowd.hasFailed(Tries));
    std::vector<milliseconds> longest(Tries);
    for (const auto &waits : crowd.waits) {
        for (std::size_t i = 0; i < Tries; ++i) {
            QVERIFY(waits[i] >= 0ms && waits[i] <= policy.ceiling(int(i)));
            longest[i] = std::max(longest[i], waits[i]);
        }
    }
    // Up to the ceiling before last at least, or it would not have grown.
    for (std::size_t i = 2; i < Tries; ++i)
        QVERIFY(longest[i] > policy.ceiling(int(i) - 2));
}

QTEST_GUILESS_MAIN(tst_ReconnectWaits)
#include "tst_reconnectwaits.moc"

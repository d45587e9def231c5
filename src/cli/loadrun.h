// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QTimer>

#include "cli/interruption.h"
#include "cli/latencyhistogram.h"
#include "endpoint/client.h"

namespace Halyard::Cli {

struct LoadPlan {
    EndpointAddress address;
    QString route;
    QByteArray payload;
    int connections = 1;
    int inFlight = 1; ///< requests that wait for their answer at any time, on each connection
    std::chrono::milliseconds duration {5'000};
};

struct LoadResult {
    quint64 replies = 0;
    quint64 failures = 0;
    std::chrono::nanoseconds time {0};
    LatencyHistogram latency;
    Error firstError; ///< false where nothing failed
    int connected = 0;
};

/// Opens all connections, then keeps so many requests in flight on each until the time is over or the program
/// is interrupted. Counts only what was asked after all were open.
class LoadRun : public QObject
{
    Q_OBJECT
public:
    LoadRun(const ClientOptions &options, LoadPlan plan);
    ~LoadRun() override;

    /// Runs the event loop until it is over. `result().connected` is less than planned when a connection
    /// could not be made: nothing was measured then.
    void run();
    [[nodiscard]] const LoadResult &result() const { return m_result; }

private:
    using Clock = std::chrono::steady_clock;

    void onOpened();
    void onError(const Error &error);
    void start();
    void ask(Client &client);
    void onReply(Client &client, Clock::time_point asked, const Result<Reply> &reply);
    void end();
    void exitIfClosed();

    LoadPlan m_plan;
    LoadResult m_result;
    Interruption m_interruption;
    QTimer m_timer;
    std::optional<Clock::time_point> m_started;
    bool m_over = false;
    std::vector<std::unique_ptr<Client>> m_clients;
};

} // namespace Halyard::Cli

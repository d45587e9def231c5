// SPDX-License-Identifier: MIT
// Drives any vstp server on 127.0.0.1 over plain TCP and prints one JSON object about it. Knows nothing of
// Halyard's library, so that the same program judges every server.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <sys/epoll.h>
#include <unistd.h>

#include "loadconnection.h"
#include "processusage.h"

namespace Halyard::Bench {

namespace {

using Clock = LoadConnection::Clock;
using Seconds = std::chrono::duration<double>;

constexpr std::size_t OpeningAtOnce
    = 128; // servers refuse or delay more connections than that in their handshake
constexpr Seconds OpeningTimeout {30.0};
constexpr Seconds DrainTimeout {5.0};

struct Outcome {
    Seconds opening {};
    Seconds measured {};
    std::chrono::nanoseconds serverCpu {};
    std::chrono::nanoseconds ownCpu {};
    std::uint64_t memoryBefore = 0;
    std::uint64_t memoryOpen = 0;
    std::uint64_t memoryAfter = 0;
};

class LoadProgram
{
public:
    explicit LoadProgram(const LoadOptions &options)
        : m_options(options)
        , m_epoll(::epoll_create1(EPOLL_CLOEXEC))
    { }

    bool run()
    {
        m_outcome.memoryBefore = serverMemory();
        if (!openAll())
            return false;
        m_outcome.memoryOpen = serverMemory();
        for (const auto &connection : m_connections) {
            connection->startLoad(m_output);
            watch(*connection);
        }
        turnUntil(Clock::now() + duration(m_options.warmUp), [] { return false; });
        measure();
        m_tally.sending = false;
        turnUntil(Clock::now() + duration(DrainTimeout), [this] { return m_tally.outstanding == 0; });
        m_tally.failures += m_tally.outstanding;
        m_outcome.memoryAfter = serverMemory();
        return m_tally.failures == 0 && m_tally.messages != 0;
    }

    void print() const
    {
        const double messages = double(std::max<std::uint64_t>(m_tally.messages, 1));
        const auto perConnection = [this](std::uint64_t now) {
            return (double(now) - double(m_outcome.memoryBefore)) / double(m_options.connections);
        };
        const auto micro = [](auto nanoseconds) { return double(nanoseconds) / 1000.0; };
        std::printf(
            "{\"connections\": %zu, \"payloadBytes\": %zu, \"inFlight\": %zu, \"seconds\": %.3f, "
            "\"messages\": %llu, \"failures\": %llu, \"rate\": %.1f, \"p50us\": %.2f, \"p99us\": %.2f, "
            "\"serverCpuUs\": %.3f, \"serverBusy\": %.3f, \"loadBusy\": %.3f, \"openPerSecond\": %.0f, "
            "\"memoryIdle\": %.0f, \"memoryUsed\": %.0f}\n",
            m_options.connections, m_options.payloadBytes, m_options.inFlight, m_outcome.measured.count(),
            static_cast<unsigned long long>(m_tally.messages),
            static_cast<unsigned long long>(m_tally.failures),
            double(m_tally.messages) / std::max(m_outcome.measured.count(), 1e-9),
            micro(m_tally.latency.quantile(0.5)), micro(m_tally.latency.quantile(0.99)),
            micro(m_outcome.serverCpu.count()) / messages, Seconds(m_outcome.serverCpu) / m_outcome.measured,
            Seconds(m_outcome.ownCpu) / m_outcome.measured,
            double(m_options.connections) / std::max(m_outcome.opening.count(), 1e-9),
            perConnection(m_outcome.memoryOpen), perConnection(m_outcome.memoryAfter));
    }

private:
    static Clock::duration duration(Seconds seconds)
    {
        return std::chrono::duration_cast<Clock::duration>(seconds);
    }
    [[nodiscard]] std::uint64_t serverMemory() const
    {
        return m_options.server != 0 ? residentBytes(m_options.server) : 0;
    }

    bool openAll()
    {
        const auto begin = Clock::now();
        const auto deadline = begin + duration(OpeningTimeout);
        while (m_tally.ready < m_options.connections && m_tally.failures == 0 && Clock::now() < deadline) {
            while (m_connections.size() < m_options.connections
                && m_connections.size() - m_tally.ready < OpeningAtOnce) {
                m_connections.push_back(
                    std::make_unique<LoadConnection>(m_options, m_tally, m_connections.size()));
                LoadConnection &connection = *m_connections.back();
                epoll_event event {.events = EPOLLIN | EPOLLOUT, .data = {.ptr = &connection}};
                if (!connection.open()
                    || ::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, connection.descriptor(), &event) != 0) {
                    ++m_tally.failures;
                    return false;
                }
            }
            turn(deadline);
        }
        m_outcome.opening = Clock::now() - begin;
        m_tally.failures += m_options.connections - m_tally.ready;
        return m_tally.failures == 0;
    }

    void measure()
    {
        const auto begin = Clock::now();
        const auto serverBefore
            = m_options.server != 0 ? cpuTime(m_options.server) : std::chrono::nanoseconds();
        const auto ownBefore = cpuTime(::getpid());
        m_tally.counting = true;
        turnUntil(begin + duration(m_options.duration), [] { return false; });
        m_tally.counting = false;
        m_outcome.measured = Clock::now() - begin;
        m_outcome.ownCpu = cpuTime(::getpid()) - ownBefore;
        if (m_options.server != 0)
            m_outcome.serverCpu = cpuTime(m_options.server) - serverBefore;
    }

    template <class Done>
    void turnUntil(Clock::time_point deadline, Done done)
    {
        while (Clock::now() < deadline && !done())
            turn(deadline);
    }

    void turn(Clock::time_point deadline)
    {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        const int count = ::epoll_wait(m_epoll.get(), m_events.data(), int(m_events.size()),
            int(std::max<std::int64_t>(left.count(), 0)));
        for (int i = 0; i < count; ++i) {
            const epoll_event &event = m_events[std::size_t(i)];
            LoadConnection &connection = *static_cast<LoadConnection *>(event.data.ptr);
            if ((event.events & (EPOLLOUT | EPOLLERR)) != 0)
                connection.writable();
            if (connection.isAlive() && (event.events & (EPOLLIN | EPOLLHUP)) != 0)
                connection.readable(m_scratch, m_output);
            watch(connection);
        }
    }

    void watch(LoadConnection &connection)
    {
        if (!connection.isAlive() || connection.wantsToWrite() == connection.watchedForWriting)
            return;
        connection.watchedForWriting = connection.wantsToWrite();
        epoll_event event {
            .events = EPOLLIN | (connection.watchedForWriting ? EPOLLOUT : 0U), .data = {.ptr = &connection}};
        ::epoll_ctl(m_epoll.get(), EPOLL_CTL_MOD, connection.descriptor(), &event);
    }

    const LoadOptions m_options;
    Descriptor m_epoll;
    Tally m_tally;
    Outcome m_outcome;
    std::vector<std::unique_ptr<LoadConnection>> m_connections;
    std::array<epoll_event, 256> m_events {};
    std::vector<std::byte> m_scratch;
    OutputBuffer m_output;
};

} // namespace

} // namespace Halyard::Bench

int main(int argc, char **argv)
{
    using namespace Halyard::Bench;
    LoadOptions options;
    double seconds = 1.0;
    bool requests = false;
    CLI::App app("Loads a vstp server on 127.0.0.1 and prints what came of it as JSON", "loadprogram");
    app.add_option("port", options.port, "TCP port of the server")->required();
    app.add_option("--connections", options.connections)->check(CLI::Range(1, 20'000));
    app.add_option("--size", options.payloadBytes, "Payload, bytes")->check(CLI::Range(0, 8'000'000));
    app.add_option("--in-flight", options.inFlight, "Messages under way on each connection")
        ->check(CLI::Range(1, 9'000));
    app.add_option("--seconds", seconds, "Measured time; a fifth of it goes before, unmeasured")
        ->check(CLI::PositiveNumber);
    app.add_option("--pid", options.server, "The server's process, for CPU time and memory");
    app.add_flag(
        "--requests", requests, "Requests to the route echo as a Halyard peer, instead of plain DATA");
    CLI11_PARSE(app, argc, argv)
    options.duration = std::chrono::duration<double>(seconds);
    options.warmUp = options.duration / 5;
    options.speech = requests ? Speech::Requests : Speech::Raw;

    raiseDescriptorLimit();
    const auto program = std::make_unique<LoadProgram>(options);
    const bool good = program->run();
    program->print();
    return good ? 0 : 1;
}

// SPDX-License-Identifier: MIT
#include "cli/loadrun.h"

#include <algorithm>

#include <QCoreApplication>

namespace Halyard::Cli {

LoadRun::LoadRun(const ClientOptions &options, LoadPlan plan)
    : m_plan(std::move(plan))
{
    auto once = options;
    once.reconnect.enabled = false;
    once.connection.drainTimeout = std::chrono::seconds(1); // who has measured does not wait for stragglers
    m_clients.reserve(std::size_t(m_plan.connections));
    for (int i = 0; i < m_plan.connections; ++i) {
        auto client = std::make_unique<Client>(once);
        connect(client.get(), &Client::opened, this, &LoadRun::onOpened);
        connect(client.get(), &Client::errorOccurred, this, &LoadRun::onError);
        connect(client.get(), &Client::closed, this, &LoadRun::exitIfClosed);
        m_clients.push_back(std::move(client));
    }
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &LoadRun::end);
    connect(&m_interruption, &Interruption::requested, this, &LoadRun::end);
}

LoadRun::~LoadRun() { m_over = true; }

void LoadRun::run()
{
    for (const auto &client : m_clients) {
        if (const auto opening = client->open(m_plan.address); !opening) {
            m_result.firstError = opening.error();
            return;
        }
    }
    QCoreApplication::exec();
}

void LoadRun::onOpened()
{
    if (++m_result.connected == m_plan.connections)
        start();
}

void LoadRun::onError(const Error &error)
{
    if (m_over)
        return;
    if (!m_result.firstError)
        m_result.firstError = error;
    if (!m_started)
        end();
}

void LoadRun::start()
{
    m_started = Clock::now();
    m_timer.start(m_plan.duration);
    for (const auto &client : m_clients) {
        for (int i = 0; i < m_plan.inFlight; ++i)
            ask(*client);
    }
}

void LoadRun::ask(Client &client)
{
    const auto asked = Clock::now();
    client.request(m_plan.route, m_plan.payload).then([this, &client, asked](const Result<Reply> &reply) {
        onReply(client, asked, reply);
    });
}

void LoadRun::onReply(Client &client, Clock::time_point asked, const Result<Reply> &reply)
{
    if (m_over)
        return;
    if (reply) {
        ++m_result.replies;
        m_result.latency.add(Clock::now() - asked);
    } else {
        ++m_result.failures;
        if (!m_result.firstError)
            m_result.firstError = reply.error();
        if (client.state() != Client::State::Open)
            return; // asking again would fail at once, without end
    }
    ask(client);
}

void LoadRun::end()
{
    if (m_over)
        return;
    m_over = true;
    if (m_started)
        m_result.time = Clock::now() - *m_started;
    // The server is told that we go, so that it does not count so many lost connections.
    for (const auto &client : m_clients)
        client->close();
    exitIfClosed();
}

void LoadRun::exitIfClosed()
{
    const bool closed = std::all_of(m_clients.begin(), m_clients.end(),
        [](const auto &client) { return client->state() == Client::State::Idle; });
    if (m_over && closed)
        QCoreApplication::exit();
}

} // namespace Halyard::Cli

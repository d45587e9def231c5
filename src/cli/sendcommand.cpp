// SPDX-License-Identifier: MIT
#include "cli/sendcommand.h"

#include <memory>

#include <CLI/App.hpp>

#include <QTimer>

#include "cli/clientrun.h"
#include "cli/messageprinter.h"
#include "cli/outgoing.h"
#include "cli/progress.h"
#include "cli/validators.h"

namespace Halyard::Cli {
namespace {

/// Sends as fast as the queue takes it, and prints what comes back until there is enough of it.
class SendRun final : public ClientRun
{
public:
    struct Task {
        Message message;
        int count = 1;
        int wait = 0;
        std::chrono::milliseconds timeout {0};
        bool json = false;
    };

    SendRun(const ClientOptions &options, Task task)
        : ClientRun(options, task.json)
        , m_task(std::move(task))
    {
        connect(&client(), &Client::writableChanged, this, [this](bool writable) {
            if (writable)
                sendSome();
        });
        connect(&m_deadline, &QTimer::timeout, this, [this] {
            fail({ErrorCode::CallTimedOut, ErrorOrigin::Peer,
                QStringLiteral("%1 of %2 messages came back").arg(m_received).arg(m_task.wait)});
        });
    }

private:
    void opened() override
    {
        m_progress = std::make_unique<Progress>([this] {
            const auto *connection = client().connection();
            const auto counters = connection ? connection->counters() : ConnectionCounters();
            return Progress::State {counters.bytesSent, counters.bytesReceived};
        });
        connect(client().connection(), &Connection::sendFailed, this,
            [this](MessageKind, quint64, const Error &error) { fail(error); });
        sendSome();
    }

    void endedByPeer() override
    {
        if (m_sent == m_task.count && m_received == m_task.wait)
            finish(ExitStatus::Done);
        else
            fail({ErrorCode::ConnectionLost, ErrorOrigin::Peer,
                m_sent < m_task.count
                    ? QStringLiteral("the peer closed before all was sent")
                    : QStringLiteral("%1 of %2 messages came back").arg(m_received).arg(m_task.wait)});
    }

    void sendSome()
    {
        while (m_sent < m_task.count && !isFinishing()) {
            const auto outcome = client().send(m_task.message);
            if (!outcome) {
                fail(outcome.error());
                return;
            }
            ++m_sent;
            if (outcome == SendResult::Backpressured)
                return;
        }
        if (m_sent < m_task.count || isFinishing())
            return;
        if (m_received == m_task.wait)
            end();
        else if (m_task.timeout.count() > 0 && !m_deadline.isActive())
            m_deadline.start(m_task.timeout);
    }

    void received(const Message &message) override
    {
        if (m_received == m_task.wait || isFinishing())
            return;
        MessagePrinter(m_task.json, true).print(message);
        if (++m_received == m_task.wait && m_sent == m_task.count)
            end();
    }

    void end()
    {
        m_deadline.stop();
        finish(ExitStatus::Done);
    }

    Task m_task;
    int m_sent = 0;
    int m_received = 0;
    QTimer m_deadline;
    std::unique_ptr<Progress> m_progress;
};

} // namespace

void SendCommand::declare(CLI::App &program)
{
    auto &app = subcommand(program, "send", "Send one-way messages");
    m_client.declare(app, "How long to wait for what --wait names, after the last message; 0 for ever");
    app.add_option("ROUTE", m_route, "Route of the message, if any");
    app.add_option("--header", m_headers, "Header of the message; repeatable")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    app.add_option("--count", m_count, "Send it so many times")
        ->type_name("N")
        ->check(within(1, 1'000'000'000))
        ->capture_default_str();
    app.add_option("--wait", m_wait, "Print the next N messages that come back")
        ->type_name("N")
        ->check(within(0, 1'000'000'000))
        ->capture_default_str();
    m_payload.declare(app);
}

ExitStatus SendCommand::run()
{
    if (m_route == "-") { // "send URL -": no route, but standard input
        m_route.clear();
        m_payload.useStandardInput();
    }
    auto outgoing = loadOutgoing(m_client, m_headers, m_payload);
    if (!outgoing)
        return ExitStatus::Usage;
    SendRun run(outgoing->options,
        {Message::event(QString::fromStdString(m_route), outgoing->payload, outgoing->headers), m_count,
            m_wait, m_client.timeout(), m_client.json()});
    return run.run(m_client.url());
}

} // namespace Halyard::Cli

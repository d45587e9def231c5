// SPDX-License-Identifier: MIT
#include "cli/requestcommand.h"

#include <memory>

#include <CLI/App.hpp>

#include "cli/clientrun.h"
#include "cli/messageprinter.h"
#include "cli/outgoing.h"
#include "cli/progress.h"
#include "cli/validators.h"
#include "endpoint/call.h"

namespace Halyard::Cli {
namespace {

/// The requests, one after the other.
class RequestRun final : public ClientRun
{
public:
    struct Task {
        QString route;
        QByteArray payload;
        Headers headers;
        int count = 1;
        bool json = false;
    };

    RequestRun(const ClientOptions &options, Task task)
        : ClientRun(options, task.json)
        , m_task(std::move(task))
    { }

private:
    void opened() override
    {
        m_progress = std::make_unique<Progress>([this] {
            const auto *connection = client().connection();
            const auto counters = connection ? connection->counters() : ConnectionCounters();
            return Progress::State {counters.bytesSent, counters.bytesReceived};
        });
        next();
    }

    void endedByPeer() override
    {
        fail({ErrorCode::CallLost, ErrorOrigin::Peer, QStringLiteral("the peer closed before it answered")});
    }

    void next()
    {
        if (m_made == m_task.count) {
            m_progress.reset();
            finish(ExitStatus::Done);
            return;
        }
        ++m_made;
        m_items = 0;
        CallOptions options;
        options.headers = m_task.headers;
        const auto *call = client().call(m_task.route, m_task.payload, options);
        connect(call, &Call::itemReceived, this, [this](const Message &item) {
            ++m_items;
            print(item, true);
        });
        connect(call, &Call::finished, this,
            [this, id = call->id()](const Reply &reply) { onFinished(id, reply); });
        connect(call, &Call::failed, this, &RequestRun::onFailed);
    }

    void onFinished(quint64 id, const Reply &reply)
    {
        // The last word of a stream is worth a line only if it says something.
        if (m_items == 0)
            print(Message::reply(id, reply.payload(), reply.headers()), m_task.count > 1);
        else if (!reply.payload().isEmpty())
            print(Message::end(id, reply.payload(), reply.headers()), true);
        next();
    }

    void onFailed(const Error &error)
    {
        m_progress.reset();
        // While the connection stands an error of the peer is its answer, whichever code it chose; codes of
        // calls tell that there was none.
        const auto *connection = client().connection();
        const bool answered = error.origin() == ErrorOrigin::Peer && connection
            && connection->state() == Connection::State::Open
            && error.number() < quint16(ErrorCode::CallLost);
        fail(error, answered ? ExitStatus::PeerError : exitStatusFor(error));
    }

    void print(const Message &message, bool several) { MessagePrinter(m_task.json, several).print(message); }

    Task m_task;
    int m_made = 0;
    qint64 m_items = 0;
    std::unique_ptr<Progress> m_progress;
};

} // namespace

void RequestCommand::declare(CLI::App &program)
{
    auto &app
        = subcommand(program, "request", "Make a request and print the reply, or each item of a stream");
    m_client.declare(app, "How long to wait for the last answer; 0 for ever");
    app.add_option("ROUTE", m_route, "What to ask for, e.g. echo")->required();
    app.add_option("--header", m_headers, "Header of the request; repeatable")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    app.add_option("--count", m_count, "Make the request so many times, one after the other")
        ->type_name("N")
        ->check(within(1, 1'000'000'000))
        ->capture_default_str();
    m_payload.declare(app);
}

ExitStatus RequestCommand::run()
{
    auto outgoing = loadOutgoing(m_client, m_headers, m_payload);
    if (!outgoing)
        return ExitStatus::Usage;
    RequestRun run(outgoing->options,
        {QString::fromStdString(m_route), std::move(outgoing->payload), std::move(outgoing->headers), m_count,
            m_client.json()});
    return run.run(m_client.url());
}

} // namespace Halyard::Cli

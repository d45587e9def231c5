// SPDX-License-Identifier: MIT
#include "cli/clientrun.h"

#include <QCoreApplication>

#include "cli/console.h"

namespace Halyard::Cli {
namespace {

ClientOptions once(ClientOptions options)
{
    options.reconnect.enabled = false;
    return options;
}

} // namespace

ClientRun::ClientRun(ClientOptions options, bool json)
    : m_json(json)
    , m_client(once(std::move(options)))
{
    connect(&m_client, &Client::opened, this, [this] { opened(); });
    connect(&m_client, &Client::errorOccurred, this, [this](const Error &error) { fail(error); });
    connect(&m_client, &Client::messageReceived, this, [this](const Message &message) {
        if (message.kind() == MessageKind::Error)
            reported(message.toError());
        else
            received(message);
    });
    connect(&m_client, &Client::closed, this, &ClientRun::onClosed);
    connect(&m_interruption, &Interruption::requested, this, [this] { finish(ExitStatus::Done); });
}

ClientRun::~ClientRun() = default;

ExitStatus ClientRun::run(const std::string &url)
{
    const auto &registry = m_client.options().registry;
    const auto address
        = EndpointAddress::parse(QString::fromStdString(url), EndpointAddress::Use::Connect, registry);
    const auto opening = address ? m_client.open(*address) : failure(address.error());
    if (!opening) {
        complain(opening.error(), m_json);
        return exitStatusFor(opening.error());
    }
    QCoreApplication::exec();
    return m_status.value_or(ExitStatus::Done);
}

void ClientRun::endedByPeer() { finish(ExitStatus::Done); }

void ClientRun::reported(const Error &error) { fail(error, ExitStatus::PeerError); }

void ClientRun::fail(const Error &error) { fail(error, exitStatusFor(error)); }

void ClientRun::fail(const Error &error, ExitStatus status)
{
    if (m_status)
        return;
    complain(error, m_json);
    finish(status);
}

void ClientRun::finish(ExitStatus status)
{
    if (m_status)
        return;
    m_status = status;
    if (m_client.state() == Client::State::Idle)
        QCoreApplication::exit();
    else
        m_client.close();
}

void ClientRun::onClosed()
{
    if (!m_status)
        endedByPeer();
    QCoreApplication::exit();
}

} // namespace Halyard::Cli

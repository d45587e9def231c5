// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <QObject>

#include "cli/exitstatus.h"
#include "cli/interruption.h"
#include "endpoint/client.h"
#include "endpoint/options.h"

namespace Halyard::Cli {

/// One client, connected once, from open() to the exit status. What a command does with it comes from the
/// derived class; errors, interruption and the end are the same for all.
class ClientRun : public QObject
{
    Q_OBJECT
public:
    /// `json`: errors as JSON, too.
    ClientRun(ClientOptions options, bool json);
    ~ClientRun() override;

    /// Opens the address and runs the event loop until finish().
    [[nodiscard]] ExitStatus run(const std::string &url);

protected:
    virtual void opened() = 0;
    /// The connection has gone cleanly before finish(): by the peer. The default ends with Done.
    virtual void endedByPeer();
    /// A message that answers no request.
    virtual void received(const Message &) { }
    /// The peer tells of an error, of no request in particular. The default ends with PeerError.
    virtual void reported(const Error &error);

    [[nodiscard]] Client &client() { return m_client; }
    /// Prints the error and ends with its status. Only the first one counts.
    void fail(const Error &error);
    void fail(const Error &error, ExitStatus status);
    /// Closes the connection, with all that is queued leaving first, and ends with this status.
    void finish(ExitStatus status);
    [[nodiscard]] bool isFinishing() const { return m_status.has_value(); }

private:
    void onClosed();

    bool m_json;
    Client m_client;
    Interruption m_interruption;
    std::optional<ExitStatus> m_status;
};

} // namespace Halyard::Cli

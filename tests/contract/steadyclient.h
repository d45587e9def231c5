// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include <QObject>
#include <QUrl>

#include "endpoint/client.h"

namespace Halyard {

/// Turns the event loop until `done`, which is asked every millisecond; false if that never comes.
[[nodiscard]] bool turnUntil(const std::function<bool()> &done);

/// A good client that never stops exchanging: a new request for the route "echo" as soon as the last one is
/// answered. What others do to the server must not be felt here.
class SteadyClient : public QObject
{
    Q_OBJECT
public:
    /// Starts at once.
    explicit SteadyClient(const QUrl &server, QObject *parent = nullptr);

    [[nodiscard]] quint64 answered() const { return m_answered; }
    /// The first thing that went wrong; false as long as all is well.
    [[nodiscard]] const Error &error() const { return m_error; }
    /// Whether it is answered a few more times from now on; waits for that.
    [[nodiscard]] bool goesOn();

private:
    void askAgain();

    Client m_client;
    quint64 m_answered = 0;
    Error m_error;
};

} // namespace Halyard

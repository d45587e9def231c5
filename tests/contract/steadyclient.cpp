// SPDX-License-Identifier: MIT
#include "steadyclient.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>

namespace Halyard {

bool turnUntil(const std::function<bool()> &done)
{
    // Not qWaitFor(), which sleeps 10 ms between any two turns: that adds up in long conversations.
    constexpr int PatienceMs = 60'000;
    QEventLoop loop;
    QTimer tick;
    QElapsedTimer waited;
    waited.start();
    QObject::connect(&tick, &QTimer::timeout, &loop, [&] {
        if (done() || waited.elapsed() > PatienceMs)
            loop.quit();
    });
    tick.start(1);
    loop.exec();
    return waited.elapsed() <= PatienceMs;
}

SteadyClient::SteadyClient(const QUrl &server, QObject *parent)
    : QObject(parent)
{
    ClientOptions options;
    options.reconnect.enabled = false;
    m_client.setOptions(options);
    connect(&m_client, &Client::opened, this, &SteadyClient::askAgain);
    connect(&m_client, &Client::errorOccurred, this, [this](const Error &error) {
        if (!m_error)
            m_error = error;
    });
    if (const auto started = m_client.open(server); !started)
        m_error = started.error();
}

bool SteadyClient::goesOn()
{
    constexpr quint64 AFewMore = 5;
    const quint64 goal = m_answered + AFewMore;
    return turnUntil([&] { return m_answered >= goal || m_error; }) && !m_error;
}

void SteadyClient::askAgain()
{
    const QByteArray payload = "question " + QByteArray::number(m_answered);
    Call *call = m_client.call(QStringLiteral("echo"), payload);
    connect(call, &Call::finished, this, [this, payload](const Reply &reply) {
        if (reply.payload() != payload && !m_error)
            m_error = Error(ErrorCode::MalformedMessage, ErrorOrigin::Peer, QStringLiteral("another answer"));
        ++m_answered;
        askAgain();
    });
    connect(call, &Call::failed, this, [this](const Error &error) {
        if (!m_error)
            m_error = error;
    });
}

} // namespace Halyard

// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QHash>
#include <QObject>
#include <QThread>

#include "capture/observedsession.h"

namespace Halyard::Inspector {

/// All endpoints under observation, in a network thread of their own. This object lives in the user
/// interface's thread; only values cross.
class Sessions : public QObject
{
    Q_OBJECT
public:
    explicit Sessions(std::shared_ptr<Intake> intake, QObject *parent = nullptr);
    ~Sessions() override; ///< closes everything and waits for the thread

    /// The number of the new session; stateChanged() tells what becomes of it.
    quint32 start(const EndpointRequest &request);
    quint32 openFile(const QString &fileName);
    void stop(quint32 session);
    void send(const MessageDraft &draft);

    /// Those that are active or on their way.
    [[nodiscard]] const QHash<quint32, EndpointState> &all() const noexcept { return m_states; }
    /// Conversations on which messages can be sent, with names.
    [[nodiscard]] const QMap<quint32, QString> &sendable() const noexcept { return m_sendable; }

Q_SIGNALS:
    void stateChanged(const Halyard::Inspector::EndpointState &state);
    void sendableChanged();
    void sent(quint32 conversation, const QString &what);
    void notSent(quint32 conversation, const Halyard::Error &error);

private:
    quint32 run(ObservedSession *session, const EndpointRequest &request);

    const std::shared_ptr<Intake> m_intake;
    QThread m_thread;
    QObject *m_home;                              ///< lives in m_thread; what is invoked on it runs there
    QHash<quint32, ObservedSession *> m_sessions; ///< live and die in m_thread
    QHash<quint32, EndpointState> m_states;
    QMap<quint32, QString> m_sendable;
    quint32 m_last = 0;
};

} // namespace Halyard::Inspector

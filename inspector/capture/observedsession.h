// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QObject>

#include "capture/conversationinfo.h"
#include "capture/intake.h"
#include "capture/messagedraft.h"
#include "endpoint/connection.h"
#include "endpoint/credentialsource.h"
#include "endpoint/error.h"

namespace Halyard::Inspector {

/// How somebody wants to see traffic.
struct EndpointRequest {
    enum class Way : quint8 { Connect, Listen, Between, Sample };
    Way way = Way::Connect;
    QString address; ///< to connect to, or to listen at
    QString target;  ///< of Between: where to forward to
    /// Of Listen and Between: who may come in, where the protocol authenticates.
    std::shared_ptr<CredentialSource> users = {};
};

/// What became of it.
struct EndpointState {
    quint32 session = 0;
    EndpointRequest request;
    bool active = false;
    QString address; ///< as it really is, without password, with the port that was chosen
    /// Where it listens, what clients use as it stands: with a host that they can reach it by from here, and
    /// the pin of its certificate.
    QString clientAddress;
    QString target;         ///< of Between: where to, without password
    QString pin;            ///< of a certificate that was made on the fly; empty otherwise
    QByteArray certificate; ///< that one, as PEM
    Error error;            ///< why it is not active; false if it ended as it should
};

/// One endpoint, or several that belong together, whose taps fill the intake. Lives in the network thread
/// with everything it owns.
class ObservedSession : public QObject
{
    Q_OBJECT
public:
    ObservedSession(quint32 number, EndpointRequest request, std::shared_ptr<Intake> intake);

    virtual void start() = 0;
    /// Closes cleanly; stateChanged() follows.
    virtual void stop() = 0;
    /// Sends on a conversation of this session; sent() or notSent() follows. False if the conversation is
    /// none of it.
    [[nodiscard]] bool send(const MessageDraft &draft);
    [[nodiscard]] quint32 number() const noexcept { return m_number; }

Q_SIGNALS:
    void stateChanged(const Halyard::Inspector::EndpointState &state);
    /// Messages can be sent on that conversation, or cannot any more.
    void sendableChanged(quint32 conversation, const QString &name, bool sendable);
    /// `failed`: the message did not leave, or its answer was an error.
    void sent(quint32 conversation, const QString &what);
    void notSent(quint32 conversation, const Halyard::Error &error);

protected:
    /// The open connection of that conversation; nullptr without one, or where messages cannot be sent.
    [[nodiscard]] virtual Connection *connectionOf(quint32 conversation) const = 0;
    void report(const EndpointState &state);
    [[nodiscard]] EndpointState state() const;
    [[nodiscard]] const EndpointRequest &request() const noexcept { return m_request; }
    [[nodiscard]] std::shared_ptr<Intake> intake() const { return m_intake; }

private:
    void follow(Call *call, quint32 conversation);

    const quint32 m_number;
    const EndpointRequest m_request;
    const std::shared_ptr<Intake> m_intake;
};

} // namespace Halyard::Inspector

Q_DECLARE_METATYPE(Halyard::Inspector::EndpointState)
Q_DECLARE_METATYPE(Halyard::Inspector::EndpointRequest)

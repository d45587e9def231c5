// SPDX-License-Identifier: MIT
#include "capture/observedsession.h"

#include <QLocale>

#include "endpoint/call.h"
#include "endpoint/reply.h"

namespace Halyard::Inspector {

ObservedSession::ObservedSession(quint32 number, EndpointRequest request, std::shared_ptr<Intake> intake)
    : m_number(number)
    , m_request(std::move(request))
    , m_intake(std::move(intake))
{ }

EndpointState ObservedSession::state() const
{
    EndpointState made;
    made.session = m_number;
    made.request = m_request;
    return made;
}

void ObservedSession::report(const EndpointState &state) { Q_EMIT stateChanged(state); }

bool ObservedSession::send(const MessageDraft &draft)
{
    Connection *connection = connectionOf(draft.conversation);
    if (!connection)
        return false;
    Headers headers;
    for (const auto &[name, value] : draft.headers) {
        if (const auto added = headers.append(name, value); !added) {
            Q_EMIT notSent(draft.conversation, added.error());
            return true;
        }
    }
    if (draft.kind == MessageDraft::Kind::Event) {
        const SendOutcome outcome = connection->send(draft.route, draft.payload, headers);
        if (outcome)
            Q_EMIT sent(draft.conversation, tr("Sent."));
        else
            Q_EMIT notSent(draft.conversation, outcome.error());
        return true;
    }
    CallOptions options;
    options.headers = headers;
    follow(connection->call(draft.route, draft.payload, options), draft.conversation);
    return true;
}

void ObservedSession::follow(Call *call, quint32 conversation)
{
    connect(call, &Call::finished, this, [this, conversation](const Reply &reply) {
        Q_EMIT sent(
            conversation, tr("Answered, %1.").arg(QLocale().formattedDataSize(reply.payload().size())));
    });
    connect(call, &Call::failed, this,
        [this, conversation](const Error &error) { Q_EMIT notSent(conversation, error); });
}

} // namespace Halyard::Inspector

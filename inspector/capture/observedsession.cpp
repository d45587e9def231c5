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
            Q_EMIT sent(draft.conversation, added.error().toString(), true);
            return true;
        }
    }
    if (draft.kind == MessageDraft::Kind::Event) {
        const SendOutcome outcome = connection->send(draft.route, draft.payload, headers);
        Q_EMIT sent(draft.conversation, outcome ? tr("Sent.") : outcome.error().toString(), !outcome);
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
        Q_EMIT sent(conversation,
            tr("Answered, %1.").arg(QLocale().formattedDataSize(reply.payload().size())), false);
    });
    connect(call, &Call::failed, this,
        [this, conversation](const Error &error) { Q_EMIT sent(conversation, error.toString(), true); });
}

} // namespace Halyard::Inspector

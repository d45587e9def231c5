// SPDX-License-Identifier: MIT
#include "capture/sessions.h"

#include "capture/endpointsession.h"
#include "capture/filesession.h"
#include "capture/samplesession.h"

namespace Halyard::Inspector {

Sessions::Sessions(std::shared_ptr<Intake> intake, QObject *parent)
    : QObject(parent)
    , m_intake(std::move(intake))
    , m_home(new QObject)
{
    qRegisterMetaType<EndpointState>();
    m_thread.setObjectName(QStringLiteral("network"));
    m_home->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_home, &QObject::deleteLater);
    m_thread.start();
}

Sessions::~Sessions()
{
    for (ObservedSession *session : std::as_const(m_sessions))
        session->deleteLater();
    m_thread.quit(); // what is to be deleted later is, when the thread's loop has ended
    m_thread.wait();
}

quint32 Sessions::start(const EndpointRequest &request)
{
    ++m_last;
    if (request.way == EndpointRequest::Way::Sample)
        return run(new SampleSession(m_last, request, m_intake), request);
    return run(new EndpointSession(m_last, request, m_intake), request);
}

quint32 Sessions::openFile(const QString &fileName)
{
    EndpointRequest request;
    request.address = fileName;
    return run(new FileSession(++m_last, request, m_intake), request);
}

quint32 Sessions::run(ObservedSession *session, const EndpointRequest &request)
{
    const quint32 number = session->number();
    session->moveToThread(&m_thread);
    m_sessions.insert(number, session);
    EndpointState begun;
    begun.session = number;
    begun.request = request;
    m_states.insert(number, begun);
    connect(session, &ObservedSession::stateChanged, this, [this](const EndpointState &state) {
        if (state.active) {
            m_states.insert(state.session, state);
        } else {
            m_states.remove(state.session);
            if (ObservedSession *over = m_sessions.take(state.session))
                over->deleteLater();
        }
        Q_EMIT stateChanged(state);
    });
    connect(session, &ObservedSession::sendableChanged, this,
        [this](quint32 conversation, const QString &name, bool sendable) {
            if (sendable)
                m_sendable.insert(conversation, name);
            else
                m_sendable.remove(conversation);
            Q_EMIT sendableChanged();
        });
    connect(session, &ObservedSession::sent, this, &Sessions::sent);
    connect(session, &ObservedSession::notSent, this, &Sessions::notSent);
    QMetaObject::invokeMethod(
        session, [session] { session->start(); }, Qt::QueuedConnection);
    return number;
}

void Sessions::stop(quint32 session)
{
    if (ObservedSession *found = m_sessions.value(session))
        QMetaObject::invokeMethod(
            found, [found] { found->stop(); }, Qt::QueuedConnection);
}

void Sessions::send(const MessageDraft &draft)
{
    QMetaObject::invokeMethod(
        m_home,
        [this, sessions = m_sessions.values(), draft] {
            for (ObservedSession *session : sessions) {
                if (session->send(draft))
                    return;
            }
            Q_EMIT notSent(draft.conversation,
                Error(
                    ErrorCode::NotConnected, ErrorOrigin::Local, tr("the connection is not open any more")));
        },
        Qt::QueuedConnection);
}

} // namespace Halyard::Inspector

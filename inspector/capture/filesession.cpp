// SPDX-License-Identifier: MIT
#include "capture/filesession.h"

#include <chrono>

#include <QElapsedTimer>
#include <QFileInfo>

namespace Halyard::Inspector {

using namespace std::chrono_literals;

namespace {

constexpr auto ReadingTime = 20ms; ///< of one turn
constexpr auto WaitingTime = 10ms; ///< while the intake is full: a file can wait, unlike traffic

} // namespace

FileSession::FileSession(quint32 number, const EndpointRequest &request, std::shared_ptr<Intake> intake)
    : ObservedSession(number, request, std::move(intake))
    , m_file(request.address)
    , m_readTimer(this)
{
    m_readTimer.setSingleShot(true);
    connect(&m_readTimer, &QTimer::timeout, this, &FileSession::readOn);
}

FileSession::~FileSession() = default;

void FileSession::start()
{
    if (!m_file.open(QIODevice::ReadOnly))
        return finish(Error(ErrorCode::FileFailed, ErrorOrigin::Local, m_file.errorString()));
    m_reader = std::make_unique<PcapngReader>(&m_file);
    EndpointState reported = state();
    reported.active = true;
    reported.address = QFileInfo(m_file).fileName();
    report(reported);
    readOn();
}

void FileSession::readOn()
{
    QElapsedTimer worked;
    worked.start();
    while (!worked.hasExpired(ReadingTime.count())) {
        if (intake()->isBusy()) {
            m_readTimer.start(WaitingTime);
            return;
        }
        auto item = m_reader->next();
        if (!item)
            return finish(item.error());
        if (!*item)
            return finish({});
        std::visit([this](auto &&found) { take(std::forward<decltype(found)>(found)); }, std::move(**item));
    }
    m_readTimer.start(0ms);
}

void FileSession::take(const CapturedConversation &conversation)
{
    ConversationInfo info;
    info.number = intake()->nextConversation();
    info.viewpoint = Viewpoint::File;
    info.state = ConversationState::Open;
    info.endpoint = QFileInfo(m_file).fileName();
    info.transport = conversation.transport;
    info.protocol = conversation.protocol;
    info.addresses = conversation;
    if (!conversation.clientAddress.isNull())
        info.peer = QStringLiteral("%1:%2 → %3:%4")
                        .arg(conversation.clientAddress.toString())
                        .arg(conversation.clientPort)
                        .arg(conversation.serverAddress.toString())
                        .arg(conversation.serverPort);
    std::shared_ptr<const Wire::ProtocolFactory> factory;
    if (!conversation.protocol.isEmpty()) {
        // A protocol that we do not know is shown raw, or recognised as another.
        auto made = Wire::ProtocolRegistry::standard().make(conversation.protocol.toStdString(), {});
        if (made)
            factory = *made;
        else
            info.protocol.clear();
    }
    m_conversations.insert(conversation.number, info);
    intake()->put(ConversationOpened {info, factory});
}

void FileSession::take(CapturedBytes bytes)
{
    const auto found = m_conversations.constFind(bytes.conversation);
    if (found == m_conversations.constEnd())
        return;
    bytes.conversation = found->number;
    intake()->put(std::move(bytes));
}

void FileSession::take(CapturedEnd end)
{
    const auto found = m_conversations.constFind(end.conversation);
    if (found == m_conversations.constEnd())
        return;
    end.conversation = found->number;
    intake()->put(end);
}

void FileSession::finish(const Error &error)
{
    for (ConversationInfo &info : m_conversations) {
        info.state = ConversationState::Closed;
        info.closeReason = tr("end of the file");
        intake()->put(ConversationChanged {info});
    }
    m_conversations.clear();
    EndpointState reported = state();
    reported.address = QFileInfo(m_file).fileName();
    reported.error = error;
    m_file.close();
    report(reported);
}

void FileSession::stop()
{
    m_readTimer.stop();
    finish({});
}

} // namespace Halyard::Inspector

// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QFile>
#include <QHash>
#include <QTimer>

#include "capture/observedsession.h"
#include "endpoint/pcapng.h"

namespace Halyard::Inspector {

/// Reads a capture file into the intake, as fast as that takes it. The state's address is the file's name.
class FileSession final : public ObservedSession
{
    Q_OBJECT
public:
    FileSession(quint32 number, const EndpointRequest &request, std::shared_ptr<Intake> intake);
    ~FileSession() override;

    void start() override;
    void stop() override;

protected:
    [[nodiscard]] Connection *connectionOf(quint32) const override { return nullptr; }

private:
    void readOn();
    void take(const CapturedConversation &conversation);
    void take(CapturedBytes bytes);
    void take(CapturedEnd end);
    void finish(const Error &error);

    QFile m_file;
    std::unique_ptr<PcapngReader> m_reader;
    QHash<quint32, ConversationInfo> m_conversations; ///< by the file's numbers
    QTimer m_readTimer;
};

} // namespace Halyard::Inspector

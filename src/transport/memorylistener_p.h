// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>

#include "transport/listener.h"
#include "transport/memorytransport_p.h"
#include "transport/transportoptions.h"

namespace Halyard {

/// Accepts memory connections under one name.
class MemoryListener final : public Listener
{
    Q_OBJECT
public:
    MemoryListener(QString name, TransportOptions options, QObject *parent = nullptr);
    ~MemoryListener() override;

    [[nodiscard]] Wire::Result<void> listen() override;
    void close() override;
    [[nodiscard]] bool isListening() const override { return m_listening; }
    [[nodiscard]] quint16 port() const override { return 0; }
    [[nodiscard]] QString address() const override { return m_name; }
    void setAcceptingPaused(bool paused) override;
    [[nodiscard]] std::unique_ptr<Transport> takePending() override;

    /// Is there room in the backlog?
    [[nodiscard]] bool admits() const;
    void admit(std::unique_ptr<MemoryTransport> accepted);

private:
    void acceptLater();

    const QString m_name;
    const TransportOptions m_options;
    std::deque<std::unique_ptr<MemoryTransport>> m_backlog; ///< the first m_accepted of them may be taken
    std::size_t m_accepted = 0;
    bool m_listening = false;
    bool m_paused = false;
    bool m_accepting = false;
};

} // namespace Halyard

// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QObject>

#include "endpoint/deadlinequeue_p.h"
#include "endpoint/inputbudget_p.h"
#include "protocol/spareblocks.h"

namespace Halyard {

class ConnectionDriver;

/// The drivers of one endpoint in one thread, and what they share: one timer for all their deadlines, and the
/// budget for input that is not a complete message yet, and buffers. Owned by the endpoint until that lets go
/// of it; drivers that still have something to say then finish by themselves.
class DriverGroup : public QObject
{
    Q_OBJECT
public:
    explicit DriverGroup(qsizetype maxUnfinishedInputBytes);
    ~DriverGroup() override;

    [[nodiscard]] DeadlineQueue *deadlines() noexcept { return &m_deadlines; }
    [[nodiscard]] const std::shared_ptr<Wire::SpareBlocks> &spareBlocks() const noexcept { return m_spares; }
    void add(ConnectionDriver *driver);
    void remove(ConnectionDriver *driver);
    /// So much unfinished input this driver holds now. Where all of them hold too much, the largest is
    /// failed.
    void setHeldInput(ConnectionDriver *driver, qsizetype bytes);
    /// Lives on for its drivers alone and goes with the last of them, or with the application.
    void release();

private:
    DeadlineQueue m_deadlines;
    const std::shared_ptr<Wire::SpareBlocks> m_spares = std::make_shared<Wire::SpareBlocks>();
    InputBudget<ConnectionDriver> m_held; // by each of them
    bool m_released = false;
};

} // namespace Halyard

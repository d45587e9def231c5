// SPDX-License-Identifier: MIT
#include "capture/intake.h"

namespace Halyard::Inspector {

using Wire::Direction;

Intake::Intake(IntakeLimits limits)
    : m_limits(limits)
{ }

void Intake::setWake(std::function<void()> wake)
{
    const std::scoped_lock lock(m_mutex);
    m_wake = std::move(wake);
}

void Intake::setClosed(bool closed)
{
    const std::scoped_lock lock(m_mutex);
    m_closed = closed;
}

bool Intake::isBusy()
{
    const std::scoped_lock lock(m_mutex);
    return m_bytes >= m_limits.maxBytes / 2 || m_items.size() - m_taken >= m_limits.maxItems / 2;
}

bool Intake::isFull() const
{
    return m_closed || m_bytes >= m_limits.maxBytes || m_items.size() - m_taken >= m_limits.maxItems;
}

void Intake::push(IntakeItem item, std::unique_lock<std::mutex> &lock)
{
    const bool wasEmpty = m_items.size() == m_taken;
    if (const auto *bytes = std::get_if<CapturedBytes>(&item))
        m_bytes += bytes->bytes.size();
    m_items.push_back(std::move(item));
    if (!wasEmpty || !m_wake)
        return;
    const auto wake = m_wake;
    lock.unlock();
    wake();
    lock.lock();
}

void Intake::put(ConversationOpened opened)
{
    std::unique_lock lock(m_mutex);
    const Wire::Framing *framing = opened.protocol ? opened.protocol->framing() : nullptr;
    const FrameMeter meter(framing, m_limits.maxFrameBytes);
    m_lanes.insert_or_assign(
        opened.info.number, Lane {opened.protocol, {meter, meter}, {false, false}, 0, false});
    push(std::make_unique<ConversationOpened>(std::move(opened)), lock);
}

void Intake::put(ConversationChanged changed)
{
    std::unique_lock lock(m_mutex);
    if (changed.info.state == ConversationState::Closed) {
        const auto lane = m_lanes.find(changed.info.number);
        if (lane != m_lanes.end() && lane->second.notShown > 0)
            push(FramesNotShown {lane->first, lane->second.notShown}, lock);
        m_lanes.erase(changed.info.number);
    }
    push(std::make_unique<ConversationChanged>(std::move(changed)), lock);
}

void Intake::put(ConversationSecrets secrets)
{
    std::unique_lock lock(m_mutex);
    push(std::move(secrets), lock);
}

void Intake::put(CapturedEnd end)
{
    std::unique_lock lock(m_mutex);
    push(end, lock);
}

void Intake::putNotShown(quint32 conversation, quint64 count)
{
    std::unique_lock lock(m_mutex);
    if (count > 0)
        push(FramesNotShown {conversation, count}, lock);
}

void Intake::put(CapturedBytes bytes)
{
    std::unique_lock lock(m_mutex);
    const auto found = m_lanes.find(bytes.conversation);
    if (found == m_lanes.end() || bytes.bytes.isEmpty())
        return;
    Lane &lane = found->second;
    const std::size_t side = bytes.direction == Direction::ClientToServer ? 0 : 1;
    FrameMeter &meter = lane.meters[side];
    bool &dropping = lane.dropping[side];
    m_begins.clear();
    meter.advance(
        std::as_bytes(std::span(bytes.bytes.constData(), std::size_t(bytes.bytes.size()))), m_begins);

    const bool full = isFull();
    if (full == dropping) {
        if (full)
            leaveOut(bytes.conversation, lane, meter.isInStep() ? m_begins.size() : 1, lock);
        else
            push(std::move(bytes), lock);
        return;
    }
    // Dropping begins and ends between frames, so that what is shown stays whole. Where nobody knows where
    // frames begin, any place is as good.
    if (meter.isInStep() && m_begins.empty()) {
        if (!dropping)
            push(std::move(bytes), lock);
        return;
    }
    const auto cut = meter.isInStep() ? qsizetype(m_begins.front()) : 0;
    dropping = full;
    if (full) {
        leaveOut(bytes.conversation, lane, meter.isInStep() ? m_begins.size() : 1, lock);
        bytes.bytes.truncate(cut);
    } else {
        bytes.bytes.remove(0, cut);
    }
    if (!bytes.bytes.isEmpty())
        push(std::move(bytes), lock);
}

void Intake::leaveOut(quint32 conversation, Lane &lane, quint64 frames, std::unique_lock<std::mutex> &lock)
{
    lane.notShown += frames;
    if (lane.announced || lane.notShown == 0)
        return;
    lane.announced = true;
    push(FramesNotShown {conversation, 0}, lock); // counted when it is taken
}

std::vector<IntakeItem> Intake::take(std::size_t maxItems, bool &more)
{
    const std::scoped_lock lock(m_mutex);
    std::vector<IntakeItem> taken;
    const std::size_t end = std::min(m_items.size(), m_taken + maxItems);
    taken.reserve(end - m_taken);
    for (; m_taken < end; ++m_taken) {
        IntakeItem &item = m_items[m_taken];
        if (const auto *bytes = std::get_if<CapturedBytes>(&item))
            m_bytes -= bytes->bytes.size();
        if (auto *notShown = std::get_if<FramesNotShown>(&item); notShown && notShown->count == 0) {
            const auto lane = m_lanes.find(notShown->conversation);
            if (lane != m_lanes.end()) {
                notShown->count = std::exchange(lane->second.notShown, 0);
                lane->second.announced = false;
            }
        }
        taken.push_back(std::move(item));
    }
    more = m_taken < m_items.size();
    if (!more) {
        m_items.clear();
        m_taken = 0;
    } else if (m_taken > m_limits.maxItems / 2) {
        m_items.erase(m_items.begin(), m_items.begin() + std::ptrdiff_t(m_taken));
        m_taken = 0;
    }
    return taken;
}

} // namespace Halyard::Inspector

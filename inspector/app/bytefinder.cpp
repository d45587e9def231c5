// SPDX-License-Identifier: MIT
#include "app/bytefinder.h"

namespace Halyard::Inspector {

namespace {

constexpr int RowsPerJob = 2'048;

} // namespace

ByteFinder::ByteFinder(const FrameFilterModel *frames, QObject *parent)
    : QObject(parent)
    , m_frames(frames)
{
    m_readers.setMaxThreadCount(1);
}

void ByteFinder::find(const BytePattern &pattern, const Place &from, bool forwards)
{
    ++m_run;
    const int rows = m_frames->rowCount();
    if (rows == 0) {
        Q_EMIT notFound();
        return;
    }
    m_pattern = pattern;
    m_from = from;
    m_forwards = forwards;
    m_wrapped = false;
    const int row = from.frame == NoRow ? -1 : m_frames->rowOf(from.frame);
    m_row = row >= 0 ? row : (forwards ? 0 : rows - 1);
    m_left = rows + 1; // the first one twice: in front of the place and behind it
    searchOn();
}

void ByteFinder::searchOn()
{
    const int rows = m_frames->rowCount();
    std::vector<Candidate> candidates;
    const FrameStore *store = m_frames->frames()->store();
    while (m_left > 0 && int(candidates.size()) < RowsPerJob && rows > 0) {
        if (m_row < 0 || m_row >= rows) {
            if (!candidates.empty())
                break; // what comes after the end is a job of its own: it tells that it went round
            m_row = m_forwards ? 0 : rows - 1;
            m_wrapped = true;
        }
        const RowNumber frame = m_frames->rowNumber(m_row);
        if (store->contains(frame))
            candidates.push_back({frame, store->facts(frame).offset, store->place(frame)});
        m_row += m_forwards ? 1 : -1;
        --m_left;
    }
    if (candidates.empty()) {
        Q_EMIT notFound();
        return;
    }
    const Place from = std::exchange(m_from, {});
    m_readers.start([this, run = m_run, pattern = *m_pattern, candidates = std::move(candidates), from,
                        forwards = m_forwards] {
        const auto place = search(pattern, candidates, from, forwards);
        QMetaObject::invokeMethod(
            this, [this, run, place] { searched(run, place); }, Qt::QueuedConnection);
    });
}

std::optional<ByteFinder::Place> ByteFinder::search(
    const BytePattern &pattern, const std::vector<Candidate> &candidates, const Place &from, bool forwards)
{
    for (const Candidate &candidate : candidates) {
        const auto block = candidate.block.load();
        const auto record = block ? (*block)->record(candidate.offset) : std::nullopt;
        if (!record)
            continue;
        qsizetype at = 0;
        const bool isStart = candidate.frame == from.frame;
        if (forwards)
            at = pattern.findIn(record->frame, isStart ? from.offset + 1 : 0);
        else
            at = pattern.findBackwards(record->frame, isStart ? from.offset : record->frame.size());
        if (at >= 0)
            return Place {candidate.frame, at, pattern.bytes().size()};
    }
    return std::nullopt;
}

void ByteFinder::searched(quint64 run, const std::optional<Place> &place)
{
    if (run != m_run)
        return;
    if (place)
        Q_EMIT found(*place, m_wrapped);
    else
        searchOn();
}

} // namespace Halyard::Inspector

// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QObject>
#include <QThreadPool>

#include "decode/bytesearch.h"
#include "models/framefiltermodel.h"

namespace Halyard::Inspector {

/// Looks for bytes in all frames of a list, in a thread of its own, starting beside a given place and going
/// round once.
class ByteFinder : public QObject
{
    Q_OBJECT
public:
    explicit ByteFinder(const FrameFilterModel *frames, QObject *parent = nullptr);

    struct Place {
        RowNumber frame = NoRow;
        qint64 offset = 0;
        qint64 length = 0;
    };

    /// A search that still runs is given up. `from` is where the last one ended, frame NoRow for none.
    void find(const BytePattern &pattern, const Place &from, bool forwards);

Q_SIGNALS:
    void found(const Halyard::Inspector::ByteFinder::Place &place, bool wrapped);
    void notFound();

private:
    struct Candidate {
        RowNumber frame = NoRow;
        quint32 offset = 0; ///< of the record in its block
        BlockPlace block;
    };
    void searchOn();
    static std::optional<Place> search(const BytePattern &pattern, const std::vector<Candidate> &candidates,
        const Place &from, bool forwards);
    void searched(quint64 run, const std::optional<Place> &place);

    const FrameFilterModel *const m_frames;
    std::optional<BytePattern> m_pattern;
    Place m_from;
    bool m_forwards = true;
    int m_row = 0;  ///< the next to look at
    int m_left = 0; ///< rows still to look at
    bool m_wrapped = false;
    quint64 m_run = 0;
    QThreadPool m_readers; ///< its end waits for what still uses this object
};

} // namespace Halyard::Inspector

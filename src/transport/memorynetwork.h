// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <utility>

#include <QHash>
#include <QString>

#include "transport/transport.h"
#include "wire/export.h"

namespace Halyard {

class MemoryListener;

/// Where the names of "memory:" addresses are looked up: what a machine's network is to TCP. Whoever is to
/// reach each other shares one through TransportOptions::memoryNetwork. It and everything on it belong to one
/// thread.
class HALYARD_EXPORT MemoryNetwork
{
public:
    /// So many bytes a pipe holds without a reader, per direction; what is written beyond counts as
    /// bytesToWrite().
    static constexpr qint64 PipeCapacityBytes = 256 * 1024;

    MemoryNetwork();
    ~MemoryNetwork();

    /// Two ends that are connected to each other, without listener and name; both still to be opened.
    [[nodiscard]] static std::pair<std::unique_ptr<Transport>, std::unique_ptr<Transport>> makePair();

private:
    friend class MemoryListener;
    friend class MemoryTransport;
    Q_DISABLE_COPY_MOVE(MemoryNetwork)

    QHash<QString, MemoryListener *> m_listeners;
};

} // namespace Halyard

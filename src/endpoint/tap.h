// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QByteArray>
#include <QList>
#include <QObject>

#include "endpoint/error.h"
#include "endpoint/sessionsecrets.h"
#include "protocol/engine.h"
#include "transport/transport.h"
#include "wire/dissection.h"
#include "wire/export.h"
#include "wire/time.h"

namespace Halyard {

class TapFeed;

/// One thing that passed a tapped connection. A value.
struct HALYARD_EXPORT TapRecord {
    enum class Kind : quint8 {
        Opened, ///< the transport is open; `transport` tells about it
        Bytes,
        Secrets,    ///< `secrets` open the sealed records that follow; only where asked for
        InputEnded, ///< no more bytes in `direction`
        Closed,     ///< the last record of a conversation, and the only one where it never opened; `error`
                    ///< says why, and of a proxy `transport` who had come
    };
    /// Raw is what the transport carried, cut as it was read or written. Frame and OpenedBody are whole ones,
    /// the second after it was unsealed; they come beside the raw bytes and only where asked for.
    enum class Layer : quint8 { Raw, Frame, OpenedBody };

    quint64 conversation = 0; ///< numbered by the tap from 1 on
    /// Whose part we play in it; a server's, too, where a proxy passes bytes on.
    Wire::Role ours = Wire::Role::Client;
    Kind kind = Kind::Bytes;
    Layer layer = Layer::Raw;
    Wire::Direction direction = Wire::Direction::ClientToServer;
    Wire::Now time;
    QByteArray bytes;
    TransportInfo transport;
    TransportInfo onward; ///< of a proxy that passes bytes on: the side that it opened itself
    Error error;
    SessionSecrets secrets;
};

/// What a tap hands over, and how much of it may wait.
struct HALYARD_EXPORT TapOptions {
    qsizetype maxPendingBytes = 67'108'864; ///< that wait to be handed over
    bool openedBodies = false;              ///< frames and opened bodies beside the raw bytes
    /// Of each sealed conversation that we take part in what opens its records. Off unless asked for: whoever
    /// has a tap with it can read, and whoever keeps it can read later, what was sealed. Of a proxy that
    /// passes bytes on there is none; of one that seals frames anew each side is a conversation with its own.
    bool secrets = false;
};

/// Watches connections: give it to ClientOptions, ServerOptions or ProxyOptions. Records are collected by
/// whichever thread moves the bytes and handed over in this object's thread. Bounded: what does not fit is
/// counted, never silently lost.
class HALYARD_EXPORT Tap : public QObject
{
    Q_OBJECT
public:
    explicit Tap(const TapOptions &options = {}, QObject *parent = nullptr);
    ~Tap() override;

    /// Records that found no place so far; any thread.
    [[nodiscard]] quint64 missedRecords() const;
    [[nodiscard]] quint64 missedBytes() const;

Q_SIGNALS:
    /// In order for each conversation. One batch is what came together since the last one.
    void recorded(const QList<Halyard::TapRecord> &records);

protected:
    bool event(QEvent *event) override;

private:
    friend class TapFeed;
    struct Shared;
    Q_DISABLE_COPY_MOVE(Tap)
    const std::shared_ptr<Shared> m_shared;
};

} // namespace Halyard

Q_DECLARE_METATYPE(Halyard::TapRecord)

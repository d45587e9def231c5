// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QTest>

#include "capture/capture.h"
#include "capture/framestore.h"
#include "protocol/protocolfactory.h"
#include "wire/headerblock.h"
#include "wire/vstp/codec.h"

/// Conversations for the tests of capture and models.
namespace Halyard::Inspector::Testing {

inline QByteArray frame(Wire::Vstp::FrameType type, const QList<QPair<QByteArray, QByteArray>> &headers = {},
    const QByteArray &payload = {})
{
    Wire::HeaderBlock block;
    for (const auto &[key, value] : headers)
        (void)block.append(key.toStdString(), std::string_view(value.constData(), std::size_t(value.size())));
    const auto bytes = Wire::Vstp::encodeFrame(
        {type, 0, block.view(), std::as_bytes(std::span(payload.constData(), std::size_t(payload.size())))},
        Wire::Vstp::Profile::R);
    return bytes ? QByteArray(reinterpret_cast<const char *>(bytes->data()), qsizetype(bytes->size()))
                 : QByteArray();
}

inline QByteArray request(const QByteArray &route, int id, const QByteArray &payload = {})
{
    return frame(Wire::Vstp::FrameType::Data, {{"route", route}, {"id", QByteArray::number(id)}}, payload);
}

inline QByteArray reply(int id, const QByteArray &payload = {})
{
    return frame(Wire::Vstp::FrameType::Data, {{"re", QByteArray::number(id)}, {"end", "1"}}, payload);
}

inline std::shared_ptr<const Wire::ProtocolFactory> vstp()
{
    const auto made = Wire::ProtocolRegistry::standard().make("vstp", {});
    return made ? *made : nullptr;
}

inline ConversationInfo info(quint32 number, Viewpoint viewpoint = Viewpoint::Client)
{
    ConversationInfo made;
    made.number = number;
    made.viewpoint = viewpoint;
    made.state = ConversationState::Open;
    made.protocol = QStringLiteral("vstp");
    made.transport = QStringLiteral("tcp");
    made.peer = QStringLiteral("192.0.2.1:6969");
    return made;
}

inline CapturedBytes bytes(
    quint32 number, const QByteArray &data, bool toServer = true, qint64 milliseconds = 0)
{
    CapturedBytes made;
    made.conversation = number;
    made.direction = toServer ? Wire::Direction::ClientToServer : Wire::Direction::ServerToClient;
    made.time
        = std::chrono::system_clock::time_point(std::chrono::milliseconds(1'790'000'000'000 + milliseconds));
    made.bytes = data;
    return made;
}

/// A capture whose batches go straight into a store.
struct Recording {
    explicit Recording(const CaptureLimits &limits = {})
        : store(limits.maxConversations)
        , capture(limits)
    {
        QObject::connect(&capture, &Capture::batchReady, &store, [this](const CaptureBatchPointer &batch) {
            store.apply(*batch);
            capture.acknowledge();
        });
    }
    void open(quint32 number, Viewpoint viewpoint = Viewpoint::Client, bool named = true)
    {
        ConversationInfo opened = info(number, viewpoint);
        if (!named)
            opened.protocol.clear();
        capture.intake()->put(ConversationOpened {opened, named ? vstp() : nullptr});
    }
    void close(quint32 number)
    {
        ConversationInfo closed = info(number);
        closed.state = ConversationState::Closed;
        capture.intake()->put(ConversationChanged {closed});
    }
    void put(const CapturedBytes &data) { capture.intake()->put(data); }
    [[nodiscard]] bool waitForRows(RowNumber count)
    {
        return QTest::qWaitFor([this, count] { return store.endRow() >= count; }, 30'000);
    }

    FrameStore store;
    Capture capture;
};

} // namespace Halyard::Inspector::Testing

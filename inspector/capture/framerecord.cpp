// SPDX-License-Identifier: MIT
#include "capture/framerecord.h"

#include "capture/spoolfile.h"

namespace Halyard::Inspector {

namespace {

void putNumber(QByteArray &out, quint64 value)
{
    for (; value >= 0x80; value >>= 7)
        out.append(char(quint8(value) | 0x80));
    out.append(char(value));
}

std::optional<quint64> takeNumber(QByteArrayView bytes, qsizetype &at)
{
    quint64 value = 0;
    for (int shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
        const auto byte = quint8(bytes[at++]);
        value |= quint64(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return value;
    }
    return std::nullopt;
}

std::optional<QByteArrayView> takePiece(const QByteArray &bytes, qsizetype &at)
{
    const auto length = takeNumber(bytes, at);
    if (!length || *length > quint64(bytes.size() - at))
        return std::nullopt;
    const QByteArrayView piece = QByteArrayView(bytes).sliced(at, qsizetype(*length));
    at += piece.size();
    return piece;
}

} // namespace

quint32 Block::append(const FrameRecord &record)
{
    const auto offset = quint32(m_bytes.size());
    const QByteArray summary = record.summary.toUtf8();
    for (const QByteArray *piece : {&record.frame, &summary, &record.tree}) {
        putNumber(m_bytes, quint64(piece->size()));
        m_bytes += *piece;
    }
    return offset;
}

std::optional<FrameRecord> Block::record(quint32 offset) const
{
    qsizetype at = offset;
    const auto frame = takePiece(m_bytes, at);
    const auto summary = frame ? takePiece(m_bytes, at) : std::nullopt;
    const auto tree = summary ? takePiece(m_bytes, at) : std::nullopt;
    if (!tree)
        return std::nullopt;
    return FrameRecord {frame->toByteArray(), QString::fromUtf8(*summary), tree->toByteArray()};
}

std::optional<QString> Block::summary(quint32 offset) const
{
    qsizetype at = offset;
    const auto frame = takePiece(m_bytes, at);
    const auto summary = frame ? takePiece(m_bytes, at) : std::nullopt;
    return summary ? std::optional(QString::fromUtf8(*summary)) : std::nullopt;
}

Block Block::fromBytes(QByteArray bytes)
{
    Block block;
    block.m_bytes = std::move(bytes);
    return block;
}

Wire::Result<BlockPointer> BlockPlace::load() const
{
    if (memory)
        return memory;
    if (!spool || spoolOffset < 0)
        return Wire::failure(
            Wire::ErrorCode::FileFailed, Wire::ErrorOrigin::Local, "the frame is not kept any more");
    auto bytes = spool->read(spoolOffset, length);
    if (!bytes)
        return tl::unexpected(bytes.error());
    return std::make_shared<const Block>(Block::fromBytes(std::move(*bytes)));
}

} // namespace Halyard::Inspector

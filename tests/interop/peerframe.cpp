// SPDX-License-Identifier: MIT
#include "peerframe.h"

#include <QJsonArray>

#include "protocol/limits.h"
#include "wire/vstp/framing.h"

namespace Halyard {

using namespace Wire;

namespace {

QByteArray toByteArray(ByteView bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size())};
}

QByteArray toByteArray(std::string_view text) { return {text.data(), qsizetype(text.size())}; }

ByteView view(const QByteArray &bytes) { return asBytes({bytes.data(), std::size_t(bytes.size())}); }

std::string_view text(const QByteArray &bytes) { return {bytes.data(), std::size_t(bytes.size())}; }

QJsonObject withoutPayload(const PeerFrame &frame)
{
    QJsonArray headers;
    for (const auto &[key, value] : frame.headers)
        headers.append(QJsonArray {QString::fromLatin1(key.toHex()), QString::fromLatin1(value.toHex())});
    return {{"type", int(frame.type)}, {"flags", frame.flags}, {"headers", headers}};
}

/// FNV-1a, as the peer computes it.
QString hashOf(const QByteArray &bytes)
{
    quint64 sum = 0xcbf2'9ce4'8422'2325;
    for (const char byte : bytes)
        sum = (sum ^ quint8(byte)) * 0x0100'0000'01b3;
    return QStringLiteral("%1").arg(sum, 16, 16, QLatin1Char('0'));
}

} // namespace

QJsonObject toJson(const PeerFrame &frame)
{
    QJsonObject json = withoutPayload(frame);
    json["payload"] = QString::fromLatin1(frame.payload.toHex());
    return json;
}

QJsonObject toJson(const PeerFrame &frame, qint64 patternSize, quint64 seed)
{
    QJsonObject json = withoutPayload(frame);
    json["pattern"] = QJsonObject {{"size", patternSize}, {"seed", qint64(seed)}};
    return json;
}

bool isPrinted(const QJsonObject &printed, const PeerFrame &frame)
{
    const QJsonObject expected = withoutPayload(frame);
    for (auto field = expected.begin(); field != expected.end(); ++field) {
        if (printed.value(field.key()) != field.value())
            return false;
    }
    return printed.value("size").toInteger(-1) == frame.payload.size()
        && printed.value("hash").toString() == hashOf(frame.payload);
}

QByteArray patternBytes(qint64 size, quint64 seed)
{
    QByteArray bytes(size, Qt::Uninitialized);
    for (char &byte : bytes) {
        seed = seed * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
        byte = char(seed >> 56);
    }
    return bytes;
}

QByteArray encoded(const PeerFrame &frame, qsizetype maxFrameBytes)
{
    HeaderBlock headers;
    for (const auto &[key, value] : frame.headers) {
        if (!headers.append(text(key), text(value)))
            return {};
    }
    Vstp::EncodeLimits limits;
    limits.maxFrameBytes = std::size_t(maxFrameBytes);
    const Vstp::FrameView content {frame.type, frame.flags, headers.view(), view(frame.payload)};
    const auto bytes = Vstp::encodeFrame(content, Vstp::Profile::R, limits);
    return bytes ? toByteArray(*bytes) : QByteArray();
}

Decoded decoded(const QByteArray &bytes, std::size_t limit)
{
    const Vstp::VstpFraming framing;
    Decoded result;
    ByteView rest = view(bytes);
    const auto failed = [&](const Error &error) {
        result.error = error;
        return result;
    };
    while (true) {
        result.left = qsizetype(rest.size());
        const auto extent = framing.measure(rest, limit);
        if (!extent)
            return failed(extent.error());
        if (!*extent || rest.size() < (*extent)->total())
            return result;
        const ByteView bytesOfFrame = rest.first((*extent)->total());
        if (const auto sound = framing.check(bytesOfFrame, **extent); !sound)
            return failed(sound.error());
        const auto frame = Vstp::parseBody(bytesOfFrame.subspan((*extent)->header, (*extent)->body),
            Vstp::Profile::R, EngineLimits().maxHeaders);
        if (!frame)
            return failed(frame.error());
        PeerFrame copy {frame->type, frame->flags, {}, toByteArray(frame->payload)};
        for (const Header header : frame->headers)
            copy.headers.append({toByteArray(header.key), toByteArray(header.value)});
        result.frames.append(copy);
        rest = rest.subspan(bytesOfFrame.size());
    }
}

} // namespace Halyard

// SPDX-License-Identifier: MIT
#include "besiegedserver.h"

#include <QDebug>

#include "transport/tlscredentials.h"
#include "wire/checksum.h"
#include "wire/vstp/framing.h"

namespace Halyard {

using Wire::Vstp::FrameType;

BesiegedServer::BesiegedServer(const ServerOptions &options)
    : BesiegedServer(options, QStringLiteral("tcp"), {})
{ }

std::unique_ptr<BesiegedServer> BesiegedServer::overTls(ServerOptions options)
{
    const auto pin = useDevelopmentCertificate(options.transport.tls);
    const QString query = QStringLiteral("?pin=") + QString::fromLatin1(pin.value_or(QByteArray()));
    return std::unique_ptr<BesiegedServer>(new BesiegedServer(options, QStringLiteral("tls"), query));
}

BesiegedServer::BesiegedServer(const ServerOptions &options, const QString &scheme, const QString &query)
    : m_server(options)
{
    connect(&m_server, &Server::connectionClosed, this,
        [this](Connection *connection) { m_ends.append(connection->error()); });
    connect(&m_server, &Server::connectionRefused, this,
        [this](const QString &, const Error &error) { m_ends.append(error); });
    m_server.handle(QStringLiteral("echo"), [](const Request &request) { return Reply(request.payload()); });
    if (const auto listening = m_server.listen(QUrl(scheme + QStringLiteral("://127.0.0.1:0"))); !listening)
        qCritical() << listening.error();
    m_goodClient = std::make_unique<SteadyClient>(
        QUrl(scheme + QStringLiteral("://127.0.0.1:%1").arg(port()) + query));
    if (!m_goodClient->goesOn())
        qCritical() << "the good client is not served:" << m_goodClient->error();
}

BesiegedServer::~BesiegedServer() = default;

bool BesiegedServer::hasEnded(qsizetype count) const
{
    return turnUntil([&] { return m_ends.size() >= count; });
}

bool BesiegedServer::isAlone() const
{
    return turnUntil([&] { return m_server.connectionCount() == 1; });
}

QByteArray frameBytes(FrameType type, const QByteArray &headers, const QByteArray &payload)
{
    QByteArray frame = QByteArray::fromHex("5654010000");
    frame[3] = char(type);
    frame += char(headers.size() & 0xff);
    frame += char(headers.size() >> 8);
    for (int shift = 24; shift >= 0; shift -= 8)
        frame += char(payload.size() >> shift);
    frame += headers + payload;
    const quint32 checksum = Wire::crc32(Wire::asBytes({frame.data(), std::size_t(frame.size())}));
    for (int shift = 24; shift >= 0; shift -= 8)
        frame += char(checksum >> shift);
    return frame;
}

QByteArray headerBytes(const QByteArray &key, const QByteArray &value)
{
    return QByteArray(1, char(key.size())) + char(value.size()) + key + value;
}

QByteArray helloBytes()
{
    return frameBytes(
        FrameType::Hello, headerBytes("halyard", "1") + headerBytes("features", "stream,cancel"));
}

QByteArray welcomeBytes()
{
    return frameBytes(
        FrameType::Welcome, headerBytes("halyard", "1") + headerBytes("features", "stream,cancel"));
}

QByteArray requestBytes(const QByteArray &route, quint64 id, const QByteArray &payload)
{
    return frameBytes(
        FrameType::Data, headerBytes("route", route) + headerBytes("id", QByteArray::number(id)), payload);
}

namespace {

template <class Visit>
void forEachFrame(const QByteArray &stream, Visit visit)
{
    const Wire::Vstp::VstpFraming framing;
    Wire::ByteView rest = Wire::asBytes({stream.data(), std::size_t(stream.size())});
    while (true) {
        const auto extent = framing.measure(rest, 1'000'000'000);
        if (!extent || !*extent || rest.size() < (*extent)->total())
            return;
        const auto frame = Wire::Vstp::parseBody(
            rest.subspan((*extent)->header, (*extent)->body), Wire::Vstp::Profile::R, 65'536);
        if (frame)
            visit(*frame);
        rest = rest.subspan((*extent)->total());
    }
}

} // namespace

QList<ErrorCode> errCodes(const QByteArray &stream)
{
    QList<ErrorCode> codes;
    forEachFrame(stream, [&](const Wire::Vstp::FrameView &frame) {
        if (frame.type != FrameType::Err)
            return;
        const auto code = frame.headers.find("code").value_or("0");
        codes.append(ErrorCode(QByteArray(code.data(), qsizetype(code.size())).toUShort()));
    });
    return codes;
}

int frameCount(const QByteArray &stream, FrameType type)
{
    int count = 0;
    forEachFrame(stream, [&](const Wire::Vstp::FrameView &frame) { count += frame.type == type ? 1 : 0; });
    return count;
}

bool isGivenBack(qint64 before, qint64 leftOver)
{
    qint64 left = 0;
    const bool is = turnUntil([&] {
        left = allocatedBytes() - before;
        return left < leftOver;
    });
    qInfo("%lld bytes are left over", left);
    return is;
}

} // namespace Halyard

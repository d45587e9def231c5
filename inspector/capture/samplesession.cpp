// SPDX-License-Identifier: MIT
#include "capture/samplesession.h"

#include <chrono>

#include <QCborArray>
#include <QCborMap>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "transport/memorynetwork.h"
#include "transport/transportfactory.h"

namespace Halyard::Inspector {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr auto StepInterval = 60ms;

const QUrl ServerUrl(u"memory://sample"_s);
const QUrl GarbageUrl(u"memory://strict"_s);

QByteArray sumOf(const QByteArray &numbers)
{
    qint64 sum = 0;
    for (const QByteArray &number : numbers.simplified().split(' '))
        sum += number.toLongLong();
    return QByteArray::number(sum);
}

QByteArray weatherJson()
{
    const QJsonObject report {{u"place"_s, u"Kiel"_s},
        {u"wind"_s, QJsonObject {{u"knots"_s, 18}, {u"from"_s, u"SW"_s}}},
        {u"waves"_s, QJsonArray {0.8, 1.1, 0.9}}, {u"warning"_s, QJsonValue()}};
    return QJsonDocument(report).toJson(QJsonDocument::Compact);
}

QByteArray positionCbor()
{
    QCborMap position;
    position.insert(u"ship"_s, u"Halyard"_s);
    position.insert(u"lat"_s, 54.3233);
    position.insert(u"lon"_s, 10.1228);
    position.insert(u"log"_s, QCborArray {1, 2, 3});
    position.insert(u"photo"_s, QByteArray::fromHex("89504e470d0a1a0a"));
    return position.toCborValue().toCbor();
}

} // namespace

SampleSession::SampleSession(quint32 number, const EndpointRequest &request, std::shared_ptr<Intake> intake)
    : ObservedSession(number, request, std::move(intake))
    , m_network(std::make_shared<MemoryNetwork>())
    , m_stepTimer(this)
{
    m_stepTimer.setInterval(StepInterval);
    connect(&m_stepTimer, &QTimer::timeout, this, &SampleSession::nextStep);
}

SampleSession::~SampleSession() = default;

void SampleSession::setUpServer()
{
    ServerOptions options;
    options.transport.memoryNetwork = m_network;
    m_server = std::make_unique<Server>(options);
    m_server->handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
    m_server->handle(u"sum"_s, [](const Request &request) { return Reply(sumOf(request.payload())); });
    m_server->handle(u"weather"_s, [](const Request &) { return Reply(weatherJson()); });
    m_server->handle(u"fail"_s,
        [](const Request &) { return Reply::error(Error::application(1'042, u"the harbour is closed"_s)); });
    m_server->handleStream(u"ticks"_s, [](const Request &request, const ReplyStream &stream) {
        const int count = std::clamp(request.payload().toInt(), 0, 100);
        for (int i = 1; i <= count; ++i)
            stream.write("tick " + QByteArray::number(i));
        stream.end();
    });
}

void SampleSession::start()
{
    setUpServer();
    const auto registry = Wire::ProtocolRegistry::standard();
    auto address = EndpointAddress::parse(ServerUrl, EndpointAddress::Use::Connect, registry);
    auto garbage = EndpointAddress::parse(GarbageUrl, EndpointAddress::Use::Listen, registry);
    EndpointState reported = state();
    if (!address || !garbage) {
        reported.error = address ? garbage.error() : address.error();
        return report(reported);
    }
    const auto tapFor = [this, &registry](const EndpointAddress &of, Viewpoint viewpoint) {
        auto factory = registry.make(of.protocol().toStdString(), {});
        return std::make_unique<TapIntake>(intake(),
            TapIntake::Origin {viewpoint, of.toString(), {}, of.protocol(), factory ? *factory : nullptr});
    };
    m_clientTap = tapFor(*address, Viewpoint::Client);
    m_garbageTap = tapFor(*garbage, Viewpoint::Server);
    connect(m_clientTap.get(), &TapIntake::conversationClosed, this,
        [this](quint32 conversation) { Q_EMIT sendableChanged(conversation, {}, false); });

    ServerOptions strict;
    strict.transport.memoryNetwork = m_network;
    strict.tap = m_garbageTap->tap();
    m_garbageServer = std::make_unique<Server>(strict);
    ClientOptions options;
    options.transport.memoryNetwork = m_network;
    options.reconnect.enabled = false;
    options.tap = m_clientTap->tap();
    m_client = std::make_unique<Client>(options);
    connect(m_client.get(), &Client::opened, this, [this] { m_stepTimer.start(); });

    for (const auto &listened : {m_server->listen(ServerUrl), m_garbageServer->listen(GarbageUrl)}) {
        if (!listened)
            reported.error = listened.error();
    }
    if (!reported.error) {
        if (const auto opened = m_client->open(ServerUrl); !opened)
            reported.error = opened.error();
    }
    reported.active = !reported.error;
    reported.address = address->toString();
    report(reported);
}

void SampleSession::nextStep()
{
    const auto ask
        = [this](const QString &route, const QByteArray &payload) { m_client->call(route, payload); };
    switch (m_step++) {
    case 0:
        return ask(u"sum"_s, "17 4 21");
    case 1:
        return ask(u"weather"_s, R"({"place":"Kiel"})");
    case 2:
        return void(m_client->send(u"position"_s, positionCbor()));
    case 3:
        return ask(u"ticks"_s, "3");
    case 4:
        return ask(u"echo"_s, QByteArray::fromHex("00017f80ffe280ae") + " harmless \x1b[31m");
    case 5:
        return ask(u"fail"_s, "please");
    case 6:
        return ask(u"nowhere"_s, {});
    case 7:
        return sendGarbage();
    case 8:
        return ask(u"echo"_s, QByteArray(2'000, 'x'));
    default:
        m_stepTimer.stop();
        if (const Connection *connection = m_client->connection()) {
            m_clientTap->refresh(*connection);
            Q_EMIT sendableChanged(
                m_clientTap->conversationOf(*connection), connection->transportInfo().peerName, true);
        }
    }
}

/// Somebody who takes the port for a web server.
void SampleSession::sendGarbage()
{
    TransportOptions options;
    options.memoryNetwork = m_network;
    auto made = TransportFactory::connector(GarbageUrl, options);
    if (!made)
        return;
    m_garbage = std::move(*made);
    connect(m_garbage.get(), &Transport::opened, this,
        [this] { m_garbage->write(Wire::asBytes("GET /index.html HTTP/1.1\r\nHost: strict\r\n\r\n")); });
    m_garbage->open();
}

void SampleSession::stop()
{
    m_stepTimer.stop();
    m_garbage.reset();
    m_client.reset();
    m_server.reset();
    m_garbageServer.reset();
    report(state());
}

Connection *SampleSession::connectionOf(quint32 conversation) const
{
    Connection *connection = m_client ? m_client->connection() : nullptr;
    const bool ours = connection && connection->state() == Connection::State::Open
        && m_clientTap->conversationOf(*connection) == conversation;
    return ours ? connection : nullptr;
}

} // namespace Halyard::Inspector

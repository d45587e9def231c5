// SPDX-License-Identifier: MIT
#include "capture/endpointsession.h"

#include <chrono>

#include <QHostAddress>
#include <QSslCertificate>

#include "transport/tlscredentials.h"

namespace Halyard::Inspector {

using namespace std::chrono_literals;

namespace {

constexpr auto RefreshInterval = 500ms;

/// 0.0.0.0 and the like.
bool isAnyAddress(const QString &host)
{
    const QHostAddress address(host);
    return address == QHostAddress(QHostAddress::AnyIPv4) || address == QHostAddress(QHostAddress::AnyIPv6)
        || address == QHostAddress(QHostAddress::Any);
}

tl::unexpected<Error> passOn(const Error &error) { return tl::unexpected(error); }

} // namespace

EndpointSession::EndpointSession(
    quint32 number, const EndpointRequest &request, std::shared_ptr<Intake> intake)
    : ObservedSession(number, request, std::move(intake))
    , m_refreshTimer(this)
{
    m_refreshTimer.setInterval(RefreshInterval);
    connect(&m_refreshTimer, &QTimer::timeout, this, &EndpointSession::refresh);
}

EndpointSession::~EndpointSession() = default;

void EndpointSession::start()
{
    const auto registry = Wire::ProtocolRegistry::standard();
    Result<EndpointAddress> started;
    switch (request().way) {
    case EndpointRequest::Way::Listen:
        started = listen(registry);
        break;
    case EndpointRequest::Way::Between:
        started = standBetween(registry);
        break;
    default:
        started = connectOut(registry);
    }
    if (!started)
        return reportEnd(started.error());
    m_refreshTimer.start();
    if (!m_client)
        reportActive(*started);
}

Result<Tap *> EndpointSession::makeTap(const EndpointAddress &address, const QString &target,
    Viewpoint viewpoint, const Wire::ProtocolRegistry &registry)
{
    auto factory = registry.make(address.protocol().toStdString(), address.protocolOptions());
    if (!factory)
        return passOn(factory.error());
    m_tap = std::make_unique<TapIntake>(
        intake(), TapIntake::Origin {viewpoint, address.toString(), target, address.protocol(), *factory});
    connect(m_tap.get(), &TapIntake::conversationOpened, this, &EndpointSession::offerSending);
    connect(m_tap.get(), &TapIntake::conversationClosed, this, [this](quint32 conversation) {
        if (m_offered.remove(conversation))
            Q_EMIT sendableChanged(conversation, {}, false);
    });
    return m_tap->tap();
}

Result<EndpointAddress> EndpointSession::connectOut(const Wire::ProtocolRegistry &registry)
{
    auto address = EndpointAddress::parse(request().address, EndpointAddress::Use::Connect, registry);
    if (!address)
        return address;
    auto tap = makeTap(*address, {}, Viewpoint::Client, registry);
    if (!tap)
        return passOn(tap.error());
    ClientOptions options;
    options.tap = *tap;
    options.reconnect.enabled = false; // whoever looks decides when to try again
    m_client = std::make_unique<Client>(options);
    connect(m_client.get(), &Client::opened, this, [this, shown = *address] {
        reportActive(shown);
        offerSending();
    });
    connect(
        m_client.get(), &Client::errorOccurred, this, [this](const Error &error) { m_lastError = error; });
    connect(m_client.get(), &Client::closed, this, [this] { reportEnd(m_lastError); });
    if (auto opened = m_client->open(*address); !opened)
        return passOn(opened.error());
    return address;
}

Result<EndpointAddress> EndpointSession::listen(const Wire::ProtocolRegistry &registry)
{
    auto address = EndpointAddress::parse(request().address, EndpointAddress::Use::Listen, registry);
    if (!address)
        return address;
    auto tap = makeTap(*address, {}, Viewpoint::Server, registry);
    if (!tap)
        return passOn(tap.error());
    ServerOptions options;
    options.tap = *tap;
    options.credentials = request().users;
    auto tls = serverTls(*address);
    if (!tls)
        return passOn(tls.error());
    options.transport.tls = *tls;
    m_server = std::make_unique<Server>(options);
    connect(m_server.get(), &Server::connectionOpened, this, &EndpointSession::offerSending);
    connect(m_server.get(), &Server::closed, this, [this] { reportEnd({}); });
    return m_server->listen(QUrl(request().address));
}

Result<EndpointAddress> EndpointSession::standBetween(const Wire::ProtocolRegistry &registry)
{
    auto address = EndpointAddress::parse(request().address, EndpointAddress::Use::Listen, registry);
    if (!address)
        return address;
    auto target = EndpointAddress::parse(request().target, EndpointAddress::Use::Connect, registry);
    if (!target)
        return target;
    auto tap = makeTap(
        address->namesProtocol() ? *address : *target, target->toString(), Viewpoint::Between, registry);
    if (!tap)
        return passOn(tap.error());
    m_target = target->toString();
    ProxyOptions options;
    options.tap = *tap;
    auto tls = serverTls(*address);
    if (!tls)
        return passOn(tls.error());
    options.listening.tls = *tls;
    options.connecting = target->applyTo(options.connecting);
    options.users = request().users;
    m_proxy = std::make_unique<Proxy>(options);
    connect(m_proxy.get(), &Proxy::closed, this, [this] { reportEnd({}); });
    return m_proxy->start(QUrl(request().address), QUrl(request().target));
}

/// A certificate that nobody trusts but who is told its pin.
Result<TlsOptions> EndpointSession::serverTls(const EndpointAddress &address)
{
    TlsOptions tls;
    if (!address.isSecure())
        return tls;
    const auto pin = useDevelopmentCertificate(
        tls, isAnyAddress(address.host()) ? QStringList() : QStringList {address.host()});
    if (!pin)
        return passOn(pin.error());
    m_pin = *pin;
    m_certificate = tls.certificateChain.constFirst().toPem();
    return tls;
}

void EndpointSession::stop()
{
    if (m_client && m_client->state() != Client::State::Idle)
        m_client->close();
    else if (m_server && (m_server->isListening() || m_server->connectionCount() > 0))
        m_server->close();
    else if (m_proxy && m_proxy->isListening())
        m_proxy->close();
    else
        reportEnd({});
}

QList<Connection *> EndpointSession::connections() const
{
    if (m_server)
        return m_server->connections();
    if (m_client && m_client->connection())
        return {m_client->connection()};
    return {};
}

Connection *EndpointSession::connectionOf(quint32 conversation) const
{
    for (Connection *connection : connections()) {
        if (connection->state() == Connection::State::Open
            && m_tap->conversationOf(*connection) == conversation)
            return connection;
    }
    return nullptr;
}

/// Messages can be sent once the handshakes are done; the tap may tell of a conversation before that or
/// later.
void EndpointSession::offerSending()
{
    for (const Connection *connection : connections()) {
        if (connection->state() != Connection::State::Open)
            continue;
        const quint32 conversation = m_tap->conversationOf(*connection);
        if (conversation == 0 || m_offered.contains(conversation))
            continue;
        m_offered.insert(conversation);
        Q_EMIT sendableChanged(conversation, connection->transportInfo().peerName, true);
    }
}

void EndpointSession::refresh()
{
    for (const Connection *connection : connections())
        m_tap->refresh(*connection);
    if (!m_proxy)
        return;
    for (const ProxyConnection &connection : m_proxy->connections())
        m_tap->refresh(connection);
}

void EndpointSession::reportActive(const EndpointAddress &address)
{
    EndpointState reported = state();
    reported.active = true;
    reported.address = address.toString();
    if (!m_client) {
        auto forClients
            = isAnyAddress(address.host()) ? address.withHost(QStringLiteral("localhost")) : address;
        if (!m_pin.isEmpty())
            forClients = forClients.withPin(m_pin);
        reported.clientAddress = forClients.toString();
        reported.target = m_target;
    }
    reported.pin = QString::fromLatin1(m_pin);
    reported.certificate = m_certificate;
    report(reported);
    refresh();
}

void EndpointSession::reportEnd(const Error &error)
{
    m_refreshTimer.stop();
    EndpointState reported = state();
    reported.error = error;
    report(reported);
}

} // namespace Halyard::Inspector

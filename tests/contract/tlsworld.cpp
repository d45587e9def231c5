// SPDX-License-Identifier: MIT
#include "tlsworld.h"

#include <QTest>

#include "crypto/certificatepin.h"
#include "crypto/developmentcertificate.h"

using namespace Halyard;
using Subject = Wire::CertificatePin::Subject;

Identity::Identity(std::chrono::system_clock::time_point begin, std::chrono::hours validity)
{
    Wire::DevelopmentCertificateRequest request;
    request.now = begin;
    request.validity = validity;
    const auto made = Wire::makeDevelopmentCertificate(request);
    const QSslCertificate certificate(QByteArray::fromStdString(made->certificatePem()), QSsl::Pem);
    tls.certificateChain = {certificate};
    tls.privateKey = QSslKey(QByteArray::fromStdString(made->keyPem()), QSsl::Ec);
    const QByteArray der = certificate.toDer();
    leafPin
        = QByteArray::fromStdString(Wire::CertificatePin::of(view(der), Subject::Certificate)->toString());
    keyPin = QByteArray::fromStdString(Wire::CertificatePin::of(view(der), Subject::PublicKey)->toString());
}

TestServer::TestServer(const QString &scheme, const TransportOptions &options)
{
    auto made = TransportFactory::listener(QUrl(scheme + QStringLiteral("://0.0.0.0:0")), options);
    if (!made || !(*made)->listen())
        return;
    listener = std::move(*made);
    connect(listener.get(), &Listener::pendingAvailable, this, [this] {
        while (auto transport = listener->takePending()) {
            recorders.push_back(std::make_unique<Recorder>(*transport));
            transport->open();
            transports.push_back(std::move(transport));
        }
    });
}

Recorder *TestServer::accepted(std::size_t index)
{
    return QTest::qWaitFor([&] { return recorders.size() > index; }) ? recorders[index].get() : nullptr;
}

TestClient::TestClient(
    const QString &scheme, const QString &host, quint16 port, const TransportOptions &options)
{
    auto made = TransportFactory::connector(
        QUrl(scheme + QStringLiteral("://") + host + u':' + QString::number(port)), options);
    if (!made)
        return;
    transport = std::move(*made);
    recorder = std::make_unique<Recorder>(*transport);
    transport->open();
}

Wire::ErrorCode TestClient::outcome()
{
    if (!recorder || !QTest::qWaitFor([&] { return recorder->opened || recorder->closed > 0; }))
        return Wire::ErrorCode::InvalidArgument;
    return recorder->error ? recorder->error->code : Wire::ErrorCode::None;
}

PlainServer::PlainServer(std::function<void(QTcpSocket &)> act)
    : m_act(std::move(act))
{
    connect(this, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *socket = nextPendingConnection())
            m_act(*socket);
    });
    listen(QHostAddress::LocalHost, 0);
}

TransportOptions withTls(const TlsOptions &tls)
{
    TransportOptions options;
    options.tls = tls;
    return options;
}

TransportOptions trusting(const Identity &identity)
{
    TransportOptions options;
    options.tls.caCertificates = identity.tls.certificateChain;
    return options;
}

TransportOptions pinning(const QByteArray &pin)
{
    TransportOptions options;
    options.tls.pin = pin;
    return options;
}

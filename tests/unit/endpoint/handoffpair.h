// SPDX-License-Identifier: MIT
#pragma once

#include <QPointer>

#include "endpoint/framestream.h"
#include "endpointpair.h"

/// A server whose route `handoff` gives the connection away, and one client of it.
struct HandoffPair {
    explicit HandoffPair(const QString &user = {}, const QString &query = {},
        const Halyard::ConnectionOptions &connection = {})
    {
        Halyard::ServerOptions options;
        options.connection = connection;
        if (!user.isEmpty())
            options.credentials
                = Halyard::CredentialSource::list({{QStringLiteral("alice"), Halyard::Password("s3cr3t")}});
        server.setOptions(options);
        server.handle(QStringLiteral("echo"),
            [](const Halyard::Request &request) { return Halyard::Reply(request.payload()); });
        server.setMayHandOff(QStringLiteral("handoff"));
        server.handle(QStringLiteral("handoff"), [this](const Halyard::Request &request) { grant(request); });
        const auto address = server.listen(QUrl(QStringLiteral("tfserver+tcp://127.0.0.1:0")));
        auto own = client.options();
        own.reconnect.enabled = false;
        own.connection = connection;
        client.setOptions(own);
        isOpen = address
            && client.open(QUrl(QStringLiteral("tfserver+tcp://") + user + QStringLiteral("127.0.0.1:")
                + QString::number(address->port()) + query))
            && QTest::qWaitFor([this] { return client.state() == Halyard::Client::State::Open; });
    }
    void grant(const Halyard::Request &request)
    {
        if (request.payload() == "no")
            return request.respond(Halyard::Reply::error(1'000, QStringLiteral("no")));
        const auto taken = request.takeConnection(Halyard::Reply("switched"));
        if (!taken) {
            error = taken.error();
            return;
        }
        atServer = *taken;
        QObject::connect(
            atServer, &Halyard::FrameStream::frameReceived, atServer, [this](const QByteArray &frame) {
                heard += frame;
                if (echoes)
                    atServer->send(frame);
            });
    }
    [[nodiscard]] Halyard::FrameStream *take(const QByteArray &payload = "please")
    {
        Halyard::FrameStream *stream
            = client.connection()->takeConnection(QStringLiteral("handoff"), payload);
        QObject::connect(stream, &Halyard::FrameStream::frameReceived, stream,
            [this](const QByteArray &frame) { answered += frame; });
        QObject::connect(stream, &Halyard::FrameStream::failed, &client,
            [this](const Halyard::Error &why) { error = why; });
        return stream;
    }

    bool isOpen = false;
    bool echoes = true;
    QPointer<Halyard::FrameStream> atServer;
    QList<QByteArray> heard;
    QList<QByteArray> answered;
    Halyard::Error error;
    Halyard::Server server;
    Halyard::Client client;
};

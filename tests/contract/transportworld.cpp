// SPDX-License-Identifier: MIT
#include "transportworld.h"

#include <QSignalSpy>
#include <QTest>

#include "transport/faultinjector.h"
#include "transport/memorynetwork.h"
#include "transport/tlscredentials.h"

using namespace Halyard;

Wire::ByteView view(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())));
}

QByteArray pattern(qsizetype size, int seed)
{
    QByteArray bytes(size, Qt::Uninitialized);
    quint32 state = quint32(seed) * 2654435761U + 1;
    for (char &byte : bytes) {
        state = state * 1664525U + 1013904223U;
        byte = char(state >> 24);
    }
    return bytes;
}

Recorder::Recorder(Transport &transport, bool shallRead)
    : reads(shallRead)
    , m_transport(transport)
{
    connect(&transport, &Transport::opened, this, [this] {
        opened = true;
        note(QStringLiteral("opened"));
    });
    connect(&transport, &Transport::readyRead, this, [this] {
        note(QStringLiteral("read"));
        ++readyReads;
        if (reads)
            readSome();
    });
    connect(&transport, &Transport::bytesWritten, this, [this] { note(QStringLiteral("written")); });
    connect(&transport, &Transport::inputEnded, this, [this] {
        inputEnded = true;
        note(QStringLiteral("inputEnded"));
    });
    connect(&transport, &Transport::failed, this, [this](const Wire::Error &what) {
        error = what;
        note(QStringLiteral("failed"));
    });
    connect(&transport, &Transport::closed, this, [this] {
        ++closed;
        note(QStringLiteral("closed"));
    });
}

void Recorder::note(const QString &what)
{
    if (log.isEmpty() || log.last() != what)
        log.append(what);
}

void Recorder::readSome()
{
    QByteArray chunk(readSize, Qt::Uninitialized);
    const qsizetype got
        = m_transport.read(std::as_writable_bytes(std::span(chunk.data(), std::size_t(readSize))));
    received.append(chunk.constData(), got);
}

TransportWorld::TransportWorld(const QString &kind)
    : m_scheme(kind.chopped(kind.endsWith(u'+') ? 1 : 0))
{
    options.memoryNetwork = std::make_shared<MemoryNetwork>();
    if (kind.endsWith(u'+'))
        options.wrap = [](std::unique_ptr<Transport> inner) {
            return std::make_unique<FaultInjector>(std::move(inner));
        };
    if (m_scheme != u"tls")
        return;
    const auto pin = useDevelopmentCertificate(options.tls);
    m_clientTls.pin = pin.value_or(QByteArray());
}

std::unique_ptr<Listener> TransportWorld::makeListener()
{
    const QUrl url = m_scheme == u"memory"
        ? QUrl(QStringLiteral("memory://listener") + QString::number(++m_listeners))
        : QUrl(m_scheme + QStringLiteral("://127.0.0.1:0"));
    auto listener = TransportFactory::listener(url, options);
    if (!listener || !(*listener)->listen())
        return nullptr;
    return std::move(*listener);
}

std::unique_ptr<Transport> TransportWorld::makeConnector(const Listener &listener)
{
    const QUrl url = m_scheme == u"memory"
        ? QUrl(QStringLiteral("memory://") + listener.address())
        : QUrl(m_scheme + QStringLiteral("://127.0.0.1:") + QString::number(listener.port()));
    TransportOptions mine = options;
    if (m_scheme == u"tls")
        mine.tls = m_clientTls;
    auto transport = TransportFactory::connector(url, mine);
    return transport ? std::move(*transport) : nullptr;
}

std::unique_ptr<Transport> TransportWorld::makeRefused()
{
    const auto listener = makeListener();
    return makeConnector(*listener); // and with the listener goes whoever would answer
}

Pair::Pair(TransportWorld &world, bool clientReads, bool serverReads)
    : listener(world.makeListener())
{
    if (!listener)
        return;
    QSignalSpy pending(listener.get(), &Listener::pendingAvailable);
    client = world.makeConnector(*listener);
    fromClient = std::make_unique<Recorder>(*client, clientReads);
    client->open();
    if (pending.isEmpty() && !pending.wait())
        return;
    server = listener->takePending();
    if (!server)
        return;
    fromServer = std::make_unique<Recorder>(*server, serverReads);
    server->open();
    open = QTest::qWaitFor([this] { return fromClient->opened && fromServer->opened; });
}

QStringList transportKinds() { return QStringLiteral("tcp tls memory tcp+ tls+ memory+").split(u' '); }

void kindRows()
{
    QTest::addColumn<QString>("kind");
    for (const QString &kind : transportKinds())
        QTest::newRow(qPrintable(kind)) << kind;
}

void plainKindRows()
{
    QTest::addColumn<QString>("kind");
    for (const QString &kind : transportKinds()) {
        if (!kind.endsWith(u'+'))
            QTest::newRow(qPrintable(kind)) << kind;
    }
}

bool roundTrip(TransportWorld &world)
{
    Pair pair(world);
    if (!pair.open)
        return false;
    pair.client->write(view("ping"));
    if (!QTest::qWaitFor([&] { return pair.fromServer->received == "ping"; }))
        return false;
    pair.server->write(view("pong"));
    return QTest::qWaitFor([&] { return pair.fromClient->received == "pong"; });
}

bool isClosed(const std::unique_ptr<Recorder> &recorder)
{
    return QTest::qWaitFor([&] { return recorder->closed > 0; });
}

// SPDX-License-Identifier: MIT
#include "rustpeer.h"

#include <algorithm>
#include <functional>

#include <QDebug>
#include <QEventLoop>
#include <QJsonDocument>
#include <QTimer>

namespace Halyard {

namespace {
/// For a machine under load: nothing waits this long unless something is broken.
constexpr int PatienceMs = 60'000;
} // namespace

RustPeer::RustPeer(const QStringList &arguments, QObject *parent)
    : RustPeer(QStringLiteral(HALYARD_INTEROP_PEER), arguments, parent)
{ }

RustPeer::RustPeer(const QString &program, const QStringList &arguments, QObject *parent)
    : QObject(parent)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &RustPeer::readLines);
    connect(&m_process, &QProcess::finished, this, &RustPeer::heard);
    m_process.start(program, arguments);
    if (!m_process.waitForStarted())
        qCritical() << "the Rust peer does not start:" << m_process.errorString();
}

RustPeer::~RustPeer()
{
    disconnect(&m_process, nullptr, this, nullptr);
    if (m_process.state() != QProcess::NotRunning) {
        m_process.closeWriteChannel();
        if (!m_process.waitForFinished(PatienceMs))
            m_process.kill();
        m_process.waitForFinished();
    }
}

bool RustPeer::waitUntil(const std::function<bool()> &done) const
{
    // Not qWaitFor(), which sleeps 10 ms between any two turns: long lines come in many pieces.
    QEventLoop loop;
    bool patient = true;
    QTimer::singleShot(PatienceMs, &loop, [&] {
        patient = false;
        loop.quit();
    });
    connect(this, &RustPeer::heard, &loop, &QEventLoop::quit);
    while (patient && !done())
        loop.exec();
    return done();
}

QString RustPeer::address()
{
    (void)waitUntil([this] { return !m_address.isEmpty(); });
    return m_address;
}

void RustPeer::connectTo(int connection, quint16 port, bool raw)
{
    tell({{"connect", QStringLiteral("127.0.0.1:%1").arg(port)}, {"connection", connection}, {"raw", raw}});
}

void RustPeer::send(int connection, const QJsonArray &frames)
{
    act(connection, "send", {{"frames", frames}});
}

void RustPeer::act(int connection, const QString &action, QJsonObject arguments)
{
    arguments["connection"] = connection;
    arguments["do"] = action;
    tell(arguments);
}

void RustPeer::tell(const QJsonObject &command)
{
    tellLine(QJsonDocument(command).toJson(QJsonDocument::Compact));
}

void RustPeer::tellLine(const QByteArray &line) { m_process.write(line + '\n'); }

void RustPeer::readLines()
{
    while (m_process.canReadLine()) {
        const QByteArray line = m_process.readLine().trimmed();
        if (line.startsWith("listening "))
            m_address = QString::fromLatin1(line.mid(10));
        else
            m_events.append(QJsonDocument::fromJson(line).object());
    }
    Q_EMIT heard();
}

QJsonObject RustPeer::take(const std::function<bool(const QJsonObject &)> &matches)
{
    const auto find = [&] { return std::find_if(m_events.begin(), m_events.end(), matches); };
    if (!waitUntil([&] { return find() != m_events.end(); })) {
        qWarning() << "the Rust peer never said it; it said" << m_events.mid(0, 20);
        return {};
    }
    const auto found = find();
    QJsonObject event = *found;
    m_events.erase(found);
    return event;
}

QJsonObject RustPeer::next(const QString &event, int connection)
{
    return take([&](const QJsonObject &candidate) {
        return candidate["event"].toString() == event
            && (connection == 0 || candidate["connection"].toInt() == connection);
    });
}

QJsonObject RustPeer::next()
{
    return take([](const QJsonObject &) { return true; });
}

int RustPeer::finish()
{
    m_process.closeWriteChannel();
    const bool ended = waitUntil([this] { return m_process.state() == QProcess::NotRunning; });
    return ended && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

void RustPeer::kill()
{
    m_process.kill();
    m_process.waitForFinished();
}

} // namespace Halyard

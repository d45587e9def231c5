// SPDX-License-Identifier: MIT
#include <csignal>

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include "program.h"
#include "rustpair.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using Wire::Direction;

namespace {

constexpr int PatienceMs = 60'000;

/// What another program prints; nothing where it fails.
std::optional<QByteArray> outputOf(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(program, arguments);
    if (!process.waitForFinished(PatienceMs) || process.exitStatus() != QProcess::NormalExit
        || process.exitCode() != 0)
        return std::nullopt;
    return process.readAllStandardOutput();
}

QString typeOf(const QJsonObject &frame)
{
    for (const QJsonValue &field : frame[u"fields"_s].toArray()) {
        if (field[u"name"_s].toString() == u"type"_s)
            return field[u"value"_s].toString();
    }
    return {};
}

} // namespace

/// `halyard proxy` between a client and a server of the crate.
class tst_InteropProxyProgram : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyFrameIsShown_data();
    void everyFrameIsShown();
    void capturesAreGoodForOthers();

private:
    /// That these lines are what the pair has said.
    static void compare(const QByteArray &lines, const RustPair &pair);
};

void tst_InteropProxyProgram::compare(const QByteArray &lines, const RustPair &pair)
{
    const auto frames = jsonLines(lines);
    QVERIFY(frames);
    QCOMPARE(frames->size(),
        pair.frames(Direction::ClientToServer).size() + pair.frames(Direction::ServerToClient).size());
    QList<PeerFrame> toCome[]
        = {pair.frames(Direction::ClientToServer), pair.frames(Direction::ServerToClient)};
    for (const QJsonObject &frame : *frames) {
        auto &next = toCome[frame[u"direction"_s].toString() == u"s2c"_s ? 1 : 0];
        QVERIFY(!next.isEmpty());
        const PeerFrame said = next.takeFirst();
        QVERIFY(frame[u"complete"_s].toBool());
        QCOMPARE(frame[u"length"_s].toInteger(), qint64(encoded(said).size()));
        QVERIFY2(typeOf(frame).contains(QString::number(int(said.type))), qPrintable(typeOf(frame)));
    }
}

void tst_InteropProxyProgram::everyFrameIsShown_data()
{
    QTest::addColumn<bool>("tls");
    QTest::newRow("plain") << false;
    QTest::newRow("TLS between two of them") << true;
}

void tst_InteropProxyProgram::everyFrameIsShown()
{
    QFETCH(const bool, tls);
    RustPair pair(true);
    auto target = u"tcp://"_s + pair.serverAddress();
    std::optional<Program> atServer;
    if (tls) {
        atServer.emplace(QStringList {u"proxy"_s, u"tls://127.0.0.1:0"_s, target, u"--json"_s});
        target = atServer->errorLine(u"listening "_s); // with the pin of the certificate that it has made
    }
    Program atClient({u"proxy"_s, u"tcp://127.0.0.1:0"_s, target, u"--json"_s});
    const QUrl url(atClient.errorLine(u"listening "_s));
    QVERIFY2(url.port() > 0, atClient.errors().constData());
    QVERIFY(pair.connectTo(quint16(url.port())));
    QVERIFY(pair.holdConversation());
    QVERIFY(tls ? pair.finish() : pair.partOneAfterTheOther());
    QVERIFY(pair.end());
    for (auto *proxy : {&atClient, atServer ? &*atServer : nullptr}) {
        if (!proxy)
            continue;
        QTRY_VERIFY_WITH_TIMEOUT(proxy->errors().contains("\n[1] closed\n"), PatienceMs);
        proxy->interrupt(SIGINT);
        QCOMPARE(proxy->status(), 0);
        compare(proxy->output(), pair);
    }
}

void tst_InteropProxyProgram::capturesAreGoodForOthers()
{
    QTemporaryDir folder;
    const auto path = folder.filePath(u"session.pcapng"_s);
    RustPair pair(true);
    Program proxy(
        {u"proxy"_s, u"tcp://127.0.0.1:0"_s, u"tcp://"_s + pair.serverAddress(), u"--capture"_s, path});
    const QUrl url(proxy.errorLine(u"listening "_s));
    QVERIFY2(url.port() > 0, proxy.errors().constData());
    QVERIFY(pair.connectTo(quint16(url.port())));
    QVERIFY(pair.holdConversation());
    QVERIFY(pair.partOneAfterTheOther());
    QVERIFY(pair.end());
    QTRY_VERIFY_WITH_TIMEOUT(proxy.errors().contains("\n[1] closed\n"), PatienceMs);
    proxy.interrupt(SIGTERM);
    QCOMPARE(proxy.status(), 0);

    const auto decoded = run({u"decode"_s, path, u"--json"_s});
    QVERIFY2(decoded.status == 0, decoded.errors.constData());
    compare(decoded.output, pair);

    const auto about = outputOf(u"capinfos"_s, {u"-c"_s, u"-E"_s, path});
    QVERIFY(about);
    QVERIFY2(about->contains("Ethernet"), about->constData());
    // An independent reader finds the same bytes in the same order, and nothing to complain about.
    const auto packets = outputOf(u"tshark"_s,
        {u"-r"_s, path, u"-Y"_s, u"tcp.len > 0"_s, u"-T"_s, u"fields"_s, u"-e"_s, u"tcp.dstport"_s, u"-e"_s,
            u"tcp.payload"_s});
    QVERIFY(packets);
    QByteArray found[2];
    for (const auto &packet : packets->split('\n')) {
        const auto columns = packet.split('\t');
        if (columns.size() == 2)
            found[columns[0].toInt() == url.port() ? 0 : 1] += QByteArray::fromHex(columns[1]);
    }
    QVERIFY(found[0] == pair.bytes(Direction::ClientToServer));
    QVERIFY(found[1] == pair.bytes(Direction::ServerToClient));
    const auto wrong = outputOf(u"tshark"_s,
        {u"-r"_s, path, u"-o"_s, u"tcp.check_checksum:TRUE"_s, u"-Y"_s,
            u"tcp.checksum.status == \"Bad\" || tcp.analysis.flags || _ws.malformed"_s});
    QCOMPARE(wrong, QByteArray());
}

QTEST_GUILESS_MAIN(tst_InteropProxyProgram)
#include "tst_interop_proxyprogram.moc"

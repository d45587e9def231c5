// SPDX-License-Identifier: MIT
#include <csignal>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

using namespace Qt::StringLiterals;

/// `halyard request` against `halyard serve` over tfserver, in clear and with users.
class tst_CliTfServer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void clear_data();
    void clear();
    void users();
    void passwordsFromElsewhere();
    void wrongUsage();
    void decodes();
    void watchOpensWhatItTakesPartIn();
    void proxySealsAnew_data();
    void proxySealsAnew();
    void proxyRefusesWhatCannotBeJoined();
};

namespace {

const QString Listen = u"tfserver+tcp://127.0.0.1:0"_s;

QString withUser(const QString &url, const QString &user, const QString &options = {})
{
    return QString(url).replace(u"://"_s, u"://"_s + user + u"@"_s) + options;
}

} // namespace

void tst_CliTfServer::clear_data()
{
    QTest::addColumn<QString>("options");
    QTest::newRow("generation 3") << u"?generation=3"_s;
    QTest::newRow("generation 4") << u"?generation=4"_s;
    QTest::newRow("default") << QString();
}

void tst_CliTfServer::clear()
{
    QFETCH(QString, options);
    const RunningServer server(Listen);
    const QString url = server.url() + options;
    const auto request = [&](const QStringList &more) { return run(QStringList {u"request"_s, url} + more); };
    QCOMPARE(request({u"echo"_s, u"--data"_s, u"ahoy"_s}).output, "ahoy");
    QCOMPARE(request({u"echo"_s, u"--data"_s, u"ahoy"_s, u"--header"_s, u"type=7"_s}).output, "ahoy");
    QCOMPARE(request({u"sum"_s, u"--data"_s, u"1 2 39"_s}).output, "42");
    QCOMPARE(request({u"echo"_s, u"--data"_s, u"x"_s, u"--count"_s, u"3"_s}).output, "x\nx\nx\n");
    const auto failed = request({u"fail"_s, u"--data"_s, u"because"_s});
    QCOMPARE(failed.status, 1);
    QVERIFY2(failed.errors.contains("because"), failed.errors.constData());
    QCOMPARE(request({u"nobody"_s}).status, 1);
    QCOMPARE(request({u"99"_s}).status, 1);
    QCOMPARE(request({u"echo"_s, u"--header"_s, u"type=256"_s}).status, 2);
    QCOMPARE(request({u"ticks"_s, u"--data"_s, u"3"_s}).status, 1); // no streams
}

void tst_CliTfServer::users()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"users"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("# more of them\nbob:hunter2\n") > 0);
    file.close();
    const RunningServer server(
        Listen, {u"--user"_s, u"alice:s3cr3t"_s, u"--user"_s, u"carol:a:b"_s, u"--users"_s, path});
    const auto request = [&](const QString &user, const QString &options = {}) {
        return run({u"request"_s, withUser(server.url(), user, options), u"echo"_s, u"--data"_s, u"ahoy"_s});
    };
    for (const QString &options : {u"?generation=3"_s, u"?encryption=E1"_s, u"?encryption=E2"_s}) {
        QCOMPARE(request(u"alice:s3cr3t"_s, options).output, "ahoy");
        QCOMPARE(request(u"alice:guess"_s, options).status, 3);
        QCOMPARE(request(u"mallory:s3cr3t"_s, options).status, 3);
    }
    QCOMPARE(request(u"carol:a%3Ab"_s).output, "ahoy");
    QCOMPARE(request(u"bob:hunter2"_s).output, "ahoy");
    QCOMPARE(request(u"bob:hunter2"_s, u"?server-id=other"_s).status, 3);
}

void tst_CliTfServer::passwordsFromElsewhere()
{
    const RunningServer server(Listen, {u"--user"_s, u"alice:s3cr3t"_s});
    const QStringList request {
        u"request"_s, withUser(server.url(), u"alice"_s), u"echo"_s, u"--data"_s, u"x"_s};
    const auto without = run(request); // and no terminal
    QCOMPARE(without.status, 2);
    QVERIFY2(without.errors.contains("alice"), without.errors.constData());
    qputenv("HALYARD_PASSWORD", "s3cr3t");
    const auto with = run(request);
    qunsetenv("HALYARD_PASSWORD");
    QCOMPARE(with.output, "x");
}

void tst_CliTfServer::wrongUsage()
{
    const auto serve = [](const QStringList &more) { return run(QStringList {u"serve"_s, Listen} + more); };
    const auto noColon = serve({u"--user"_s, u"hunter2"_s});
    QCOMPARE(noColon.status, 2);
    QVERIFY(!noColon.errors.contains("hunter2"));
    // Nor where nobody expects it: a slip of the pen must not show it either.
    for (const QStringList &more : {QStringList {u"--usr"_s, u"alice:hunter2"_s}, {u"--usr=alice:hunter2"_s},
             {u"tfserver+tcp://alice:hunter2@127.0.0.1:9"_s},
             {u"--users"_s, u"/nowhere"_s, u"alice:hunter2"_s}}) {
        const auto slip = serve(more);
        QCOMPARE(slip.status, 2);
        QVERIFY2(!slip.errors.contains("hunter2"), slip.errors.constData());
        QVERIFY2(slip.errors.contains("not expected"), slip.errors.constData());
    }
    QVERIFY(serve({u"--usr=alice:hunter2"_s}).errors.contains("--usr"));
    QCOMPARE(serve({u"--user"_s, u"a:1"_s, u"--user"_s, u"a:2"_s}).status, 2);
    QCOMPARE(serve({u"--users"_s, u"/nowhere/at/all"_s}).status, 2);
    QCOMPARE(run({u"serve"_s, u"tcp://127.0.0.1:0"_s, u"--user"_s, u"a:1"_s}).status, 2); // vstp knows none
    QCOMPARE(run({u"request"_s, u"tfserver+tcp://127.0.0.1:9?generation=5"_s, u"echo"_s}).status, 2);
}

void tst_CliTfServer::decodes()
{
    const auto decoded = run({u"decode"_s, u"--protocol"_s, u"tfserver"_s},
        "00000009 01 4543484fffffffff 00000012 00 0000000000000000 0000000000000000 01 00000002 6869");
    QCOMPARE(decoded.status, 0);
    for (const char *part : {"HandlerMetaReq name=ECHO", "PacketMeta handler=0 type=0", "payload, 2 bytes"})
        QVERIFY2(decoded.output.contains(part), decoded.output.constData());
    QCOMPARE(
        run({u"decode"_s, u"--protocol"_s, u"tfserver"_s}, "00000003 616263").status, 0); // a user's name
    QCOMPARE(run({u"decode"_s, u"--protocol"_s, u"tfserver"_s}, "00000012 00").status, 4);
}

void tst_CliTfServer::watchOpensWhatItTakesPartIn()
{
    const QTemporaryDir folder;
    for (const QString &format : {u"E1"_s, u"E2"_s}) {
        const QString path = folder.filePath(format);
        Program watch({u"watch"_s, u"--listen"_s, Listen, u"--user"_s, u"alice:s3cr3t"_s, u"--json"_s,
            u"--capture"_s, path});
        const QString url
            = withUser(watch.errorLine(u"listening "_s), u"alice:s3cr3t"_s, u"?encryption="_s + format);
        // Nobody serves this number; it has been said all the same.
        QCOMPARE(run({u"request"_s, url, u"7"_s, u"--data"_s, u"ahoy"_s}).status, 1);
        QVERIFY(QTest::qWaitFor([&] { return watch.errors().contains("[1] closed"); }));
        watch.interrupt(SIGINT);
        QCOMPARE(watch.status(), 0);
        QVERIFY2(watch.output().contains("PacketMeta handler=7"), watch.output().constData());
        QVERIFY(watch.output().contains("payload, 4 bytes (sealed)"));
        // Who has nothing but the file sees that there are records.
        const auto decoded = run({u"decode"_s, u"--protocol"_s, u"tfserver"_s, path});
        QCOMPARE(decoded.status, 0);
        QVERIFY2(decoded.output.contains("sealed record, "), decoded.output.constData());
        QVERIFY(!decoded.output.contains("PacketMeta"));
    }
}

void tst_CliTfServer::proxySealsAnew_data()
{
    QTest::addColumn<QStringList>("users"); // of the proxy
    QTest::addColumn<QString>("client");
    QTest::addColumn<QString>("clientOptions");
    QTest::addColumn<QString>("format"); // of the server; empty: in clear
    const QStringList alice {u"--user"_s, u"alice:s3cr3t"_s};
    QTest::newRow("clear to E1") << QStringList() << QString() << QString() << u"E1"_s;
    QTest::newRow("clear to E2") << QStringList() << QString() << QString() << u"E2"_s;
    QTest::newRow("E1 to E2") << alice << u"alice:s3cr3t"_s << u"?encryption=E1"_s << u"E2"_s;
    QTest::newRow("E2 to clear") << alice << u"alice:s3cr3t"_s << u"?encryption=E2"_s << QString();
}

void tst_CliTfServer::proxySealsAnew()
{
    QFETCH(QStringList, users);
    QFETCH(QString, client);
    QFETCH(QString, clientOptions);
    QFETCH(QString, format);
    const bool sealed = !format.isEmpty();
    const RunningServer server(Listen, sealed ? QStringList {u"--user"_s, u"bob:hunter2"_s} : QStringList());
    const QString target
        = sealed ? withUser(server.url(), u"bob"_s, u"?encryption="_s + format) : server.url();
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"capture"_s);
    qputenv("HALYARD_PASSWORD", "hunter2");
    Program proxy(QStringList {u"proxy"_s, Listen, target, u"--json"_s, u"--capture"_s, path} + users);
    const QString listening = proxy.errorLine(u"listening "_s);
    qunsetenv("HALYARD_PASSWORD");
    const QString url = client.isEmpty() ? listening : withUser(listening, client, clientOptions);
    const auto asked = run({u"request"_s, url, u"sum"_s, u"--data"_s, u"20 22"_s});
    QVERIFY2(asked.status == 0, asked.errors + proxy.errors());
    QCOMPARE(asked.output, "42");
    QVERIFY(QTest::qWaitFor([&] { return proxy.errors().contains("[2] closed"); }));
    proxy.interrupt(SIGINT);
    QCOMPARE(proxy.status(), 0);
    // Each side is a conversation of its own, and open.
    const auto lines = jsonLines(proxy.output());
    QVERIFY(lines);
    QMap<int, QByteArray> said;
    for (const auto &line : *lines)
        said[line[u"conversation"_s].toInt()] += QJsonDocument(line).toJson();
    QCOMPARE(said.keys(), (QList<int> {1, 2}));
    for (const auto &side : said)
        QVERIFY2(side.contains("payload, 5 bytes"), side.constData());
    // Whoever has only the file sees the same frames, as far as they are not sealed.
    const auto decoded = run({u"decode"_s, u"--protocol"_s, u"tfserver"_s, path, u"--json"_s});
    QCOMPARE(decoded.output.count('\n'), proxy.output().count('\n'));
}

void tst_CliTfServer::proxyRefusesWhatCannotBeJoined()
{
    const auto refused = [](const QString &listen, const QString &target, const QStringList &more = {}) {
        const auto outcome = run(QStringList {u"proxy"_s, listen, target} + more);
        return outcome.status == 2 ? outcome.errors : "not refused: " + outcome.errors;
    };
    const QString target = u"tfserver+tcp://bob:x@127.0.0.1:9"_s;
    QVERIFY(refused(u"vstp+tcp://127.0.0.1:0"_s, target).contains("does not translate"));
    QVERIFY(refused(Listen + u"?encryption=E1"_s, target).contains("users"));
    QVERIFY(refused(Listen, target, {u"--users"_s, u"/nowhere/at/all"_s}).contains("/nowhere"));
    QVERIFY(
        refused(u"tcp://127.0.0.1:0"_s, u"tcp://127.0.0.1:9"_s, {u"--user"_s, u"a:1"_s}).contains("vstp"));
}

QTEST_GUILESS_MAIN(tst_CliTfServer)
#include "tst_cli_tfserver.moc"

// SPDX-License-Identifier: MIT
#include <QProcess>
#include <QTest>

namespace {

/// What a program printed and how it ended; -1 where it crashed or did not end.
struct Run {
    int status = -1;
    QByteArray output;
    QByteArray errors;
};

Run run(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral(HALYARD_BINARY_DIR "/") + program, arguments);
    if (!process.waitForFinished() || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace

/// The two programs of examples/echo, as a person starts them.
class tst_EchoExample : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void answersInOrder();
    void noServer();
    void wrongUse();
    void portInUse();

private:
    QProcess m_server;
    QString m_url;
};

void tst_EchoExample::init()
{
    m_server.start(QStringLiteral(HALYARD_BINARY_DIR "/echo-server"), {QStringLiteral("tcp://127.0.0.1:0")});
    QTRY_VERIFY(m_server.canReadLine());
    const QString line = QString::fromUtf8(m_server.readLine()).trimmed();
    QVERIFY2(line.startsWith(QLatin1String("listening tcp://127.0.0.1:")), qPrintable(line));
    m_url = line.mid(int(qstrlen("listening ")));
}

void tst_EchoExample::cleanup()
{
    m_server.kill();
    QVERIFY(m_server.state() == QProcess::NotRunning || m_server.waitForFinished());
}

void tst_EchoExample::answersInOrder()
{
    const Run client = run(QStringLiteral("echo-client"),
        {m_url, QStringLiteral("one"), QStringLiteral("zwölf"), QString(),
            QStringLiteral("three words here")});
    QCOMPARE(client.errors, QByteArray());
    QCOMPARE(client.output, QByteArray("one\nzwölf\n\nthree words here\n"));
    QCOMPARE(client.status, 0);
}

void tst_EchoExample::noServer()
{
    cleanup();
    const Run client = run(QStringLiteral("echo-client"), {m_url, QStringLiteral("anybody")});
    QCOMPARE(client.status, 1);
    QVERIFY2(client.errors.startsWith("ConnectionRefused"), client.errors);
}

void tst_EchoExample::wrongUse()
{
    QCOMPARE(run(QStringLiteral("echo-client"), {m_url}).status, 2);
    const Run client
        = run(QStringLiteral("echo-client"), {QStringLiteral("gopher://here"), QStringLiteral("x")});
    QCOMPARE(client.status, 1);
    QVERIFY2(client.errors.startsWith("InvalidUrl"), client.errors);
}

void tst_EchoExample::portInUse()
{
    const Run second = run(QStringLiteral("echo-server"), {m_url});
    QCOMPARE(second.status, 1);
    QVERIFY2(second.errors.startsWith("AddressInUse"), second.errors);
}

QTEST_GUILESS_MAIN(tst_EchoExample)
#include "tst_echoexample.moc"

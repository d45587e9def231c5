// SPDX-License-Identifier: MIT
#include <QImage>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "endpoint/client.h"
#include "endpoint/server.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

/// The program as it is started: its command line, its output, its exit status.
class tst_InspectorProgram : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void connectsToTheAddressGiven();
    void listensWhereItIsTold();
    void standsBetweenAndPrints();
    void wrongUseIsExplained();

private:
    [[nodiscard]] bool start(const QStringList &arguments);
    [[nodiscard]] QString nextLine();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_program;
};

void tst_InspectorProgram::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_program = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"XDG_CONFIG_HOME"_s, m_folder->path());
    environment.insert(u"XDG_CACHE_HOME"_s, m_folder->path());
    m_program->setProcessEnvironment(environment);
}

bool tst_InspectorProgram::start(const QStringList &arguments)
{
    m_program->start(QStringLiteral(HALYARD_BINARY_DIR "/halyard-inspector"), arguments);
    return m_program->waitForStarted();
}

QString tst_InspectorProgram::nextLine()
{
    if (!QTest::qWaitFor([this] { return m_program->canReadLine(); }, 30'000))
        return {};
    return QString::fromUtf8(m_program->readLine()).trimmed();
}

void tst_InspectorProgram::connectsToTheAddressGiven()
{
    Server server;
    const auto address = server.listen(QUrl(u"tcp://127.0.0.1:0"_s));
    QVERIFY(address);
    QSignalSpy opened(&server, &Server::connectionOpened);
    QVERIFY(start({address->toString()}));
    QVERIFY(opened.count() == 1 || opened.wait(30'000));
    m_program->terminate();
    QVERIFY(m_program->waitForFinished());
}

void tst_InspectorProgram::listensWhereItIsTold()
{
    QVERIFY(start({u"--listen"_s, u"tls://localhost:0"_s}));
    const QString line = nextLine();
    QVERIFY2(line.startsWith(u"listening tls://localhost:"_s), qPrintable(line));
    Client client;
    QSignalSpy opened(&client, &Client::opened);
    QVERIFY(client.open(QUrl(line.section(u' ', 1)))); // the pin is in it
    QVERIFY(opened.count() == 1 || opened.wait());
    m_program->terminate();
    QVERIFY(m_program->waitForFinished());
}

void tst_InspectorProgram::standsBetweenAndPrints()
{
    Server server;
    server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
    const auto address = server.listen(QUrl(u"tcp://127.0.0.1:0"_s));
    QVERIFY(address);
    const QString picture = m_folder->filePath(u"window.png"_s);
    QVERIFY(start({u"--theme"_s, u"dark"_s, u"--picture"_s, picture, u"--frames"_s, u"4"_s, u"--proxy"_s,
        u"tcp://127.0.0.1:0"_s, address->toString()}));
    const QString line = nextLine();
    QVERIFY2(line.startsWith(u"listening tcp://127.0.0.1:"_s), qPrintable(line));
    Client client;
    QSignalSpy opened(&client, &Client::opened);
    QVERIFY(client.open(QUrl(line.section(u' ', 1))));
    QVERIFY(opened.count() == 1 || opened.wait());
    auto reply = client.request(u"echo"_s, R"({"ship":"Halyard"})");
    QTRY_VERIFY(reply.isFinished());
    QVERIFY(reply.result());
    QVERIFY(m_program->waitForFinished(30'000));
    QCOMPARE(m_program->exitCode(), 0);
    const QString printed = QString::fromUtf8(m_program->readAllStandardOutput());
    for (const QString &part : {u"HELLO"_s, u"WELCOME"_s, u"route=echo"_s, u"Halyard"_s})
        QVERIFY2(printed.contains(part), qPrintable(part));
    const QImage image(picture);
    QVERIFY(image.width() >= 800);
    QVERIFY(image.pixelColor(image.width() / 2, image.height() / 3).lightness() < 128); // dark, as told
}

void tst_InspectorProgram::wrongUseIsExplained()
{
    QVERIFY(start({u"--proxy"_s, u"tcp://127.0.0.1:0"_s}));
    QVERIFY(m_program->waitForFinished(30'000));
    QCOMPARE(m_program->exitCode(), 2);
    QVERIFY(m_program->readAllStandardError().contains("two addresses"));
}

QTEST_GUILESS_MAIN(tst_InspectorProgram)
#include "tst_inspectorprogram.moc"

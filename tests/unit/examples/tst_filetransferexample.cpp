// SPDX-License-Identifier: MIT
#include <QProcess>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "filereceiver.h"
#include "filesender.h"
#include "sharedfolder.h"

using namespace Halyard;

/// Server and receiver of examples/filetransfer, over loopback, and once the program itself.
class tst_FileTransferExample : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void wholeFile_data();
    void wholeFile();
    void resumesAfterCancel();
    void resumesAfterLoss();
    void changedFileStartsAgain();
    void nothingOutside_data();
    void nothingOutside();
    void missingFolder();
    void lyingServer_data();
    void lyingServer();
    void targetCannotBeWritten();
    void theProgram();

private:
    void write(const QString &path, const QByteArray &bytes);
    [[nodiscard]] QByteArray contents(const QString &path) const;
    [[nodiscard]] QString at(const QString &name) const { return m_folder.filePath(name); }
    [[nodiscard]] QByteArray noise(qsizetype size) const;
    void serve();
    void reconnect();
    /// Fetches "file" to "got"; what failed() said, or nothing.
    [[nodiscard]] QString fetch(const QString &name = QStringLiteral("file"));

    QTemporaryDir m_folder;
    std::unique_ptr<SharedFolder> m_shared;
    std::unique_ptr<Server> m_server;
    std::unique_ptr<Client> m_client;
};

void tst_FileTransferExample::init()
{
    m_folder = QTemporaryDir();
    QVERIFY(QDir(m_folder.path()).mkdir(QStringLiteral("shared")));
    m_shared = std::make_unique<SharedFolder>(at(QStringLiteral("shared")));
    serve();
    reconnect();
}

void tst_FileTransferExample::cleanup()
{
    m_client.reset();
    m_server.reset();
}

void tst_FileTransferExample::serve()
{
    m_server = std::make_unique<Server>();
    share(*m_server, *m_shared);
    QVERIFY(m_server->listen(QUrl(QStringLiteral("tcp://127.0.0.1:0"))));
}

void tst_FileTransferExample::reconnect()
{
    m_client = std::make_unique<Client>();
    QVERIFY(m_client->open(QUrl(m_server->addresses().first().toString())));
    QTRY_COMPARE(m_client->state(), Client::State::Open);
}

void tst_FileTransferExample::write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

QByteArray tst_FileTransferExample::contents(const QString &path) const
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("no such file");
}

QByteArray tst_FileTransferExample::noise(qsizetype size) const
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator source(42);
    for (char &byte : bytes)
        byte = char(source.generate());
    return bytes;
}

QString tst_FileTransferExample::fetch(const QString &name)
{
    FileReceiver receiver(*m_client, name, at(QStringLiteral("got")));
    QSignalSpy finished(&receiver, &FileReceiver::finished);
    QSignalSpy failed(&receiver, &FileReceiver::failed);
    receiver.start();
    if (!QTest::qWaitFor([&] { return finished.size() + failed.size() > 0; }, 30'000))
        return QStringLiteral("it never ended");
    return failed.isEmpty() ? QString() : failed.first().first().toString();
}

void tst_FileTransferExample::wholeFile_data()
{
    QTest::addColumn<int>("size");
    for (const int size : {0, 1, 65'535, 65'536, 65'537, 9'000'001})
        QTest::addRow("%d bytes", size) << size;
}

void tst_FileTransferExample::wholeFile()
{
    QFETCH(int, size);
    const QByteArray bytes = noise(size);
    write(at(QStringLiteral("shared/file")), bytes);
    FileReceiver receiver(*m_client, QStringLiteral("file"), at(QStringLiteral("got")));
    QSignalSpy finished(&receiver, &FileReceiver::finished);
    QList<qint64> steps;
    connect(&receiver, &FileReceiver::progressed, this, [&](qint64 received, qint64 whole) {
        QCOMPARE(whole, size);
        steps += received;
    });
    receiver.start();
    QVERIFY(!finished.isEmpty() || finished.wait(30'000));
    QCOMPARE(contents(at(QStringLiteral("got"))), bytes);
    QVERIFY(!QFile::exists(at(QStringLiteral("got.part"))));
    QVERIFY(std::is_sorted(steps.cbegin(), steps.cend()));
    QCOMPARE(steps.first(), 0);
    QCOMPARE(steps.last(), size);
}

void tst_FileTransferExample::resumesAfterCancel()
{
    const QByteArray bytes = noise(20'000'000);
    write(at(QStringLiteral("shared/file")), bytes);
    {
        FileReceiver receiver(*m_client, QStringLiteral("file"), at(QStringLiteral("got")));
        QSignalSpy failed(&receiver, &FileReceiver::failed);
        connect(&receiver, &FileReceiver::progressed, &receiver, [&](qint64 received) {
            if (received > 1'000'000)
                receiver.cancel();
        });
        receiver.start();
        QVERIFY(failed.wait());
        QVERIFY(failed.first().first().toString().startsWith(QLatin1String("CallCancelled")));
    }
    const qint64 had = QFileInfo(at(QStringLiteral("got.part"))).size();
    QVERIFY(had > 1'000'000 && had < bytes.size());

    FileReceiver receiver(*m_client, QStringLiteral("file"), at(QStringLiteral("got")));
    QSignalSpy progressed(&receiver, &FileReceiver::progressed);
    QSignalSpy finished(&receiver, &FileReceiver::finished);
    receiver.start();
    QVERIFY(finished.wait());
    QCOMPARE(progressed.first().first().toLongLong(), had);
    QCOMPARE(contents(at(QStringLiteral("got"))), bytes);
}

void tst_FileTransferExample::resumesAfterLoss()
{
    const QByteArray bytes = noise(20'000'000);
    write(at(QStringLiteral("shared/file")), bytes);
    {
        FileReceiver receiver(*m_client, QStringLiteral("file"), at(QStringLiteral("got")));
        QSignalSpy failed(&receiver, &FileReceiver::failed);
        connect(&receiver, &FileReceiver::progressed, &receiver, [&](qint64 received) {
            if (received > 1'000'000)
                m_client->connection()->abort();
        });
        receiver.start();
        QVERIFY(failed.wait());
    }
    const qint64 had = QFileInfo(at(QStringLiteral("got.part"))).size();
    QVERIFY(had > 1'000'000 && had < bytes.size());
    reconnect();
    QCOMPARE(fetch(), QString());
    QCOMPARE(contents(at(QStringLiteral("got"))), bytes);
}

void tst_FileTransferExample::changedFileStartsAgain()
{
    const QByteArray bytes = noise(300'000);
    write(at(QStringLiteral("shared/file")), bytes);
    write(at(QStringLiteral("got.part")), QByteArray(100'000, 'x'));
    QCOMPARE(fetch(), QString());
    QCOMPARE(contents(at(QStringLiteral("got"))), bytes);
    write(at(QStringLiteral("got.part")), QByteArray(400'000, 'y')); // longer than the file is
    QCOMPARE(fetch(), QString());
    QCOMPARE(contents(at(QStringLiteral("got"))), bytes);
}

void tst_FileTransferExample::nothingOutside_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("inside") << "sub/inner" << true;
    QTest::newRow("inside, the long way") << "sub/../sub/./inner" << true;
    QTest::newRow("link inside") << "link-in" << true;
    QTest::newRow("parent") << "../secret" << false;
    QTest::newRow("parent by way of inside") << "sub/../../secret" << false;
    QTest::newRow("sibling with the same beginning") << "../shared-not/secret" << false;
    QTest::newRow("absolute") << "/etc/passwd" << false;
    QTest::newRow("link out") << "link-out" << false;
    QTest::newRow("through a linked folder") << "folder-out/secret" << false;
    QTest::newRow("dangling link") << "link-nowhere" << false;
    QTest::newRow("folder") << "sub" << false;
    QTest::newRow("nothing") << "" << false;
    QTest::newRow("dot") << "." << false;
    QTest::newRow("device") << "null" << false;
    QTest::newRow("cut by a zero") << QString(QStringLiteral("sub/inner") + QChar::Null + u'x') << false;
    QTest::newRow("missing") << "missing" << false;
}

void tst_FileTransferExample::nothingOutside()
{
    QFETCH(QString, name);
    QFETCH(bool, allowed);
    const QDir folder(m_folder.path());
    QVERIFY(folder.mkpath(QStringLiteral("shared/sub")));
    QVERIFY(folder.mkpath(QStringLiteral("shared-not")));
    for (const char *secret : {"secret", "shared-not/secret", "shared/sub/inner"})
        write(at(QLatin1String(secret)), secret);
    const auto link = [this](const QString &to, const char *where) {
        QVERIFY(QFile::link(to, at(QLatin1String("shared/") + QLatin1String(where))));
    };
    link(at(QStringLiteral("secret")), "link-out");
    link(m_folder.path(), "folder-out");
    link(QStringLiteral("sub/inner"), "link-in");
    link(QStringLiteral("not/there"), "link-nowhere");
    link(QStringLiteral("/dev/null"), "null");
    QCOMPARE(fetch(name), allowed ? QString() : name + QLatin1String(" does not exist"));
    QCOMPARE(QFile::exists(at(QStringLiteral("got"))), allowed);
}

void tst_FileTransferExample::missingFolder()
{
    const SharedFolder folder(at(QStringLiteral("not-there")));
    QVERIFY(!folder.exists());
    QVERIFY(!folder.find(QStringLiteral("etc/passwd")));
}

void tst_FileTransferExample::lyingServer_data()
{
    QTest::addColumn<qint64>("size");
    QTest::addColumn<qint64>("offset");
    QTest::addColumn<QByteArray>("digest");
    QTest::addColumn<QString>("reason");
    const QByteArray good = QCryptographicHash::hash("0123456789", QCryptographicHash::Sha256);
    QTest::newRow("honest") << qint64(10) << qint64(0) << good << QString();
    QTest::newRow("wrong checksum") << qint64(10) << qint64(0) << QByteArray(32, 'x') << "checksum";
    QTest::newRow("too short") << qint64(11) << qint64(0) << good << "checksum";
    QTest::newRow("too long") << qint64(9) << qint64(0) << good << "more than it offered";
    QTest::newRow("negative size") << qint64(-5) << qint64(0) << good << "offered";
    QTest::newRow("an offset that nobody wanted")
        << qint64(10) << qint64(5) << good << "cannot begin at byte 5";
}

void tst_FileTransferExample::lyingServer()
{
    QFETCH(qint64, size);
    QFETCH(qint64, offset);
    QFETCH(QByteArray, digest);
    QFETCH(QString, reason);
    m_server->handleStream(FileTransfer::Route, [&](const Request &, const ReplyStream &stream) {
        stream.write(*Serializer<FileOffer>().write({size, offset}));
        stream.write("0123456789");
        stream.end(*Serializer<FileSummary>().write({digest}));
    });
    const QString failure = fetch();
    QVERIFY2(reason.isEmpty() ? failure.isEmpty() : failure.contains(reason), qPrintable(failure));
    QCOMPARE(QFile::exists(at(QStringLiteral("got"))), reason.isEmpty());
}

void tst_FileTransferExample::targetCannotBeWritten()
{
    write(at(QStringLiteral("shared/file")), "bytes");
    QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("got.part")));
    QVERIFY(fetch().contains(QLatin1String("got.part")));
    QVERIFY(QDir(m_folder.path()).rmdir(QStringLiteral("got.part")));
    QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("got/full")));
    QVERIFY(fetch().contains(QLatin1String("cannot be replaced")));
}

void tst_FileTransferExample::theProgram()
{
    const QString program = QStringLiteral(HALYARD_BINARY_DIR "/filetransfer");
    write(at(QStringLiteral("shared/file")), noise(2'000'000));
    QProcess server;
    server.start(program,
        {QStringLiteral("serve"), at(QStringLiteral("shared")), QStringLiteral("tcp://127.0.0.1:0")});
    QTRY_VERIFY(server.canReadLine());
    const QString url = QString::fromUtf8(server.readLine()).trimmed().mid(int(qstrlen("listening ")));
    const auto get = [&](const QString &name) {
        return QProcess::execute(program, {QStringLiteral("get"), url, name, at(QStringLiteral("got"))});
    };
    QCOMPARE(get(QStringLiteral("file")), 0);
    QCOMPARE(contents(at(QStringLiteral("got"))), noise(2'000'000));
    QCOMPARE(get(QStringLiteral("../secret")), 1);
    QCOMPARE(QProcess::execute(program, {QStringLiteral("steal")}), 2);
    server.kill();
    QVERIFY(server.waitForFinished());
    QCOMPARE(get(QStringLiteral("file")), 1);
}

QTEST_GUILESS_MAIN(tst_FileTransferExample)
#include "tst_filetransferexample.moc"

// SPDX-License-Identifier: MIT
// Users of a server: lists, files, callbacks, and how often a wrong password may be tried.
#include <stdexcept>

#include <QTemporaryDir>
#include <QTest>

#include "endpoint/client.h"
#include "endpoint/credentialsource.h"
#include "endpoint/guesslimiter_p.h"
#include "endpoint/server.h"

using namespace Halyard;
using namespace std::chrono_literals;

namespace {

QByteArray textOf(const Password &password)
{
    const auto text = Wire::asText(password.view());
    return {text.data(), qsizetype(text.size())};
}

} // namespace

class tst_CredentialSource : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    static void readsUsers()
    {
        const auto users
            = readUsers("# who may come in\n\nalice:s3cr3t\r\nbob:a:b\ncarol:\nj\xC3\xB6rg:x", "test");
        QVERIFY(users);
        QCOMPARE(users->size(), 4);
        QCOMPARE(textOf(users->value("alice")), "s3cr3t");
        QCOMPARE(textOf(users->value("bob")), "a:b");
        QCOMPARE(textOf(users->value("carol")), "");
        QCOMPARE(textOf(users->value(QStringLiteral("jörg"))), "x");
    }

    static void refusesUsers_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("detail");
        QTest::newRow("no colon") << QByteArray("alice:x\nhunter2\n")
                                  << "test, line 2: expected NAME:PASSWORD";
        QTest::newRow("no name") << QByteArray(":hunter2") << "test, line 1: expected NAME:PASSWORD";
        QTest::newRow("twice") << QByteArray("a:1\n\na:hunter2")
                               << "test, line 3: this user stands above already";
    }
    static void refusesUsers()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, detail);
        const auto users = readUsers(text, "test");
        QVERIFY(!users);
        QCOMPARE(users.error().code(), ErrorCode::InvalidArgument);
        QCOMPARE(users.error().detail(), detail);
    }

    static void findsEachUserOfAListAndNobodyElse()
    {
        QHash<QString, Password> users;
        for (int number = 0; number < 100; ++number)
            users.insert(QString::number(number), Password(QByteArray::number(number * 7)));
        users.insert(QString(), Password("of no name"));
        const auto list = CredentialSource::list(users);
        for (auto user = users.cbegin(); user != users.cend(); ++user) {
            const auto found = list->find(user.key()).result();
            QVERIFY(found);
            QCOMPARE(textOf(*found), textOf(*user));
        }
        for (const QString &nobody : {QStringLiteral("100"), QStringLiteral("1 "), QStringLiteral("01"),
                 QString(QChar(0)), QString(5'000, u'1')})
            QVERIFY(!list->find(nobody).result());
        QVERIFY(!CredentialSource::list({})->find(QString()).result());
    }

    static void readsAFile()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath("users");
        const auto missing = CredentialSource::file(path);
        QVERIFY(!missing);
        QCOMPARE(missing.error().code(), ErrorCode::FileFailed);
        const auto write = [&path](const QByteArray &text) {
            QFile file(path);
            return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
        };
        QVERIFY(write("alice:s3cr3t\n"));
        const auto source = CredentialSource::file(path);
        QVERIFY(source);
        QCOMPARE(textOf((*source)->find("alice").result().value()), "s3cr3t");
        QVERIFY(!(*source)->find("bob").result());
        const QByteArray line("#" + QByteArray(1'022, 'x') + "\n");
        QVERIFY(write(line.repeated(1'023) + QByteArray(1'024, '#')) && CredentialSource::file(path));
        QVERIFY(write(line.repeated(1'023) + QByteArray(1'025, '#')));
        const auto large = CredentialSource::file(path);
        QVERIFY(!large);
        QCOMPARE(large.error().code(), ErrorCode::FileFailed);
    }

    static void aCallbackThatThrowsKnowsNobody()
    {
        const auto source = CredentialSource::callback(
            [](const QString &) -> QFuture<CredentialSource::Answer> { throw std::runtime_error("gone"); });
        QVERIFY(!source->find("alice").result());
    }

    static void limitsGuessesPerUser()
    {
        GuessLimiter limiter;
        const GuessLimits limits {3, 100, 60s};
        const Wire::TimePoint start(1h);
        const QHostAddress there("192.0.2.1");
        const QHostAddress elsewhere("192.0.2.2");
        for (int i = 0; i < 2; ++i)
            limiter.failed("alice", there, limits, start + std::chrono::seconds(i));
        QVERIFY(limiter.mayTry("alice", there, limits, start + 2s));
        limiter.failed("alice", there, limits, start + 2s);
        QVERIFY(!limiter.mayTry("alice", there, limits, start + 3s));
        QVERIFY(!limiter.mayTry("alice", elsewhere, limits, start + 3s));
        QVERIFY(limiter.mayTry("bob", there, limits, start + 3s));
        QVERIFY(!limiter.mayTry("alice", there, limits, start + 59'999ms));
        QVERIFY(limiter.mayTry("alice", there, limits, start + 60s));
        limiter.failed("alice", there, limits, start + 60s);
        QVERIFY(limiter.mayTry("alice", there, limits, start + 61s));
    }

    static void limitsGuessesPerAddress()
    {
        GuessLimiter limiter;
        const GuessLimits limits {100, 3, 60s};
        const Wire::TimePoint start(1h);
        const QHostAddress there("192.0.2.1");
        for (int i = 0; i < 3; ++i) {
            QVERIFY(limiter.mayTry("new", there, limits, start));
            limiter.failed(QString::number(i), there, limits, start);
        }
        QVERIFY(!limiter.mayTry("new", there, limits, start));
        QVERIFY(limiter.mayTry("new", QHostAddress("192.0.2.2"), limits, start));
    }

    static void remembersSoManyNames()
    {
        GuessLimiter limiter;
        const GuessLimits limits {1, 1'000'000, 60s};
        const Wire::TimePoint start(1h);
        const QHostAddress there("192.0.2.1");
        const auto fail = [&](qsizetype i) {
            limiter.failed(QString::number(i), there, limits, start + std::chrono::microseconds(i));
        };
        for (qsizetype i = 0; i < GuessLimiter::MaxRemembered; ++i)
            fail(i);
        QVERIFY(!limiter.mayTry("0", there, limits, start));
        fail(GuessLimiter::MaxRemembered);
        QVERIFY(limiter.mayTry("0", there, limits, start + 1s)); // the oldest made room
        QVERIFY(!limiter.mayTry("1", there, limits, start + 1s));
    }

    static void credentialsNeedAProtocolThatTakesThem()
    {
        ServerOptions serverOptions;
        serverOptions.credentials = CredentialSource::list({});
        Server server(serverOptions);
        const auto listening = server.listen(QUrl("tcp://127.0.0.1:0"));
        QVERIFY(!listening);
        QCOMPARE(listening.error().code(), ErrorCode::NotSupportedByProtocol);
        ClientOptions clientOptions;
        clientOptions.credentials.emplace();
        Client client(clientOptions);
        const auto opened = client.open(QUrl("tcp://127.0.0.1:9"));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code(), ErrorCode::NotSupportedByProtocol);
    }
};

QTEST_GUILESS_MAIN(tst_CredentialSource)
#include "tst_credentialsource.moc"

// SPDX-License-Identifier: MIT
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>

#include "chatroom.h"
#include "chatwindow.h"

using namespace Halyard;

/// Windows of examples/chat and their room, used with mouse and keys.
class tst_ChatExample : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void peopleComeAndGo();
    void everybodyHears();
    void nameIsTaken();
    void namesAreHarmless();
    void strangersAreNotHeard();
    void comesBack();
    void wrongAddress();

private:
    /// A chatter's window and what a person sees of it.
    struct Chatter {
        Chatter(const QString &url, const QString &name)
            : window(url, name)
        {
            window.show();
        }
        template <class T>
        T *find(const char *name) const
        {
            return window.findChild<T *>(QLatin1String(name));
        }
        void pressJoin() const { QTest::mouseClick(find<QPushButton>("join"), Qt::LeftButton); }
        void say(const QString &text) const
        {
            QTest::keyClicks(find<QLineEdit>("text"), text);
            QTest::keyClick(find<QLineEdit>("text"), Qt::Key_Return);
        }
        [[nodiscard]] bool canTalk() const { return find<QLineEdit>("text")->isEnabled(); }
        [[nodiscard]] QString log() const { return find<QPlainTextEdit>("log")->toPlainText(); }
        [[nodiscard]] QStringList people() const
        {
            QStringList names;
            for (int row = 0; row < find<QListWidget>("people")->count(); ++row)
                names += find<QListWidget>("people")->item(row)->text();
            return names;
        }
        ChatWindow window;
    };

    void serve(quint16 port);
    [[nodiscard]] std::unique_ptr<Chatter> joined(const QString &name);

    std::unique_ptr<Server> m_server;
    std::unique_ptr<ChatRoom> m_room;
    QString m_url;
};

void tst_ChatExample::init() { serve(0); }

void tst_ChatExample::cleanup()
{
    m_room.reset();
    m_server.reset();
}

void tst_ChatExample::serve(quint16 port)
{
    m_server = std::make_unique<Server>();
    m_room = std::make_unique<ChatRoom>(*m_server);
    const auto address = m_server->listen(QUrl(QStringLiteral("tcp://127.0.0.1:%1").arg(port)));
    QVERIFY(address);
    m_url = address->toString();
}

std::unique_ptr<tst_ChatExample::Chatter> tst_ChatExample::joined(const QString &name)
{
    auto chatter = std::make_unique<Chatter>(m_url, name);
    chatter->pressJoin();
    return QTest::qWaitFor([&] { return chatter->canTalk(); }) ? std::move(chatter) : nullptr;
}

void tst_ChatExample::peopleComeAndGo()
{
    const auto anna = joined(QStringLiteral("Anna"));
    QVERIFY(anna);
    QCOMPARE(anna->people(), QStringList {"Anna"});
    auto bert = joined(QStringLiteral("bert"));
    QVERIFY(bert);
    QTRY_COMPARE(anna->people(), (QStringList {"Anna", "bert"}));
    QCOMPARE(bert->people(), anna->people());
    bert->pressJoin(); // leaves
    QTRY_COMPARE(anna->people(), QStringList {"Anna"});
    QTRY_VERIFY(bert->people().isEmpty());
    QVERIFY(!bert->canTalk());
    bert->pressJoin();
    QTRY_COMPARE(anna->people(), (QStringList {"Anna", "bert"}));
    bert.reset(); // closes the window
    QTRY_COMPARE(anna->people(), QStringList {"Anna"});
}

void tst_ChatExample::everybodyHears()
{
    const auto anna = joined(QStringLiteral("Anna"));
    const auto bert = joined(QStringLiteral("Bert"));
    const auto cora = joined(QStringLiteral("Cora"));
    QVERIFY(anna && bert && cora);
    anna->say(QStringLiteral("ahoy"));
    bert->say(QStringLiteral("ahoy yourself"));
    for (const Chatter *chatter : {anna.get(), bert.get(), cora.get()}) {
        QTRY_VERIFY(chatter->log().contains(QLatin1String("Anna: ahoy")));
        QTRY_VERIFY(chatter->log().contains(QLatin1String("Bert: ahoy yourself")));
    }
    QVERIFY(anna->find<QLineEdit>("text")->text().isEmpty());
    QDir pictures(QStringLiteral(HALYARD_BINARY_DIR "/../screenshots"));
    QVERIFY(pictures.mkpath(QStringLiteral(".")));
    QVERIFY(cora->window.grab().save(pictures.filePath(QStringLiteral("chat.png"))));
}

void tst_ChatExample::nameIsTaken()
{
    const auto anna = joined(QStringLiteral("Anna"));
    QVERIFY(anna);
    const Chatter second(m_url, QStringLiteral("anna"));
    second.pressJoin();
    QTRY_VERIFY(second.log().contains(QLatin1String("is called anna already")));
    QTRY_VERIFY(second.find<QLineEdit>("name")->isEnabled());
    QCOMPARE(anna->people(), QStringList {"Anna"});
    second.find<QLineEdit>("name")->setText(QStringLiteral("Ann"));
    second.pressJoin();
    QTRY_COMPARE(anna->people(), (QStringList {"Ann", "Anna"}));
}

void tst_ChatExample::namesAreHarmless()
{
    const auto anna = joined(QStringLiteral("Anna"));
    QVERIFY(anna);
    const Chatter nobody(m_url, QStringLiteral("  "));
    nobody.pressJoin();
    QTRY_VERIFY(nobody.log().contains(QLatin1String("1 to 32 characters")));
    Client rude;
    QVERIFY(rude.open(QUrl(m_url)));
    QTRY_COMPARE(rude.state(), Client::State::Open);
    const auto reply = rude.request(
        QStringLiteral("join"), *Serializer<Joining>().write({QStringLiteral("\u202Eev\nil\u0007")}));
    QTRY_VERIFY(reply.isFinished());
    QVERIFY(reply.result());
    QTRY_COMPARE(anna->people(), (QStringList {"Anna", "ev il"}));
}

void tst_ChatExample::strangersAreNotHeard()
{
    const auto anna = joined(QStringLiteral("Anna"));
    QVERIFY(anna);
    Client stranger;
    QVERIFY(stranger.open(QUrl(m_url)));
    QTRY_COMPARE(stranger.state(), Client::State::Open);
    QVERIFY(stranger.send(QStringLiteral("say"), *Serializer<Saying>().write({QStringLiteral("psst")})));
    // Behind the stranger's event: once its answer is here, the event has been dealt with.
    const auto reply = stranger.request(QStringLiteral("join"), "not CBOR");
    QTRY_VERIFY(reply.isFinished());
    QVERIFY(!reply.result());
    anna->say(QStringLiteral("quiet here"));
    QTRY_VERIFY(anna->log().contains(QLatin1String("quiet here")));
    QVERIFY(!anna->log().contains(QLatin1String("psst")));
}

void tst_ChatExample::comesBack()
{
    const auto anna = joined(QStringLiteral("Anna"));
    QVERIFY(anna);
    const quint16 port = m_server->serverPort();
    cleanup();
    QTRY_VERIFY(!anna->canTalk());
    QVERIFY(anna->people().isEmpty());
    serve(port);
    QTRY_VERIFY_WITH_TIMEOUT(anna->canTalk(), 30'000);
    QCOMPARE(anna->people(), QStringList {"Anna"});
}

void tst_ChatExample::wrongAddress()
{
    const Chatter lost(QStringLiteral("gopher://nowhere"), QStringLiteral("Anna"));
    lost.pressJoin();
    QTRY_VERIFY(lost.log().contains(QLatin1String("InvalidUrl")));
    QVERIFY(lost.find<QLineEdit>("url")->isEnabled());
}

QTEST_MAIN(tst_ChatExample)
#include "tst_chatexample.moc"

// SPDX-License-Identifier: MIT
#include <QDebug>
#include <QTest>

#include "endpoint/message.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

class tst_Message : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isAnEmptyEventAtFirst();
    void kinds();
    void viewsAndBack_data();
    void viewsAndBack();
    void survivesWhatItWasMadeFrom();
    void routeAndHeadersChangeApart();
    void headersTakenOutStayUsable();
    void errorsSpeak();
    void longErrorTextsAreCut();
    void knowsItsCost();
    void neverShowsPayloads();
};

void tst_Message::isAnEmptyEventAtFirst()
{
    const Message message;
    QCOMPARE(message.kind(), MessageKind::Event);
    QCOMPARE(message.id(), 0u);
    QVERIFY(message.route().isEmpty());
    QVERIFY(message.headers().isEmpty());
    QVERIFY(message.payload().isEmpty());
    QVERIFY(!message.toError());
}

void tst_Message::kinds()
{
    QCOMPARE(Message::event(u"r"_s, "p").kind(), MessageKind::Event);
    const auto request = Message::request(7, u"räume"_s, "p", {{"k", "v"}});
    QCOMPARE(request.kind(), MessageKind::Request);
    QCOMPARE(request.id(), 7u);
    QCOMPARE(request.route(), u"räume"_s);
    QCOMPARE(request.routeUtf8(), QByteArrayView("r\xc3\xa4ume"));
    QCOMPARE(request.headers().value("k"), QByteArray("v"));
    QCOMPARE(request.payload(), QByteArray("p"));
    QCOMPARE(Message::reply(7, "p").kind(), MessageKind::Reply);
    QCOMPARE(Message::item(7, "p").kind(), MessageKind::Item);
    QCOMPARE(Message::end(7).kind(), MessageKind::End);
    QCOMPARE(Message::cancel(7).kind(), MessageKind::Cancel);
    QCOMPARE(Message::cancel(7).id(), 7u);
}

void tst_Message::viewsAndBack_data()
{
    QTest::addColumn<QByteArray>("route");
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<QByteArray>("payload");
    Headers many;
    for (int i = 0; i < 256; ++i)
        QVERIFY(many.append("key" + QByteArray::number(i), QByteArray(i % 200, 'v')));
    QTest::newRow("empty") << QByteArray() << Headers() << QByteArray();
    QTest::newRow("route") << QByteArray("sum") << Headers() << QByteArray();
    QTest::newRow("headers") << QByteArray() << Headers {{"a", ""}} << QByteArray();
    QTest::newRow("both") << QByteArray("sum") << Headers {{"a", "b"}} << QByteArray("\0x", 2);
    QTest::newRow("large") << QByteArray(255, 'r') << many << QByteArray(1'000'000, 'p');
}

void tst_Message::viewsAndBack()
{
    QFETCH(QByteArray, route);
    QFETCH(Headers, headers);
    QFETCH(QByteArray, payload);
    const Message message(MessageKind::Request, 99, route, headers, payload);
    const auto view = message.toView();
    QCOMPARE(view.route, std::string_view(route.constData(), std::size_t(route.size())));
    QCOMPARE(view.id, 99u);
    QVERIFY(view.kind == Wire::MessageKind::Request);
    QCOMPARE(view.headers.count(), std::size_t(headers.count()));
    QCOMPARE(view.payload.size(), std::size_t(payload.size()));
    const Message copy(view);
    QVERIFY(copy == message);
    QVERIFY(copy.headers() == headers);
    if (!payload.isEmpty())
        QVERIFY(copy.payload().constData() != payload.constData());
}

void tst_Message::survivesWhatItWasMadeFrom()
{
    auto bytes = std::make_unique<std::string>("routepayload");
    Wire::MessageView view;
    view.route = std::string_view(*bytes).substr(0, 5);
    view.payload = Wire::asBytes(std::string_view(*bytes).substr(5));
    const Message message(view);
    bytes.reset();
    QCOMPARE(message.route(), u"route"_s);
    QCOMPARE(message.payload(), QByteArray("payload"));
}

void tst_Message::routeAndHeadersChangeApart()
{
    auto message = Message::event(u"a"_s, "p", {{"k", "v"}});
    message.setRoute(u"another"_s);
    QCOMPARE(message.route(), u"another"_s);
    QCOMPARE(message.headers().value("k"), QByteArray("v"));
    message.setHeaders({{"x", "y"}, {"z", ""}});
    QCOMPARE(message.route(), u"another"_s);
    QCOMPARE(message.headers().count(), 2);
    message.setHeaders(message.headers());
    QCOMPARE(message.headers().value("x"), QByteArray("y"));
    message.setRoute({});
    message.setHeaders({});
    QCOMPARE(message.toView().route.size(), 0u);
    QVERIFY(message.headers().isEmpty());
}

void tst_Message::headersTakenOutStayUsable()
{
    auto headers = Message::event(u"route"_s, {}, {{"k", "v"}}).headers();
    QCOMPARE(headers.count(), 1);
    QVERIFY(headers.append("l", "w"));
    QCOMPARE(headers.value("k"), QByteArray("v"));
    QCOMPARE(headers.value("l"), QByteArray("w"));
    QCOMPARE(Message::event(u"other"_s, {}, headers).headers().count(), 2);
}

void tst_Message::errorsSpeak()
{
    const auto message = Message::error(5, Error(ErrorCode::NoSuchRoute, ErrorOrigin::Local, u"nö"_s));
    QCOMPARE(message.code(), quint16(405));
    QCOMPARE(message.payload(), QByteArray("n\xc3\xb6"));
    const auto error = Message(message.toView()).toError();
    QCOMPARE(error.code(), ErrorCode::NoSuchRoute);
    QCOMPARE(error.origin(), ErrorOrigin::Peer);
    QCOMPARE(error.detail(), u"nö"_s);
    QCOMPARE(Message(MessageKind::Error, 5, {}, {}, "text").toError().code(), ErrorCode::PeerError);
    QCOMPARE(Message::error(5, Error::application(2'000)).toError().number(), quint16(2'000));
}

void tst_Message::longErrorTextsAreCut()
{
    const Message message(MessageKind::Error, 5, {}, {}, QByteArray(1'000'000, 'x'));
    QCOMPARE(message.toError().detail().size(), 65'536);
}

void tst_Message::knowsItsCost()
{
    QCOMPARE(Message::event(u"12345"_s, QByteArray(100, 'x'), {{"k", "v"}}).costBytes(),
        qsizetype(sizeof(Message)) + 5 + 4 + 100);
}

void tst_Message::neverShowsPayloads()
{
    QString text;
    QDebug(&text) << Message::request(7, u"login"_s, "hunter2", {{"token", "abc"}});
    for (const auto part : {"Request"_L1, "7"_L1, "login"_L1, "1 headers"_L1, "7 B"_L1})
        QVERIFY2(text.contains(part), qPrintable(text));
    QVERIFY(!text.contains("hunter2"_L1));
    QVERIFY(!text.contains("abc"_L1));
}

QTEST_APPLESS_MAIN(tst_Message)
#include "tst_message.moc"

// SPDX-License-Identifier: MIT
#include <QDebug>
#include <QMetaEnum>
#include <QTest>

#include "endpoint/error.h"
#include "endpoint/result.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

class tst_EndpointError : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isFalseWithoutCode();
    void wireErrorsComeAndGo();
    void everyCodeHasTheInnerName();
    void applicationsHaveTheirOwnNumbers();
    void unknownNumbersSurvive();
    void showsWhatHappened();
    void isAMetaType();
    void resultsCarryIt();
};

void tst_EndpointError::isFalseWithoutCode()
{
    QVERIFY(!Error());
    QVERIFY(Error(ErrorCode::CrcMismatch, ErrorOrigin::Peer));
    QCOMPARE(Error(), Error());
    QVERIFY(
        !(Error(ErrorCode::QueueFull, ErrorOrigin::Local) == Error(ErrorCode::QueueFull, ErrorOrigin::Peer)));
}

void tst_EndpointError::wireErrorsComeAndGo()
{
    const Wire::Error wire {Wire::ErrorCode::CrcMismatch, Wire::ErrorOrigin::Peer, "expected ä"};
    const Error error = wire;
    QCOMPARE(error.code(), ErrorCode::CrcMismatch);
    QCOMPARE(error.origin(), ErrorOrigin::Peer);
    QCOMPARE(error.detail(), u"expected ä"_s);
    QVERIFY(error.toWire() == wire);
}

void tst_EndpointError::everyCodeHasTheInnerName()
{
    const auto codes = QMetaEnum::fromType<ErrorCode>();
    QVERIFY(codes.keyCount() > 50);
    for (int i = 0; i < codes.keyCount(); ++i) {
        const Error error(ErrorCode(codes.value(i)), ErrorOrigin::Local);
        const auto expected = error.isApplication() ? "Application" : codes.key(i);
        QCOMPARE(QString(error.name()), QString::fromLatin1(expected));
    }
    // And none is missing on this side.
    for (quint16 number = 0; number < 1'000; ++number) {
        const bool known = Wire::errorName(Wire::ErrorCode(number)) != "Unknown";
        QVERIFY2((codes.valueToKey(number) != nullptr) == known, qPrintable(QString::number(number)));
    }
}

void tst_EndpointError::applicationsHaveTheirOwnNumbers()
{
    const auto error = Error::application(1'007, u"no rope"_s);
    QVERIFY(error.isApplication());
    QCOMPARE(error.number(), quint16(1'007));
    QCOMPARE(error.toString(), u"Application 1007: no rope"_s);
    QCOMPARE(quint16(error.toWire().code), quint16(1'007));
    QCOMPARE(Error::application(65'535).number(), quint16(65'535));
    QCOMPARE(Error::application(1'000).number(), quint16(1'000));
    QCOMPARE(Error::application(999).code(), ErrorCode::HandlerFailed);
}

void tst_EndpointError::unknownNumbersSurvive()
{
    const Error error(Wire::Error {Wire::ErrorCode(777), Wire::ErrorOrigin::Peer, {}});
    QCOMPARE(error.number(), quint16(777));
    QVERIFY(!error.isApplication());
    QCOMPARE(error.toString(), u"Unknown 777"_s);
}

void tst_EndpointError::showsWhatHappened()
{
    QString text;
    QDebug(&text) << Error(ErrorCode::TooManyHeaders, ErrorOrigin::Peer, u"257 of at most 256"_s);
    QVERIFY2(text.contains("TooManyHeaders: 257 of at most 256"_L1), qPrintable(text));
    QVERIFY2(text.contains("Peer"_L1), qPrintable(text));
}

void tst_EndpointError::isAMetaType()
{
    const auto value = QVariant::fromValue(Error(ErrorCode::CallLost, ErrorOrigin::Transport, u"x"_s));
    QCOMPARE(value.value<Error>().code(), ErrorCode::CallLost);
    const auto property = Error::staticMetaObject.property(Error::staticMetaObject.indexOfProperty("code"));
    QCOMPARE(property.readOnGadget(value.constData()).value<ErrorCode>(), ErrorCode::CallLost);
}

void tst_EndpointError::resultsCarryIt()
{
    const auto half = [](int number) -> Result<int> {
        if (number % 2 != 0)
            return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, u"odd"_s);
        return number / 2;
    };
    QCOMPARE(*half(4), 2);
    QCOMPARE(half(3).error().detail(), u"odd"_s);
}

QTEST_APPLESS_MAIN(tst_EndpointError)
#include "tst_endpointerror.moc"

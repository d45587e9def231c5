// SPDX-License-Identifier: MIT
#include <QClipboard>
#include <QDockWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSslCertificate>
#include <QStyleFactory>
#include <QTableView>

#include "endpoint/client.h"
#include "endpoint/server.h"
#include "inspectorwindow.h"
#include "transport/tlscredentials.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;

/// Endpoints that wait for clients: where they are found, and what their certificates are.
class tst_InspectorEndpoints : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void everyOneIsShownAndCopied();
    void anAnyAddressIsShownAsOneToConnectTo();
    void oneIsStoppedAlone();

private:
    static void click(InspectorWindow &window, const char *button)
    {
        QTest::mouseClick(window.window.endpointView()->findChild<QPushButton *>(QLatin1StringView(button)),
            Qt::LeftButton);
    }
};

void tst_InspectorEndpoints::initTestCase() { QApplication::setStyle(QStyleFactory::create(u"Fusion"_s)); }

/// A client has all it needs in what was copied, whichever came last.
void tst_InspectorEndpoints::everyOneIsShownAndCopied()
{
    Server server;
    server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
    const auto target = server.listen(QUrl(u"tcp://127.0.0.1:0"_s));
    QVERIFY(target);
    InspectorWindow window;
    QVERIFY(!window.window.endpointView()->isVisible());
    const auto *endpoints = window.window.workspace()->endpoints();
    window.window.startEndpoint({EndpointRequest::Way::Listen, u"tls://127.0.0.1:0"_s, {}});
    QTRY_COMPARE(endpoints->rowCount(), 1);
    QTRY_VERIFY(window.window.endpointView()->isVisible());
    window.window.startEndpoint({EndpointRequest::Way::Between, u"tls://localhost:0"_s, target->toString()});
    QTRY_COMPARE(endpoints->rowCount(), 2);
    window.window.startEndpoint({EndpointRequest::Way::Listen, u"tcp://127.0.0.1:0"_s, {}});
    QTRY_COMPARE(endpoints->rowCount(), 3);
    // An error elsewhere takes nothing of it away.
    window.window.startEndpoint({EndpointRequest::Way::Connect, u"nonsense"_s, {}});
    QTRY_VERIFY(window.window.banner()->isVisible());

    auto *table = window.window.endpointView()->table();
    QStringList copied;
    for (int row = 0; row < 3; ++row) {
        const QModelIndex index = endpoints->index(row, 1);
        QVERIFY(InspectorWindow::shows(table, index));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(index).center());
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        copied << QGuiApplication::clipboard()->text();
        QCOMPARE(copied.last(), window.endpointCell(row, EndpointColumn::Address));
        const bool isSecure = row < 2;
        QCOMPARE(copied.last().contains(u"pin=sha256:"_s), isSecure);
        auto *copyCertificate = window.window.endpointView()->findChild<QPushButton *>(u"copyCertificate"_s);
        QCOMPARE(copyCertificate->isEnabled(), isSecure);
        if (isSecure) {
            click(window, "copyCertificate");
            const QSslCertificate certificate(QGuiApplication::clipboard()->text().toLatin1());
            QVERIFY(!certificate.isNull());
            QVERIFY(copied.last().endsWith(
                QString::fromLatin1(certificate.digest(QCryptographicHash::Sha256).toHex())));
        }
        click(window, "copyAddress");
        QCOMPARE(QGuiApplication::clipboard()->text(), copied.last());
        Client client;
        QSignalSpy opened(&client, &Client::opened);
        QVERIFY(client.open(QUrl(copied.last())));
        QVERIFY2(opened.count() == 1 || opened.wait(), qPrintable(copied.last()));
    }
    QCOMPARE(window.endpointCell(1, EndpointColumn::Target), target->toString());
    QCOMPARE(QSet<QString>(copied.begin(), copied.end()).size(), 3);
    window.screenshot(u"endpoints"_s);
    window.window.applyTheme(ColourTheme::Dark);
    window.screenshot(u"endpoints-dark"_s);
    window.window.applyTheme(ColourTheme::System);
}

void tst_InspectorEndpoints::anAnyAddressIsShownAsOneToConnectTo()
{
    InspectorWindow window;
    window.window.startEndpoint({EndpointRequest::Way::Listen, u"tls://0.0.0.0:0"_s, {}});
    QTRY_COMPARE(window.window.workspace()->endpoints()->rowCount(), 1);
    const QUrl address(window.endpointCell(0, EndpointColumn::Address));
    QCOMPARE(address.host(), u"localhost"_s);
    Client client;
    QSignalSpy opened(&client, &Client::opened);
    QVERIFY(client.open(address));
    QVERIFY(opened.count() == 1 || opened.wait());
}

void tst_InspectorEndpoints::oneIsStoppedAlone()
{
    InspectorWindow window;
    const auto *endpoints = window.window.workspace()->endpoints();
    for (int i = 0; i < 2; ++i) {
        window.window.startEndpoint({EndpointRequest::Way::Listen, u"tcp://127.0.0.1:0"_s, {}});
        QTRY_COMPARE(endpoints->rowCount(), i + 1);
    }
    const QString stays = window.endpointCell(1, EndpointColumn::Address);
    window.window.endpointView()->table()->selectRow(0);
    click(window, "stopEndpoint");
    QTRY_COMPARE(endpoints->rowCount(), 1);
    QCOMPARE(window.endpointCell(0, EndpointColumn::Address), stays);
    click(window, "stopEndpoint");
    QTRY_COMPARE(endpoints->rowCount(), 0);
    QTRY_VERIFY(!window.window.endpointView()->isVisible());
}

QTEST_MAIN(tst_InspectorEndpoints)
#include "tst_inspectorendpoints.moc"

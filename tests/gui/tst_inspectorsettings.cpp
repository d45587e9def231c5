// SPDX-License-Identifier: MIT
#include <QAction>
#include <QDockWidget>
#include <QFile>
#include <QStyleFactory>

#include "inspectorwindow.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;

/// What a window leaves behind for the next one.
class tst_InspectorSettings : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void settingsKeepNoPassword();
    void layoutIsRemembered();
    void docksAreRemembered();
    void theDockInFrontIsRemembered();
};

void tst_InspectorSettings::initTestCase() { QApplication::setStyle(QStyleFactory::create(u"Fusion"_s)); }

void tst_InspectorSettings::settingsKeepNoPassword()
{
    InspectorWindow window;
    window.window.startEndpoint({EndpointRequest::Way::Connect, u"tcp://user:hunter2@127.0.0.1:1"_s, {}});
    window.window.startEndpoint(
        {EndpointRequest::Way::Between, u"tcp://127.0.0.1:0"_s, u"tcp://u:hunter3@127.0.0.1:1"_s});
    window.window.close();
    QFile settings(window.folder.filePath(u"settings.ini"_s));
    const auto content = [&settings] {
        settings.close();
        return settings.open(QIODevice::ReadOnly) ? settings.readAll() : QByteArray();
    };
    QTRY_VERIFY(content().contains("127.0.0.1"));
    QVERIFY(!content().contains("hunter"));
    QCOMPARE(Preferences::withoutPassword(u"tls://a:b:c@h:5?x=1"_s), u"tls://a@h:5?x=1"_s);
    for (const QString &wrong :
        {u"tls://a:hun/ter@h"_s, u"tls://a:hun#t@er?@h"_s, u"a:hunter@h"_s, u"tls://a:hun\nter@h"_s})
        QVERIFY2(!Preferences::withoutPassword(wrong).contains(u"hun"_s), qPrintable(wrong));
    for (const QString &without : {u"tls://host:5"_s, u"tls://user@host:5"_s, u"local:///run/a:b@c"_s})
        QCOMPARE(Preferences::withoutPassword(without), without);
}

void tst_InspectorSettings::layoutIsRemembered()
{
    QTemporaryDir folder;
    const QString settings = folder.filePath(u"settings.ini"_s);
    QSize size;
    {
        MainWindow first({}, settings);
        first.show();
        first.resize(1'000, 700);
        first.startEndpoint({EndpointRequest::Way::Sample, {}, {}});
        QVERIFY(QTest::qWaitForWindowExposed(&first));
        first.frameView()->setColumnWidth(int(FrameColumn::Type), 222);
        // As with the mouse. A text that is too long for it will not widen it.
        first.connectionView()->setColumnWidth(int(ConnectionColumn::Peer), 60);
        first.connectionView()->setArranged(true);
        size = first.size();
        first.close();
    }
    MainWindow second({}, settings);
    second.show();
    QCOMPARE(second.size(), size);
    QCOMPARE(second.frameView()->columnWidth(int(FrameColumn::Type)), 222);
    second.startEndpoint({EndpointRequest::Way::Sample, {}, {}});
    QTRY_VERIFY(second.connectionView()->model()->rowCount() > 0);
    second.connectionView()->fitColumns();
    QCOMPARE(second.connectionView()->columnWidth(int(ConnectionColumn::Peer)), 60);
}

/// A window that was only opened, and shows its first page still, does not forget them.
void tst_InspectorSettings::docksAreRemembered()
{
    QTemporaryDir folder;
    const QString settings = folder.filePath(u"settings.ini"_s);
    const auto docks = [](const MainWindow &window) {
        QStringList shown;
        for (const QDockWidget *dock : window.findChildren<QDockWidget *>()) {
            if (!dock->isHidden())
                shown << dock->objectName();
        }
        shown.sort();
        return shown;
    };
    const QStringList rounds[]
        = {{u"connectionDock"_s}, {u"sendDock"_s}, {u"connectionDock"_s, u"sendDock"_s}, {}};
    for (qsizetype round = 0; round < 4; ++round) {
        MainWindow window({}, settings);
        window.show();
        QVERIFY(docks(window).isEmpty()); // there is no work yet
        window.startEndpoint({EndpointRequest::Way::Sample, {}, {}});
        QCOMPARE(docks(window), rounds[round]);
        const QStringList &wanted = rounds[(round + 1) % 4];
        for (QDockWidget *dock : window.findChildren<QDockWidget *>()) {
            if (dock->isHidden() == wanted.contains(dock->objectName()))
                dock->toggleViewAction()->trigger();
        }
        QCOMPARE(docks(window), wanted);
        window.close();
        MainWindow idle({}, settings);
        idle.show();
        idle.close();
    }
}

void tst_InspectorSettings::theDockInFrontIsRemembered()
{
    QTemporaryDir folder;
    const auto open = [&] {
        auto window = std::make_unique<MainWindow>(CaptureLimits(), folder.filePath(u"settings.ini"_s));
        window->show();
        window->startEndpoint({EndpointRequest::Way::Sample, {}, {}});
        return window;
    };
    const auto isInFront = [](const QWidget *widget) { return !widget->visibleRegion().isEmpty(); };
    for (const bool send : {true, false}) {
        auto first = open();
        for (const auto *name : {"connectionDock", "sendDock"}) {
            auto *dock = first->findChild<QDockWidget *>(QLatin1StringView(name));
            dock->show();
            if (send == (dock->widget() == first->sendBox()))
                dock->raise();
        }
        QTRY_COMPARE(isInFront(first->sendBox()), send);
        first->close();
        const auto second = open();
        QTRY_VERIFY(isInFront(second->sendBox()) || isInFront(second->connectionView()));
        QTRY_COMPARE(isInFront(second->sendBox()), send);
        QCOMPARE(isInFront(second->connectionView()), !send);
        second->close();
    }
}

QTEST_MAIN(tst_InspectorSettings)
#include "tst_inspectorsettings.moc"

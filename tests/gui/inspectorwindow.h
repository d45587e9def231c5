// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractItemView>
#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QScrollBar>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include "app/mainwindow.h"
#include "views/banner.h"
#include "views/connectionview.h"
#include "views/endpointview.h"
#include "views/filterbar.h"
#include "views/findbar.h"
#include "views/framedetails.h"
#include "views/frameview.h"
#include "views/hexview.h"
#include "views/sendbox.h"

/// A window as a person finds it, with settings of its own, and what a person does with it.
namespace Halyard::Inspector::Testing {

class InspectorWindow
{
public:
    explicit InspectorWindow(const CaptureLimits &limits = {})
        : window(limits, folder.filePath(QStringLiteral("settings.ini")))
    {
        window.show();
        (void)QTest::qWaitForWindowExposed(&window);
        QApplication::setActiveWindow(&window); // which a window manager would do; tests have none
    }

    [[nodiscard]] FrameView *list() { return window.frameView(); }
    [[nodiscard]] int rows() { return window.workspace()->filtered()->rowCount(); }
    [[nodiscard]] bool waitForRows(int count)
    {
        return QTest::qWaitFor([this, count] { return rows() >= count; }, 30'000);
    }
    [[nodiscard]] QString cell(int row, FrameColumn column)
    {
        return window.workspace()->filtered()->index(row, int(column)).data().toString();
    }
    /// The first row whose cell contains the text; -1 without one.
    [[nodiscard]] int rowWith(FrameColumn column, const QString &text)
    {
        for (int row = 0; row < rows(); ++row) {
            if (cell(row, column).contains(text))
                return row;
        }
        return -1;
    }
    [[nodiscard]] bool waitForRowWith(FrameColumn column, const QString &text)
    {
        return QTest::qWaitFor([&] { return rowWith(column, text) >= 0; }, 30'000);
    }
    [[nodiscard]] static bool shows(QAbstractItemView *view, const QModelIndex &index)
    {
        return view->viewport()->rect().contains(view->visualRect(index).center());
    }
    [[nodiscard]] bool showsByte(qint64 offset)
    {
        return window.details()->hex()->viewport()->rect().contains(placeOf(offset));
    }
    void clickRow(int row)
    {
        const QModelIndex index = window.workspace()->filtered()->index(row, int(FrameColumn::Type));
        list()->setFollowing(false); // or the next frame to arrive would scroll it away
        list()->scrollTo(index);
        QVERIFY(shows(list(), index));
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, list()->visualRect(index).center());
    }
    /// The field's row in the tree, by the name of the field.
    [[nodiscard]] QModelIndex field(const QString &name)
    {
        const auto *tree = window.details()->tree();
        const auto found = tree->model()->match(tree->model()->index(0, 0), Qt::DisplayRole, name, 1,
            Qt::MatchExactly | Qt::MatchRecursive | Qt::MatchWrap);
        return found.value(0);
    }
    void clickField(const QString &name)
    {
        auto *tree = window.details()->tree();
        const QModelIndex index = field(name);
        tree->scrollTo(index);
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualRect(index).center());
    }
    /// Bytes of the hex view, dragged over with the mouse.
    void dragBytes(qint64 first, qint64 last)
    {
        HexView *hex = window.details()->hex();
        QTest::mousePress(hex->viewport(), Qt::LeftButton, {}, placeOf(first));
        QTest::mouseMove(hex->viewport(), placeOf(last));
        QTest::mouseRelease(hex->viewport(), Qt::LeftButton, {}, placeOf(last));
    }
    /// The middle of the byte's digits in the hex view's viewport.
    [[nodiscard]] QPoint placeOf(qint64 offset)
    {
        const HexView *hex = window.details()->hex();
        const int top = hex->verticalScrollBar()->value() * hex->geometryOfBytes().lineHeight();
        return hex->geometryOfBytes().hexRect(offset).center()
            - QPoint(hex->horizontalScrollBar()->value(), top);
    }
    /// Of a row of the endpoints that wait for clients.
    [[nodiscard]] QString endpointCell(int row, EndpointColumn column)
    {
        return window.workspace()->endpoints()->index(row, int(column)).data().toString();
    }
    void typeFilter(const QString &text)
    {
        window.filterBar()->input()->setFocus();
        window.filterBar()->input()->selectAll();
        QTest::keyClicks(window.filterBar()->input(), text);
        QTest::keyClick(window.filterBar()->input(), Qt::Key_Return);
    }
    void clickStart(const char *button)
    {
        QTest::mouseClick(window.findChild<QWidget *>(QLatin1StringView(button)), Qt::LeftButton);
    }
    /// It looks only every now and then.
    [[nodiscard]] bool statusIsFresh()
    {
        const auto text = [this](const char *label) {
            return window.findChild<QLabel *>(QLatin1StringView(label))->text();
        };
        return text("frameCount").section(u' ', 1, 1) == QLocale().toString(rows())
            && text("captureState").isEmpty() == list()->isFollowing();
    }
    /// Kept beside the build for whoever wants to look.
    void screenshot(const QString &name)
    {
        QDir folderOfPictures(QStringLiteral(HALYARD_BINARY_DIR "/../screenshots"));
        QVERIFY(folderOfPictures.mkpath(QStringLiteral(".")));
        QCoreApplication::processEvents();
        window.connectionView()->fitColumns();
        QTRY_VERIFY(window.showsStartPage() || statusIsFresh());
        const QModelIndex chosen = list()->currentIndex();
        QVERIFY(!chosen.isValid() || shows(list(), chosen));
        QVERIFY(window.grab().save(folderOfPictures.filePath(
            qEnvironmentVariable("HALYARD_SCREENSHOT_PREFIX") + name + QStringLiteral(".png"))));
    }

    QTemporaryDir folder;
    MainWindow window;
};

/// Frames of the sample's main conversation and of the garbage, all of them.
constexpr int SampleFrames = 21;

inline void showSample(InspectorWindow &window)
{
    window.clickStart("startSample");
    QVERIFY(window.waitForRows(SampleFrames));
    QVERIFY(window.waitForRowWith(FrameColumn::Summary, QStringLiteral("garbage")));
}

} // namespace Halyard::Inspector::Testing

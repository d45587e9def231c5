// SPDX-License-Identifier: MIT
#include <cmath>

#include <QAccessible>
#include <QImage>
#include <QPixmap>
#include <QStyleFactory>

#include "app/endpointdialog.h"
#include "inspectorwindow.h"
#include "views/theme.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Halyard::Inspector::Testing;
using namespace Qt::StringLiterals;
using Wire::Severity;

Q_DECLARE_METATYPE(QPalette)

/// Whoever cannot see it, or not its colours, or has no mouse, can use it all the same.
class tst_InspectorAccess : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QApplication::setStyle(QStyleFactory::create(u"Fusion"_s)); }
    void everythingHasAName();
    void dialogsHaveNames_data();
    void dialogsHaveNames();
    void keyboardReachesEverything();
    void iconsAreSpoken();
    void coloursCanBeRead_data() { palettes(); }
    void coloursCanBeRead();
    void shapesDiffer_data() { palettes(); }
    void shapesDiffer();

private:
    static void palettes();
    [[nodiscard]] static QString namelessIn(const QWidget &window);
};

QString tst_InspectorAccess::namelessIn(const QWidget &window)
{
    QStringList nameless;
    for (QWidget *widget : window.findChildren<QWidget *>()) {
        if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus))
            continue;
        const auto *interface = QAccessible::queryAccessibleInterface(widget);
        if (!interface || interface->text(QAccessible::Name).isEmpty())
            nameless << QLatin1StringView(widget->metaObject()->className()) + u' ' + widget->objectName();
    }
    return nameless.join(u", "_s);
}

namespace {

void openAll(InspectorWindow &window)
{
    showSample(window);
    window.clickRow(1);
    QTest::keyClick(&window.window, Qt::Key_T, Qt::ControlModifier); // the send box
    QTest::keyClick(&window.window, Qt::Key_F, Qt::ControlModifier); // find
    QTRY_VERIFY(window.window.sendBox()->isVisible() && window.window.findBar()->isVisible());
}

} // namespace

void tst_InspectorAccess::everythingHasAName()
{
    InspectorWindow window;
    QVERIFY(window.window.showsStartPage());
    QCOMPARE(namelessIn(window.window), QString());
    openAll(window);
    QCOMPARE(namelessIn(window.window), QString());
}

void tst_InspectorAccess::dialogsHaveNames_data()
{
    QTest::addColumn<EndpointRequest::Way>("way");
    QTest::newRow("connect") << EndpointRequest::Way::Connect;
    QTest::newRow("listen") << EndpointRequest::Way::Listen;
    QTest::newRow("between") << EndpointRequest::Way::Between;
}

void tst_InspectorAccess::dialogsHaveNames()
{
    QFETCH(const EndpointRequest::Way, way);
    EndpointDialog dialog({way, u"tcp://localhost:1"_s, u"tcp://localhost:2"_s});
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    QVERIFY(!dialog.windowTitle().isEmpty());
    QCOMPARE(namelessIn(dialog), QString());
}

// Tab alone goes round through everything that takes keys.
void tst_InspectorAccess::keyboardReachesEverything()
{
    InspectorWindow window;
    openAll(window);
    window.list()->setFocus();
    QList<QWidget *> reached;
    for (QWidget *at = QApplication::focusWidget(); !reached.contains(at); at = QApplication::focusWidget()) {
        QVERIFY(at);
        reached << at;
        QTest::keyClick(at, Qt::Key_Tab);
    }
    QCOMPARE(QApplication::focusWidget(), window.list());
    QStringList left;
    for (QWidget *widget : window.window.findChildren<QWidget *>()) {
        if (widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus)
            && !widget->focusProxy() && !reached.contains(widget))
            left << QLatin1StringView(widget->metaObject()->className()) + u' ' + widget->objectName();
    }
    QCOMPARE(left.join(u", "_s), QString());
}

// The words that stand for icons, as a screen reader gets them.
void tst_InspectorAccess::iconsAreSpoken()
{
    InspectorWindow window;
    showSample(window);
    const auto spoken = [](QAbstractItemView *view, int row, int column) {
        auto *interface = QAccessible::queryAccessibleInterface(view);
        auto *table = interface ? interface->tableInterface() : nullptr;
        auto *cell = table ? table->cellAt(row, column) : nullptr;
        return cell ? cell->text(QAccessible::Name) : QString();
    };
    const int garbage = window.rowWith(FrameColumn::Summary, u"garbage"_s);
    const int summary = int(FrameColumn::Summary);
    QVERIFY(spoken(window.list(), garbage, summary).startsWith(u"Error: "_s));
    const int failure = window.rowWith(FrameColumn::Summary, u"code=1042"_s);
    QVERIFY(spoken(window.list(), failure, summary).startsWith(u"Warning: "_s));
    const int sum = window.rowWith(FrameColumn::Route, u"sum"_s);
    QCOMPARE(spoken(window.list(), sum, summary), window.cell(sum, FrameColumn::Summary));
    QCOMPARE(spoken(window.list(), sum, int(FrameColumn::Direction)), u"out, request"_s);

    auto *workspace = window.window.workspace();
    workspace->setRemark(workspace->filtered()->rowNumber(sum), {true, u"look here"_s});
    QCOMPARE(spoken(window.list(), sum, int(FrameColumn::Number)),
        window.cell(sum, FrameColumn::Number) + u", marked"_s);
    QVERIFY(spoken(window.list(), sum, summary).endsWith(u", comment: look here"_s));

    QCOMPARE(spoken(window.window.connectionView(), 1, 0), u"Error: 2"_s);
    window.clickRow(garbage);
    const QModelIndex root = window.window.details()->tree()->model()->index(0, 1);
    QVERIFY(root.data(Qt::AccessibleTextRole).toString().startsWith(u"Error: "_s));
}

void tst_InspectorAccess::palettes()
{
    QTest::addColumn<QPalette>("palette");
    QTest::newRow("light") << lightPalette();
    QTest::newRow("dark") << darkPalette();
}

namespace {

double luminance(const QColor &colour)
{
    const auto linear
        = [](double part) { return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF())
        + 0.0722 * linear(colour.blueF());
}

/// As WCAG 2 counts it: 1 for the same, 21 for black on white.
double contrast(const QColor &one, const QColor &other)
{
    const double first = luminance(one);
    const double second = luminance(other);
    const auto [dark, light] = std::minmax(first, second);
    return (light + 0.05) / (dark + 0.05);
}

constexpr std::array Severities {Severity::None, Severity::Note, Severity::Warning, Severity::Error};
constexpr std::array Kinds {FrameKind::Plain, FrameKind::Request, FrameKind::Answer};

} // namespace

void tst_InspectorAccess::coloursCanBeRead()
{
    constexpr double OfText = 4.5; // WCAG 2.1, 1.4.3
    constexpr double OfSigns = 3;  // 1.4.11
    QFETCH(const QPalette, palette);
    const Theme theme(palette);
    const QColor base = palette.color(QPalette::Base);
    const QColor text = palette.color(QPalette::Text);
    QVERIFY(contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >= OfText);
    QVERIFY(contrast(text, theme.highlight()) >= OfText);
    QVERIFY(contrast(theme.quiet(), base) >= OfText);
    for (const Severity severity : Severities) {
        for (const FrameKind kind : Kinds) {
            const QColor row = theme.background(severity, kind);
            const QColor behind = row.isValid() ? row : base;
            QVERIFY2(contrast(text, behind) >= OfText, qPrintable(behind.name()));
            QVERIFY2(contrast(theme.ink(severity), behind) >= OfSigns, qPrintable(behind.name()));
            QVERIFY2(contrast(theme.ink(kind), behind) >= OfSigns, qPrintable(behind.name()));
        }
    }
}

// In black and white no two of them are alike.
void tst_InspectorAccess::shapesDiffer()
{
    QFETCH(const QPalette, palette);
    const Theme theme(palette);
    QList<QImage> shapes;
    const auto add = [&shapes](const QIcon &icon) {
        shapes << icon.pixmap(16, 16).toImage().convertToFormat(QImage::Format_Alpha8);
    };
    for (const Severity severity : Severities) {
        if (severity != Severity::None)
            add(theme.icon(severity));
    }
    for (const FrameKind kind : Kinds) {
        add(theme.arrow(true, kind, Qt::black));
        add(theme.arrow(false, kind, Qt::black));
    }
    add(theme.mark());
    for (qsizetype one = 0; one < shapes.size(); ++one) {
        for (qsizetype other = one + 1; other < shapes.size(); ++other)
            QVERIFY2(shapes[one] != shapes[other], qPrintable(u"%1 and %2"_s.arg(one).arg(other)));
    }
}

QTEST_MAIN(tst_InspectorAccess)
#include "tst_inspectoraccess.moc"

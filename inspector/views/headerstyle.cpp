// SPDX-License-Identifier: MIT
#include "views/headerstyle.h"

namespace Halyard::Inspector {

namespace {

constexpr int MoreMargin = 4;

} // namespace

HeaderStyle::HeaderStyle()
    : QProxyStyle(QStringLiteral("fusion")) // as the rest of the window
{ }

void HeaderStyle::applyTo(QHeaderView *header)
{
    auto *style = new HeaderStyle;
    style->setParent(header);
    header->setStyle(style);
}

int HeaderStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    const int usual = QProxyStyle::pixelMetric(metric, option, widget);
    return metric == PM_HeaderMargin ? usual + MoreMargin : usual;
}

} // namespace Halyard::Inspector

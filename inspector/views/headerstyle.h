// SPDX-License-Identifier: MIT
#pragma once

#include <QHeaderView>
#include <QProxyStyle>

namespace Halyard::Inspector {

/// Room beside the titles of columns: one that is aligned to the right would else touch the next.
class HeaderStyle : public QProxyStyle
{
    Q_OBJECT
public:
    /// The header owns it.
    static void applyTo(QHeaderView *header);

    [[nodiscard]] int pixelMetric(
        PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;

private:
    HeaderStyle();
};

} // namespace Halyard::Inspector

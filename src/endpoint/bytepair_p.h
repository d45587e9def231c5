// SPDX-License-Identifier: MIT
#pragma once

#include "endpoint/proxypair_p.h"
#include "endpoint/tapfeed_p.h"

namespace Halyard {

/// Passes bytes on as they are.
class BytePair final : public ProxyPair
{
    Q_OBJECT
public:
    BytePair(std::unique_ptr<Transport> client, std::unique_ptr<Transport> server,
        const ProxyOptions &options, QObject *parent);

    void start() override;
    [[nodiscard]] ProxyConnection state() const override;

private:
    void sideOpened(Side &side) override;
    void move(Side &from, Side &to) override;
    [[nodiscard]] bool isDrained(const Side &) const override { return true; } // nothing is kept here
    void allClosed() override;

    TapFeed m_tap;
};

} // namespace Halyard

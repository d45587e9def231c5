// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QVBoxLayout;

namespace Halyard::Inspector {

/// What one sees first: the ways in, and the endpoints of last time.
class StartPage : public QWidget
{
    Q_OBJECT
public:
    explicit StartPage(QWidget *parent = nullptr);

    /// Endpoints that were used before, the latest first; passwords are never among them.
    void setRecent(const QStringList &endpoints);

Q_SIGNALS:
    void connectWanted();
    void listenWanted();
    void proxyWanted();
    void openWanted();
    void sampleWanted();
    void recentChosen(const QString &endpoint);

private:
    QWidget *const m_recentBox;
    QVBoxLayout *const m_recent;
};

} // namespace Halyard::Inspector

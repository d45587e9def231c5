// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

class QSocketNotifier;

namespace Halyard::Cli {

/// SIGINT and SIGTERM as a Qt signal. One object at a time. The second one that comes ends the program at
/// once, as if nothing had been installed.
class Interruption : public QObject
{
    Q_OBJECT
public:
    explicit Interruption(QObject *parent = nullptr);
    ~Interruption() override;

Q_SIGNALS:
    void requested();

private:
    Q_DISABLE_COPY_MOVE(Interruption)
    void read();

    int m_descriptor = -1;
};

} // namespace Halyard::Cli

// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace Halyard::Cli {

/// What a long transfer has moved so far, in one line on standard error that is written over and over. Shows
/// nothing unless standard error is a terminal, and nothing for what takes less than a second.
class Progress : public QObject
{
    Q_OBJECT
public:
    struct State {
        quint64 bytesSent = 0;
        quint64 bytesReceived = 0;
    };

    /// `state` is asked a few times a second, as long as this object lives.
    explicit Progress(std::function<State()> state, QObject *parent = nullptr);
    /// Takes the line away.
    ~Progress() override;

    /// For people: "1.5 MiB sent, 3.2 MiB/s".
    [[nodiscard]] static QString line(State before, State now, qint64 milliseconds);

private:
    Q_DISABLE_COPY_MOVE(Progress)
    void show();

    std::function<State()> m_state;
    State m_last;
    QElapsedTimer m_sinceLast;
    QTimer m_timer;
};

} // namespace Halyard::Cli

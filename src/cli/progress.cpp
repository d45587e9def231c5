// SPDX-License-Identifier: MIT
#include "cli/progress.h"

#include <algorithm>
#include <chrono>

#include <QLocale>
#include <QStringList>

#include "cli/console.h"

namespace Halyard::Cli {
namespace {

constexpr std::chrono::milliseconds FirstAfter(1'000);
constexpr std::chrono::milliseconds Every(250);

QString size(quint64 bytes)
{
    return QLocale::c().formattedDataSize(qint64(bytes), 1, QLocale::DataSizeIecFormat);
}

} // namespace

Progress::Progress(std::function<State()> state, QObject *parent)
    : QObject(parent)
    , m_state(std::move(state))
{
    if (!isErrorTerminal())
        return;
    m_last = m_state();
    m_sinceLast.start();
    connect(&m_timer, &QTimer::timeout, this, &Progress::show);
    m_timer.start(FirstAfter);
}

Progress::~Progress() { clearStatus(); }

QString Progress::line(State before, State now, qint64 milliseconds)
{
    QStringList parts;
    const auto add = [&](quint64 from, quint64 to, const char *verb) {
        if (to == 0)
            return;
        const auto rate = (to - from) * 1'000 / quint64(std::max<qint64>(milliseconds, 1));
        parts.append(QStringLiteral("%1 %2, %3/s").arg(size(to), QString::fromLatin1(verb), size(rate)));
    };
    add(before.bytesSent, now.bytesSent, "sent");
    add(before.bytesReceived, now.bytesReceived, "received");
    return parts.join(QStringLiteral("; "));
}

void Progress::show()
{
    m_timer.setInterval(Every);
    const auto now = m_state();
    const auto text = line(m_last, now, m_sinceLast.restart());
    m_last = now;
    showStatus(text);
}

} // namespace Halyard::Cli

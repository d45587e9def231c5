// SPDX-License-Identifier: MIT
#include "cli/passwordprompt.h"

#include <utility>

#include <QFile>

#include <termios.h>
#include <unistd.h>

namespace Halyard::Cli {
namespace {

constexpr qint64 LongestPassword = 1'024;

/// What is typed is not shown for as long as this lives.
class Unseen
{
public:
    explicit Unseen(int terminal)
        : m_terminal(terminal)
    {
        if (::tcgetattr(terminal, &m_before) != 0)
            return;
        m_changed = true;
        termios quiet = m_before;
        quiet.c_lflag &= ~tcflag_t(ECHO);
        ::tcsetattr(terminal, TCSAFLUSH, &quiet);
    }
    ~Unseen()
    {
        if (m_changed)
            ::tcsetattr(m_terminal, TCSAFLUSH, &m_before);
    }

private:
    Q_DISABLE_COPY_MOVE(Unseen)
    int m_terminal;
    bool m_changed = false;
    termios m_before {};
};

} // namespace

std::optional<Password> passwordFor(const QString &user)
{
    if (qEnvironmentVariableIsSet("HALYARD_PASSWORD"))
        return Password::takenFrom(qgetenv("HALYARD_PASSWORD"));
    // Standard input may be the payload; only a person at a terminal is asked.
    QFile terminal(QStringLiteral("/dev/tty"));
    if (::isatty(STDIN_FILENO) != 1 || !terminal.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
        return std::nullopt;
    const Unseen unseen(terminal.handle());
    terminal.write(QStringLiteral("Password of %1: ").arg(user).toUtf8());
    QByteArray line = terminal.readLine(LongestPassword);
    terminal.write("\n");
    if (line.endsWith('\n'))
        line.chop(1);
    return Password::takenFrom(std::move(line));
}

std::optional<Wire::Credentials> passwordLeftOpen(const QUrl &url)
{
    if (url.userName().isEmpty() || !url.password().isEmpty())
        return std::nullopt;
    const auto password = passwordFor(url.userName(QUrl::FullyDecoded));
    return password ? std::optional(Wire::Credentials {{}, password->bytes()}) : std::nullopt;
}

} // namespace Halyard::Cli

// SPDX-License-Identifier: MIT
#include "program.h"

#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include <QTest>

namespace {

constexpr int PatienceMilliseconds = 60'000; // only a failing test waits so long

} // namespace

Terminal::Terminal()
    : m_descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK))
{
    if (m_descriptor >= 0 && ::grantpt(m_descriptor) == 0 && ::unlockpt(m_descriptor) == 0)
        m_path = QString::fromLocal8Bit(::ptsname(m_descriptor));
}

Terminal::~Terminal() { ::close(m_descriptor); }

QByteArray Terminal::shown()
{
    QByteArray piece(65'536, Qt::Uninitialized);
    for (;;) {
        const auto count = ::read(m_descriptor, piece.data(), std::size_t(piece.size()));
        if (count <= 0)
            return m_shown;
        m_shown += piece.first(count);
    }
}

Program::Program(const QStringList &arguments)
{
    m_process.start(QStringLiteral(HALYARD_BINARY_DIR "/halyard"), arguments);
}

Program::Program(const QStringList &arguments, const Terminal &terminal, bool alsoOutput)
{
    m_process.setStandardErrorFile(terminal.path());
    if (alsoOutput)
        m_process.setStandardOutputFile(terminal.path());
    m_process.start(QStringLiteral(HALYARD_BINARY_DIR "/halyard"), arguments);
}

Program::~Program()
{
    if (m_process.state() != QProcess::NotRunning) {
        m_process.kill();
        m_process.waitForFinished(PatienceMilliseconds);
    }
}

void Program::write(const QByteArray &input)
{
    m_process.write(input);
    m_process.closeWriteChannel();
}

std::optional<int> Program::status()
{
    // Through the event loop: the test itself may be the other end.
    if (!QTest::qWaitFor([this] { return m_process.state() == QProcess::NotRunning; }, PatienceMilliseconds))
        return std::nullopt;
    collect();
    if (m_process.exitStatus() != QProcess::NormalExit)
        return std::nullopt;
    return m_process.exitCode();
}

QString Program::errorLine(const QString &beginning) { return line(m_errors, beginning); }

QString Program::outputLine(const QString &beginning) { return line(m_output, beginning); }

QString Program::line(QByteArray &text, const QString &beginning)
{
    QString found;
    const auto search = [&] {
        collect();
        const auto whole = text.first(text.lastIndexOf('\n') + 1);
        for (const auto &candidate : QString::fromUtf8(whole).split(QLatin1Char('\n'))) {
            if (candidate.startsWith(beginning) && candidate != beginning) {
                found = candidate.mid(beginning.size());
                return true;
            }
        }
        return m_process.state() == QProcess::NotRunning;
    };
    (void)QTest::qWaitFor(search, PatienceMilliseconds);
    return found;
}

void Program::interrupt(int signal) { ::kill(pid_t(m_process.processId()), signal); }

QByteArray Program::output()
{
    collect();
    return m_output;
}

QByteArray Program::errors()
{
    collect();
    return m_errors;
}

void Program::collect()
{
    m_output += m_process.readAllStandardOutput();
    m_errors += m_process.readAllStandardError();
}

Outcome run(const QStringList &arguments, const QByteArray &input)
{
    Program program(arguments);
    program.write(input);
    const auto status = program.status();
    return {status, program.output(), program.errors()};
}

RunningServer::RunningServer(const QString &url, const QStringList &more)
    : m_program(QStringList {QStringLiteral("serve"), url} + more)
    , m_url(m_program.errorLine(QStringLiteral("listening ")))
{ }

std::optional<QList<QJsonObject>> jsonLines(const QByteArray &text)
{
    QList<QJsonObject> objects;
    if (!text.isEmpty() && !text.endsWith('\n'))
        return std::nullopt;
    for (const auto &line : text.split('\n').first(text.count('\n'))) {
        const auto document = QJsonDocument::fromJson(line);
        if (!document.isObject())
            return std::nullopt;
        objects.append(document.object());
    }
    return objects;
}

// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>

/// A terminal without a window: whoever writes to it finds it to be one.
class Terminal
{
public:
    Terminal();
    ~Terminal();

    [[nodiscard]] QString path() const { return m_path; }
    /// All that was ever written to it; line ends are "\r\n".
    [[nodiscard]] QByteArray shown();

private:
    Q_DISABLE_COPY_MOVE(Terminal)
    int m_descriptor = -1;
    QString m_path;
    QByteArray m_shown;
};

/// The real program `halyard`, as a shell runs it. Killed at the end if it still runs.
class Program
{
public:
    explicit Program(const QStringList &arguments);
    /// What goes to standard error goes to this terminal instead; output, too, where `alsoOutput`.
    Program(const QStringList &arguments, const Terminal &terminal, bool alsoOutput);
    ~Program();

    void write(const QByteArray &input);
    /// Waits for its end; its exit status, or nothing where it crashed or did not end in time.
    [[nodiscard]] std::optional<int> status();
    /// Waits until standard error (or output) has a line that begins like this, and returns the rest of it;
    /// empty where there comes none.
    [[nodiscard]] QString errorLine(const QString &beginning);
    [[nodiscard]] QString outputLine(const QString &beginning);
    void interrupt(int signal);
    [[nodiscard]] qint64 processId() const { return m_process.processId(); }

    /// All that was printed so far.
    [[nodiscard]] QByteArray output();
    [[nodiscard]] QByteArray errors();

private:
    Q_DISABLE_COPY_MOVE(Program)
    void collect();
    [[nodiscard]] QString line(QByteArray &text, const QString &beginning);

    QProcess m_process;
    QByteArray m_output;
    QByteArray m_errors;
};

/// What a program that ran to its end has left.
struct Outcome {
    std::optional<int> status;
    QByteArray output;
    QByteArray errors;
};
[[nodiscard]] Outcome run(const QStringList &arguments, const QByteArray &input = {});

/// A `halyard serve` of its own on a free port.
class RunningServer
{
public:
    explicit RunningServer(
        const QString &url = QStringLiteral("tcp://127.0.0.1:0"), const QStringList &more = {});
    [[nodiscard]] QString url() const { return m_url; }
    [[nodiscard]] Program &program() { return m_program; }

private:
    Program m_program;
    QString m_url;
};

/// Each line as a JSON object; nothing where one is none.
[[nodiscard]] std::optional<QList<QJsonObject>> jsonLines(const QByteArray &text);

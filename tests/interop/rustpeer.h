// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QProcess>
#include <QStringList>

namespace Halyard {

/// A Rust program on a published crate as a child process: commands go in and events come out as lines of
/// JSON. Ends with this object, because its standard input ends then.
class RustPeer : public QObject
{
    Q_OBJECT
public:
    /// The program that the test was built for.
    explicit RustPeer(const QStringList &arguments, QObject *parent = nullptr);
    RustPeer(const QString &program, const QStringList &arguments, QObject *parent = nullptr);
    ~RustPeer() override;

    /// "127.0.0.1:PORT" of a server, as soon as it listens; empty if it never does.
    [[nodiscard]] QString address();

    /// A client connects; `raw` for one that can do more than the crate's own. The answer is "connected".
    void connectTo(int connection, quint16 port, bool raw = false);
    /// "send": frames, encoded by the crate.
    void send(int connection, const QJsonArray &frames);
    /// Any other action with its arguments: "drip", "write", "finish", "read", "drop", "reset".
    void act(int connection, const QString &action, QJsonObject arguments = {});
    void tell(const QJsonObject &command);
    void tellLine(const QByteArray &line);

    /// Takes the oldest event of that name (and of that connection, unless it is 0), waiting for it if it
    /// must still come. Empty if it never does; the log is then on standard error.
    [[nodiscard]] QJsonObject next(const QString &event, int connection = 0);
    /// Takes the oldest event of whatever name.
    [[nodiscard]] QJsonObject next();
    /// Events that nobody has taken yet.
    [[nodiscard]] const QList<QJsonObject> &events() const { return m_events; }

    /// Ends its standard input, waits for its end and returns its exit status; -1 if it crashed or hung.
    int finish();
    /// Ends it without a warning, as a crash would.
    void kill();

Q_SIGNALS:
    /// A line has come, or its end.
    void heard();

private:
    void readLines();
    [[nodiscard]] bool waitUntil(const std::function<bool()> &done) const;
    [[nodiscard]] QJsonObject take(const std::function<bool(const QJsonObject &)> &matches);

    QProcess m_process;
    QString m_address;
    QList<QJsonObject> m_events;
};

} // namespace Halyard

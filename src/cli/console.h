// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>
#include <QString>

#include "endpoint/error.h"

namespace Halyard::Cli {

/// The two ways out of the program: results go to standard output, all else to standard error. When whoever
/// read the results has gone, the program ends as others do, by SIGPIPE.

/// Exactly these bytes.
void print(QByteArrayView bytes);
/// These bytes and a line end.
void printLine(QByteArrayView bytes);
/// A payload for people or for programs: on a terminal its control characters are escaped and it ends with a
/// line end; elsewhere it is printed as it is, with a line end behind it only where there are several.
void printPayload(QByteArrayView payload, bool several);

/// "halyard: TEXT" on standard error, control characters escaped.
void complain(const QString &text);
/// The same for an error; as JSON: {"error": name, "number": …, "origin": …, "detail": …}.
void complain(const Error &error, bool asJson);
/// A line on standard error as it is: what a server listens at.
void announce(const QString &line);

/// A line on standard error that the next one replaces, and any other output wipes away: progress, on a
/// terminal.
void showStatus(const QString &line);
void clearStatus();

[[nodiscard]] bool isOutputTerminal();
[[nodiscard]] bool isErrorTerminal();

} // namespace Halyard::Cli

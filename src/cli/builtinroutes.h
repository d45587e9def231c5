// SPDX-License-Identifier: MIT
#pragma once

namespace Halyard {

class Routes;

namespace Cli {

/// Adds what `halyard serve` answers, for trying things; all payloads are text:
///   echo   payload and headers as they came
///   sum    decimal numbers separated by blanks → their sum
///   ticks  a count, or a count and milliseconds → a stream of 1, 2, … count, so many milliseconds apart
///   blob   a number of bytes → so many bytes
///   fail   any text → an error of the application, 1000, with that text
///   sleep  milliseconds → the same text, after that time
/// What does not parse is answered with InvalidArgument.
void addBuiltinRoutes(Routes &routes);

} // namespace Cli
} // namespace Halyard

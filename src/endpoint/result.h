// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <tl/expected.hpp>

#include "endpoint/error.h"

namespace Halyard {

/// A value, or why there is none.
template <class T>
using Result = tl::expected<T, Error>;

/// `return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, "…")` from any function that returns a
/// Result.
[[nodiscard]] inline tl::unexpected<Error> failure(
    ErrorCode code, ErrorOrigin origin, const QString &detail = {})
{
    return tl::unexpected(Error(code, origin, detail));
}

/// Passes on an error: `return failure(result.error())`.
[[nodiscard]] inline tl::unexpected<Error> failure(const Error &error) { return tl::unexpected(error); }

/// Passes on what the inner ring found.
[[nodiscard]] inline tl::unexpected<Error> failure(const Wire::Error &error)
{
    return tl::unexpected(Error(error));
}

} // namespace Halyard

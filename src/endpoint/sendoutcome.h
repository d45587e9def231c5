// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "endpoint/enums.h"
#include "endpoint/error.h"

namespace Halyard {

/// What became of a message handed over for sending, and why where it was rejected. A rejected message is
/// never accompanied by errorOccurred(). Compare it with SendResult, or use it as a truth value: false is
/// Rejected.
class SendOutcome
{
public:
    SendOutcome(SendResult result) // NOLINT(google-explicit-constructor): it is little more than the enum
        : m_result(result)
    { }
    SendOutcome(Error error) // NOLINT(google-explicit-constructor): an error is the outcome Rejected
        : m_error(std::move(error))
    { }

    [[nodiscard]] SendResult result() const noexcept { return m_result; }
    /// Of a rejected message: NotConnected, QueueFull, PayloadTooLarge, NotSupportedByProtocol,
    /// OutputNotRead.
    [[nodiscard]] const Error &error() const noexcept { return m_error; }
    explicit operator bool() const noexcept { return m_result != SendResult::Rejected; }
    friend bool operator==(const SendOutcome &outcome, SendResult result) noexcept
    {
        return outcome.m_result == result;
    }

private:
    SendResult m_result = SendResult::Rejected;
    Error m_error;
};

} // namespace Halyard

// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include "endpoint/message.h"

namespace Halyard::Cli {

/// A message as one line of JSON: {"kind", "id", "route", "headers": [[key, value], …], "payload"}. A payload
/// that is no UTF-8 is "payloadBase64" instead; an error has "code" besides.
[[nodiscard]] QByteArray messageAsJson(const Message &message);

/// Prints received messages, each ended by a line end where more than one is expected.
class MessagePrinter
{
public:
    MessagePrinter(bool json, bool several) noexcept
        : m_json(json)
        , m_several(several)
    { }
    void print(const Message &message) const;

private:
    bool m_json;
    bool m_several;
};

} // namespace Halyard::Cli

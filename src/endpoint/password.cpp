// SPDX-License-Identifier: MIT
#include "endpoint/password.h"

#include <span>

#include "wire/wipe.h"

namespace Halyard {

namespace {

// What is shared would only be copied to be wiped.
template <class Text>
void wipe(Text &text)
{
    if (text.isDetached())
        Wire::wipe(std::as_writable_bytes(std::span(text.data(), std::size_t(text.size()))));
}

} // namespace

Password::Password(QByteArrayView bytes)
    : m_bytes(Wire::toBytes(Wire::asBytes({bytes.data(), std::size_t(bytes.size())})))
{ }

Password Password::takenFrom(QByteArray text)
{
    Password password(text);
    wipe(text);
    return password;
}

Password Password::takenFrom(QString text)
{
    Password password = takenFrom(text.toUtf8());
    wipe(text);
    return password;
}

} // namespace Halyard

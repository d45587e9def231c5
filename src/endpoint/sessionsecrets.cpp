// SPDX-License-Identifier: MIT
#include "endpoint/sessionsecrets.h"

#include <utility>

#include "wire/secretbytes.h"

namespace Halyard {

struct SessionSecrets::Held {
    Wire::SecretBytes bytes;
};

SessionSecrets::SessionSecrets(Wire::Bytes secrets)
    : m_held(std::make_shared<const Held>(Held {std::move(secrets)}))
{ }

Wire::ByteView SessionSecrets::view() const noexcept
{
    return m_held ? Wire::ByteView(m_held->bytes) : Wire::ByteView();
}

} // namespace Halyard

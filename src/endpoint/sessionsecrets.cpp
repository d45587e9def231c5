// SPDX-License-Identifier: MIT
#include "endpoint/sessionsecrets.h"

#include <utility>

#include <QtGlobal>

#include "crypto/wipe.h"

namespace Halyard {

struct SessionSecrets::Held {
    explicit Held(Wire::Bytes taken) noexcept
        : bytes(std::move(taken))
    { }
    ~Held() { Wire::wipe(bytes); }
    Q_DISABLE_COPY_MOVE(Held)

    Wire::Bytes bytes;
};

SessionSecrets::SessionSecrets(Wire::Bytes secrets)
    : m_held(std::make_shared<const Held>(std::move(secrets)))
{ }

Wire::ByteView SessionSecrets::view() const noexcept
{
    return m_held ? Wire::ByteView(m_held->bytes) : Wire::ByteView();
}

} // namespace Halyard

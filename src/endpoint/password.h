// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include "wire/bytes.h"
#include "wire/export.h"
#include "wire/secretbytes.h"

namespace Halyard {

/// A password, or whatever else a protocol's handshake takes for one, as UTF-8. Wiped when it goes; every
/// copy is a secret of its own. Nothing prints it.
class HALYARD_EXPORT Password
{
public:
    Password() = default;
    explicit Password(QByteArrayView bytes);

    /// The password that a text holds. Hand the text over (std::move): what of it only the callee has is
    /// wiped, what others share with it is theirs.
    [[nodiscard]] static Password takenFrom(QByteArray text);
    [[nodiscard]] static Password takenFrom(QString text);

    [[nodiscard]] bool isEmpty() const noexcept { return m_bytes.view().empty(); }
    [[nodiscard]] Wire::ByteView view() const noexcept { return m_bytes; }
    /// As the inner ring keeps it.
    [[nodiscard]] const Wire::SecretBytes &bytes() const noexcept { return m_bytes; }

private:
    Wire::SecretBytes m_bytes;
};

} // namespace Halyard

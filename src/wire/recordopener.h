// SPDX-License-Identifier: MIT
#pragma once

#include "wire/bytes.h"
#include "wire/dissection.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// Opens the sealed records of one conversation for a dissector, with the secrets that an engine taking part
/// in it has exported. The interface is here, so that dissectors can use what they do not know;
/// SecurityProvider::makeOpener() makes them.
class HALYARD_EXPORT RecordOpener
{
public:
    RecordOpener() = default;
    RecordOpener(const RecordOpener &) = delete;
    RecordOpener &operator=(const RecordOpener &) = delete;
    virtual ~RecordOpener();

    /// Opens in place and returns the plain part, in the order in which records were sent in each direction.
    /// On failure the record is as it was; later ones can still be tried.
    [[nodiscard]] virtual Result<MutableBytes> open(Direction direction, MutableBytes record) = 0;
    /// Fails with AuthenticationFailed where this body of the handshake should prove that its sender has the
    /// same secrets, and does not. This default has nothing to compare.
    [[nodiscard]] virtual Result<void> check(Direction direction, ByteView proof) const;
};

} // namespace Halyard::Wire

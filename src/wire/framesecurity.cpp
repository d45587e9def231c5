// SPDX-License-Identifier: MIT
#include "wire/framesecurity.h"

#include "wire/securityprovider.h"

namespace Halyard::Wire {

FrameSecurity::~FrameSecurity() = default;
RecordOpener::~RecordOpener() = default;
SecurityProvider::~SecurityProvider() = default;

Result<void> RecordOpener::check(Direction, ByteView) const { return {}; }

Result<std::unique_ptr<RecordOpener>> SecurityProvider::makeOpener(std::string_view name, ByteView) const
{
    return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local,
        "nothing opens records of " + std::string(name));
}

std::optional<Bytes> FrameSecurity::exportedSecrets() const { return std::nullopt; }

} // namespace Halyard::Wire

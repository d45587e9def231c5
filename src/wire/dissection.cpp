// SPDX-License-Identifier: MIT
#include "wire/dissection.h"

#include <algorithm>

namespace Halyard::Wire {

namespace {

Severity worst(const Field &field)
{
    Severity severity = field.severity;
    for (const Field &child : field.fields)
        severity = std::max(severity, worst(child));
    return severity;
}

} // namespace

Severity Dissection::severity() const { return worst(root); }

Dissector::~Dissector() = default;

Result<void> Dissector::unlock(ByteView)
{
    return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "this protocol seals nothing");
}

} // namespace Halyard::Wire

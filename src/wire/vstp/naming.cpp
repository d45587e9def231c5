// SPDX-License-Identifier: MIT
#include "wire/vstp/naming.h"

#include "wire/escape.h"

namespace Halyard::Wire::Vstp {

std::string negotiatedText(std::uint64_t version, const std::vector<std::string_view> &features)
{
    std::string text = "vstp, halyard conventions " + std::to_string(version);
    for (const std::string_view feature : features)
        text += (feature == features.front() ? " (" : ", ") + escapeText(feature, 32);
    return features.empty() ? text : text + ')';
}

} // namespace Halyard::Wire::Vstp

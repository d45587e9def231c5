// SPDX-License-Identifier: MIT
#pragma once

#include <QIcon>

namespace Halyard::Inspector {

/// What buttons show besides their words.
enum class ToolIcon : quint8 {
    Connect,
    Listen,
    Between,
    Open,
    Save,
    Pause,
    Clear,
    Follow,
    Partner,
    Mark,
    Find,
    Send,
    Sample,
    Stop,
    Close,
};

/// Drawn in the colours of the application's palette each time it is needed, sharp at any size and scale.
[[nodiscard]] QIcon toolIcon(ToolIcon icon);

} // namespace Halyard::Inspector

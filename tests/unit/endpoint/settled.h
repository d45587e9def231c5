// SPDX-License-Identifier: MIT
#pragma once

#include <QEventLoop>

/// Runs everything that is under way, to where nothing moves by itself. Over the memory transport that is
/// certain: whatever moves there is an event that has been posted.
inline void settle()
{
    QEventLoop loop;
    while (loop.processEvents()) { }
}

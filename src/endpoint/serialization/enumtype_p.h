// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QMetaEnum>
#include <QMetaType>

namespace Halyard {

/// The names of an enum or flags type that moc knows; not valid where it knows none.
[[nodiscard]] QMetaEnum enumOf(QMetaType type);
[[nodiscard]] int loadEnum(QMetaType type, const void *value);
void storeEnum(QMetaType type, void *value, int number);

} // namespace Halyard

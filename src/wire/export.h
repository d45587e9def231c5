// SPDX-License-Identifier: MIT
#pragma once

/// Marks what the shared library Halyard exports. Own macro, because the inner ring knows no Qt.
#define HALYARD_EXPORT __attribute__((visibility("default")))

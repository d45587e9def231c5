// SPDX-License-Identifier: MIT
#include "wire/error.h"

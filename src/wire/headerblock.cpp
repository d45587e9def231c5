// SPDX-License-Identifier: MIT
#include "wire/headerblock.h"

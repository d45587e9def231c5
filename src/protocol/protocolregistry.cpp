// SPDX-License-Identifier: MIT
#include "protocol/protocolfactory.h"

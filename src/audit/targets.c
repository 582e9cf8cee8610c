// SPDX-License-Identifier: Apache-2.0
#include "audit/targets.h"

// SPDX-License-Identifier: Apache-2.0
#include "walls/build.h"

const bool walls_build_is_instrumented = false;

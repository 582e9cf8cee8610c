// SPDX-License-Identifier: Apache-2.0
// What a frame becomes before the first of its requests runs: opened, split, its MessageIds taken.
#ifndef SIGNET_SERVER_INTAKE_H
#define SIGNET_SERVER_INTAKE_H

#include <stdbool.h>

#include "base/attributes.h"

struct work;

// Once for each work, on any thread. False: the frame is none that may be answered; an event says why,
// and the work says how its connection is to end.
bool intake(struct work *w) WARN_UNUSED;

#endif

// SPDX-License-Identifier: Apache-2.0
// What a frame becomes before the first of its requests runs: opened, split, its MessageIds taken.
#ifndef SIGNET_SERVER_INTAKE_H
#define SIGNET_SERVER_INTAKE_H

#include <stdbool.h>

#include "base/attributes.h"

struct work;

// In parts, or all by intake(): on the loop, which session's key its seal is of; on any thread, the seal
// itself. Once each; false as below.
bool intake_find_seal(struct work *w) WARN_UNUSED;
bool intake_open(struct work *w) WARN_UNUSED;
// Once for each work, on the loop; opens the seal if that was not done. False: the frame is none that may be
// answered; an event says why, and the work says how its connection is to end.
bool intake(struct work *w) WARN_UNUSED;

#endif

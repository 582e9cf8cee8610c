// SPDX-License-Identifier: Apache-2.0
// How far a word that was written is from one that is known.
#ifndef SIGNET_CONFIG_CONFIG_NEAREST_H
#define SIGNET_CONFIG_CONFIG_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

// Letters to add, drop or change, case aside.
size_t word_distance(const char *a, const char *b) WARN_UNUSED;
// Whether that is few enough, for words of this length, to be a slip.
bool word_is_near(const char *written, const char *known, size_t distance) WARN_UNUSED;
// Whether known is near what was written, and nearer than the best so far, which begins as SIZE_MAX: then it
// is the best.
bool word_take_nearer(const char *written, const char *known, size_t *best) WARN_UNUSED;

#endif

// SPDX-License-Identifier: Apache-2.0
// Numbers as they are written in a configuration. Each is false, and leaves *out alone, when text is
// not such a number as a whole.
#ifndef SIGNET_CONFIG_CONFIG_QUANTITY_H
#define SIGNET_CONFIG_CONFIG_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

bool number_decode(const char *text, unsigned base, uint64_t *out) WARN_UNUSED;
// Bytes, with K, M or G.
bool size_decode(const char *text, uint64_t *out) WARN_UNUSED;
// Milliseconds, from ms, s, m or h; only 0 can go without a unit.
bool time_decode(const char *text, uint64_t *out) WARN_UNUSED;

enum { QUANTITY_TEXT_LEN = 24 };
// "64K", "8M": with the largest unit that divides the number.
void config_size_text(uint64_t bytes, char out[QUANTITY_TEXT_LEN]);
// "30s", "15m", "500ms", "0".
void config_time_text(uint64_t ms, char out[QUANTITY_TEXT_LEN]);

#endif

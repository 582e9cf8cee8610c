// SPDX-License-Identifier: Apache-2.0
// Text from the wire on a terminal: what could steer it (control characters, also those of Unicode, and
// changes of direction) and what is no UTF-8 appear as \xHH or \u{HHHH}.
#ifndef SIGNET_SINK_PRINTABLE_H
#define SIGNET_SINK_PRINTABLE_H

#include <stddef.h>

// Writes text to out (size bytes, NUL included; at least 8), cut with "..." when it does not fit. NULL is
// written as empty. Returns out.
const char *printable(const char *text, char *out, size_t size);

#endif

// SPDX-License-Identifier: Apache-2.0
// Events as JSON, one a line (event/event.h), on standard output.
#ifndef SIGNET_SINK_JSON_LINES_H
#define SIGNET_SINK_JSON_LINES_H

#include <stdbool.h>

#include "sink/outlet.h"

// at_once: each line is written when its event comes, for who waits for it. False: memory is out.
bool json_lines_open(bool at_once, struct outlet *out) WARN_UNUSED;

#endif

// SPDX-License-Identifier: Apache-2.0
// Text from the network and from files, as it may stand in a report. Whoever names a share chooses what an
// administrator's terminal, browser and viewer get to see, so each form gets its texts through here.
#ifndef SIGNET_AUDIT_REPORT_REPORT_CLEAN_H
#define SIGNET_AUDIT_REPORT_REPORT_CLEAN_H

#include "base/arena.h"
#include "base/attributes.h"

enum { REPORT_TEXT_MAX = 4096 }; // bytes; what is longer ends in "..."

// Valid UTF-8 without anything that steers: bytes that are none become U+FFFD; control characters, changes of
// direction and what cannot be seen are written out as \x1b or \u{202e}; a tab is a blank. NULL stays NULL;
// also when memory is out.
const char *report_clean(struct arena *a, const char *text) WARN_UNUSED;
// The same of a line in place; what does not fit is cut.
void report_clean_line(char *line, size_t size);

#endif

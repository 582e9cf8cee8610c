// SPDX-License-Identifier: Apache-2.0
// Text from elsewhere in a fix: what a host calls its shares must stay a comment or a quoted name, whatever
// is in it. Fixes are ASCII, so that no reader takes their bytes for other characters than were meant.
#ifndef SIGNET_AUDIT_FIX_FIX_TEXT_H
#define SIGNET_AUDIT_FIX_FIX_TEXT_H

#include <stdio.h>

#include "audit/fix/fix_plan.h"

// printf for comments: one line; a control character or one beyond ASCII is written as \u{FC}, a byte that is
// no text as \x{FC}. A very long text is cut.
void fix_comment(FILE *out, const struct fix_platform *p, const char *fmt, ...) PRINTF_LIKE(3, 4);
// What the item is for and what it may break, as comments.
void fix_comment_item(FILE *out, const struct fix_platform *p, const struct fix_item *item);
// The findings that stay open, with the reason.
void fix_comment_open(FILE *out, const struct fix_plan *plan);
// A text in ASCII as in comments, in the arena; NULL when memory is out.
char *fix_ascii(struct arena *a, const char *text) WARN_UNUSED;

#endif

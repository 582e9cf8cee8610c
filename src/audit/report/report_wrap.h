// SPDX-License-Identifier: Apache-2.0
// Lines that fit a terminal. Texts are clean (report_clean.h).
#ifndef SIGNET_AUDIT_REPORT_REPORT_WRAP_H
#define SIGNET_AUDIT_REPORT_REPORT_WRAP_H

#include <stdio.h>

struct wrap_shape {
	int indent;        // columns before the label
	const char *label; // before the first line; NULL: none, and no room for one
	int gap;           // columns of the label; 0: 7
	int width;         // of the whole line
};

// Breaks at blanks, and inside of a word that has no other place.
void report_wrap(FILE *out, struct wrap_shape shape, const char *text);
// Lines that must stay lines: settings, commands. None is broken.
void report_wrap_lines(FILE *out, struct wrap_shape shape, const char *text);
int report_columns(const char *text); // an estimate: wide characters of East Asia count two

#endif

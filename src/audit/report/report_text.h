// SPDX-License-Identifier: Apache-2.0
// The parts of the report for people.
#ifndef SIGNET_AUDIT_REPORT_REPORT_TEXT_H
#define SIGNET_AUDIT_REPORT_REPORT_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "audit/findings.h"

struct text_report {
	FILE *out;
	const struct audit_report *report;
	struct arena arena; // of cleaned texts; reset after each subject
	int width;
	bool colour;
};

// Of text from elsewhere; never NULL.
const char *text_clean(struct text_report *t, const char *text);
void text_put_coloured(struct text_report *t, const char *colour, const char *text);

// A host's findings that say the same of several shares or pipes are one, with all of their names.
void text_put_findings(struct text_report *t, const struct audit_subject *s);
// Those with the same reason are one.
void text_put_open(struct text_report *t, const struct audit_subject *s);

#endif

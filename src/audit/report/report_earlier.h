// SPDX-License-Identifier: Apache-2.0
// A report that was written before (report_json.c), read again to be compared with. Files are hostile input
// here too: sizes are limited, and what is not as it should be is an error with its place.
#ifndef SIGNET_AUDIT_REPORT_REPORT_EARLIER_H
#define SIGNET_AUDIT_REPORT_REPORT_EARLIER_H

#include <stdbool.h>
#include <uthash.h>

#include "audit/report/report.h"

struct earlier_finding {
	const char *key;                            // id and subject
	const char *id, *title, *subject, *summary; // subject may be NULL
	enum audit_severity severity;
	char grade;
	bool waived;
	UT_hash_handle hh;
	struct earlier_finding *next;
};

struct earlier_open {
	const char *id;
	struct earlier_open *next;
};

struct earlier_subject {
	const char *key; // address and port, or file
	const char *title;
	char grade;
	bool answered;
	struct earlier_finding *findings, **last; // in the order of the file
	struct earlier_finding *by_key;
	struct earlier_open *open;
	UT_hash_handle hh;
	struct earlier_subject *next;
};

struct earlier_report {
	struct arena arena;
	bool is_lint;
	const char *begun; // as it stands there; "" when it does not
	struct earlier_subject *subjects, **last;
	struct earlier_subject *by_key;
};

// 0, or a negative errno with error set; earlier_report_done either way.
int earlier_report_read(struct earlier_report *e, const char *path, char error[REPORT_ERROR_LEN]) WARN_UNUSED;
void earlier_report_done(struct earlier_report *e);

const struct earlier_subject *earlier_subject_find(
	const struct earlier_report *e, const char *key) WARN_UNUSED;
const struct earlier_finding *earlier_finding_find(
	const struct earlier_subject *s, const char *key) WARN_UNUSED;
// Keys, from clean texts; NULL when memory is out.
const char *earlier_subject_key(struct arena *a, const char *address, unsigned port) WARN_UNUSED;
const char *earlier_finding_key(struct arena *a, const char *id, const char *subject) WARN_UNUSED;

#endif

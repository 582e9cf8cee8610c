// SPDX-License-Identifier: Apache-2.0
// The forms a report is written in. Each returns 0 or a negative errno; the formats are documented in
// docs/audit-report.md and stable.
#ifndef SIGNET_AUDIT_REPORT_REPORT_H
#define SIGNET_AUDIT_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "audit/findings.h"

// For people: each subject's findings, worst first, and a table with a grade a subject at the end.
int report_write_text(FILE *out, const struct audit_report *r, bool colour) WARN_UNUSED;
// One document; "hosts" is the list (of a lint: "files"), each with address, grade and findings.
int report_write_json(FILE *out, const struct audit_report *r) WARN_UNUSED;
int report_write_sarif(FILE *out, const struct audit_report *r) WARN_UNUSED; // 2.1.0
int report_write_junit(FILE *out, const struct audit_report *r) WARN_UNUSED;
// One page without anything from elsewhere.
int report_write_html(FILE *out, const struct audit_report *r) WARN_UNUSED;
// The catalogue.
int report_list_checks(FILE *out, bool json) WARN_UNUSED;
void report_list_checks_roff(FILE *out); // signet-checks(7); errors are the stream's

enum { REPORT_ERROR_LEN = 256 };

// An earlier report in JSON: what it has, this one knows (audit_finding.known). 0 or a negative errno with
// error set.
int report_apply_baseline(struct audit_report *r, const char *path, char error[REPORT_ERROR_LEN]) WARN_UNUSED;
// A file of waivers, [waiver] sections with host, check, subject, reason, until (a date; after it the waiver
// ends, and that is said). reason and until are required.
int report_apply_waivers(struct audit_report *r, const char *path, char error[REPORT_ERROR_LEN]) WARN_UNUSED;
// What got better and worse from one report in JSON to another. *worst: the worst grade now of those that got
// worse; '?': none did.
int report_diff(FILE *out, const char *old_path, const char *new_path, bool json, char *worst,
	char error[REPORT_ERROR_LEN]) WARN_UNUSED;

#endif

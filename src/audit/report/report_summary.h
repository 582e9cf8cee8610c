// SPDX-License-Identifier: Apache-2.0
// What all forms count alike.
#ifndef SIGNET_AUDIT_REPORT_REPORT_SUMMARY_H
#define SIGNET_AUDIT_REPORT_REPORT_SUMMARY_H

#include "audit/findings.h"

enum { SUMMARY_GRADES = 7, SUMMARY_SEVERITIES = AUDIT_CRITICAL + 1 };

extern const char summary_grades[SUMMARY_GRADES + 1]; // "ABCDEF?"

struct report_summary {
	size_t subjects, answered;
	size_t grades[SUMMARY_GRADES];
	size_t findings[SUMMARY_SEVERITIES]; // those that count: not waived
	size_t known, waived, open;
	char worst; // '?': nothing was judged
};

struct report_summary report_summarise(const struct audit_report *r);
// A subject's findings that count, by severity.
void subject_count_findings(const struct audit_subject *s, size_t counts[SUMMARY_SEVERITIES]);
const char *outcome_name(enum audit_outcome o);
// Whether a check's remedy for platform p is of use for this subject.
bool subject_wants_remedy(const struct audit_subject *s, enum platform p) WARN_UNUSED;
const char *finding_message(const struct audit_finding *f); // its summary or the title; not cleaned

// Whether it goes in square brackets before a port.
bool address_is_ipv6(const char *address) WARN_UNUSED;

#endif

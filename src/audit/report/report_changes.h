// SPDX-License-Identifier: Apache-2.0
// What became of each finding from one report to the next. What could not be asked again is not better for
// it.
#ifndef SIGNET_AUDIT_REPORT_REPORT_CHANGES_H
#define SIGNET_AUDIT_REPORT_REPORT_CHANGES_H

#include "audit/report/report_earlier.h"

enum change_kind {
	CHANGE_APPEARED,
	CHANGE_WORSE,  // there before, graver now
	CHANGE_BETTER, // still there, milder now
	CHANGE_GONE,
	CHANGE_WAIVED,  // still there, accepted now
	CHANGE_UNKNOWN, // was there; now the question is open
};

struct finding_change {
	enum change_kind kind;
	const struct earlier_finding *finding; // the new one, where there is one
	struct finding_change *next;
};

// Only of subjects that changed.
struct subject_change {
	const char *title;
	const struct earlier_subject *old, *now; // one of them may be NULL
	bool worse, better;                      // may be both
	struct finding_change *findings;
	struct subject_change *next;
};

struct report_changes {
	struct subject_change
		*subjects;          // in the order of the new report, then those that are no longer in it
	size_t better, worse, same; // subjects
};

// Everything lives in the arena and borrows from both reports. False when memory is out.
bool report_compare(struct report_changes *all, struct arena *a, const struct earlier_report *old,
	const struct earlier_report *now) WARN_UNUSED;

#endif

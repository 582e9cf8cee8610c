// SPDX-License-Identifier: Apache-2.0
// What was found: the one model that all report formats, the fixes and the comparison of two runs read.
// Everything in a report lives in its arena and is freed with it.
#ifndef SIGNET_AUDIT_FINDINGS_H
#define SIGNET_AUDIT_FINDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/catalogue.h"
#include "base/arena.h"
#include "base/attributes.h"

// What was tried and what came back, in words that name the message and the value that decides.
struct evidence {
	const char *sent;     // "SMB2 TREE_CONNECT \\host\IPC$, not signed, after authentication"
	const char *received; // "STATUS_SUCCESS, TreeId 5"; of a file: the line as it stands there
	struct evidence *next;
};

struct finding_index;

struct audit_finding {
	const struct check *check;
	const char *subject; // the share, pipe, algorithm or setting it is about; NULL: the whole host
	const char *summary; // one sentence with the values seen; NULL: the check's title says it all
	enum audit_severity severity; // the check's, unless the case is milder or worse
	char grade;                   // likewise
	struct evidence *evidence;    // first; there is always one
	// Of a configuration.
	const char *file;
	unsigned line; // from 1; 0: a setting that is not there
	// By what the administrator said.
	bool known;         // was in the baseline
	const char *waiver; // the reason it is accepted for now; NULL: it is not
	struct audit_finding *next;
	struct audit_finding *same_bucket; // of the subject's index
};

// A question that stays open: nothing follows from it but that nobody should think it was answered.
struct open_question {
	const struct check *check;
	const char *reason; // "needs credentials", "the server closed the connection"
	struct open_question *next;
};

enum audit_outcome {
	AUDIT_DONE,
	AUDIT_PARTIAL,     // it answered, but not all that was asked: *error says why
	AUDIT_UNREACHABLE, // nothing there that speaks SMB
	AUDIT_UNREADABLE,  // a file that is no configuration
};

// A host of an audit, or a file of a lint.
struct audit_subject {
	const char *address; // "192.0.2.7"; of a lint: the file
	uint16_t port;       // 0 of a lint
	const char *name;    // as it was asked for, or as the host calls itself; NULL
	const char *system;  // "Samba", "Windows", "Signet", "ksmbd", "smb.conf", ...; NULL: not known
	enum platform platform;
	bool platform_known;
	enum audit_outcome outcome;
	const char *error;              // NULL: none
	char grade;                     // 'A' to 'F'; '?': nothing to judge
	uint64_t begun_us, ended_us;    // Unix time
	struct audit_finding *findings; // sorted: worst first, then id, then subject
	struct finding_index *index;    // finding_index.h
	struct open_question *open;
	struct audit_subject *next;
};

// Something to be told with the whole report: a waiver that has ended, one that nothing needs.
struct report_note {
	const char *text;
	struct report_note *next;
};

struct audit_report {
	struct arena arena;
	bool is_lint;
	const char *command; // what was asked, without secrets
	uint64_t begun_us, ended_us;
	struct audit_subject *subjects; // in the order of the targets
	struct audit_subject **last;
	size_t subject_count;
	bool has_baseline; // so what is not known is new
	struct report_note *notes;
	bool no_memory; // something that was found is not in it
};

void audit_report_init(struct audit_report *r);
void audit_report_done(struct audit_report *r);

// NULL when memory is out, these three. Texts are copied.
struct audit_subject *report_add_subject(
	struct audit_report *r, const char *address, uint16_t port) WARN_UNUSED;
// id must be of the catalogue. The same id and subject twice: the first stays and gets the second's evidence.
struct audit_finding *report_add_finding(
	struct audit_report *r, struct audit_subject *s, const char *id, const char *subject) WARN_UNUSED;
bool finding_add_evidence(
	struct audit_report *r, struct audit_finding *f, const char *sent, const char *received);
void report_add_open(struct audit_report *r, struct audit_subject *s, const char *id, const char *reason);

// False when memory is out.
bool report_add_note(struct audit_report *r, const char *text) WARN_UNUSED;

// When a subject is complete: sorts its findings and grades it. The grade is the worst that one of its
// findings leaves; without findings it is an A. Waived findings do not count, known ones do.
void subject_conclude(struct audit_subject *s);

// For --fail-on: whether a grade is `limit` or worse. '?' never is.
bool grade_is_or_worse(char grade, char limit) WARN_UNUSED;

#endif

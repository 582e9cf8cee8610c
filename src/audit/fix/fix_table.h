// SPDX-License-Identifier: Apache-2.0
// Which setting of which platform closes which finding: one row a setting, one table a platform
// (fix_rows_<platform>.c). The advice of `audit --list-checks` and of the manual says the same in words.
#ifndef SIGNET_AUDIT_FIX_FIX_TABLE_H
#define SIGNET_AUDIT_FIX_FIX_TABLE_H

#include <stdio.h>

#include "audit/catalogue.h"
#include "audit/lint/lint.h"

enum fix_where {
	FIX_GLOBAL,      // of the whole server
	FIX_SHARE,       // of the share that the finding is about
	FIX_EVERY_SHARE, // of each share that sets it; only in a patch
	FIX_LINE,        // the line of the finding becomes a comment; only in a patch
	FIX_BY_CHOICE, // it would close the finding, but only the administrator knows whether it can be: told
	FIX_NOT_POSSIBLE, // no setting does; value says what else helps
};

// Some servers do not do what their configuration says: what is right for a finding of `lint` closes none
// that `audit` saw.
enum fix_finder {
	FIX_FOUND_BY_ALL,
	FIX_FOUND_BY_LINT,
	FIX_FOUND_BY_AUDIT,
};

// Several rows of a check belong together. Of two rows for one setting the later one in the table is the
// stronger, and wins when both are wanted.
struct fix_row {
	const char *check;
	const char *subject; // only for findings whose subject has this word in it; NULL: for all
	enum fix_where where;
	enum fix_finder found_by;
	const char *key;    // registry: the key; PowerShell: the command; NULL otherwise
	const char *name;   // as the platform's documentation spells it
	const char *value;  // as it is written there; NULL: the setting is taken out, its default is right
	const char *breaks; // what it may break; NULL: the check's own words
};

struct fix_plan;

struct fix_platform {
	enum platform platform;
	enum lint_format format; // whose files can be patched; LINT_UNKNOWN: none
	const struct fix_row *rows;
	size_t row_count;
	const char *(*meant)(const char *name); // the setting that a synonym stands for; NULL: there are none
	const char *global;                     // section of the whole server
	const char *share_prefix;               // before a share's name in its heading
	const char *inline_marks;               // characters that begin a comment behind a value
	bool continued;                         // a backslash at a line's end continues it
	const char *file;                       // where the settings belong
	const char *comment;                    // how a comment begins
	const char *line_end;
	void (*begin)(FILE *out);                              // once, before all subjects; may be NULL
	void (*write)(FILE *out, const struct fix_plan *plan); // the settings of one subject
};

extern const struct fix_platform fix_samba, fix_ksmbd, fix_signet, fix_powershell, fix_registry;
const struct fix_platform *fix_platform_find(enum platform p) WARN_UNUSED; // NULL: there is none

// Whether both are names of one setting, in any case and with any blanks.
bool fix_same_setting(const struct fix_platform *p, const char *a, const char *b) WARN_UNUSED;

#endif

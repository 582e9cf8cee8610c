// SPDX-License-Identifier: Apache-2.0
// What a file of any format says, as settings in sections. Names are compared as smb.conf does, which fits
// the other formats too: case and blanks do not count. Sections in any case, with their blanks.
#ifndef SIGNET_AUDIT_LINT_LINT_SETTINGS_H
#define SIGNET_AUDIT_LINT_LINT_SETTINGS_H

#include "audit/lint/lint.h"
#include "base/arena.h"

#include <uthash.h>

struct lint_section {
	const char *name; // as it was first written
	const char *key;  // in lower case
	const char *file;
	unsigned line; // of its first heading; 0: none
	unsigned order;
	struct lint_setting *first, **last;
	struct lint_section *next;
	UT_hash_handle hh;
};

// All of it lives in the arena, but for the index: lint_settings_done.
void lint_settings_init(struct lint_settings *s, enum lint_format format, struct arena *arena);
void lint_settings_done(struct lint_settings *s);

// Where something stands.
struct lint_place {
	const char *file; // must live as long as the settings; the rest is copied
	unsigned line;
	const char *text; // the line as it stands; NULL: "name = value"
};

// The section, made if it is new. NULL: memory is out, or there are too many (then that is the error).
struct lint_section *lint_section_add(
	struct lint_settings *s, const char *name, const struct lint_place *where) WARN_UNUSED;
struct lint_section *lint_section_find(const struct lint_settings *s, const char *name) WARN_UNUSED;
// False: memory is out, or there are too many; no_memory or error are set.
// *out (may be NULL) is the setting, to say more about it.
bool lint_settings_add(struct lint_settings *s, const char *section, const char *name, const char *value,
	const struct lint_place *where, struct lint_setting **out) WARN_UNUSED;

// The last one of that name that is not ignored: the one that counts. NULL: not set, or no such section.
const struct lint_setting *lint_find(
	const struct lint_settings *s, const char *section, const char *name) WARN_UNUSED;
const struct lint_setting *lint_section_setting(
	const struct lint_section *section, const char *name) WARN_UNUSED;

// The file cannot be read for this reason; the first reason stays.
void lint_settings_fail(struct lint_settings *s, const char *file, unsigned line, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

// What a format noticed that the file's program would pass over in silence: becomes a finding, or an open
// question.
struct lint_remark {
	const char *id;            // of the catalogue
	const char *subject;       // NULL: the whole file
	const char *summary;       // for an open question the reason
	struct lint_setting place; // where
	bool open;                 // a question that stays open
	bool mild;                 // worth knowing, nothing to mend
	struct lint_remark *next;
};
// subject is copied. NULL: memory is out, or there are too many already: nothing needs to be done then.
struct lint_remark *lint_settings_remark(struct lint_settings *s, const char *id, const char *subject,
	const struct lint_place *where, const char *fmt, ...) PRINTF_LIKE(5, 6);

// "Server Signing" and "serversigning" are equal.
bool lint_name_equal(const char *a, const char *b) WARN_UNUSED;
// In lower case, without blanks. NULL: memory is out.
char *lint_name_normalise(struct arena *a, const char *name) WARN_UNUSED;
// Whether the setting's value is this word, in any case. False for NULL.
bool lint_value_is(const struct lint_setting *setting, const char *word) WARN_UNUSED;

#endif

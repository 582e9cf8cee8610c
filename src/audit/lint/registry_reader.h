// SPDX-License-Identifier: Apache-2.0
// What is read of a registry in any of its text forms: a section is a key, by one name whatever the file
// calls it; a value is a number in decimal, a text, or several texts with line feeds between.
#ifndef SIGNET_AUDIT_LINT_REGISTRY_READER_H
#define SIGNET_AUDIT_LINT_REGISTRY_READER_H

#include "audit/lint/lint_settings.h"
#include "audit/lint/lint_text.h"
#include "base/span.h"

struct registry_reader {
	struct lint_settings *settings;
	const char *file;
	const char *at, *end;
	unsigned line;       // of at
	bool unicode;        // hex data of texts is UTF-16LE: version 5.00
	const char *section; // current key; NULL: none yet
	bool failed;         // told to the settings
};

enum {
	REGISTRY_NAME_MAX = 16383, // characters of a value's name, as Windows has it; here bytes
	REGISTRY_KEY_MAX = 255,    // bytes of a key's whole path that rules can name
};

// Values that are no value: the file takes them away.
#define REGISTRY_DELETED "-"
// In a key's section, as a setting's name: the whole key is taken away, with what the file said of it before.
#define REGISTRY_KEY_DELETED "-key"

// A section of files that are no exports: what they do not name stays as it is, whatever that may be.
#define REGISTRY_PARTIAL "-partial"

void registry_fail(struct registry_reader *r, const char *what);
// To the next line; false at the end.
bool registry_next_line(struct registry_reader *r) WARN_UNUSED;
// The line that at is in, from there on, without its end.
struct span registry_rest(const struct registry_reader *r);
// The key by the name that rules use: HKEY_LOCAL_MACHINE in full, CurrentControlSet whichever set it is. A
// key too long for that is cut, which no rule's key is. NULL: memory is out.
char *registry_key_name(struct arena *a, const char *key, size_t len) WARN_UNUSED;
// Adds to the current section. place_line: where the value began; its line is in text.
void registry_add(
	struct registry_reader *r, const char *name, const char *value, unsigned line, struct span text);
void registry_mark_partial(struct registry_reader *r);
void registry_enter(struct registry_reader *r, const char *key, size_t len, unsigned line, struct span text);

// The data behind '=' of a .reg file; moves behind it. NULL: wrong, told already.
const char *registry_data(struct registry_reader *r) WARN_UNUSED;
// "..." with \" and \\, over lines if need be; at is on the first quote and comes to be behind the last.
char *registry_quoted(struct registry_reader *r) WARN_UNUSED;

// Whole files.
void registry_parse_reg(struct registry_reader *r);
void registry_parse_policy(struct registry_reader *r);   // LGPO.exe /parse
void registry_parse_template(struct registry_reader *r); // secedit's, [Registry Values]

#endif

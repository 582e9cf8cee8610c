// SPDX-License-Identifier: Apache-2.0
// Reads configurations and says what they leave open. A file becomes settings (name, value, file, line),
// whatever its format; rules look at settings. One file a format (format_<name>.c), one a platform's rules
// (rules_<name>.c).
#ifndef SIGNET_AUDIT_LINT_LINT_H
#define SIGNET_AUDIT_LINT_LINT_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/findings.h"
#include "base/attributes.h"

enum lint_format {
	LINT_UNKNOWN,
	LINT_SAMBA,          // smb.conf
	LINT_KSMBD,          // ksmbd.conf
	LINT_WINDOWS_SERVER, // Get-SmbServerConfiguration | ConvertTo-Json
	LINT_WINDOWS_CLIENT, // Get-SmbClientConfiguration | ConvertTo-Json
	LINT_REGISTRY,       // .reg, as regedit and Group Policy tools export it
	LINT_SIGNET,
};

struct lint_setting {
	const char *section; // "global", a share, a registry key; "" where the format has none
	const char *name;    // as the format's documentation spells it
	const char *value;
	const char *file;
	unsigned line;
	const char *text;  // the line as it stands in the file
	unsigned order;    // settings and sections counted together, as they come
	bool ignored;      // it stands there, but another one counts in its place
	const void *known; // the format's own row about it; NULL: it has none
	bool inherited;    // taken over from another section
	struct lint_setting *next;
	struct lint_setting *next_in_section;
};

struct lint_section;
struct lint_remark;
struct config;

struct lint_settings {
	enum lint_format format;
	struct lint_setting *first, **last;
	struct lint_section *sections, **last_section; // in the order of their first setting
	struct lint_section *index;                    // the same by name
	size_t count, section_count;
	unsigned order;
	struct lint_remark *remarks, **last_remark; // what was noticed while reading
	size_t remark_count;
	struct arena *arena;
	const char *error; // why the file cannot be read; NULL: it could
	const char *error_file;
	unsigned error_line;   // 0: the whole file
	struct config *signet; // LINT_SIGNET: what the settings come to
	bool alone;            // other files are not read, whatever is included
	bool no_memory;
};

enum {
	LINT_FILE_MAX = 16 << 20,
	LINT_SETTINGS_MAX = 100000,
	LINT_SECTIONS_MAX = 10000,
	LINT_REMARKS_MAX = 1000,
	LINT_INCLUDE_DEPTH_MAX = 8,
	LINT_INCLUDES_MAX = 100,        // files in all, and LINT_FILE_MAX bytes
	LINT_COPY_LOOKS_MAX = 20000000, // settings that all copies of sections together look at
};

// One file ("-": standard input), whatever it is, becomes a subject of the report with its findings. format
// LINT_UNKNOWN: by its content, then its name. False when memory is out.
bool lint_file(struct audit_report *r, const char *path, enum lint_format format) WARN_UNUSED;

// For --format: "samba", "ksmbd", "windows-server", "windows-client", "registry", "signet". LINT_UNKNOWN:
// there is no such format.
enum lint_format lint_format_of_word(const char *word) WARN_UNUSED;
// All of these words, for messages.
#define LINT_FORMAT_WORDS "samba, ksmbd, windows-server, windows-client, registry, signet"

#endif

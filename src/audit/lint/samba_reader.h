// SPDX-License-Identifier: Apache-2.0
// What format_samba.c and samba_include.c share: smb.conf while it is read, in Samba's order of things.
#ifndef SIGNET_AUDIT_LINT_SAMBA_READER_H
#define SIGNET_AUDIT_LINT_SAMBA_READER_H

#include "audit/lint/lint_settings.h"
#include "audit/lint/lint_text.h"
#include "audit/lint/samba_parameters.h"

struct samba_reader {
	struct lint_settings *settings;
	const char *section; // where settings go now: the one of an including file goes on in the included
	unsigned depth;      // of includes
	unsigned files;
	size_t bytes;
	size_t copy_looks; // of LINT_COPY_LOOKS_MAX
	unsigned nearest;  // how many near names were looked for: that costs
	// Of [global] so far; each include may have them in its name.
	const struct lint_setting *netbios_name, *workgroup;
};

// A whole text, and all that it includes. Stops at the first error (settings->error).
void samba_read_text(struct samba_reader *r, const struct lint_text *t);
// `include = value` at a place in a text.
void samba_read_include(
	struct samba_reader *r, const struct lint_text *t, const char *value, const struct lint_place *where);
// `copy = value`: what another section has and this one has not.
void samba_copy_section(struct samba_reader *r, const char *value, const struct lint_place *where);
// The path with Samba's variables that do not depend on a client put in, below the folder of the text that
// names it if it is relative. NULL: memory is out. *varies: it depends on the client.
const char *samba_expand_path(
	struct samba_reader *r, const struct lint_text *t, const char *path, bool *varies) WARN_UNUSED;

#endif

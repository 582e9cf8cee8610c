// SPDX-License-Identifier: Apache-2.0
// The parameters of smb.conf(5), of the version of Samba that the table was made from.
#ifndef SIGNET_AUDIT_LINT_SAMBA_PARAMETERS_H
#define SIGNET_AUDIT_LINT_SAMBA_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attributes.h"

enum samba_scope {
	SAMBA_GLOBAL, // in [global] alone
	SAMBA_SHARE,  // in a share, and in [global] for the shares that come after it
};

enum samba_type { SAMBA_TEXT, SAMBA_BOOL, SAMBA_ENUM, SAMBA_NUMBER };

struct samba_parameter {
	const char *name;
	enum samba_scope scope;
	enum samba_type type;
	const char *words;      // of an ENUM: "No=False=0|Yes=True=1", those that mean the same together
	const char *synonym_of; // NULL: none
	const char *standard;   // the default; NULL: by the machine
	bool inverted;          // a synonym that means the opposite
	bool deprecated;
};

extern const struct samba_parameter samba_parameters[]; // by name, without case and blanks
extern const size_t samba_parameter_count;
extern const char samba_parameters_version[]; // "4.17"
enum { SAMBA_PARAMETERS_MAX = 700 };

// Case and blanks do not count. NULL: there is none. The synonym itself, not what it stands for.
const struct samba_parameter *samba_parameter_find(const char *name) WARN_UNUSED;
// What it stands for, itself if it is no synonym.
const struct samba_parameter *samba_parameter_resolve(const struct samba_parameter *p) WARN_UNUSED;
// The same by name: what nobody knows stands for itself.
const char *samba_parameter_meant(const char *name) WARN_UNUSED;
size_t samba_parameter_index(const struct samba_parameter *p) WARN_UNUSED;
// The value as testparm would write it: "Yes" for "true", the first of an enumeration's equal words. NULL:
// Samba would refuse the file for it (or memory is out, which sets *no_memory).
const char *samba_parameter_value(const struct samba_parameter *written, const char *value, struct arena *a,
	bool *no_memory) WARN_UNUSED;

// A name that Samba had once and ignores now, or has only since a later version than the table's: a
// sentence's end about it. NULL: it is neither.
const char *samba_parameter_of_other_version(const char *name) WARN_UNUSED;
// The nearest known name; NULL: none is near.
const char *samba_parameter_nearest(const char *name) WARN_UNUSED;

#endif

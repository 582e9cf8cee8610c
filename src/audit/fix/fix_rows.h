// SPDX-License-Identifier: Apache-2.0
// The kinds of rows that the tables of fixes are made of; what belongs to one platform alone is in its file.
#ifndef SIGNET_AUDIT_FIX_FIX_ROWS_H
#define SIGNET_AUDIT_FIX_FIX_ROWS_H

#include "audit/fix/fix_table.h"

#define SET(id, setting, to)                                                                                 \
	{                                                                                                    \
		.check = (id), .where = FIX_GLOBAL, .name = (setting), .value = (to)                         \
	}
#define IN_SHARE(id, setting, to)                                                                            \
	{                                                                                                    \
		.check = (id), .where = FIX_SHARE, .name = (setting), .value = (to)                          \
	}
#define EVERY_SHARE(id, setting, to)                                                                         \
	{                                                                                                    \
		.check = (id), .where = FIX_EVERY_SHARE, .name = (setting), .value = (to)                    \
	}
// The setting goes: its default is right.
#define TAKE_OUT(id, setting)                                                                                \
	{                                                                                                    \
		.check = (id), .where = FIX_GLOBAL, .name = (setting)                                        \
	}
#define CHOOSE(id, setting, to, why)                                                                         \
	{                                                                                                    \
		.check = (id), .where = FIX_BY_CHOICE, .name = (setting), .value = (to), .breaks = (why)     \
	}
#define NOT_POSSIBLE(id, text)                                                                               \
	{                                                                                                    \
		.check = (id), .where = FIX_NOT_POSSIBLE, .value = (text)                                    \
	}
// Where a setting does not do it: what the configuration should say all the same, and what helps where it was
// tried.
#define SET_IN_FILE(id, setting, to)                                                                         \
	{                                                                                                    \
		.check = (id), .where = FIX_GLOBAL, .found_by = FIX_FOUND_BY_LINT, .name = (setting),        \
		.value = (to)                                                                                \
	}
#define NOT_KEPT(id, text)                                                                                   \
	{                                                                                                    \
		.check = (id), .where = FIX_NOT_POSSIBLE, .found_by = FIX_FOUND_BY_AUDIT, .value = (text)    \
	}
#define COMMENT_OUT(id, text)                                                                                \
	{                                                                                                    \
		.check = (id), .where = FIX_LINE, .name = "the line", .value = (text)                        \
	}

// Of Windows: a parameter of a command, or a value of a registry's key.
#define SET_OF(id, of, setting, to)                                                                          \
	{                                                                                                    \
		.check = (id), .where = FIX_GLOBAL, .key = (of), .name = (setting), .value = (to)            \
	}
#define IN_SHARE_OF(id, of, setting, to)                                                                     \
	{                                                                                                    \
		.check = (id), .where = FIX_SHARE, .key = (of), .name = (setting), .value = (to)             \
	}
// A whole command.
#define RUN(id, what, command)                                                                               \
	{                                                                                                    \
		.check = (id), .where = FIX_GLOBAL, .name = (what), .value = (command)                       \
	}

#endif

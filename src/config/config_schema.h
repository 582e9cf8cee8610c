// SPDX-License-Identifier: Apache-2.0
// The one table of configuration keys. Parsing, error messages, `signet help config`, signet.conf(5)
// and the commented example all come from it.
#ifndef SIGNET_CONFIG_CONFIG_SCHEMA_H
#define SIGNET_CONFIG_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"

enum config_section {
	CONFIG_SERVER,
	CONFIG_DETECT,
	CONFIG_SHARE,
	CONFIG_ACCESS,
	CONFIG_GROUP,
	CONFIG_SECTION_COUNT
};

enum config_type {
	CONFIG_TEXT,      // free text
	CONFIG_PATH,      // absolute path
	CONFIG_EVENTS,    // absolute path or "-"
	CONFIG_ADDRESSES, // list of ADDRESS:PORT
	CONFIG_ADDRESS,   // one of them, or none (then its text is NULL)
	CONFIG_NETWORKS,  // list, network_list.h
	CONFIG_USERS,     // list of accounts and @groups
	CONFIG_ACCOUNTS,  // list of accounts
	CONFIG_NAMES,     // list of host names or addresses
	CONFIG_WORDS,     // list of at most `max` words, of `choices` if there are any
	CONFIG_GLOBS,     // list of patterns of paths, path_glob.h; those with spaces in ""
	CONFIG_BOOL,      // yes, no
	CONFIG_CHOICE,    // one word of `choices`, stored as an enum (int)
	CONFIG_CODES,     // ordered list of words of `choices`, stored as struct config_codes
	CONFIG_NUMBER,    // uint32_t within min..max
	CONFIG_SIZE,      // bytes with K, M, G (powers of 1024); uint32_t or uint64_t by `wide`
	CONFIG_SECONDS,   // 30s, 5m, 2h or 500ms, stored as uint32_t milliseconds
	CONFIG_MODE,      // octal permission bits
};

struct config_choice {
	const char *word;
	int value;
	const char *help;    // NULL: it explains itself
	const char *weakens; // NULL: strict; else what gets weaker, a sentence's end
};

struct config_key {
	enum config_section section;
	const char *name;
	enum config_type type;
	size_t offset;     // into struct config, detect_settings, config_share, access_rule or config_group
	uint64_t min, max; // NUMBER, SIZE; SECONDS in ms; MODE; max of TEXT, WORDS
	const char *value; // default as it would be written; NULL: must be given; "": none
	const struct config_choice *choices; // ends with a NULL word
	const char *syntax;                  // of the value, for people: "required | desired | off"
	const char *help;                    // one line
	const char *more;                    // a paragraph, or NULL
	const char *samba; // the parameter of smb.conf(5) that its administrators would try, or NULL
	bool wide;         // SIZE: uint64_t
};

struct config_section_info {
	const char *word;    // "share"
	const char *heading; // "share NAME"
	bool named;
	const char *help;
};

extern const struct config_section_info config_sections[CONFIG_SECTION_COUNT];
extern const struct config_key config_keys[];
extern const size_t config_key_count;

// NULL when the section has no such key (its case matters).
const struct config_key *config_key_find(enum config_section section, const char *name) WARN_UNUSED;
// The known key of the section that is nearest to what was written, or that does what Samba calls so;
// NULL when none is near.
const struct config_key *config_key_nearest(enum config_section section, const char *name) WARN_UNUSED;

// The manual's views of the table.
void config_schema_print_help(FILE *out);    // `signet help config`
void config_schema_print_example(FILE *out); // a commented configuration, valid as it is
void config_schema_print_man(FILE *out);     // signet.conf(5), mdoc

#endif

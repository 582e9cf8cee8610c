// SPDX-License-Identifier: Apache-2.0
// From a document to a configuration, in three steps: headings, keys, and what must fit together.
#ifndef SIGNET_CONFIG_CONFIG_BUILD_H
#define SIGNET_CONFIG_CONFIG_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "config/config.h"
#include "config/config_document.h"
#include "config/config_schema.h"

// One section being built: where each of its keys was given.
struct build_section {
	enum config_section section;
	const struct config_heading *heading;
	const char *name; // of a share or group
	unsigned *lines;  // by index into config_keys; 0: not given
};

struct build {
	const struct config_document *document;
	struct config *config;
	struct config_messages *errors;
	struct build_section
		*sections; // good ones only; shares and groups in the order of the config's arrays
	size_t section_count;
	bool no_memory;
};

#define BUILD_COMPLAIN(b, line, what, ...)                                                                   \
	config_messages_add((b)->errors, "%s:%u: " what, (b)->document->file, (line), ##__VA_ARGS__)

// The sections of the document; complains of those it does not know, bad names and repetitions.
void build_headings(struct build *b);
// All keys of one section into the object, then the defaults of those not given.
void build_keys(struct build *b, struct build_section *s, void *object);
// Groups to accounts, and what settings must fit each other.
void build_check(struct build *b);
// Replaces the groups among a list's names by their members; key and line are for complaints.
void build_expand_users(struct build *b, struct user_list *list, unsigned line, const char *key);
// The [access] sections: to which share they belong, and whether they mean anything.
void build_check_access(struct build *b);
// The line of the section's key, of its heading if not given.
unsigned build_line(const struct build_section *s, const char *key);
// The share's or group's own section.
const struct build_section *build_section_of(
	const struct build *b, enum config_section section, size_t index);

#endif

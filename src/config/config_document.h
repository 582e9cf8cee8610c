// SPDX-License-Identifier: Apache-2.0
// A configuration file as its sections and lines, before anything is known of what they mean.
//
// libinih splits lines into keys and values. What it leaves out is done around it here: a value of
// any length (it cuts lines at 200 bytes), a line that ends in a backslash goes on in the next one,
// lines may be indented as smb.conf's are (it would take an indented key for a part of the value
// above), empty sections are seen, and each bad line is reported, not only the first.
#ifndef SIGNET_CONFIG_CONFIG_DOCUMENT_H
#define SIGNET_CONFIG_CONFIG_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "config/config_messages.h"

enum {
	CONFIG_FILE_LEN_MAX = 4 * 1024 * 1024,
	CONFIG_KEY_LEN_MAX = 49, // libinih keeps no more of a key's name
};

struct config_entry {
	unsigned line;
	char *key;
	char *value;
};

struct config_heading {
	unsigned line; // 0: what comes before the first heading
	char *text;    // between the brackets, white space at its ends removed
	struct config_entry *entries;
	size_t entry_count;
};

struct config_document {
	const char *file; // for messages; borrowed
	struct config_heading *headings;
	size_t heading_count;
};

// Complaints go to errors; 0 also when there are some, -ENOMEM when memory is out. The document is
// to be given to config_document_done in any case.
int config_document_read(const char *file, const char *text, size_t len, struct config_document *out,
	struct config_messages *errors) WARN_UNUSED;
void config_document_done(struct config_document *d);

#endif

// SPDX-License-Identifier: Apache-2.0
// The accounts file in memory: its lines as records, and back to text. See accounts.h for the format.
#ifndef SIGNET_AUTH_ACCOUNT_FILE_H
#define SIGNET_AUTH_ACCOUNT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/accounts.h"
#include "base/attributes.h"

struct account_record {
	char *name; // owned
	uint32_t rid;
	bool ntlm;
	bool disabled;
	uint8_t nt_hash[NT_HASH_LEN];
};

struct account_file {
	struct account_record *records; // in the file's order
	size_t count;
	size_t capacity;
	uint32_t next_rid;
};

// text (terminated, changed while parsing) becomes records; path is for messages.
int account_file_parse(
	struct account_file *f, char *text, const char *path, struct account_error *error) WARN_UNUSED;
// The text, malloc'ed; wipe and free it. NULL when memory is out.
char *account_file_format(const struct account_file *f, size_t *len) WARN_UNUSED;
void account_file_done(struct account_file *f); // wipes

struct account_record *account_file_find(const struct account_file *f, const char *name) WARN_UNUSED;
// A new record with the next RID; NULL when memory or RIDs are out, or there are ACCOUNTS_MAX.
struct account_record *account_file_add(struct account_file *f, const char *name) WARN_UNUSED;
void account_file_remove(struct account_file *f, struct account_record *r);

// Cuts the next line off *cursor, terminated; NULL at the end.
char *state_line_next(char **cursor);
// Decimal within [min, max], nothing behind it.
bool state_number_parse(const char *text, uint32_t min, uint32_t max, uint32_t *out) WARN_UNUSED;

#endif

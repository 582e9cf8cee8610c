// SPDX-License-Identifier: Apache-2.0
// Private to this folder: what a snapshot of the accounts is made of (accounts_load.c fills it in,
// accounts.c answers from it).
#ifndef SIGNET_AUTH_ACCOUNT_DB_H
#define SIGNET_AUTH_ACCOUNT_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "auth/account_file.h"
#include "auth/accounts.h"

struct account_db_group {
	char *name; // owned
	struct sid sid;
	uint32_t *members; // RIDs of accounts, ascending; owned
	size_t member_count;
};

struct account_db {
	unsigned refs;
	char *state_dir;
	bool has_file; // the accounts file was there, and looked like st
	struct stat st;
	struct sid machine;
	struct account_file file; // owns the names; the hashes in it are wiped
	struct account *accounts; // in the file's order; pages of secret_pages_new, for the hashes
	size_t count;
	const struct account **by_name; // sorted by name_compare
	const struct account **by_rid;
	struct account_db_group *groups;
	size_t group_count;
};

static inline size_t account_db_pages_len(const struct account_db *db)
{
	return (db->count + 1) * sizeof(struct account);
}

#endif

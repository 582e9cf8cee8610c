// SPDX-License-Identifier: Apache-2.0
// The local accounts as an immutable snapshot: read once from the state directory, then shared by
// reference count between threads. A change on disk is a new snapshot; whoever holds the old one
// goes on with it, new log-ons use the new one.
//
// Files in the state directory, all of them mode 0600 and owned by who runs the program, or refused:
//   accounts     one account a line: NAME:RID:FLAGS:NT-HASH
//                  NAME      UTF-8, see account_name_check
//                  RID       decimal, ACCOUNT_RID_FIRST to ACCOUNT_RID_LAST, never used again
//                  FLAGS     comma-separated: ntlm, disabled; or "-"
//                  NT-HASH   32 hex digits = MD4(UTF-16LE(password)) with flag ntlm; otherwise "-":
//                            nothing derived from a password is kept for an account without ntlm
//                the line "!next-rid:N" is the next RID to give; "#" starts a comment line
//   groups       one group of the configuration a line: NAME:RID, never removed, so that an ACL that
//                names a group stays true
//   machine-sid  S-1-5-21-A-B-C, made at random when first needed
//
// Names are compared without regard to case.
#ifndef SIGNET_AUTH_ACCOUNTS_H
#define SIGNET_AUTH_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "wire/dtyp/sid.h"

enum {
	ACCOUNTS_MAX = 100000,
	ACCOUNT_GROUPS_MAX = 10000,
	ACCOUNT_NAME_LEN_MAX = 64,  // characters (code points)
	ACCOUNT_LINE_LEN_MAX = 512, // bytes in a state file's line
	ACCOUNT_RID_FIRST = 1000,
	ACCOUNT_RID_LAST = 499999,
	ACCOUNT_GROUP_RID_FIRST = 500000,
	ACCOUNT_GROUP_RID_LAST = 599999,
	NT_HASH_LEN = 16,
};

// What went wrong, where and what to do, for a person. Always terminated; "" when nothing did.
struct account_error {
	char text[512];
};

struct account {
	const char *name; // UTF-8, as spelt when added
	uint32_t rid;
	struct sid sid; // machine SID + RID
	bool ntlm;      // may log on with NTLMv2; nt_hash is set
	bool disabled;
	uint8_t nt_hash[NT_HASH_LEN]; // zeros without ntlm; wiped with the snapshot, the only copy
};

// A group as the configuration has it; borrowed while account_db_load runs.
struct account_group {
	const char *name;
	const char *const *members; // account names; unknown ones are ignored
	size_t member_count;
};

struct account_db;

// Reads the state directory (must exist; missing files mean: no accounts yet) and gives a snapshot
// with one reference. Creates machine-sid and gives RIDs to new groups, if needed.
// 0, or -errno with *error filled: -ENOENT no state directory, -EACCES not readable, -EPERM a file
// that others may read or that belongs to someone else, -EINVAL a line that is wrong, -E2BIG a limit,
// -ENOMEM.
int account_db_load(const char *state_dir, const struct account_group *groups, size_t group_count,
	struct account_db **db, struct account_error *error) WARN_UNUSED;
struct account_db *account_db_ref(struct account_db *db);
// NULL is allowed; the last one wipes the hashes.
void account_db_unref(struct account_db *db);

// True when the accounts file on disk is not the one this snapshot was read from (or is gone). One
// stat call: cheap enough for each log-on, or for a timer.
bool account_db_stale(const struct account_db *db) WARN_UNUSED;

// NULL when there is none. Borrowed from the snapshot.
const struct account *account_db_find(const struct account_db *db, const char *name) WARN_UNUSED;
const struct account *account_db_find_rid(const struct account_db *db, uint32_t rid) WARN_UNUSED;
size_t account_db_count(const struct account_db *db) WARN_UNUSED;
// In the order of the file; i < account_db_count.
const struct account *account_db_at(const struct account_db *db, size_t i) WARN_UNUSED;

const struct sid *account_db_machine_sid(const struct account_db *db) WARN_UNUSED;
// The SID of a group of the configuration; false when there is no such group.
bool account_db_group_sid(const struct account_db *db, const char *group, struct sid *out) WARN_UNUSED;
// The name of an account or group with this SID (for events, ACL listings, LookupSids); NULL when
// unknown. *is_group may be NULL.
const char *account_db_name_of_sid(
	const struct account_db *db, const struct sid *sid, bool *is_group) WARN_UNUSED;
// The SIDs of the groups that the account (by RID) is a member of; returns how many there are, writes
// at most max.
size_t account_db_groups_of(
	const struct account_db *db, uint32_t rid, struct sid *out, size_t max) WARN_UNUSED;
// Is the account a member of the group, both by name? (For "users = @group" of a share.)
bool account_db_is_member(const struct account_db *db, const char *account, const char *group) WARN_UNUSED;

// Are the names equal, case aside?
bool account_name_equal(const char *a, const char *b) WARN_UNUSED;
// NULL when the name may be given to an account or group; otherwise what is wrong with it.
const char *account_name_check(const char *name) WARN_UNUSED;

#endif

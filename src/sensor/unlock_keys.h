// SPDX-License-Identifier: Apache-2.0
// Private to unlock: the keys somebody has, and the session keys that an exchange may have led to.
#ifndef SIGNET_SENSOR_UNLOCK_KEYS_H
#define SIGNET_SENSOR_UNLOCK_KEYS_H

#include <krb5/krb5.h>
#include <uthash.h>

#include "auth/ntlm_crypto.h"
#include "base/secret.h"
#include "sensor/unlock.h"

struct nt_account {
	char *name; // upper case
	uint8_t nt_hash[NTLM_KEY_LEN];
};

struct known_session {
	uint64_t id;
	struct secret key;
	UT_hash_handle hh;
};

struct unlock_keys {
	struct nt_account *accounts; // by name; several of one name are of several domains
	size_t account_count, account_capacity;
	krb5_context krb5;           // NULL: no keytab
	krb5_keyblock *service_keys; // contents owned
	size_t service_key_count;
	struct known_session *sessions; // uthash by id
};

// Both: false with *error.
bool unlock_nt_hashes_load(struct unlock_keys *k, const char *path, char error[UNLOCK_ERROR_LEN]) WARN_UNUSED;
bool unlock_keytab_load(struct unlock_keys *k, const char *path, char error[UNLOCK_ERROR_LEN]) WARN_UNUSED;
void unlock_keytab_free(struct unlock_keys *k);
// The first of the accounts with that name (UTF-8, of any case), and how many there are.
const struct nt_account *unlock_accounts_find(
	const struct unlock_keys *k, const char *name, size_t *count) WARN_UNUSED;

// In the order in which they are likely. Wiped by its owner.
enum { UNLOCK_CANDIDATES_MAX = 4 };
struct unlock_candidates {
	struct secret keys[UNLOCK_CANDIDATES_MAX];
	size_t count;
};

// Keys that do not fit into a secret are left out.
void unlock_candidates_add(struct unlock_candidates *c, struct span key);

// The key that somebody gave for the session.
void unlock_known_session(const struct unlock_keys *k, uint64_t session_id, struct unlock_candidates *out);
// What the exchange gives with these keys.
void unlock_ntlm(const struct unlock_keys *k, const struct auth_facts *facts, struct unlock_candidates *out,
	struct unlock_findings *findings);
void unlock_ntlm_basic(
	const struct unlock_keys *k, const struct unlock_smb1_basic *b, struct unlock_candidates *out);
void unlock_kerberos(const struct unlock_keys *k, const struct auth_facts *facts,
	struct unlock_candidates *out, struct unlock_findings *findings);

#endif

// SPDX-License-Identifier: Apache-2.0
// Who a session belongs to: what an authentication mechanism has proved, in the form in which access
// checks, events and the session's cryptography use it.
//
// An identity is immutable once made and shared by reference count (thread-safe); each session that
// uses it holds one reference. There is no identity for guest or anonymous: those are refused before
// one could be made.
#ifndef SIGNET_AUTH_IDENTITY_H
#define SIGNET_AUTH_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/secret.h"
#include "wire/dtyp/sid.h"

enum auth_mechanism {
	AUTH_MECHANISM_NONE = 0, // not known (yet)
	AUTH_MECHANISM_NTLMV2,
	AUTH_MECHANISM_KERBEROS,
};

// Who vouches for it, and so what it is judged by.
enum identity_source {
	IDENTITY_OF_ACCOUNT, // an account of the state: its SID, the groups of the configuration
	IDENTITY_OF_DOMAIN,  // a domain: SIDs from a ticket's PAC, or from winbind
};

enum {
	// As many as a ticket's PAC can have (Windows stops at 1,015), and the well-known SIDs.
	IDENTITY_GROUPS_MAX = 1040,
	// Of an account of the state: groups of the configuration that it may be in, and the well-known SIDs.
	ACCOUNT_TOKEN_GROUPS_MAX = 256,
};

struct identity {
	char *account;     // UTF-8, spelt as in the accounts file
	char *domain;      // UTF-8; the server's own NetBIOS name for local accounts
	char *realm;       // of its Kerberos principal; "" without
	char *workstation; // UTF-8, as claimed by the client: for events only; may be ""
	enum auth_mechanism mechanism;
	enum identity_source source;
	// Its name alone names it in the configuration's lists: an account of the state, or a principal of
	// the configuration's own realm. Others are DOMAIN\name, name@REALM or a SID there.
	bool is_home;
	uint64_t expires; // when what proved it does (FILETIME); 0: never
	struct sid user;
	struct sid *groups; // the primary group first, then groups of the configuration, then well-known ones
	size_t group_count;
	// The exported session key: Session.SessionKey (MS-SMB2 3.3.5.5.3), until identity_forget_key.
	struct secret session_base_key;
	unsigned refs; // only through identity_ref/unref
};

// What identity_new copies; strings and groups are borrowed during the call.
struct identity_fields {
	const char *account;
	const char *domain;
	const char *workstation;
	const char *realm; // NULL: none
	enum auth_mechanism mechanism;
	enum identity_source source;
	bool is_home;
	uint64_t expires;
	struct sid user;
	const struct sid *groups;
	size_t group_count; // at most IDENTITY_GROUPS_MAX
	const struct secret *session_base_key;
};

// One reference, or NULL when memory is out or there are too many groups.
struct identity *identity_new(const struct identity_fields *fields) WARN_UNUSED;
struct identity *identity_ref(struct identity *id);
// NULL is allowed. The last one wipes the key.
void identity_unref(struct identity *id);

// Wipes the key, once the session's own are derived from it: by who established the session, before
// anybody else sees the identity.
void identity_forget_key(struct identity *id);

// True when sid is the user or one of the groups.
bool identity_has_sid(const struct identity *id, const struct sid *sid) WARN_UNUSED;

// "ntlmv2", "kerberos", "none": as events have it.
const char *auth_mechanism_name(enum auth_mechanism m);

#endif

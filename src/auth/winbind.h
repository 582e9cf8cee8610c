// SPDX-License-Identifier: Apache-2.0
// What winbindd says, of the Samba that joined this machine to a domain. Each of these asks another
// process, which may ask a domain controller: they block, for minutes if that does not answer. No more than
// WINBIND_CALLS_MAX wait at once; who would be one more is told that winbind is busy. Thread-safe.
#ifndef SIGNET_AUTH_WINBIND_H
#define SIGNET_AUTH_WINBIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/auth_reason.h"
#include "base/attributes.h"
#include "base/span.h"
#include "wire/dtyp/sid.h"

enum {
	WINBIND_CALLS_MAX = 8, // half of the worker threads
	WINBIND_NAME_SIZE = 256,
	WINBIND_KEY_LEN = 16,
	WINBIND_CHALLENGE_LEN = 8,
};

// Who this machine is in its domain. A domain controller takes only responses to a CHALLENGE with these
// names, so that no member can use what was meant for another.
struct winbind_machine {
	char netbios_computer[WINBIND_NAME_SIZE];
	char netbios_domain[WINBIND_NAME_SIZE];
	char dns_domain[WINBIND_NAME_SIZE];
};

// False when winbindd does not run (or is busy); *out is then all empty.
bool winbind_machine_get(struct winbind_machine *out) WARN_UNUSED;

enum winbind_answer { WINBIND_NO, WINBIND_YES, WINBIND_SILENT };

// Is it a domain whose users winbindd can ask for? (By its short or its DNS name.) SILENT: it does not run,
// or is busy.
enum winbind_answer winbind_knows_domain(const char *domain) WARN_UNUSED;

struct winbind_response {
	const char *account; // as in AUTHENTICATE
	const char *domain;
	const char *workstation;
	uint8_t server_challenge[WINBIND_CHALLENGE_LEN];
	struct span nt_response;
};

struct winbind_user { // what a domain controller says of him; owned
	char *account;
	char *domain; // short name
	struct sid sid;
	struct sid *groups; // the primary one first
	size_t group_count;
	uint8_t session_base_key[WINBIND_KEY_LEN];
};

// OK: *out is set, for winbind_user_free. Otherwise why not.
enum auth_reason winbind_response_verify(
	const struct winbind_response *response, struct winbind_user **out) WARN_UNUSED;
void winbind_user_free(struct winbind_user *user); // wipes; NULL is allowed

// The SID of "DOMAIN\name", of a user or group. False: there is none, or nobody to ask.
bool winbind_sid_of_name(const char *domain, const char *name, struct sid *out) WARN_UNUSED;

#endif

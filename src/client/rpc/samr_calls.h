// SPDX-License-Identifier: Apache-2.0
// The few operations of MS-SAMR that list a host's accounts, from the caller's side: stubs of requests and
// what answers hold. Pure; all of them only read.
#ifndef SIGNET_CLIENT_RPC_SAMR_CALLS_H
#define SIGNET_CLIENT_RPC_SAMR_CALLS_H

#include "base/arena.h"
#include "base/reader.h"
#include "base/writer.h"
#include "wire/dtyp/sid.h"

enum {
	SAMR_LOOKUP_DOMAIN = 5, // opnums
	SAMR_ENUMERATE_DOMAINS = 6,
	SAMR_OPEN_DOMAIN = 7,
	SAMR_ENUMERATE_USERS = 13,
	SAMR_CONNECT2 = 57,

	SAMR_HANDLE_LEN = 20,
	SAMR_NAMES_MAX = 20000, // in one answer
};

#define SAM_SERVER_ENUMERATE_DOMAINS 0x00000010u // MS-SAMR 2.2.1.3
#define SAM_SERVER_LOOKUP_DOMAIN 0x00000020u
#define DOMAIN_LIST_ACCOUNTS 0x00000100u // 2.2.1.4
#define SAMR_STATUS_MORE_ENTRIES 0x00000105u

struct samr_handle {
	uint8_t bytes[SAMR_HANDLE_LEN];
};

struct samr_name {
	uint32_t rid; // 0 of a domain
	const char *name;
};

struct samr_names {
	struct samr_name *names; // in the arena
	uint32_t count;
	uint32_t resume; // EnumerationContext
	uint32_t status; // NTSTATUS
};

void samr_connect_encode(struct writer *w, const char *server, uint32_t access);
void samr_enumerate_domains_encode(struct writer *w, const struct samr_handle *server);
void samr_lookup_domain_encode(struct writer *w, const struct samr_handle *server, const char *name);
void samr_open_domain_encode(
	struct writer *w, const struct samr_handle *server, uint32_t access, const struct sid *domain);
// In pieces of about max_len bytes; resume is 0 for the first.
void samr_enumerate_users_encode(
	struct writer *w, const struct samr_handle *domain, uint32_t resume, uint32_t max_len);

// *status is the operation's NTSTATUS; out is worth something only where that is success.
enum verdict samr_handle_decode(struct span stub, struct samr_handle *out, uint32_t *status) WARN_UNUSED;
enum verdict samr_sid_decode(struct span stub, struct sid *out, uint32_t *status) WARN_UNUSED;
// Of both enumerations; everything in the arena.
enum verdict samr_names_decode(struct span stub, struct arena *a, struct samr_names *out) WARN_UNUSED;

#endif

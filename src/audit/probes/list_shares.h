// SPDX-License-Identifier: Apache-2.0
// The host's shares as a session sees them listed (MS-SRVS NetrShareEnum).
#ifndef SIGNET_AUDIT_PROBES_LIST_SHARES_H
#define SIGNET_AUDIT_PROBES_LIST_SHARES_H

#include "audit/probes/exposure_session.h"
#include "client/rpc/srvsvc_calls.h"

enum { EXPOSURE_SHARES_MAX = 4000 }; // of one host; what is beyond them is not looked at

struct listed_share {
	struct srvsvc_listed_share is;
	struct listed_share *next;
};

struct share_listing {
	bool answered; // listed or refused; else it cannot be told
	bool listed;
	struct listed_share *first; // as many as are looked at
	uint32_t count;
	const char *left_out;        // why there are more than these; NULL: there are none
	const char *sent, *received; // for evidence
};

// Call by call, until the host says that these are all. With descriptors where with_descriptors and the host
// tells them, else without. The shares live in the arena.
struct share_listing exposure_list_shares(
	struct exposure *e, bool with_descriptors, struct arena *a) WARN_UNUSED;

// Notes that there are shares that are not looked at, if there are.
void shares_left_out(struct host_facts *h, const struct share_listing *l);

// The fact of that name in facts->shares, made when there is none; NULL: memory is out, or the host has more
// than EXPOSURE_SHARES_MAX.
struct share_fact *share_fact_for(struct host_facts *h, const struct srvsvc_listed_share *s) WARN_UNUSED;

// A folder with files. Some servers say of IPC$ that it is a disk.
bool share_is_disk(const struct share_fact *s) WARN_UNUSED;

#endif

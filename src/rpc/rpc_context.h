// SPDX-License-Identifier: Apache-2.0
// What the RPC services tell about the server, supplied by whoever opens pipes: they know neither
// shares nor sessions themselves.
#ifndef SIGNET_RPC_RPC_CONTEXT_H
#define SIGNET_RPC_RPC_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attributes.h"

enum rpc_share_kind {
	RPC_SHARE_DISK = 0, // STYPE_DISKTREE
	RPC_SHARE_IPC = 3,  // STYPE_IPC
};

struct rpc_share {
	const char *name;
	const char *comment; // "" for none
	enum rpc_share_kind kind;
	bool special; // STYPE_SPECIAL: IPC$ and other shares of the system
	uint32_t current_uses;
	uint32_t max_uses;  // UINT32_MAX: no limit
	uint32_t csc_flags; // SHI1005 flags (MS-SRVS 2.2.4.29): caching policy, access-based enumeration
};

struct rpc_server_info {
	const char *name;    // NetBIOS-like server name, no backslashes
	const char *comment; // "" for none
	const char *domain;  // domain or workgroup
	uint32_t version_major;
	uint32_t version_minor;
	uint32_t server_type;  // SV_TYPE_* bits (MS-SRVS 2.2.2.7); 0: workstation and server
	uint32_t users_max;    // 102: sessions at most; UINT32_MAX: no limit
	uint32_t users_logged; // sessions now (wkssvc level 102)
};

// All functions may be called from any thread that uses a pipe; user is given back to them.
// Texts live in the arena or at least as long as the call into the pipe.
struct rpc_context {
	void *user;
	void (*server_info)(void *user, struct arena *a, struct rpc_server_info *out);
	// The shares that this caller sees listed; false when memory is out.
	bool (*shares)(void *user, struct arena *a, const struct rpc_share **out, size_t *count);
	// A share that this caller may know about, hidden ones included, compared as share names are;
	// false when there is none.
	bool (*share_find)(void *user, struct arena *a, const char *name, struct rpc_share *out);
};

#endif

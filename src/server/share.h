// SPDX-License-Identifier: Apache-2.0
// A share in use: its configuration with its folder opened. Immutable, reference-counted.
#ifndef SIGNET_SERVER_SHARE_H
#define SIGNET_SERVER_SHARE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "auth/unix_owners.h"
#include "base/attributes.h"
#include "config/config.h"
#include "server/io_pace.h"
#include "storage/fs_info.h"
#include "storage/nt_acl.h"
#include "storage/share_root.h"

struct share {
	atomic_uint refs;
	const char *name;                  // borrowed from the configuration, or "IPC$"
	const struct config_share *config; // NULL for IPC$
	struct config *config_owner;       // what `config` lives in
	struct share_root *root;           // NULL for IPC$
	uint64_t id;                       // the same for the same folder, over reloads; IPC$ has 0
	enum nt_acl_place acl_place;
	struct unix_owners *owners; // identity = unix: accounts by their users' ids; else NULL
	struct fs_info fs;          // as it was when opened: what does not change
	struct io_pace pace;        // of its folder; the one thing in here that changes
	bool is_ipc;
};

// A share of the configuration: opens its folder; owners (may be NULL) is borrowed. 0 or a negative errno.
int share_new(struct config *config, const struct config_share *cs, struct unix_owners *owners,
	struct share **out) WARN_UNUSED;
struct share *share_new_ipc(void) WARN_UNUSED;
struct share *share_ref(struct share *s);
void share_unref(struct share *s); // NULL is fine

// Whether everything on it must be sealed, with the server's own setting.
bool share_requires_encryption(const struct share *s, const struct config *c);

#endif

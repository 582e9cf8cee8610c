// SPDX-License-Identifier: Apache-2.0
// The root of a share, as a session may open it.
#ifndef SIGNET_AUDIT_PROBES_SHARE_ROOT_H
#define SIGNET_AUDIT_PROBES_SHARE_ROOT_H

#include "audit/probes/exposure_session.h"
#include "wire/dtyp/security_descriptor.h"
#include "wire/smb2/smb2_create.h"
#include "wire/smb2/smb2_tree_connect.h"

struct share_root {
	struct exposure *e;
	const char *share;
	bool answered;  // the tree connect was answered
	bool connected; // with success
	uint32_t tree_id;
	struct smb2_tree_connect_response tree;
	const char *connect_received; // for evidence
};

// Connects. False when the tree is not connected: answered says whether the host refused it.
bool share_root_connect(struct share_root *r, struct exposure *e, const char *share) WARN_UNUSED;
void share_root_disconnect(struct share_root *r);

// One opening of the root, closed again at once.
struct root_open {
	bool answered;
	bool open;
	bool has_maximal_access; // by a create context (MS-SMB2 2.2.14.2.5), within the tree's
	uint32_t maximal_access;
	const char *sent, *received;
};
// access is what is asked for; nothing is made or changed by it.
struct root_open share_root_try(struct share_root *r, uint32_t access) WARN_UNUSED;
// The root's owner and DACL, in the arena. False when they are not told.
bool share_root_descriptor(
	struct share_root *r, struct arena *a, struct security_descriptor *out) WARN_UNUSED;

#endif

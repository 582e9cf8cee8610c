// SPDX-License-Identifier: Apache-2.0
// What a session may do in a share: its tree is connected and its root opened, nothing in it is touched.
#ifndef SIGNET_AUDIT_PROBES_TRY_SHARE_H
#define SIGNET_AUDIT_PROBES_TRY_SHARE_H

#include "audit/probes/exposure_session.h"

// The share's own security descriptor. One that is told to be none restricts nobody: Samba's, unless somebody
// made one.
struct share_descriptor {
	bool told;
	struct span bytes;
};

// As the account of the audit: connects, reads, writes, encrypt_flag; and everyone and everyone_writes by the
// descriptors of the root and of the share.
void exposure_try_share(struct exposure *e, struct share_fact *f, const struct share_descriptor *own);
// Without an account: whether it lets in, and whether it could be written to.
void exposure_try_share_as_nobody(
	struct exposure *e, const char *share, struct fact *lets_in, struct fact *writes);

#endif

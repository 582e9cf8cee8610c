// SPDX-License-Identifier: Apache-2.0
// What a session may do in a share: its tree is connected and its root opened, nothing in it is touched.
#ifndef SIGNET_AUDIT_PROBES_TRY_SHARE_H
#define SIGNET_AUDIT_PROBES_TRY_SHARE_H

#include "audit/probes/exposure_session.h"

// As the account of the audit: connects, reads, writes, encrypt_flag; and everyone and everyone_writes by the
// descriptors of the root and of the share (of level 502; empty: it is not told).
void exposure_try_share(struct exposure *e, struct share_fact *f, struct span own_descriptor);
// Without an account: whether it lets in, and whether it could be written to.
void exposure_try_share_as_nobody(
	struct exposure *e, const char *share, struct fact *lets_in, struct fact *writes);

#endif

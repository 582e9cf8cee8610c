// SPDX-License-Identifier: Apache-2.0
// The probes, one file each, listed in probe_table.c in the order they run: what a probe needs to know of
// the host was found out by those before it.
#ifndef SIGNET_AUDIT_PROBES_PROBES_H
#define SIGNET_AUDIT_PROBES_PROBES_H

#include "audit/probe.h"

void probe_dialects(struct probe *p);
void probe_smb1(struct probe *p);
void probe_contexts(struct probe *p);
void probe_mechanisms(struct probe *p);
void probe_logon(struct probe *p);
void probe_anonymous(struct probe *p);
void probe_guest(struct probe *p);
void probe_downgrade(struct probe *p);
void probe_validate(struct probe *p);
void probe_netbios(struct probe *p);
void probe_exposure(struct probe *p);
void probe_null_session(struct probe *p);
void probe_enforcement(struct probe *p);
void probe_share_encryption(struct probe *p);
void probe_ntlm_variants(struct probe *p);
void probe_system(struct probe *p);

#endif

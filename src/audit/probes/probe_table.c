// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/probes.h"

// probe_dialects is first, for all others build on it; probe_system is last, for it puts together what
// the others saw.
const struct probe_kind probe_kinds[] = {
	{
		.name = "dialects",
		.sends = "five connections, on each an SMB2 NEGOTIATE that offers one dialect: 2.0.2, 2.1, "
			 "3.0, 3.0.2, 3.1.1",
		.run = probe_dialects,
	},
	{
		.name = "smb1",
		.sends = "two connections, on each an SMB1 NEGOTIATE: \"NT LM 0.12\" alone, and with "
			 "\"SMB 2.002\" and \"SMB 2.???\"",
		.run = probe_smb1,
	},
	{
		.name = "contexts",
		.sends = "eight connections with NEGOTIATE of SMB 3.1.1: without preauthentication "
			 "integrity; each cipher, signing and compression algorithm alone; all of them in "
			 "both orders",
		.run = probe_contexts,
	},
	{
		.name = "mechanisms",
		.sends = "one connection: NEGOTIATE, SESSION_SETUP with NTLM's NEGOTIATE; nobody logs on",
		.run = probe_mechanisms,
	},
	{
		.name = "logon",
		.sends =
			"one log-on with the account as it should be; if it is refused, it is not used again "
			"on any host",
		.needs_login = true,
		.run = probe_logon,
	},
	{
		.name = "anonymous",
		.sends = "one null session: SESSION_SETUP with an empty NTLM AUTHENTICATE, TREE_CONNECT to "
			 "IPC$",
		.run = probe_anonymous,
	},
	{
		.name = "guest",
		.sends = "with --try-logons alone: one failed log-on, with a name and a password that are "
			 "made "
			 "up",
		.run = probe_guest,
	},
	{
		.name = "downgrade",
		.sends = "three log-ons over SMB 3.1.1 and TREE_CONNECT to IPC$: an ordinary one; one whose "
			 "keys come from another NEGOTIATE than the one sent; one that offers no cipher",
		.needs_login = true,
		.run = probe_downgrade,
	},
	{
		.name = "validate",
		.sends = "a log-on over SMB 3.0 or 3.0.2 and TREE_CONNECT to IPC$: "
			 "FSCTL_VALIDATE_NEGOTIATE_INFO with what was negotiated, and with another list of "
			 "dialects",
		.needs_login = true,
		.run = probe_validate,
	},
	{
		.name = "netbios",
		.sends = "one connection to port 139: a NetBIOS session request; only where SMB is on 445",
		.run = probe_netbios,
	},
	{
		.name = "exposure",
		.sends = "one log-on: NetrShareEnum, until all are listed; TREE_CONNECT to each share, "
			 "CREATE of its root without "
			 "changing anything, its security descriptor; "
			 "FSCTL_QUERY_NETWORK_INTERFACE_INFO; CREATE and bind of known pipes",
		.needs_login = true,
		.run = probe_exposure,
	},
	{
		.name = "null-session",
		.sends =
			"one null session: NetrShareEnum, SamrEnumerateUsersInDomain, "
			"FSCTL_QUERY_NETWORK_INTERFACE_INFO, CREATE and bind of known pipes, TREE_CONNECT "
			"to each share and CREATE of its root; with --try-logons the shares also as a guest, "
			"where guests are let in",
		.run = probe_null_session,
	},
	{
		.name = "enforcement",
		.sends = "two to five log-ons: TREE_CONNECT to IPC$, then TREE_DISCONNECT without a "
			 "signature; TREE_CONNECT to IPC$ without encryption, and with it where that is "
			 "refused; what is refused once more as a client that offers no cipher",
		.needs_login = true,
		.run = probe_enforcement,
	},
	{
		.name = "share-encryption",
		.sends = "one to three log-ons: TREE_CONNECT to each share and CREATE of its root (to read "
			 "its attributes) without encryption; what is refused in log-ons of its own, once "
			 "more without offering a cipher, and with encryption",
		.needs_login = true,
		.run = probe_share_encryption,
	},
	{
		.name = "ntlm-variants",
		.sends = "with --try-logons alone: log-ons with the account's right password: NTLMv2 for "
			 "another server's name, NTLMv2 without a MIC, NTLMv1, LM, up to the first that is "
			 "refused. Who listens to the last two can work out the password: use an account "
			 "that is made for the audit",
		.needs_login = true,
		.run = probe_ntlm_variants,
	},
	{
		.name = "system",
		.sends = "nothing: tells the system by what was seen",
		.run = probe_system,
	},
};
const size_t probe_kind_count = ARRAY_LEN(probe_kinds);

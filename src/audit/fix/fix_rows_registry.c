// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix_rows.h"
#include "audit/fix/fix_windows.h"

#define HKLM "HKEY_LOCAL_MACHINE\\"
#define LANMAN_SERVER HKLM "SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters"
#define LANMAN_WORKSTATION HKLM "SYSTEM\\CurrentControlSet\\Services\\LanmanWorkstation\\Parameters"
#define SERVER_POLICY HKLM "SOFTWARE\\Policies\\Microsoft\\Windows\\LanmanServer"
#define CLIENT_POLICY HKLM "SOFTWARE\\Policies\\Microsoft\\Windows\\LanmanWorkstation"
#define LSA HKLM "SYSTEM\\CurrentControlSet\\Control\\Lsa"
#define MSV1_0 LSA "\\MSV1_0"
#define SERVICES HKLM "SYSTEM\\CurrentControlSet\\Services\\"
#define HARDENED_PATHS HKLM "SOFTWARE\\Policies\\Microsoft\\Windows\\NetworkProvider\\HardenedPaths"
#define KERBEROS HKLM "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\Kerberos\\Parameters"

#define NO "dword:00000000"
#define YES "dword:00000001"
#define DISABLED "dword:00000004"
#define SMB_300 "dword:00000300"
#define SMB_311 "dword:00000311"
#define SESSION_SECURITY "dword:20080000" // NTLMv2 and 128 bits
#define NONE "hex(7):00,00"
#define HARDENED "\"RequireMutualAuthentication=1,RequireIntegrity=1\""
#define IN_POWERSHELL "is set by PowerShell: --fix windows-powershell"

static const struct fix_row rows[] = {
	SET_OF("smb1_accepted", LANMAN_SERVER, "SMB1", NO),
	SET_OF("old_dialect_accepted", SERVER_POLICY, "MinSmb2Dialect", SMB_300),
	SET_OF("dialect_below_311", SERVER_POLICY, "MinSmb2Dialect", SMB_311),
	SET_OF("downgrade_unnoticed", SERVER_POLICY, "MinSmb2Dialect", SMB_311),
	SET_OF("smb311_not_offered", SERVER_POLICY, "MaxSmb2Dialect", SMB_311),
	SET_OF("encryption_not_supported", LANMAN_SERVER, "EncryptData", YES),
	SET_OF("encryption_not_required", LANMAN_SERVER, "EncryptData", YES),
	SET_OF("encryption_not_required", LANMAN_SERVER, "RejectUnencryptedAccess", YES),
	NOT_POSSIBLE("share_encryption_not_enforced", "a share's own encryption " IN_POWERSHELL),
	SET_OF("share_encryption_not_enforced", LANMAN_SERVER, "RejectUnencryptedAccess", YES),
	NOT_POSSIBLE("weak_cipher_preferred", "the order of ciphers " IN_POWERSHELL),
	NOT_POSSIBLE("cipher_256_missing", "the order of ciphers " IN_POWERSHELL),
	SET_OF("compression_offered", LANMAN_SERVER, "DisableCompression", YES),
	SET_OF("signing_not_required", LANMAN_SERVER, "RequireSecuritySignature", YES),
	SET_OF("signing_not_enforced", LANMAN_SERVER, "RequireSecuritySignature", YES),
	SET_OF("signing_not_enforced", LANMAN_SERVER, "EncryptData", YES),
	SET_OF("ntlm_mic_not_required", LANMAN_SERVER, "RequireSecuritySignature", YES),
	SET_OF("relay_target", LANMAN_SERVER, "RequireSecuritySignature", YES),
	SET_OF("relay_target", LANMAN_SERVER, "SmbServerNameHardeningLevel", YES),
	SET_OF("ntlm_target_not_checked", LANMAN_SERVER, "SmbServerNameHardeningLevel", YES),
	NOT_POSSIBLE("netbios_session_open", "NetBIOS of each network adapter " IN_POWERSHELL),
	CHOOSE("ntlm_accepted", MSV1_0 " RestrictReceivingNTLMTraffic", "dword:00000002",
		"audit first (AuditReceivingNTLMTraffic = 2): who cannot do Kerberos is shut out"),
	SET_OF("ntlmv1_accepted", LSA, "LmCompatibilityLevel", "dword:00000005"),
	SET_OF("lm_accepted", LSA, "LmCompatibilityLevel", "dword:00000005"),
	SET_OF("lm_accepted", LSA, "NoLMHash", YES),
	SET_OF("ntlm_session_security_weak", MSV1_0, "NTLMMinServerSec", SESSION_SECURITY),
	SET_OF("ntlm_session_security_weak", MSV1_0, "NTLMMinClientSec", SESSION_SECURITY),
	SET_OF("kerberos_weak_keys", KERBEROS, "SupportedEncryptionTypes", "dword:7ffffff8"),
	NOT_POSSIBLE("guest_accepted", "the account Guest " IN_POWERSHELL),
	SET_OF("anonymous_session", LANMAN_SERVER, "RestrictNullSessAccess", YES),
	SET_OF("anonymous_session", LSA, "RestrictAnonymous", YES),
	SET_OF("anonymous_session", LSA, "EveryoneIncludesAnonymous", NO),
	SET_OF("anonymous_session", MSV1_0, "AllowNullSessionFallback", NO),
	SET_OF("anonymous_lists_shares", LSA, "RestrictAnonymous", YES),
	SET_OF("anonymous_lists_users", LSA, "RestrictAnonymousSAM", YES),
	SET_OF("null_session_shares", LANMAN_SERVER, "NullSessionShares", NONE),
	SET_OF("null_session_pipes", LANMAN_SERVER, "NullSessionPipes", NONE),
	SET_OF("null_session_pipes", LANMAN_SERVER, "RestrictNullSessAccess", YES),
	SET_OF("pipe_anonymous", LANMAN_SERVER, "NullSessionPipes", NONE),
	SET_OF("pipe_anonymous", LANMAN_SERVER, "RestrictNullSessAccess", YES),
	SET_OF("logon_not_delayed", SERVER_POLICY, "EnableAuthRateLimiter", YES),
	SET_OF("logon_not_delayed", SERVER_POLICY, "InvalidAuthenticationDelayTimeInMs", "dword:000007d0"),
	SET_OF("plaintext_passwords", LANMAN_WORKSTATION, "EnablePlainTextPassword", NO),
	SET_OF("interfaces_disclosed", LANMAN_SERVER, "DisableMultiChannel", YES),
	NOT_POSSIBLE(
		"information_disclosed", "part of the protocol; limit by the firewall who reaches port 445"),
	CHOOSE("admin_share_writable", LANMAN_SERVER " AutoShareServer", NO,
		"better: take the account out of the administrators; without the shares remote "
		"administration ends"),
	{ .check = "coercion_interface",
		.subject = "rprn",
		.where = FIX_GLOBAL,
		.key = SERVICES "Spooler",
		.name = "Start",
		.value = DISABLED },
	{ .check = "coercion_interface",
		.subject = "spoolss",
		.where = FIX_GLOBAL,
		.key = SERVICES "Spooler",
		.name = "Start",
		.value = DISABLED },
	{ .check = "coercion_interface",
		.subject = "efs",
		.where = FIX_GLOBAL,
		.key = SERVICES "EFS",
		.name = "Start",
		.value = DISABLED,
		.breaks = "Files encrypted with EFS cannot be opened." },
	NOT_POSSIBLE("share_guest", "who may use a share " IN_POWERSHELL),
	NOT_POSSIBLE("share_open_to_everyone", "who may use a share " IN_POWERSHELL),
	NOT_POSSIBLE("share_writable_by_everyone", "who may use a share " IN_POWERSHELL),
	SET_OF("share_anonymous", LANMAN_SERVER, "RestrictNullSessAccess", YES),
	SET_OF("share_anonymous", LANMAN_SERVER, "NullSessionShares", NONE),
	SET_OF("share_anonymous", LSA, "EveryoneIncludesAnonymous", NO),
	SET_OF("client_signing_not_required", LANMAN_WORKSTATION, "RequireSecuritySignature", YES),
	SET_OF("client_encryption_not_required", CLIENT_POLICY, "RequireEncryption", YES),
	SET_OF("client_ntlm_not_blocked", CLIENT_POLICY, "BlockNTLM", YES),
	SET_OF("client_guest_allowed", CLIENT_POLICY, "AllowInsecureGuestAuth", NO),
	SET_OF("client_old_dialects", CLIENT_POLICY, "MinSmb2Dialect", SMB_311),
	{ .check = "client_old_dialects",
		.subject = "mrxsmb10",
		.where = FIX_GLOBAL,
		.key = SERVICES "mrxsmb10",
		.name = "Start",
		.value = DISABLED },
	SET_OF("unc_hardening_missing", HARDENED_PATHS, "\\\\*\\SYSVOL", HARDENED),
	SET_OF("unc_hardening_missing", HARDENED_PATHS, "\\\\*\\NETLOGON", HARDENED),
	SET_OF("audit_of_peers_off", SERVER_POLICY, "AuditClientDoesNotSupportEncryption", YES),
	SET_OF("audit_of_peers_off", SERVER_POLICY, "AuditClientDoesNotSupportSigning", YES),
	SET_OF("audit_of_peers_off", SERVER_POLICY, "AuditInsecureGuestLogon", YES),
	SET_OF("audit_of_peers_off", CLIENT_POLICY, "AuditServerDoesNotSupportEncryption", YES),
	SET_OF("audit_of_peers_off", CLIENT_POLICY, "AuditServerDoesNotSupportSigning", YES),
	SET_OF("audit_of_peers_off", CLIENT_POLICY, "AuditInsecureGuestLogon", YES),
	SET_OF("logging_off", LANMAN_SERVER, "AuditSmb1Access", YES),
	{ .check = "setting_without_effect",
		.subject = "client",
		.where = FIX_GLOBAL,
		.key = LANMAN_WORKSTATION,
		.name = "RequireSecuritySignature",
		.value = YES },
	{ .check = "setting_without_effect",
		.subject = "server",
		.where = FIX_GLOBAL,
		.key = LANMAN_SERVER,
		.name = "RequireSecuritySignature",
		.value = YES },
};

const struct fix_platform fix_registry = {
	.platform = PLATFORM_WINDOWS_REGISTRY,
	.format = LINT_UNKNOWN,
	.rows = rows,
	.row_count = ARRAY_LEN(rows),
	.comment = "; ",
	.line_end = "\r\n",
	.begin = fix_begin_registry,
	.write = fix_write_registry,
};

// SPDX-License-Identifier: Apache-2.0
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

#define SET(id, registry_key, setting, to)                                                                   \
	{                                                                                                    \
		.check = id, .where = FIX_GLOBAL, .key = registry_key, .name = setting, .value = to          \
	}
#define CHOOSE(id, setting, to, why)                                                                         \
	{                                                                                                    \
		.check = id, .where = FIX_BY_CHOICE, .name = setting, .value = to, .breaks = why             \
	}
#define NOT_POSSIBLE(id, text)                                                                               \
	{                                                                                                    \
		.check = id, .where = FIX_NOT_POSSIBLE, .value = text                                        \
	}

static const struct fix_row rows[] = {
	SET("smb1_accepted", LANMAN_SERVER, "SMB1", NO),
	SET("old_dialect_accepted", SERVER_POLICY, "MinSmb2Dialect", SMB_300),
	SET("dialect_below_311", SERVER_POLICY, "MinSmb2Dialect", SMB_311),
	SET("downgrade_unnoticed", SERVER_POLICY, "MinSmb2Dialect", SMB_311),
	SET("smb311_not_offered", SERVER_POLICY, "MaxSmb2Dialect", SMB_311),
	SET("encryption_not_supported", LANMAN_SERVER, "EncryptData", YES),
	SET("encryption_not_required", LANMAN_SERVER, "EncryptData", YES),
	SET("encryption_not_required", LANMAN_SERVER, "RejectUnencryptedAccess", YES),
	NOT_POSSIBLE("share_encryption_not_enforced", "a share's own encryption " IN_POWERSHELL),
	SET("share_encryption_not_enforced", LANMAN_SERVER, "RejectUnencryptedAccess", YES),
	NOT_POSSIBLE("weak_cipher_preferred", "the order of ciphers " IN_POWERSHELL),
	NOT_POSSIBLE("cipher_256_missing", "the order of ciphers " IN_POWERSHELL),
	SET("compression_offered", LANMAN_SERVER, "DisableCompression", YES),
	SET("signing_not_required", LANMAN_SERVER, "RequireSecuritySignature", YES),
	SET("signing_not_enforced", LANMAN_SERVER, "RequireSecuritySignature", YES),
	SET("signing_not_enforced", LANMAN_SERVER, "EncryptData", YES),
	SET("ntlm_mic_not_required", LANMAN_SERVER, "RequireSecuritySignature", YES),
	SET("relay_target", LANMAN_SERVER, "RequireSecuritySignature", YES),
	SET("relay_target", LANMAN_SERVER, "SmbServerNameHardeningLevel", YES),
	SET("ntlm_target_not_checked", LANMAN_SERVER, "SmbServerNameHardeningLevel", YES),
	NOT_POSSIBLE("netbios_session_open", "NetBIOS of each network adapter " IN_POWERSHELL),
	CHOOSE("ntlm_accepted", MSV1_0 " RestrictReceivingNTLMTraffic", "dword:00000002",
		"audit first (AuditReceivingNTLMTraffic = 2): who cannot do Kerberos is shut out"),
	SET("ntlmv1_accepted", LSA, "LmCompatibilityLevel", "dword:00000005"),
	SET("lm_accepted", LSA, "LmCompatibilityLevel", "dword:00000005"),
	SET("lm_accepted", LSA, "NoLMHash", YES),
	SET("ntlm_session_security_weak", MSV1_0, "NTLMMinServerSec", SESSION_SECURITY),
	SET("ntlm_session_security_weak", MSV1_0, "NTLMMinClientSec", SESSION_SECURITY),
	SET("kerberos_weak_keys", KERBEROS, "SupportedEncryptionTypes", "dword:7ffffff8"),
	NOT_POSSIBLE("guest_accepted", "the account Guest " IN_POWERSHELL),
	SET("anonymous_session", LANMAN_SERVER, "RestrictNullSessAccess", YES),
	SET("anonymous_session", LSA, "RestrictAnonymous", YES),
	SET("anonymous_session", LSA, "EveryoneIncludesAnonymous", NO),
	SET("anonymous_session", MSV1_0, "AllowNullSessionFallback", NO),
	SET("anonymous_lists_shares", LSA, "RestrictAnonymous", YES),
	SET("anonymous_lists_users", LSA, "RestrictAnonymousSAM", YES),
	SET("null_session_shares", LANMAN_SERVER, "NullSessionShares", NONE),
	SET("null_session_pipes", LANMAN_SERVER, "NullSessionPipes", NONE),
	SET("null_session_pipes", LANMAN_SERVER, "RestrictNullSessAccess", YES),
	SET("pipe_anonymous", LANMAN_SERVER, "NullSessionPipes", NONE),
	SET("pipe_anonymous", LANMAN_SERVER, "RestrictNullSessAccess", YES),
	SET("logon_not_delayed", SERVER_POLICY, "EnableAuthRateLimiter", YES),
	SET("logon_not_delayed", SERVER_POLICY, "InvalidAuthenticationDelayTimeInMs", "dword:000007d0"),
	SET("plaintext_passwords", LANMAN_WORKSTATION, "EnablePlainTextPassword", NO),
	SET("interfaces_disclosed", LANMAN_SERVER, "DisableMultiChannel", YES),
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
	SET("share_anonymous", LANMAN_SERVER, "RestrictNullSessAccess", YES),
	SET("share_anonymous", LANMAN_SERVER, "NullSessionShares", NONE),
	SET("share_anonymous", LSA, "EveryoneIncludesAnonymous", NO),
	SET("client_signing_not_required", LANMAN_WORKSTATION, "RequireSecuritySignature", YES),
	SET("client_encryption_not_required", CLIENT_POLICY, "RequireEncryption", YES),
	SET("client_ntlm_not_blocked", CLIENT_POLICY, "BlockNTLM", YES),
	SET("client_guest_allowed", CLIENT_POLICY, "AllowInsecureGuestAuth", NO),
	SET("client_old_dialects", CLIENT_POLICY, "MinSmb2Dialect", SMB_311),
	{ .check = "client_old_dialects",
		.subject = "mrxsmb10",
		.where = FIX_GLOBAL,
		.key = SERVICES "mrxsmb10",
		.name = "Start",
		.value = DISABLED },
	SET("unc_hardening_missing", HARDENED_PATHS, "\\\\*\\SYSVOL", HARDENED),
	SET("unc_hardening_missing", HARDENED_PATHS, "\\\\*\\NETLOGON", HARDENED),
	SET("audit_of_peers_off", SERVER_POLICY, "AuditClientDoesNotSupportEncryption", YES),
	SET("audit_of_peers_off", SERVER_POLICY, "AuditClientDoesNotSupportSigning", YES),
	SET("audit_of_peers_off", SERVER_POLICY, "AuditInsecureGuestLogon", YES),
	SET("audit_of_peers_off", CLIENT_POLICY, "AuditServerDoesNotSupportEncryption", YES),
	SET("audit_of_peers_off", CLIENT_POLICY, "AuditServerDoesNotSupportSigning", YES),
	SET("audit_of_peers_off", CLIENT_POLICY, "AuditInsecureGuestLogon", YES),
	SET("logging_off", LANMAN_SERVER, "AuditSmb1Access", YES),
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

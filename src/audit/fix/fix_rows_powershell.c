// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix_windows.h"

#define SERVER "Set-SmbServerConfiguration"
#define CLIENT "Set-SmbClientConfiguration"
#define LSA "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa"
#define MSV1_0 LSA "\\MSV1_0"
#define LANMAN_SERVER "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters"
#define LANMAN_WORKSTATION "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\LanmanWorkstation\\Parameters"
#define HARDENED_PATHS "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows\\NetworkProvider\\HardenedPaths"
#define KERBEROS "HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\Kerberos\\Parameters"
#define HARDENED "'RequireMutualAuthentication=1,RequireIntegrity=1'"
#define NO_GUEST "Get-LocalUser | Where-Object { $_.SID -like '*-501' } | Disable-LocalUser"
#define CIPHERS "'AES_256_GCM, AES_128_GCM, AES_256_CCM, AES_128_CCM'"
#define NO_NETBIOS                                                                                           \
	"Get-CimInstance Win32_NetworkAdapterConfiguration -Filter 'IPEnabled=TRUE' | Invoke-CimMethod "     \
	"-MethodName SetTcpipNetbios -Arguments @{TcpipNetbiosOptions = [uint32]2}"

#define SET(id, command, parameter, to)                                                                      \
	{                                                                                                    \
		.check = id, .where = FIX_GLOBAL, .key = command, .name = parameter, .value = to             \
	}
#define IN_SHARE(id, command, parameter, to)                                                                 \
	{                                                                                                    \
		.check = id, .where = FIX_SHARE, .key = command, .name = parameter, .value = to              \
	}
#define RUN(id, what, command)                                                                               \
	{                                                                                                    \
		.check = id, .where = FIX_GLOBAL, .name = what, .value = command                             \
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
	SET("smb1_accepted", SERVER, "EnableSMB1Protocol", "$false"),
	RUN("smb1_accepted", "feature",
		"Disable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol -NoRestart"),
	SET("old_dialect_accepted", SERVER, "Smb2DialectMin", "SMB300"),
	SET("dialect_below_311", SERVER, "Smb2DialectMin", "SMB311"),
	SET("downgrade_unnoticed", SERVER, "Smb2DialectMin", "SMB311"),
	SET("smb311_not_offered", SERVER, "Smb2DialectMax", "SMB311"),
	SET("encryption_not_supported", SERVER, "EncryptData", "$true"),
	SET("encryption_not_required", SERVER, "EncryptData", "$true"),
	SET("encryption_not_required", SERVER, "RejectUnencryptedAccess", "$true"),
	IN_SHARE("share_encryption_not_enforced", "Set-SmbShare", "EncryptData", "$true"),
	SET("share_encryption_not_enforced", SERVER, "RejectUnencryptedAccess", "$true"),
	SET("weak_cipher_preferred", SERVER, "EncryptionCiphers", CIPHERS),
	SET("cipher_256_missing", SERVER, "EncryptionCiphers", CIPHERS),
	SET("compression_offered", SERVER, "DisableCompression", "$true"),
	SET("signing_not_required", SERVER, "RequireSecuritySignature", "$true"),
	SET("signing_not_enforced", SERVER, "RequireSecuritySignature", "$true"),
	SET("signing_not_enforced", SERVER, "EncryptData", "$true"),
	SET("ntlm_mic_not_required", SERVER, "RequireSecuritySignature", "$true"),
	SET("relay_target", SERVER, "RequireSecuritySignature", "$true"),
	SET("relay_target", SERVER, "SmbServerNameHardeningLevel", "1"),
	SET("ntlm_target_not_checked", SERVER, "SmbServerNameHardeningLevel", "1"),
	RUN("netbios_session_open", "NetBIOS", NO_NETBIOS),
	CHOOSE("bind_all_interfaces",
		"Set-NetFirewallRule -DisplayGroup 'File and Printer Sharing' -RemoteAddress", "LocalSubnet",
		"which networks need it only you know"),
	CHOOSE("share_hosts_unrestricted",
		"Set-NetFirewallRule -DisplayGroup 'File and Printer Sharing' -RemoteAddress", "LocalSubnet",
		"which networks need it only you know"),
	NOT_POSSIBLE(
		"configuration_malformed", "write it out anew: Get-SmbServerConfiguration | ConvertTo-Json"),
	RUN("clock_skew", "clock", "w32tm /resync /rediscover"),

	CHOOSE("ntlm_accepted", MSV1_0 " RestrictReceivingNTLMTraffic", "2",
		"audit first (AuditReceivingNTLMTraffic = 2): who cannot do Kerberos is shut out"),
	SET("ntlmv1_accepted", LSA, "LmCompatibilityLevel", "5"),
	SET("lm_accepted", LSA, "LmCompatibilityLevel", "5"),
	SET("lm_accepted", LSA, "NoLMHash", "1"),
	SET("ntlm_session_security_weak", MSV1_0, "NTLMMinServerSec", "537395200"),
	SET("ntlm_session_security_weak", MSV1_0, "NTLMMinClientSec", "537395200"),
	SET("kerberos_weak_keys", KERBEROS, "SupportedEncryptionTypes", "0x7ffffff8"),
	RUN("guest_accepted", "Guest", NO_GUEST),
	SET("anonymous_session", LANMAN_SERVER, "RestrictNullSessAccess", "1"),
	SET("anonymous_session", LSA, "RestrictAnonymous", "1"),
	SET("anonymous_session", LSA, "EveryoneIncludesAnonymous", "0"),
	SET("anonymous_session", MSV1_0, "AllowNullSessionFallback", "0"),
	SET("anonymous_lists_shares", LSA, "RestrictAnonymous", "1"),
	SET("anonymous_lists_users", LSA, "RestrictAnonymousSAM", "1"),
	SET("null_session_shares", LANMAN_SERVER, "NullSessionShares", "@()"),
	SET("null_session_pipes", LANMAN_SERVER, "NullSessionPipes", "@()"),
	SET("null_session_pipes", LANMAN_SERVER, "RestrictNullSessAccess", "1"),
	SET("pipe_anonymous", LANMAN_SERVER, "NullSessionPipes", "@()"),
	SET("pipe_anonymous", LANMAN_SERVER, "RestrictNullSessAccess", "1"),
	SET("logon_not_delayed", SERVER, "InvalidAuthenticationDelayTimeInMs", "2000"),
	SET("plaintext_passwords", LANMAN_WORKSTATION, "EnablePlainTextPassword", "0"),

	SET("interfaces_disclosed", SERVER, "EnableMultiChannel", "$false"),
	NOT_POSSIBLE(
		"information_disclosed", "part of the protocol; limit by the firewall who reaches port 445"),
	CHOOSE("admin_share_writable", SERVER " -AutoShareServer", "$false",
		"better: take the account out of the administrators; without the shares remote "
		"administration ends"),
	{ .check = "coercion_interface",
		.subject = "rprn",
		.where = FIX_GLOBAL,
		.name = "Spooler",
		.value = "Stop-Service Spooler; Set-Service Spooler -StartupType Disabled" },
	{ .check = "coercion_interface",
		.subject = "spoolss",
		.where = FIX_GLOBAL,
		.name = "Spooler",
		.value = "Stop-Service Spooler; Set-Service Spooler -StartupType Disabled" },
	{ .check = "coercion_interface",
		.subject = "efs",
		.where = FIX_GLOBAL,
		.name = "EFS",
		.value = "Stop-Service EFS; Set-Service EFS -StartupType Disabled",
		.breaks = "Files encrypted with EFS cannot be opened." },
	IN_SHARE("share_guest", "Revoke-SmbShareAccess", "AccountName", "'Guest'"),
	RUN("share_guest", "Guest", NO_GUEST),
	IN_SHARE("share_anonymous", "Revoke-SmbShareAccess", "AccountName", "'ANONYMOUS LOGON'"),
	SET("share_anonymous", LANMAN_SERVER, "RestrictNullSessAccess", "1"),
	SET("share_anonymous", LANMAN_SERVER, "NullSessionShares", "@()"),
	SET("share_anonymous", LSA, "EveryoneIncludesAnonymous", "0"),
	IN_SHARE("share_open_to_everyone", "Revoke-SmbShareAccess", "AccountName", "'Everyone'"),
	CHOOSE("share_open_to_everyone", "Grant-SmbShareAccess -AccountName", "'DOMAIN\\GROUP'",
		"first, for those who need the share: nobody else is left"),
	IN_SHARE("share_writable_by_everyone", "Revoke-SmbShareAccess", "AccountName", "'Everyone'"),
	CHOOSE("share_writable_by_everyone", "Grant-SmbShareAccess -AccountName", "'DOMAIN\\GROUP'",
		"first, for those who write there: nobody else is left"),

	SET("client_signing_not_required", CLIENT, "RequireSecuritySignature", "$true"),
	SET("client_encryption_not_required", CLIENT, "RequireEncryption", "$true"),
	SET("client_ntlm_not_blocked", CLIENT, "BlockNTLM", "$true"),
	SET("client_guest_allowed", CLIENT, "EnableInsecureGuestLogons", "$false"),
	SET("client_old_dialects", CLIENT, "Smb2DialectMin", "SMB311"),
	{ .check = "client_old_dialects",
		.subject = "mrxsmb10",
		.where = FIX_GLOBAL,
		.key = "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\mrxsmb10",
		.name = "Start",
		.value = "4" },
	SET("unc_hardening_missing", HARDENED_PATHS, "\\\\*\\SYSVOL", HARDENED),
	SET("unc_hardening_missing", HARDENED_PATHS, "\\\\*\\NETLOGON", HARDENED),
	SET("audit_of_peers_off", SERVER, "AuditClientDoesNotSupportEncryption", "$true"),
	SET("audit_of_peers_off", SERVER, "AuditClientDoesNotSupportSigning", "$true"),
	SET("audit_of_peers_off", SERVER, "AuditInsecureGuestLogon", "$true"),
	SET("audit_of_peers_off", CLIENT, "AuditServerDoesNotSupportEncryption", "$true"),
	SET("audit_of_peers_off", CLIENT, "AuditServerDoesNotSupportSigning", "$true"),
	SET("audit_of_peers_off", CLIENT, "AuditInsecureGuestLogon", "$true"),
	RUN("logging_off", "audit policy",
		"auditpol /set /subcategory:'File Share','Logon' /success:enable /failure:enable"),
	SET("logging_off", SERVER, "AuditSmb1Access", "$true"),
	SET("setting_without_effect", SERVER, "RequireSecuritySignature", "$true"),
};

const struct fix_platform fix_powershell = {
	.platform = PLATFORM_WINDOWS_POWERSHELL,
	.format = LINT_UNKNOWN,
	.rows = rows,
	.row_count = ARRAY_LEN(rows),
	.comment = "# ",
	.line_end = "\r\n",
	.begin = fix_begin_powershell,
	.write = fix_write_powershell,
};

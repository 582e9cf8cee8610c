// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix_rows.h"
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

static const struct fix_row rows[] = {
	SET_OF("smb1_accepted", SERVER, "EnableSMB1Protocol", "$false"),
	RUN("smb1_accepted", "feature",
		"Disable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol -NoRestart"),
	SET_OF("old_dialect_accepted", SERVER, "Smb2DialectMin", "SMB300"),
	SET_OF("dialect_below_311", SERVER, "Smb2DialectMin", "SMB311"),
	SET_OF("downgrade_unnoticed", SERVER, "Smb2DialectMin", "SMB311"),
	SET_OF("smb311_not_offered", SERVER, "Smb2DialectMax", "SMB311"),
	SET_OF("encryption_not_supported", SERVER, "EncryptData", "$true"),
	SET_OF("encryption_not_required", SERVER, "EncryptData", "$true"),
	SET_OF("encryption_not_required", SERVER, "RejectUnencryptedAccess", "$true"),
	IN_SHARE_OF("share_encryption_not_enforced", "Set-SmbShare", "EncryptData", "$true"),
	SET_OF("share_encryption_not_enforced", SERVER, "RejectUnencryptedAccess", "$true"),
	SET_OF("weak_cipher_preferred", SERVER, "EncryptionCiphers", CIPHERS),
	SET_OF("cipher_256_missing", SERVER, "EncryptionCiphers", CIPHERS),
	SET_OF("compression_offered", SERVER, "DisableCompression", "$true"),
	SET_OF("signing_not_required", SERVER, "RequireSecuritySignature", "$true"),
	SET_OF("signing_not_enforced", SERVER, "RequireSecuritySignature", "$true"),
	SET_OF("signing_not_enforced", SERVER, "EncryptData", "$true"),
	SET_OF("ntlm_mic_not_required", SERVER, "RequireSecuritySignature", "$true"),
	SET_OF("relay_target", SERVER, "RequireSecuritySignature", "$true"),
	SET_OF("relay_target", SERVER, "SmbServerNameHardeningLevel", "1"),
	SET_OF("ntlm_target_not_checked", SERVER, "SmbServerNameHardeningLevel", "1"),
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
	SET_OF("ntlmv1_accepted", LSA, "LmCompatibilityLevel", "5"),
	SET_OF("lm_accepted", LSA, "LmCompatibilityLevel", "5"),
	SET_OF("lm_accepted", LSA, "NoLMHash", "1"),
	SET_OF("ntlm_session_security_weak", MSV1_0, "NTLMMinServerSec", "537395200"),
	SET_OF("ntlm_session_security_weak", MSV1_0, "NTLMMinClientSec", "537395200"),
	SET_OF("kerberos_weak_keys", KERBEROS, "SupportedEncryptionTypes", "0x7ffffff8"),
	RUN("guest_accepted", "Guest", NO_GUEST),
	SET_OF("anonymous_session", LANMAN_SERVER, "RestrictNullSessAccess", "1"),
	SET_OF("anonymous_session", LSA, "RestrictAnonymous", "1"),
	SET_OF("anonymous_session", LSA, "EveryoneIncludesAnonymous", "0"),
	SET_OF("anonymous_session", MSV1_0, "AllowNullSessionFallback", "0"),
	SET_OF("anonymous_lists_shares", LSA, "RestrictAnonymous", "1"),
	SET_OF("anonymous_lists_users", LSA, "RestrictAnonymousSAM", "1"),
	SET_OF("null_session_shares", LANMAN_SERVER, "NullSessionShares", "@()"),
	SET_OF("null_session_pipes", LANMAN_SERVER, "NullSessionPipes", "@()"),
	SET_OF("null_session_pipes", LANMAN_SERVER, "RestrictNullSessAccess", "1"),
	SET_OF("pipe_anonymous", LANMAN_SERVER, "NullSessionPipes", "@()"),
	SET_OF("pipe_anonymous", LANMAN_SERVER, "RestrictNullSessAccess", "1"),
	SET_OF("logon_not_delayed", SERVER, "InvalidAuthenticationDelayTimeInMs", "2000"),
	SET_OF("plaintext_passwords", LANMAN_WORKSTATION, "EnablePlainTextPassword", "0"),

	SET_OF("interfaces_disclosed", SERVER, "EnableMultiChannel", "$false"),
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
	IN_SHARE_OF("share_guest", "Revoke-SmbShareAccess", "AccountName", "'Guest'"),
	RUN("share_guest", "Guest", NO_GUEST),
	IN_SHARE_OF("share_anonymous", "Revoke-SmbShareAccess", "AccountName", "'ANONYMOUS LOGON'"),
	SET_OF("share_anonymous", LANMAN_SERVER, "RestrictNullSessAccess", "1"),
	SET_OF("share_anonymous", LANMAN_SERVER, "NullSessionShares", "@()"),
	SET_OF("share_anonymous", LSA, "EveryoneIncludesAnonymous", "0"),
	IN_SHARE_OF("share_open_to_everyone", "Revoke-SmbShareAccess", "AccountName", "'Everyone'"),
	CHOOSE("share_open_to_everyone", "Grant-SmbShareAccess -AccountName", "'DOMAIN\\GROUP'",
		"first, for those who need the share: nobody else is left"),
	IN_SHARE_OF("share_writable_by_everyone", "Revoke-SmbShareAccess", "AccountName", "'Everyone'"),
	CHOOSE("share_writable_by_everyone", "Grant-SmbShareAccess -AccountName", "'DOMAIN\\GROUP'",
		"first, for those who write there: nobody else is left"),

	SET_OF("client_signing_not_required", CLIENT, "RequireSecuritySignature", "$true"),
	SET_OF("client_encryption_not_required", CLIENT, "RequireEncryption", "$true"),
	SET_OF("client_ntlm_not_blocked", CLIENT, "BlockNTLM", "$true"),
	SET_OF("client_guest_allowed", CLIENT, "EnableInsecureGuestLogons", "$false"),
	SET_OF("client_old_dialects", CLIENT, "Smb2DialectMin", "SMB311"),
	{ .check = "client_old_dialects",
		.subject = "mrxsmb10",
		.where = FIX_GLOBAL,
		.key = "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\mrxsmb10",
		.name = "Start",
		.value = "4" },
	SET_OF("unc_hardening_missing", HARDENED_PATHS, "\\\\*\\SYSVOL", HARDENED),
	SET_OF("unc_hardening_missing", HARDENED_PATHS, "\\\\*\\NETLOGON", HARDENED),
	SET_OF("audit_of_peers_off", SERVER, "AuditClientDoesNotSupportEncryption", "$true"),
	SET_OF("audit_of_peers_off", SERVER, "AuditClientDoesNotSupportSigning", "$true"),
	SET_OF("audit_of_peers_off", SERVER, "AuditInsecureGuestLogon", "$true"),
	SET_OF("audit_of_peers_off", CLIENT, "AuditServerDoesNotSupportEncryption", "$true"),
	SET_OF("audit_of_peers_off", CLIENT, "AuditServerDoesNotSupportSigning", "$true"),
	SET_OF("audit_of_peers_off", CLIENT, "AuditInsecureGuestLogon", "$true"),
	RUN("logging_off", "audit policy",
		"auditpol /set /subcategory:'File Share','Logon' /success:enable /failure:enable"),
	SET_OF("logging_off", SERVER, "AuditSmb1Access", "$true"),
	SET_OF("setting_without_effect", SERVER, "RequireSecuritySignature", "$true"),
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

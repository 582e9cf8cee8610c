// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/windows_settings.h"

#include "audit/lint/rules_windows.h"

// One column after the other: the check; where in the JSON; where in the registry, and which policy wins; the
// test; then what is said of it.
#define SERVER(name) .object = WINDOWS_SERVER_SECTION, .property = (name)
#define CLIENT(name) .object = WINDOWS_CLIENT_SECTION, .property = (name)
#define SERVER_KEY(name) .key = WINDOWS_SERVER_KEY, .value = (name), .policy = WINDOWS_SERVER_POLICY
#define CLIENT_KEY(name) .key = WINDOWS_CLIENT_KEY, .value = (name), .policy = WINDOWS_CLIENT_POLICY
#define SERVER_POLICY(name) .key = WINDOWS_SERVER_POLICY, .value = (name), .policy = WINDOWS_SERVER_KEY
#define CLIENT_POLICY(name) .key = WINDOWS_CLIENT_POLICY, .value = (name), .policy = WINDOWS_CLIENT_KEY
#define LSA_KEY(name) .key = WINDOWS_LSA_KEY, .value = (name)
#define MSV1_0_KEY(name) .key = WINDOWS_MSV1_0_KEY, .value = (name)
#define TEST(how, number) .test = WINDOWS_##how, .wanted = (number)

#define KERBEROS_KEY                                                                                         \
	WINDOWS_HKLM "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\Kerberos\\Parameters"
#define SMB1_CLIENT_KEY WINDOWS_HKLM "SYSTEM\\CurrentControlSet\\Services\\mrxsmb10"

enum {
	SMB_300 = 0x300,
	SMB_311 = 0x311,
	SESSION_SECURITY = 0x20080000, // NTLMv2 session security, 128-bit encryption
	WEAK_KEYS = 0x7,               // MS-KILE 2.2.7: DES-CBC-CRC, DES-CBC-MD5, RC4-HMAC
};

const struct windows_setting windows_settings[] = {
	{ "smb1_accepted", SERVER("EnableSMB1Protocol"), SERVER_KEY("SMB1"), TEST(IS, 0),
		.reference = "WN25-00-000390, CIS 18.4.4" },
	{ "old_dialect_accepted", SERVER("Smb2DialectMin"), SERVER_KEY("MinSmb2Dialect"),
		TEST(AT_LEAST, SMB_300),
		.standard = "none, so that 2.0.2 is accepted (all versions of Windows)",
		.reference = "Windows 11 24H2 baseline: 768" },
	{ "dialect_below_311", SERVER("Smb2DialectMin"), SERVER_KEY("MinSmb2Dialect"),
		TEST(AT_LEAST, SMB_311),
		.standard = "none, so that 2.0.2 is accepted (all versions of Windows)" },
	{ "smb311_not_offered", SERVER("Smb2DialectMax"), SERVER_KEY("MaxSmb2Dialect"),
		TEST(UP_TO_OR_NONE, SMB_311), .reference = "Windows 11 24H2 baseline: 785" },
	{ "signing_not_required", SERVER("RequireSecuritySignature"), SERVER_KEY("RequireSecuritySignature"),
		TEST(AT_LEAST, 1),
		.standard = "0 (Windows Server up to 2025 but domain controllers; 1 in Windows 11 24H2 Pro "
			    "and more)",
		.reference = "WN25-SO-000190, CIS 2.3.9.2" },
	{ "encryption_not_required", SERVER("EncryptData"), SERVER_KEY("EncryptData"), TEST(AT_LEAST, 1),
		.standard = "0 (all versions of Windows)" },
	{ "share_encryption_not_enforced", SERVER("RejectUnencryptedAccess"),
		SERVER_KEY("RejectUnencryptedAccess"), TEST(AT_LEAST, 1) },
	{ "ntlm_target_not_checked", SERVER("SmbServerNameHardeningLevel"),
		SERVER_KEY("SmbServerNameHardeningLevel"), TEST(AT_LEAST, 1),
		.standard = "0 (all versions of Windows)", .reference = "CIS 2.3.9.5, OSConfig WS2025" },
	{ "logon_not_delayed", SERVER("InvalidAuthenticationDelayTimeInMs"),
		SERVER_KEY("InvalidAuthenticationDelayTimeInMs"), TEST(AT_LEAST, 1),
		.reference = "Windows 11 24H2 baseline: 2000" },
	{ "logon_not_delayed", SERVER_POLICY("EnableAuthRateLimiter"), TEST(AT_LEAST, 1),
		.reference = "Windows 11 24H2 baseline: 1" },
	{ "compression_offered", SERVER("DisableCompression"), SERVER_KEY("DisableCompression"),
		TEST(AT_LEAST, 1) },
	{ "null_session_shares", SERVER("NullSessionShares"), SERVER_KEY("NullSessionShares"), TEST(EMPTY, 0),
		.reference = "CIS 2.3.10.12" },
	{ "null_session_pipes", SERVER("NullSessionPipes"), SERVER_KEY("NullSessionPipes"), TEST(EMPTY, 0),
		.reference = "CIS 2.3.10.7" },
	{ "anonymous_session", SERVER_KEY("RestrictNullSessAccess"), TEST(AT_LEAST, 1),
		.reference = "WN25-SO-000250, CIS 2.3.10.10" },
	{ "audit_of_peers_off", SERVER("AuditClientDoesNotSupportEncryption"),
		SERVER_POLICY("AuditClientDoesNotSupportEncryption"), TEST(AT_LEAST, 1), .standard = "0",
		.subject = "AuditClientDoesNotSupportEncryption",
		.reference = "Windows 11 24H2 baseline: 1" },
	{ "audit_of_peers_off", SERVER("AuditClientDoesNotSupportSigning"),
		SERVER_POLICY("AuditClientDoesNotSupportSigning"), TEST(AT_LEAST, 1), .standard = "0",
		.subject = "AuditClientDoesNotSupportSigning", .reference = "Windows 11 24H2 baseline: 1" },

	{ "ntlmv1_accepted", LSA_KEY("LmCompatibilityLevel"), TEST(AT_LEAST, 5),
		.standard = "3 (which takes NTLMv1 before Windows 11 24H2 and Windows Server 2025)",
		.reference = "WN25-SO-000310, CIS 2.3.11.7" },
	{ "ntlm_accepted", MSV1_0_KEY("RestrictReceivingNTLMTraffic"), TEST(AT_LEAST, 2),
		.standard = "0 (all versions of Windows)" },
	{ "ntlm_session_security_weak", MSV1_0_KEY("NTLMMinServerSec"), TEST(BITS, SESSION_SECURITY),
		.standard = "0x20000000 (Windows 7 and later), without NTLMv2",
		.reference = "WN25-SO-000340, CIS 2.3.11.10" },
	{ "ntlm_session_security_weak", MSV1_0_KEY("NTLMMinClientSec"), TEST(BITS, SESSION_SECURITY),
		.standard = "0x20000000 (Windows 7 and later), without NTLMv2",
		.reference = "WN25-SO-000330, CIS 2.3.11.9" },
	{ "anonymous_session", MSV1_0_KEY("AllowNullSessionFallback"), TEST(IS, 0),
		.reference = "WN25-SO-000270, CIS 2.3.11.2" },
	{ "anonymous_session", LSA_KEY("EveryoneIncludesAnonymous"), TEST(IS, 0),
		.reference = "CIS 2.3.10.5" },
	{ "anonymous_lists_shares", LSA_KEY("RestrictAnonymous"), TEST(AT_LEAST, 1),
		.standard = "0 (all versions of Windows)", .reference = "WN25-SO-000230, CIS 2.3.10.3" },
	{ "anonymous_lists_users", LSA_KEY("RestrictAnonymousSAM"), TEST(AT_LEAST, 1),
		.reference = "WN25-SO-000220, CIS 2.3.10.2" },
	{ "kerberos_weak_keys", .key = KERBEROS_KEY, .value = "SupportedEncryptionTypes",
		TEST(NO_BITS, WEAK_KEYS) },

	{ "client_signing_not_required", CLIENT("RequireSecuritySignature"),
		CLIENT_KEY("RequireSecuritySignature"), TEST(AT_LEAST, 1),
		.standard = "0 (before Windows 11 24H2 and Windows Server 2025)",
		.reference = "WN25-SO-000160, CIS 2.3.8.1" },
	{ "client_encryption_not_required", CLIENT("RequireEncryption"), CLIENT_KEY("RequireEncryption"),
		TEST(AT_LEAST, 1), .standard = "0 (all versions of Windows)" },
	{ "client_ntlm_not_blocked", CLIENT("BlockNTLM"), CLIENT_KEY("BlockNTLM"), TEST(AT_LEAST, 1),
		.standard = "0 (all versions of Windows)" },
	{ "client_guest_allowed", CLIENT("EnableInsecureGuestLogons"), CLIENT_KEY("AllowInsecureGuestAuth"),
		TEST(IS, 0), .reference = "WN25-CC-000070, CIS 18.6.8.1" },
	{ "client_old_dialects", CLIENT("Smb2DialectMin"), CLIENT_KEY("MinSmb2Dialect"),
		TEST(AT_LEAST, SMB_300),
		.standard = "none, so that 2.0.2 is spoken (all versions of Windows)",
		.reference = "Windows 11 24H2 baseline: 768" },
	{ "client_old_dialects", .key = SMB1_CLIENT_KEY, .value = "Start", TEST(IS, 4), .subject = "MrxSmb10",
		.reference = "WN25-00-000400, CIS 18.4.3" },
	{ "plaintext_passwords", CLIENT_KEY("EnablePlainTextPassword"), TEST(IS, 0),
		.reference = "WN25-SO-000180, CIS 2.3.8.3" },
	{ "audit_of_peers_off", CLIENT("AuditServerDoesNotSupportEncryption"),
		CLIENT_POLICY("AuditServerDoesNotSupportEncryption"), TEST(AT_LEAST, 1), .standard = "0",
		.subject = "AuditServerDoesNotSupportEncryption",
		.reference = "Windows 11 24H2 baseline: 1" },
	{ "audit_of_peers_off", CLIENT("AuditServerDoesNotSupportSigning"),
		CLIENT_POLICY("AuditServerDoesNotSupportSigning"), TEST(AT_LEAST, 1), .standard = "0",
		.subject = "AuditServerDoesNotSupportSigning", .reference = "Windows 11 24H2 baseline: 1" },
};
const size_t windows_setting_count = sizeof(windows_settings) / sizeof(windows_settings[0]);

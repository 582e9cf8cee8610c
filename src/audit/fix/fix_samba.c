// SPDX-License-Identifier: Apache-2.0
// smb.conf: names and values as smb.conf(5) of Samba 4.17 has them.
#include "audit/fix/fix_ini.h"
#include "audit/fix/fix_rows.h"
#include "audit/lint/samba_parameters.h"

#define PRIVATE_NETWORKS "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1 fc00::/7 fe80::/10"
#define CIPHERS "AES-256-GCM, AES-128-GCM, AES-256-CCM, AES-128-CCM"
#define ONLY_WITH_KERBEROS                                                                                   \
	"with Kerberos for everybody alone (security = ads): on a server with accounts of its own, nobody "  \
	"gets in any more"
#define NAME_THEM "the names of those who need it"

static const struct fix_row rows[] = {
	SET("smb1_accepted", "server min protocol", "SMB2_02"),
	SET("old_dialect_accepted", "server min protocol", "SMB3_00"),
	SET("dialect_below_311", "server min protocol", "SMB3_11"),
	SET("downgrade_unnoticed", "server min protocol", "SMB3_11"),
	SET("smb311_not_offered", "server max protocol", "SMB3_11"),
	SET("encryption_not_supported", "server max protocol", "SMB3_11"),
	SET("encryption_not_supported", "server smb encrypt", "required"),
	SET("encryption_not_required", "server smb encrypt", "required"),
	IN_SHARE("share_encryption_not_enforced", "server smb encrypt", "required"),
	SET("weak_cipher_preferred", "server smb3 encryption algorithms", CIPHERS),
	SET("cipher_256_missing", "server smb3 encryption algorithms", CIPHERS),
	SET("signing_algorithm_old", "server smb3 signing algorithms",
		"AES-128-GMAC, AES-128-CMAC, HMAC-SHA256"),
	SET("signing_not_required", "server signing", "mandatory"),
	SET("signing_not_enforced", "server signing", "mandatory"),
	SET("signing_not_enforced", "server smb encrypt", "required"),
	SET("relay_target", "server signing", "mandatory"),
	SET("netbios_session_open", "disable netbios", "yes"),
	SET("netbios_session_open", "smb ports", "445"),
	CHOOSE("bind_all_interfaces", "interfaces", "lo eth0",
		"which ones only you know; with: bind interfaces only = yes"),

	CHOOSE("ntlm_accepted", "ntlm auth", "disabled", ONLY_WITH_KERBEROS),
	SET("ntlmv1_accepted", "ntlm auth", "ntlmv2-only"),
	TAKE_OUT("lm_accepted", "lanman auth"), // deprecated, and off by default
	SET("lm_accepted", "ntlm auth", "ntlmv2-only"),
	NOT_POSSIBLE("ntlm_mic_not_required",
		"Samba has no setting for it; server signing = mandatory makes it of no "
		"use to a relay"),
	NOT_POSSIBLE("ntlm_target_not_checked",
		"Samba has no setting for it; server signing = mandatory makes a "
		"relayed proof of no use"),
	CHOOSE("kerberos_not_offered", "security", "ads", "with the domain's realm, and net ads join"),
	// It is about tickets that Samba asks for. Tried with 4.17: with it tickets of RC4 are taken all the
	// same.
	SET_IN_FILE("kerberos_weak_keys", "kerberos encryption types", "strong"),
	NOT_KEPT("kerberos_weak_keys", "the keys that the KDC has for this server decide: make new ones, of "
				       "AES. In a domain net ads "
				       "changetrustpw && net ads keytab create, else kadmin's ktadd -e "
				       "aes256-cts-hmac-sha1-96:normal"),
	SET("guest_accepted", "map to guest", "Never"),
	SET("anonymous_session", "restrict anonymous", "2"),
	SET("anonymous_lists_shares", "restrict anonymous", "2"),
	SET("anonymous_lists_users", "restrict anonymous", "2"),
	SET("pipe_anonymous", "restrict anonymous", "2"),
	TAKE_OUT("plaintext_passwords", "encrypt passwords"), // deprecated, and on by default
	TAKE_OUT("plaintext_passwords", "client plaintext auth"),
	TAKE_OUT("null_passwords", "null passwords"),
	TAKE_OUT("client_sends_ntlmv1", "client lanman auth"),
	TAKE_OUT("client_sends_ntlmv1", "client NTLMv2 auth"),
	TAKE_OUT("domain_channel_weak", "allow nt4 crypto"),
	TAKE_OUT("domain_channel_weak", "reject md5 clients"),
	TAKE_OUT("domain_channel_weak", "reject md5 servers"),
	TAKE_OUT("domain_channel_weak", "require strong key"),
	TAKE_OUT("domain_channel_weak", "server schannel"),
	TAKE_OUT("domain_channel_weak", "server schannel require seal"),
	TAKE_OUT("domain_channel_weak", "client schannel"),
	TAKE_OUT("domain_channel_weak", "winbind sealed pipes"),
	TAKE_OUT("domain_channel_weak", "ldap server require strong auth"),
	TAKE_OUT("domain_channel_weak", "allow dcerpc auth level connect"),

	SET("interfaces_disclosed", "server multi channel support", "no"),
	{ .check = "information_disclosed",
		.subject = "server string",
		.where = FIX_GLOBAL,
		.name = "server string",
		.value = "file server" },
	NOT_POSSIBLE("information_disclosed", "part of the protocol; less is told without NTLM"),
	// Tried with 4.17: disable spoolss ends printing, rpcd_spoolss answers all the same.
	NOT_POSSIBLE("coercion_interface",
		"no setting closes the pipe; where nothing is printed, its service need not be there: "
		"dpkg-statoverride --update --add root root 0644 /usr/libexec/samba/rpcd_spoolss"),
	IN_SHARE("share_guest", "guest ok", "no"),
	IN_SHARE("share_anonymous", "guest ok", "no"),
	SET("share_anonymous", "restrict anonymous", "2"),
	IN_SHARE("share_writable_by_everyone", "guest ok", "no"),
	CHOOSE("share_writable_by_everyone", "write list", "@WRITERS", NAME_THEM ", with: read only = yes"),
	CHOOSE("share_open_to_everyone", "valid users", "@GROUP", NAME_THEM),
	CHOOSE("share_without_users", "valid users", "@GROUP", NAME_THEM),
	IN_SHARE("share_hosts_unrestricted", "hosts allow", PRIVATE_NETWORKS),
	IN_SHARE("wide_links", "wide links", "no"),
	SET("wide_links", "allow insecure wide links", "no"),
	SET("usershare_guests", "usershare allow guests", "no"),
	CHOOSE("root_share", "path", "/srv/SHARE", "a directory that holds nothing else"),

	SET("client_signing_not_required", "client signing", "required"),
	SET("client_signing_not_required", "client ipc signing", "required"),
	SET("client_encryption_not_required", "client smb encrypt", "required"),
	CHOOSE("client_ntlm_not_blocked", "client use kerberos", "required", ONLY_WITH_KERBEROS),
	SET("client_old_dialects", "client min protocol", "SMB3_11"),
	SET("client_old_dialects", "client ipc min protocol", "SMB3_11"),

	SET("logging_off", "log level", "1 auth_audit:3 auth_json_audit:3"),
	COMMENT_OUT("setting_without_effect", "take the line out, or write the one that has an effect"),
	COMMENT_OUT("setting_deprecated", "take the line out"),
	COMMENT_OUT("acts_as_root", "take the line out, and give a group the permissions that it needs"),
	COMMENT_OUT("setting_unknown", "take the line out, or correct its name: testparm(1)"),
};

const struct fix_platform fix_samba = {
	.platform = PLATFORM_SAMBA,
	.format = LINT_SAMBA,
	.rows = rows,
	.row_count = ARRAY_LEN(rows),
	// One with the opposite value is no matter: the whole line is written anew.
	.meant = samba_parameter_meant,
	.global = "global",
	.share_prefix = "",
	.inline_marks = "",
	.continued = true,
	.file = "smb.conf: testparm(1) checks it, smbcontrol all reload-config has it read",
	.comment = "# ",
	.line_end = "\n",
	.write = fix_write_ini,
};

// SPDX-License-Identifier: Apache-2.0
// Signet's own configuration, signet.conf(5).
#include "audit/fix/fix_ini.h"
#include "audit/fix/fix_rows.h"

#define PRIVATE_NETWORKS "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7 fe80::/10"
#define ONLY_WITH_KERBEROS "needs a keytab: without one nobody can log on any more"
#define CIPHERS "aes-256-gcm aes-128-gcm aes-256-ccm aes-128-ccm"

static const struct fix_row rows[] = {
	SET("old_dialect_accepted", "dialects", "3.1.1 3.0.2 3.0"),
	SET("dialect_below_311", "dialects", "3.1.1"),
	SET("smb311_not_offered", "dialects", "3.1.1"),
	SET("downgrade_unnoticed", "dialects", "3.1.1"),
	SET("encryption_not_supported", "encryption", "required"),
	// A share that asks for less than the server is an error of the configuration.
	EVERY_SHARE("encryption_not_supported", "encryption", "required"),
	SET("encryption_not_required", "encryption", "required"),
	EVERY_SHARE("encryption_not_required", "encryption", "required"),
	IN_SHARE("share_encryption_not_enforced", "encryption", "required"),
	SET("weak_cipher_preferred", "ciphers", CIPHERS),
	SET("cipher_256_missing", "ciphers", CIPHERS),
	SET("signing_algorithm_old", "signing_algorithms", "aes-gmac aes-cmac hmac-sha256"),
	SET("signing_not_required", "signing", "required"),
	SET("signing_not_enforced", "signing", "required"),
	SET("signing_not_enforced", "encryption", "required"),
	EVERY_SHARE("signing_not_enforced", "encryption", "required"),
	SET("relay_target", "signing", "required"),
	SET("relay_target", "ntlm_target_name", "always"),
	SET("relay_target", "ntlm_mic", "always"),
	SET("ntlm_target_not_checked", "ntlm_target_name", "always"),
	SET("ntlm_mic_not_required", "ntlm_mic", "always"),
	CHOOSE("ntlm_accepted", "ntlm", "off", ONLY_WITH_KERBEROS),
	CHOOSE("information_disclosed", "ntlm", "off", ONLY_WITH_KERBEROS "; less is told without NTLM"),
	CHOOSE("kerberos_not_offered", "keytab", "/etc/signet/cifs.keytab", "with its realm"),
	CHOOSE("share_open_to_everyone", "users", "@GROUP", "the names of those who need it"),
	CHOOSE("share_without_users", "users", "@GROUP", "the names of those who need it"),
	CHOOSE("share_writable_by_everyone", "write", "@WRITERS", "the names of those who need it"),
	SET("share_hosts_unrestricted", "networks", PRIVATE_NETWORKS),
	CHOOSE("bind_all_interfaces", "listen", "192.0.2.10:445", "which address only you know"),
	CHOOSE("root_share", "path", "/srv/SHARE", "a directory that holds nothing else"),
	SET("confinement_optional", "walls", "required"),
	CHOOSE("acts_as_root", "user", "signet",
		"a user of the machine that has the rights to state, events and shares"),
	COMMENT_OUT("setting_weakens", "take the line out: the default is strict"),
	SET("logging_off", "detect", "on"),
	COMMENT_OUT("setting_without_effect", "take the line out, or write the one that has an effect"),
	COMMENT_OUT("setting_unknown", "take the line out, or correct its name: signet.conf(5)"),
};

const struct fix_platform fix_signet = {
	.platform = PLATFORM_SIGNET,
	.format = LINT_SIGNET,
	.rows = rows,
	.row_count = ARRAY_LEN(rows),
	.global = "server",
	.share_prefix = "share ",
	.inline_marks = ";",
	.continued = true,
	.file = "signet.conf: signet serve --check CONFIG checks it, SIGHUP has it read",
	.comment = "# ",
	.line_end = "\n",
	.write = fix_write_ini,
};

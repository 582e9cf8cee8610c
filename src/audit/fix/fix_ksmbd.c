// SPDX-License-Identifier: Apache-2.0
// ksmbd.conf: names and values as ksmbd.conf(5) of ksmbd-tools 3.4.7 to 3.5.6 has them.
#include "audit/fix/fix_ini.h"
#include "audit/fix/fix_rows.h"
#include "audit/lint/ksmbd_parameters.h"

#define NAME_THEM "the names of those who need it"
// Tried with Linux 6.12: what "mandatory" demands is announced and not enforced.
#define ANOTHER_SERVER "another server does not, or a tunnel (IPsec, WireGuard) keeps others from the wire"

static const struct fix_row rows[] = {
	SET("smb1_accepted", "server min protocol", "SMB2_10"),
	SET("old_dialect_accepted", "server min protocol", "SMB3_00"),
	SET("dialect_below_311", "server min protocol", "SMB3_11"),
	SET("downgrade_unnoticed", "server min protocol", "SMB3_11"),
	SET("smb311_not_offered", "server max protocol", "SMB3_11"),
	SET("encryption_not_supported", "server max protocol", "SMB3_11"),
	SET("encryption_not_supported", "smb3 encryption", "mandatory"),
	// It is of the whole server: ksmbd knows no encryption of a share.
	SET_IN_FILE("encryption_not_required", "smb3 encryption", "mandatory"),
	SET_IN_FILE("share_encryption_not_enforced", "smb3 encryption", "mandatory"),
	NOT_KEPT("encryption_not_required",
		"ksmbd answers in the clear also with smb3 encryption = mandatory, which only has "
		"clients encrypt that mean well; " ANOTHER_SERVER),
	NOT_KEPT("share_encryption_not_enforced",
		"ksmbd lets in without encryption also with smb3 encryption = mandatory, which only "
		"has clients encrypt that mean well; " ANOTHER_SERVER),
	SET("signing_not_required", "server signing", "mandatory"),
	NOT_POSSIBLE("signing_not_enforced",
		"ksmbd answers unsigned requests also with server signing = mandatory; " ANOTHER_SERVER),
	NOT_POSSIBLE("relay_target",
		"ksmbd answers who does not sign also with server signing = mandatory, so a relay "
		"gets in; " ANOTHER_SERVER),
	CHOOSE("bind_all_interfaces", "interfaces", "eth0",
		"which ones only you know; with: bind interfaces only = yes"),
	NOT_POSSIBLE("ntlm_accepted", "ksmbd cannot do without NTLM"),
	NOT_POSSIBLE("ntlm_mic_not_required", "ksmbd does not look at it; " ANOTHER_SERVER),
	NOT_POSSIBLE("ntlm_target_not_checked", "ksmbd does not look at it; " ANOTHER_SERVER),
	NOT_POSSIBLE("cipher_256_missing", "ksmbd has no setting for its ciphers"),
	NOT_POSSIBLE("weak_cipher_preferred", "ksmbd has no setting for its ciphers"),
	NOT_POSSIBLE("signing_algorithm_old", "ksmbd has no setting for it: a newer kernel"),
	SET("guest_accepted", "map to guest", "never"),
	SET("anonymous_session", "restrict anonymous", "2"),
	SET("anonymous_lists_shares", "restrict anonymous", "2"),
	SET("anonymous_lists_users", "restrict anonymous", "2"),
	SET("pipe_anonymous", "restrict anonymous", "2"),
	SET_IN_FILE("interfaces_disclosed", "server multi channel support", "no"),
	NOT_KEPT("interfaces_disclosed",
		"ksmbd tells them also with server multi channel support = no, to every account; a "
		"machine with one address has none to tell"),
	IN_SHARE("share_guest", "guest ok", "no"),
	IN_SHARE("share_anonymous", "guest ok", "no"),
	SET("share_anonymous", "restrict anonymous", "2"),
	IN_SHARE("share_writable_by_everyone", "guest ok", "no"),
	CHOOSE("share_writable_by_everyone", "write list", "@WRITERS", NAME_THEM ", with: read only = yes"),
	CHOOSE("share_open_to_everyone", "valid users", "@GROUP", NAME_THEM),
	CHOOSE("share_without_users", "valid users", "@GROUP", NAME_THEM),
	CHOOSE("share_hosts_unrestricted", "hosts allow", "192.0.2.0/24", "which networks only you know"),
	IN_SHARE("wide_links", "follow symlinks", "no"),
	CHOOSE("root_share", "path", "/srv/SHARE", "a directory that holds nothing else"),
	COMMENT_OUT("setting_without_effect", "take the line out, or write the one that has an effect"),
	COMMENT_OUT("setting_deprecated", "take the line out"),
	COMMENT_OUT("acts_as_root", "take the line out, and give a group the permissions that it needs"),
	COMMENT_OUT("setting_unknown", "take the line out, or correct its name: ksmbd.conf(5)"),
};

const struct fix_platform fix_ksmbd = {
	.platform = PLATFORM_KSMBD,
	.format = LINT_KSMBD,
	.rows = rows,
	.row_count = ARRAY_LEN(rows),
	// One with the opposite value is no matter: the whole line is written anew.
	.meant = ksmbd_parameter_meant,
	.global = "global",
	.share_prefix = "",
	.inline_marks = "#;",
	// Seen with ksmbd-tools 3.5.2: sections of one name are one, and of two settings the first stays.
	.file = "ksmbd.conf, above what is there: of two settings the first counts; "
		"those of [global] when ksmbd.mountd and ksmbd were started anew",
	.comment = "# ",
	.line_end = "\n",
	.write = fix_write_ini,
};

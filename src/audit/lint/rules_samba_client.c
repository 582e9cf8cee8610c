// SPDX-License-Identifier: Apache-2.0
// What Samba's own client and its tools do with this file: smbclient, winbind, mounts through libsmbclient.
#include <strings.h>

#include "audit/lint/samba_view.h"

// Samba's defaults for clients are not strict. On a server nobody asked for a client: that is hardening,
// while a setting that was made is meant.
static struct audit_finding *report_client(struct samba_view *v, const char *id, const char *subject,
	const struct lint_proof *proof, const char *summary)
{
	struct audit_finding *f =
		lint_report(v->context, id, subject, proof, summary != NULL ? "%s" : NULL, summary);
	if (proof->setting == NULL)
		lint_rate(f, AUDIT_LOW, 'B');
	return f;
}

static void judge_client_signing(struct samba_view *v)
{
	struct lint_proof protection = samba_global(v, "client protection");
	struct lint_proof signing = samba_global(v, "client signing");
	struct lint_proof ipc = samba_global(v, "client ipc signing");
	bool protected = samba_is(protection, "sign") || samba_is(protection, "encrypt");
	if (samba_is(protection, "plain"))
		(void)report_client(v, "client_signing_not_required", NULL, &protection,
			"client protection = plain: neither signed nor encrypted");
	else if (!protected && samba_level(signing) != SAMBA_REQUIRED)
		(void)report_client(v, "client_signing_not_required", NULL, &signing, NULL);
	if (!samba_is(ipc, "default") && samba_level(ipc) != SAMBA_REQUIRED)
		(void)report_client(v, "client_signing_not_required", "client ipc signing", &ipc,
			"calls to services, winbind's too, may go unsigned");
}

static void judge_client_encryption(struct samba_view *v)
{
	struct lint_proof encryption = samba_global(v, "client smb encrypt");
	bool protected = samba_is(samba_global(v, "client protection"), "encrypt");
	if (!protected && samba_level(encryption) != SAMBA_REQUIRED)
		(void)report_client(v, "client_encryption_not_required", NULL, &encryption, NULL);
}

static void judge_client_dialects(struct samba_view *v)
{
	struct lint_proof lowest = samba_global(v, "client min protocol");
	struct lint_proof ipc = samba_global(v, "client ipc min protocol");
	unsigned min = samba_dialect(lowest, 0x0202);
	if (min < 0x0202)
		lint_rate(report_client(v, "client_old_dialects", NULL, &lowest, "SMB 1 is spoken"),
			AUDIT_HIGH, 'D');
	else if (min < 0x0300)
		(void)report_client(v, "client_old_dialects", NULL, &lowest, NULL);
	if (samba_dialect(ipc, 0x0311) < 0x0300)
		(void)report_client(v, "client_old_dialects", "client ipc min protocol", &ipc, NULL);
}

static void judge_client_ntlm(struct samba_view *v)
{
	struct lint_proof kerberos = samba_global(v, "client use kerberos");
	struct lint_proof v2 = samba_global(v, "client NTLMv2 auth");
	struct lint_proof lm = samba_global(v, "client lanman auth");
	struct lint_proof plain = samba_global(v, "client plaintext auth");
	if (!samba_is(kerberos, "yes"))
		(void)lint_report(v->context, "client_ntlm_not_blocked", NULL, &kerberos, NULL);
	if (samba_is(v2, "No"))
		(void)lint_report(v->context, "client_sends_ntlmv1", NULL, &v2, NULL);
	if (samba_is(lm, "Yes"))
		(void)lint_report(v->context, "client_sends_ntlmv1", "client lanman auth", &lm,
			"LM responses are sent, which are found out in minutes");
	if (samba_is(plain, "Yes"))
		(void)lint_report(v->context, "plaintext_passwords", "client plaintext auth", &plain,
			"a server that asks for it is sent the password in the clear");
}

void rules_samba_client(struct samba_view *v)
{
	judge_client_signing(v);
	judge_client_encryption(v);
	judge_client_dialects(v);
	judge_client_ntlm(v);
}

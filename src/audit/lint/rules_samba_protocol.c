// SPDX-License-Identifier: Apache-2.0
// What the server negotiates: dialects, signing, encryption, algorithms.
#include <string.h>
#include <strings.h>

#include "audit/lint/rules_dialects.h"
#include "audit/lint/samba_view.h"

static void judge_dialects(struct samba_view *v)
{
	struct dialect_range d = { .lowest = samba_global(v, "server min protocol"),
		.highest = samba_global(v, "server max protocol"),
		.sealed = samba_encryption_required(v) };
	d.min = samba_dialect(d.lowest, 0x0202);
	d.max = samba_dialect(d.highest, 0x0311);
	rules_dialects(v->context, &d);
}

static void judge_signing(struct samba_view *v)
{
	struct lint_proof signing = samba_global(v, "server signing");
	struct audit_finding *f;
	if (samba_signing_required(v))
		return;
	if (samba_encryption_required(v)) {
		f = lint_report(v->context, "signing_not_required", NULL, &signing,
			"not signed, but encrypted, which protects a message as well");
		lint_rate(f, AUDIT_LOW, 'B');
		return;
	}
	(void)lint_report(v->context, "signing_not_required", NULL, &signing,
		samba_level(signing) == SAMBA_OFF
			? "signing is off for SMB 1 alone; for all others it is offered, and not required"
			: NULL);
}

static void judge_encryption(struct samba_view *v)
{
	struct lint_proof encryption = samba_global(v, "server smb encrypt");
	struct lint_proof highest = samba_global(v, "server max protocol");
	struct audit_finding *f;
	switch (samba_level(encryption)) {
	case SAMBA_OFF:
		(void)lint_report(v->context, "encryption_not_supported", NULL, &encryption,
			"encryption is switched off: clients that ask for it are refused it");
		break;
	case SAMBA_REQUIRED:
		if (samba_dialect(highest, 0x0311) >= 0x0300)
			break;
		f = lint_report(v->context, "setting_contradiction", "server smb encrypt", &encryption,
			"encryption is required, and no dialect that has it is offered: nobody can connect");
		lint_add_proof(v->context, f, &highest);
		break;
	default:
		(void)lint_report(v->context, "encryption_not_required", NULL, &encryption,
			samba_level(encryption) == SAMBA_DESIRED
				? "clients that can encrypt do, the others get in without"
				: NULL);
		break;
	}
}

void rules_samba_protocol(struct samba_view *v)
{
	judge_dialects(v);
	judge_signing(v);
	judge_encryption(v);
}

static void judge_ciphers(struct samba_view *v)
{
	struct lint_proof ciphers = samba_global(v, "server smb3 encryption algorithms");
	const char *list = samba_value(&ciphers);
	const char *best = strcasestr(list, "AES-256-GCM");
	const char *first = list + strspn(list, " ,-+");
	if (strcasestr(list, "AES-256") == NULL)
		(void)lint_report(v->context, "cipher_256_missing", NULL, &ciphers, NULL);
	else if (best != first)
		(void)lint_report(v->context, "weak_cipher_preferred", NULL, &ciphers,
			"the first of the list is the server's preference");
}

void rules_samba_algorithms(struct samba_view *v)
{
	struct lint_proof signing = samba_global(v, "server smb3 signing algorithms");
	const char *list = samba_value(&signing);
	if (samba_level(samba_global(v, "server smb encrypt")) != SAMBA_OFF)
		judge_ciphers(v);
	if (strcasestr(list, "GMAC") == NULL && strcasestr(list, "CMAC") == NULL)
		(void)lint_report(v->context, "signing_algorithm_old", NULL, &signing, NULL);
}

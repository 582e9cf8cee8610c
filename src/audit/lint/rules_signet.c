// SPDX-License-Identifier: Apache-2.0
// What Signet's own configuration takes back of its defaults.
#include "audit/lint/rules_signet.h"

#include <stdio.h>
#include <string.h>

#include "audit/lint/lint_paths.h"
#include "config/config.h"
#include "config/config_schema.h"
#include "config/config_value.h"

// A setting as it stands, or its default.
static struct lint_proof proof_in(
	const struct lint_context *c, enum config_section section, const char *heading, const char *name)
{
	const struct config_key *key = config_key_find(section, name);
	return (struct lint_proof){
		.setting = lint_find(c->settings, heading, name),
		.name = name,
		.section = heading,
		.standard = key != NULL ? key->value : NULL,
	};
}

static struct lint_proof server_proof(const struct lint_context *c, const char *name)
{
	return proof_in(c, CONFIG_SERVER, "server", name);
}

static bool has_code(const struct config_codes *codes, uint16_t code)
{
	for (size_t i = 0; i < codes->count; i++) {
		if (codes->items[i] == code)
			return true;
	}
	return false;
}

static void judge_dialects(struct lint_context *c, const struct config *config)
{
	struct lint_proof p = server_proof(c, "dialects");
	if (config_has_dialect(config, 0x0202) || config_has_dialect(config, 0x0210))
		(void)lint_report(c, "old_dialect_accepted", NULL, &p, NULL);
	if (config_has_dialect(config, 0x0300) || config_has_dialect(config, 0x0302))
		(void)lint_report(c, "dialect_below_311", NULL, &p, NULL);
	if (!config_has_dialect(config, 0x0311))
		(void)lint_report(c, "smb311_not_offered", NULL, &p, NULL);
}

static void judge_algorithms(struct lint_context *c, const struct config *config)
{
	enum { CCM_128 = 1, GCM_128, CCM_256, GCM_256 }; // MS-SMB2 2.2.3.1.2
	enum { HMAC_SHA256, CMAC, GMAC };                // MS-SMB2 2.2.3.1.7
	struct lint_proof ciphers = server_proof(c, "ciphers");
	struct lint_proof signing = server_proof(c, "signing_algorithms");
	uint16_t first = config->ciphers.count > 0 ? config->ciphers.items[0] : 0;
	if (!has_code(&config->ciphers, GCM_256) && !has_code(&config->ciphers, CCM_256))
		(void)lint_report(c, "cipher_256_missing", NULL, &ciphers, NULL);
	else if (first != GCM_256)
		(void)lint_report(c, "weak_cipher_preferred", NULL, &ciphers, NULL);
	if (!has_code(&config->signing_algorithms, GMAC) && !has_code(&config->signing_algorithms, CMAC))
		(void)lint_report(c, "signing_algorithm_old", NULL, &signing, NULL);
}

static void judge_protection(struct lint_context *c, const struct config *config)
{
	struct lint_proof signing = server_proof(c, "signing");
	struct lint_proof encryption = server_proof(c, "encryption");
	if (config->encryption == PROTECTION_OFF)
		(void)lint_report(c, "encryption_not_supported", NULL, &encryption, NULL);
	else if (config->encryption != PROTECTION_REQUIRED)
		(void)lint_report(c, "encryption_not_required", NULL, &encryption, NULL);
	if (config->signing == PROTECTION_REQUIRED)
		return;
	struct audit_finding *f = lint_report(c, "signing_not_required", NULL, &signing, NULL);
	if (config->encryption == PROTECTION_REQUIRED)
		lint_rate(f, AUDIT_LOW, 'B');
}

static void judge_authentication(struct lint_context *c, const struct config *config)
{
	struct lint_proof ntlm = server_proof(c, "ntlm");
	struct lint_proof mic = server_proof(c, "ntlm_mic");
	struct lint_proof target = server_proof(c, "ntlm_target_name");
	struct lint_proof keytab = server_proof(c, "keytab");
	bool protected = config->signing == PROTECTION_REQUIRED || config->encryption == PROTECTION_REQUIRED;
	struct audit_finding *f;
	if (config->keytab == NULL)
		(void)lint_report(c, "kerberos_not_offered", NULL, &keytab, NULL);
	if (config->ntlm == NTLM_OFF)
		return;
	(void)lint_report(c, "ntlm_accepted", NULL, &ntlm, NULL);
	if (config->ntlm_mic != NTLM_ALWAYS) {
		f = lint_report(c, "ntlm_mic_not_required", NULL, &mic,
			"a MIC is checked where the client declares one; without it is taken too");
		if (protected)
			lint_rate(f, AUDIT_LOW, 'B');
	}
	if (config->ntlm_target_name != NTLM_ALWAYS) {
		f = lint_report(c, "ntlm_target_not_checked", NULL, &target,
			"a wrong name is refused; no name is taken too");
		if (protected)
			lint_rate(f, AUDIT_LOW, 'B');
	}
}

static void judge_exposure(struct lint_context *c, const struct config *config)
{
	struct lint_proof networks = server_proof(c, "networks");
	struct lint_proof listen = server_proof(c, "listen");
	if (!network_list_admits_all(&config->networks))
		return;
	(void)lint_report(
		c, "share_hosts_unrestricted", NULL, &networks, "clients may connect from anywhere");
	for (size_t i = 0; i < config->listen_count; i++) {
		const char *text = config->listen[i].text;
		if (strncmp(text, "0.0.0.0:", 8) == 0 || strncmp(text, "[::]:", 5) == 0)
			(void)lint_report(c, "bind_all_interfaces", NULL, &listen, NULL);
	}
}

// Words of the table that weaken, and have no check of their own above.
static void judge_choice(struct lint_context *c, const struct config_key *key, const void *object,
	const char *heading, const char *subject)
{
	static const char *const judged[] = { "signing", "encryption", "dialects", "ntlm", "ntlm_mic",
		"ntlm_target_name" };
	const struct config_choice *choice;
	struct lint_proof p = proof_in(c, key->section, heading, key->name);
	for (size_t i = 0; i < ARRAY_LEN(judged); i++) {
		if (strcmp(key->name, judged[i]) == 0)
			return;
	}
	choice = config_choice_of_value(
		key->choices, *(const int *)(const void *)((const char *)object + key->offset));
	if (choice == NULL || choice->weakens == NULL)
		return;
	if (strcmp(key->name, "walls") == 0)
		(void)lint_report(c, "confinement_optional", NULL, &p, "%s", choice->weakens);
	else if (strcmp(key->name, "detect") == 0)
		(void)lint_report(c, "logging_off", key->name, &p, "%s", choice->weakens);
	else
		(void)lint_report(c, "setting_weakens", subject, &p, "%s", choice->weakens);
}

static void judge_choices(struct lint_context *c, enum config_section section, const void *object,
	const char *heading, const char *subject)
{
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		if (key->section == section && key->type == CONFIG_CHOICE)
			judge_choice(c, key, object, heading, subject != NULL ? subject : key->name);
	}
}

static void judge_modes(struct lint_context *c, const struct config_share *s, const char *heading)
{
	struct lint_proof file = proof_in(c, CONFIG_SHARE, heading, "file_mode");
	struct lint_proof directory = proof_in(c, CONFIG_SHARE, heading, "directory_mode");
	struct lint_proof seen = proof_in(c, CONFIG_SHARE, heading, "access_based_enumeration");
	if ((s->file_mode & 2) != 0)
		(void)lint_report(c, "setting_weakens", s->name, &file,
			"every local user of the server can change new files");
	if ((s->directory_mode & 2) != 0)
		(void)lint_report(c, "setting_weakens", s->name, &directory,
			"every local user of the server can change new directories");
	if (!s->access_based_enumeration)
		(void)lint_report(c, "setting_weakens", s->name, &seen,
			"users see the names of what they may not read");
}

static void judge_share(struct lint_context *c, const struct config *config, const struct config_share *s)
{
	char heading[512];
	(void)snprintf(heading, sizeof(heading), "share %s", s->name);
	struct lint_proof path = proof_in(c, CONFIG_SHARE, heading, "path");
	struct lint_proof users = proof_in(c, CONFIG_SHARE, heading, "users");
	struct lint_proof encryption = proof_in(c, CONFIG_SHARE, heading, "encryption");
	if (lint_is_system_path(s->path))
		(void)lint_report(c, "root_share", s->name, &path, NULL);
	if (s->users.name_count == 0)
		(void)lint_report(c, "setting_without_effect", s->name, &users, "nobody may use this share");
	if (s->encryption != PROTECTION_REQUIRED && config->encryption != PROTECTION_REQUIRED)
		(void)lint_report(c, "share_encryption_not_enforced", s->name, &encryption, NULL);
	else if (s->encryption != PROTECTION_REQUIRED)
		(void)lint_report(c, "setting_without_effect", lint_subject(c, heading, "encryption"),
			&encryption, "the server requires encryption of everything");
	judge_modes(c, s, heading);
	judge_choices(c, CONFIG_SHARE, s, heading, s->name);
}

void rules_signet(struct lint_context *c)
{
	const struct config *config = c->settings->signet;
	judge_dialects(c, config);
	judge_algorithms(c, config);
	judge_protection(c, config);
	judge_authentication(c, config);
	judge_exposure(c, config);
	judge_choices(c, CONFIG_SERVER, config, "server", NULL);
	for (size_t i = 0; i < config->share_count; i++)
		judge_share(c, config, &config->shares[i]);
}

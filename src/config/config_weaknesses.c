// SPDX-License-Identifier: Apache-2.0
// What of a configuration is weaker than it need be.
#include <string.h>

#include "config/config_posture.h"
#include "config/config_schema.h"
#include "config/config_value.h"

// "[server] encryption = desired: ..."
static void warn_choice(const char *heading, const char *name, const struct config_key *key, int value,
	struct config_messages *warnings)
{
	const struct config_choice *choice = config_choice_of_value(key->choices, value);
	if (choice != NULL && choice->weakens != NULL)
		config_messages_add(warnings, "[%s%s%s] %s = %s: %s", heading, *name != 0 ? " " : "", name,
			key->name, choice->word, choice->weakens);
}

static void warn_choices(
	enum config_section section, const char *name, const void *object, struct config_messages *warnings)
{
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		const void *field = (const char *)object + key->offset;
		const struct config_codes *codes = field;
		if (key->section != section)
			continue;
		if (key->type == CONFIG_CHOICE)
			warn_choice(config_sections[section].word, name, key, *(const int *)field, warnings);
		for (size_t c = 0; key->type == CONFIG_CODES && c < codes->count; c++)
			warn_choice(config_sections[section].word, name, key, codes->items[c], warnings);
	}
}

static void warn_modes(const struct config_share *s, struct config_messages *warnings)
{
	if ((s->file_mode & 2) != 0)
		config_messages_add(warnings,
			"[share %s] file_mode = %04o: every local user can change new files", s->name,
			(unsigned)s->file_mode);
	if ((s->directory_mode & 2) != 0)
		config_messages_add(warnings,
			"[share %s] directory_mode = %04o: every local user can change new directories",
			s->name, (unsigned)s->directory_mode);
}

void config_warnings(const struct config *c, struct config_messages *warnings)
{
	if (network_list_admits_all(&c->networks))
		config_messages_add(warnings, "[server] networks: clients may connect from anywhere");
	warn_choices(CONFIG_SERVER, "", c, warnings);
	for (size_t i = 0; i < c->share_count; i++) {
		warn_choices(CONFIG_SHARE, c->shares[i].name, &c->shares[i], warnings);
		warn_modes(&c->shares[i], warnings);
	}
}

void config_notes(const struct config *c, struct config_messages *notes)
{
	if (c->ntlm == NTLM_OFF)
		config_messages_add(notes,
			"[server] ntlm = off: nobody can log in, for this version knows nothing but NTLMv2");
	if (c->share_count == 0)
		config_messages_add(notes, "there is no share; add [share NAME] with path and users");
	for (size_t i = 0; i < c->share_count; i++) {
		if (c->shares[i].users.account_count == 0)
			config_messages_add(
				notes, "[share %s] users: nobody may use this share", c->shares[i].name);
	}
}

// SPDX-License-Identifier: Apache-2.0
// What of a configuration is weaker than it need be.
#include <netinet/in.h>
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
	if (!s->access_based_enumeration)
		config_messages_add(warnings,
			"[share %s] access_based_enumeration = no: users see the names of what they may not "
			"read",
			s->name);
	if ((s->file_mode & 2) != 0)
		config_messages_add(warnings,
			"[share %s] file_mode = %04o: every local user can change new files", s->name,
			(unsigned)s->file_mode);
	if ((s->directory_mode & 2) != 0)
		config_messages_add(warnings,
			"[share %s] directory_mode = %04o: every local user can change new directories",
			s->name, (unsigned)s->directory_mode);
}

static bool is_loopback(const struct config_address *a)
{
	if (a->address.ss_family == AF_INET)
		return (ntohl(((const struct sockaddr_in *)&a->address)->sin_addr.s_addr) >> 24) == 127;
	return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)&a->address)->sin6_addr);
}

static void warn_server(const struct config *c, struct config_messages *warnings)
{
	if (network_list_admits_all(&c->networks))
		config_messages_add(warnings, "[server] networks: clients may connect from anywhere");
	if (c->metrics.text != NULL && !is_loopback(&c->metrics))
		config_messages_add(warnings,
			"[server] metrics = %s: not a loopback address: whoever can reach it and is in "
			"networks reads counters and names of shares, unencrypted",
			c->metrics.text);
	warn_choices(CONFIG_SERVER, "", c, warnings);
	for (size_t i = 0; i < c->detection.disabled.count; i++)
		config_messages_add(warnings, "[detect] disabled = %s: nobody is told of what it finds",
			c->detection.disabled.items[i]);
}

static void warn_all_of_share(const struct config_share *s, struct config_messages *warnings)
{
	warn_choices(CONFIG_SHARE, s->name, s, warnings);
	warn_modes(s, warnings);
}

void config_warnings(const struct config *c, struct config_messages *warnings)
{
	warn_server(c, warnings);
	for (size_t i = 0; i < c->share_count; i++)
		warn_all_of_share(&c->shares[i], warnings);
}

bool config_server_is_strict(const struct config *c)
{
	struct config_messages warnings = { 0 };
	warn_server(c, &warnings);
	bool strict = warnings.count == 0;
	config_messages_done(&warnings);
	return strict;
}

bool config_share_is_strict(const struct config *c, const struct config_share *s)
{
	struct config_messages warnings = { 0 };
	warn_all_of_share(s, &warnings);
	bool strict = warnings.count == 0;
	config_messages_done(&warnings);
	return strict && config_server_is_strict(c);
}

void config_concessions(const struct config *c, struct config_messages *concessions)
{
	if (c->ntlm == NTLM_OFF)
		return;
	if (c->ntlm_mic != NTLM_ALWAYS)
		config_messages_add(concessions,
			"[server] ntlm_mic = if_sent: NTLM clients that send no integrity code get in, over "
			"SMB 3.1.1 alone (the Linux kernel's); always refuses them");
	if (c->ntlm_target_name != NTLM_ALWAYS)
		config_messages_add(concessions,
			"[server] ntlm_target_name = if_sent: NTLM clients that do not say which server they "
			"mean get in (the Linux kernel's, rclone); always refuses them");
}

void config_notes(const struct config *c, struct config_messages *notes)
{
	if (c->ntlm == NTLM_OFF && c->keytab == NULL)
		config_messages_add(
			notes, "[server] ntlm = off: nobody can log in, for there is no keytab either");
	if (c->share_count == 0)
		config_messages_add(notes, "there is no share; add [share NAME] with path and users");
	for (size_t i = 0; i < c->share_count; i++) {
		if (c->shares[i].users.account_count == 0)
			config_messages_add(
				notes, "[share %s] users: nobody may use this share", c->shares[i].name);
	}
}

// SPDX-License-Identifier: Apache-2.0
#include "config/config_posture.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_posture_share.h"
#include "config/config_render.h"

// The settings that say what is enforced; limits and places are not among them.
static bool is_posture(const struct config_key *key)
{
	return key->type == CONFIG_CHOICE || key->type == CONFIG_CODES || key->type == CONFIG_NETWORKS;
}

static void print_setting(const struct config_key *key, const void *object, const char *absent, FILE *out)
{
	char *text = config_value_text(key, object);
	fprintf(out, "  %-20s %s\n", key->name, text != NULL && *text != 0 ? text : absent);
	free(text);
}

static void print_server(const struct config *c, FILE *out)
{
	fprintf(out, "Server\n");
	print_setting(config_key_find(CONFIG_SERVER, "listen"), c, "", out);
	print_setting(config_key_find(CONFIG_SERVER, "name"), c, "(the address connected to)", out);
	for (size_t i = 0; i < config_key_count; i++) {
		if (config_keys[i].section == CONFIG_SERVER && is_posture(&config_keys[i]))
			print_setting(&config_keys[i], c, "", out);
	}
	print_setting(config_key_find(CONFIG_SERVER, "events"), c, "", out);
	print_setting(config_key_find(CONFIG_SERVER, "metrics"), c, "(off)", out);
	fprintf(out, "  %-20s never; LM and NTLMv1 do not exist\n", "guest, anonymous");
}

// Only what differs: the defaults are in the manual.
static void print_detection(const struct config *c, FILE *out)
{
	bool any = false;
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		char *text = key->section == CONFIG_DETECT ? config_value_text(key, &c->detection) : NULL;
		if (text != NULL && strcmp(text, key->value) != 0) {
			fprintf(out, "%s  %-26s %s", any ? "" : "\nDetectors, not as by default\n", key->name,
				text);
			if (*key->value != 0)
				fprintf(out, " (default: %s)", key->value);
			fputc('\n', out);
			any = true;
		}
		free(text);
	}
}

static void print_messages(const char *title, struct config_messages *m, FILE *out)
{
	if (m->count > 0)
		fprintf(out, "\n%s\n", title);
	for (size_t i = 0; i < m->count; i++)
		fprintf(out, "  %s\n", m->lines[i]);
	config_messages_done(m);
}

void config_posture_print(const struct config *c, FILE *out)
{
	struct config_messages warnings = { 0 };
	struct config_messages concessions = { 0 };
	struct config_messages notes = { 0 };
	print_server(c, out);
	print_detection(c, out);
	for (size_t i = 0; i < c->share_count; i++)
		posture_print_share(c, &c->shares[i], out);
	config_warnings(c, &warnings);
	config_concessions(c, &concessions);
	config_notes(c, &notes);
	if (warnings.count == 0)
		fprintf(out, "\nNothing weakens the strict defaults.\n");
	print_messages("WEAKENED", &warnings, out);
	print_messages("ADMITTED, for clients that cannot do better (each such log-on is a `weakened` event)",
		&concessions, out);
	print_messages("Notes", &notes, out);
}

static json_t *object_json(enum config_section section, const void *object)
{
	json_t *out = json_object();
	for (size_t i = 0; out != NULL && i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		if (key->section == section)
			(void)json_object_set_new(out, key->name, config_value_json(key, object));
	}
	return out;
}

static json_t *server_json(const struct config *c)
{
	json_t *server = object_json(CONFIG_SERVER, c);
	// The host's name says nothing about the configuration.
	if (!c->names_set)
		(void)json_object_set_new(server, "name", json_null());
	return server;
}

static json_t *shares_json(const struct config *c)
{
	json_t *out = json_object();
	for (size_t i = 0; i < c->share_count; i++) {
		json_t *share = object_json(CONFIG_SHARE, &c->shares[i]);
		(void)json_object_set_new(share, "effective", posture_share_effective(c, &c->shares[i]));
		(void)json_object_set_new(out, c->shares[i].name, share);
	}
	return out;
}

static json_t *groups_json(const struct config *c)
{
	json_t *out = json_object();
	for (size_t i = 0; i < c->group_count; i++)
		(void)json_object_set_new(out, c->groups[i].name, object_json(CONFIG_GROUP, &c->groups[i]));
	return out;
}

static json_t *access_json(const struct config *c)
{
	json_t *out = json_object();
	for (size_t i = 0; i < c->access_count; i++)
		(void)json_object_set_new(out, c->access[i].name, object_json(CONFIG_ACCESS, &c->access[i]));
	return out;
}

static json_t *messages_json(
	const struct config *c, void (*get)(const struct config *, struct config_messages *))
{
	struct config_messages messages = { 0 };
	json_t *out = json_array();
	get(c, &messages);
	for (size_t i = 0; i < messages.count; i++)
		(void)json_array_append_new(out, json_string(messages.lines[i]));
	config_messages_done(&messages);
	return out;
}

bool config_posture_print_json(const struct config *c, FILE *out)
{
	json_t *all = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "server", server_json(c), "detect",
		object_json(CONFIG_DETECT, &c->detection), "shares", shares_json(c), "access", access_json(c),
		"groups", groups_json(c), "warnings", messages_json(c, config_warnings), "concessions",
		messages_json(c, config_concessions));
	bool done = all != NULL && json_dumpf(all, out, JSON_INDENT(2)) == 0 && fputc('\n', out) != EOF;
	json_decref(all);
	return done;
}

// SPDX-License-Identifier: Apache-2.0
// A share as its settings come to together: who may read, who may write, from where, and what of it.
#include <stdlib.h>
#include <string.h>

#include "config/config_posture.h"
#include "config/config_posture_share.h"
#include "config/config_render.h"

// --- what settings come to ----------------------------------------------------------------------------

static bool has_sid(const struct user_list *list, const struct sid *sid)
{
	for (size_t i = 0; i < list->sid_count; i++) {
		if (sid_equal(&list->sids[i], sid))
			return true;
	}
	return false;
}

// The share's users who may write, or those who may not.
static json_t *users_json(const struct config_share *s, bool writers)
{
	json_t *out = json_array();
	for (size_t i = 0; out != NULL && i < s->users.account_count; i++) {
		if (user_list_has(&s->write, s->users.accounts[i]) == writers)
			(void)json_array_append_new(out, json_string(s->users.accounts[i]));
	}
	for (size_t i = 0; out != NULL && i < s->users.sid_count; i++) {
		char text[SID_TEXT_SIZE];
		sid_to_text(&s->users.sids[i], text);
		if (has_sid(&s->write, &s->users.sids[i]) == writers)
			(void)json_array_append_new(out, json_string(text));
	}
	return out;
}

static json_t *concerned_json(const struct config_share *s, const struct access_rule *rule)
{
	json_t *out = json_array();
	for (size_t i = 0; out != NULL && i < s->users.account_count; i++) {
		if (access_rule_names(rule, s->users.accounts[i]))
			(void)json_array_append_new(out, json_string(s->users.accounts[i]));
	}
	return out;
}

static json_t *setting(enum config_section section, const char *name, const void *object)
{
	return config_value_json(config_key_find(section, name), object);
}

static json_t *rules_json(const struct config_share *s)
{
	json_t *out = json_array();
	for (size_t i = 0; out != NULL && i < s->access_count; i++) {
		const struct access_rule *r = s->access[i];
		(void)json_array_append_new(
			out, json_pack("{s:s, s:o, s:o, s:o, s:o}", "name", r->name, "users",
				     concerned_json(s, r), "read", setting(CONFIG_ACCESS, "read", r), "write",
				     setting(CONFIG_ACCESS, "write", r), "deny",
				     setting(CONFIG_ACCESS, "deny", r)));
	}
	return out;
}

json_t *posture_share_effective(const struct config *c, const struct config_share *s)
{
	// A share's networks count in addition to the server's, so an address has to be in both.
	return json_pack("{s:o, s:o, s:o, s:o*, s:o}", "may_read", users_json(s, false), "may_read_and_write",
		users_json(s, true), "networks", setting(CONFIG_SERVER, "networks", c), "and_networks",
		s->networks_set ? setting(CONFIG_SHARE, "networks", s) : NULL, "access", rules_json(s));
}

// --- the table ----------------------------------------------------------------------------------------

static void print_words(const char *title, const json_t *words, const char *absent, FILE *out)
{
	size_t index;
	const json_t *word;
	fprintf(out, "  %-26s", title);
	json_array_foreach(words, index, word)
	{
		const char *text = json_string_value(word);
		bool spaced = strchr(text, ' ') != NULL;
		fprintf(out, spaced ? " \"%s\"" : " %s", text);
	}
	fprintf(out, "%s%s\n", json_array_size(words) == 0 ? " " : "",
		json_array_size(words) == 0 ? absent : "");
}

static void print_rule(const json_t *rule, FILE *out)
{
	static const char *const kinds[][2] = { { "deny", "denies" }, { "read", "lets read only" },
		{ "write", "lets write only" } };
	fprintf(out, "  access %s\n", json_string_value(json_object_get(rule, "name")));
	print_words("  concerns", json_object_get(rule, "users"), "(nobody)", out);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const json_t *globs = json_object_get(rule, kinds[i][0]);
		char title[32];
		(void)snprintf(title, sizeof(title), "  %s", kinds[i][1]);
		if (json_array_size(globs) > 0)
			print_words(title, globs, "", out);
	}
}

static void print_setting(const char *title, const char *name, const struct config_share *s, FILE *out)
{
	char *text = config_value_text(config_key_find(CONFIG_SHARE, name), s);
	fprintf(out, "  %-26s %s\n", title, text != NULL ? text : "");
	free(text);
}

void posture_print_share(const struct config *c, const struct config_share *s, FILE *out)
{
	size_t index;
	const json_t *rule;
	json_t *effective = posture_share_effective(c, s);
	const json_t *networks = json_object_get(effective, "and_networks");
	fprintf(out, "\nShare %s%s\n", s->name, s->hidden ? " (hidden)" : "");
	print_setting("path", "path", s, out);
	print_words("may read", json_object_get(effective, "may_read"), "(nobody)", out);
	print_words("may read and write", json_object_get(effective, "may_read_and_write"), "(nobody)", out);
	print_words("from networks", json_object_get(effective, "networks"), "(none)", out);
	if (networks != NULL)
		print_words("  and of these from", networks, "(none)", out);
	print_setting("encryption", "encryption", s, out);
	print_setting("access_based_enumeration", "access_based_enumeration", s, out);
	json_array_foreach(json_object_get(effective, "access"), index, rule)
	{
		print_rule(rule, out);
	}
	json_decref(effective);
}

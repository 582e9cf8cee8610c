// SPDX-License-Identifier: Apache-2.0
#include "config/config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "config/config_build.h"

static void share_done(struct config_share *s)
{
	free(s->name);
	free(s->path);
	free(s->comment);
	user_list_done(&s->users);
	user_list_done(&s->write);
	network_list_done(&s->networks);
	free(s->access);
}

static void config_free(struct config *c)
{
	for (size_t i = 0; i < c->listen_count; i++)
		free(c->listen[i].text);
	for (size_t i = 0; i < c->share_count; i++)
		share_done(&c->shares[i]);
	for (size_t i = 0; i < c->group_count; i++) {
		free(c->groups[i].name);
		user_list_done(&c->groups[i].members);
	}
	free(c->file);
	free(c->listen);
	free(c->state);
	network_list_done(&c->networks);
	free(c->events);
	free(c->user);
	free(c->later_shares);
	free(c->metrics.text);
	config_strings_done(&c->names);
	detect_settings_done(&c->detection);
	free(c->keytab);
	free(c->realm);
	for (size_t i = 0; i < c->access_count; i++)
		access_rule_done(&c->access[i]);
	free(c->access);
	free(c->shares);
	free(c->groups);
	free(c);
}

struct config *config_ref(struct config *c)
{
	(void)atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
	return c;
}

void config_unref(struct config *c)
{
	if (c != NULL && atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) == 1)
		config_free(c);
}

// The host's own name, and what is left of its first dot, when the file names none.
static void default_names(struct build *b)
{
	char host[256] = "";
	struct config *c = b->config;
	c->names_set = c->names.count > 0;
	if (c->names_set || gethostname(host, sizeof(host) - 1) != 0 || *host == 0)
		return;
	size_t short_len = strcspn(host, ".");
	b->no_memory |= config_strings_add(&c->names, host, strlen(host)) != 0;
	if (short_len > 0 && host[short_len] != 0)
		b->no_memory |= config_strings_add(&c->names, host, short_len) != 0;
}

static void build_share(struct build *b, struct build_section *s)
{
	struct config_share *share = &b->config->shares[b->config->share_count++];
	share->line = s->heading->line;
	share->name = strdup(s->name);
	b->no_memory |= share->name == NULL;
	build_keys(b, s, share);
}

static void build_access(struct build *b, struct build_section *s)
{
	struct access_rule *rule = &b->config->access[b->config->access_count++];
	rule->line = s->heading->line;
	rule->name = strdup(s->name);
	b->no_memory |= rule->name == NULL;
	build_keys(b, s, rule);
}

static void build_group(struct build *b, struct build_section *s)
{
	struct config_group *group = &b->config->groups[b->config->group_count++];
	group->line = s->heading->line;
	group->name = strdup(s->name);
	b->no_memory |= group->name == NULL;
	build_keys(b, s, group);
}

// [server] and [detect] may be left out; then all of them is defaults.
static void build_only(struct build *b, enum config_section section, void *object)
{
	static const struct config_heading none = { 0 };
	struct build_section absent = { .section = section, .heading = &none };
	for (size_t i = 0; i < b->section_count; i++) {
		if (b->sections[i].section == section) {
			build_keys(b, &b->sections[i], object);
			return;
		}
	}
	absent.lines = calloc(config_key_count, sizeof(*absent.lines));
	b->no_memory |= absent.lines == NULL;
	if (!b->no_memory)
		build_keys(b, &absent, object);
	free(absent.lines);
}

static void build_sections(struct build *b)
{
	struct config *c = b->config;
	c->shares = calloc(b->section_count + 1, sizeof(*c->shares));
	c->groups = calloc(b->section_count + 1, sizeof(*c->groups));
	c->access = calloc(b->section_count + 1, sizeof(*c->access));
	b->no_memory |= c->shares == NULL || c->groups == NULL || c->access == NULL;
	if (!b->no_memory)
		build_only(b, CONFIG_SERVER, c);
	if (!b->no_memory)
		build_only(b, CONFIG_DETECT, &c->detection);
	for (size_t i = 0; i < b->section_count && !b->no_memory; i++) {
		if (b->sections[i].section == CONFIG_SHARE)
			build_share(b, &b->sections[i]);
		if (b->sections[i].section == CONFIG_ACCESS)
			build_access(b, &b->sections[i]);
		if (b->sections[i].section == CONFIG_GROUP)
			build_group(b, &b->sections[i]);
	}
}

static void build_all(struct build *b)
{
	if (!b->no_memory)
		build_headings(b);
	if (!b->no_memory)
		build_sections(b);
	if (!b->no_memory)
		default_names(b);
	if (!b->no_memory)
		build_check(b);
	for (size_t i = 0; i < b->section_count; i++)
		free(b->sections[i].lines);
	free(b->sections);
}

struct config *config_parse(const char *file, const char *text, size_t len, struct config_messages *errors)
{
	struct config_document document;
	struct build b = { .document = &document, .errors = errors };
	size_t complaints = errors->count + errors->omitted;
	b.no_memory = config_document_read(file, text, len, &document, errors) != 0;
	b.config = calloc(1, sizeof(*b.config));
	if (b.config != NULL) {
		atomic_init(&b.config->refs, 1);
		b.config->file = strdup(file);
		b.no_memory |= b.config->file == NULL;
		build_all(&b);
	}
	config_document_done(&document);
	if (b.config == NULL || b.no_memory)
		config_messages_add(errors, "%s: memory is out", file);
	if (errors->count + errors->omitted == complaints)
		return b.config;
	config_unref(b.config);
	return NULL;
}

const struct config_share *config_share_find(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->share_count; i++) {
		if (strcasecmp(c->shares[i].name, name) == 0)
			return &c->shares[i];
	}
	return NULL;
}

enum share_access config_share_access(const struct config_share *s, const struct identity *who)
{
	if (!user_list_admits(&s->users, who))
		return SHARE_ACCESS_NONE;
	return user_list_admits(&s->write, who) ? SHARE_ACCESS_WRITE : SHARE_ACCESS_READ;
}

bool config_share_access_set(const struct config_share *s, const struct identity *who, struct access_set *out)
{
	enum share_access access = config_share_access(s, who);
	access_set_init(out, access == SHARE_ACCESS_WRITE ? REACH_WRITE : REACH_READ);
	for (size_t i = 0; i < s->access_count; i++) {
		if (access_rule_concerns(s->access[i], who))
			access_set_add(out, s->access[i]);
	}
	return access != SHARE_ACCESS_NONE;
}

bool config_share_admits(const struct config_share *s, const struct sockaddr *peer)
{
	return !s->networks_set || network_list_admits(&s->networks, peer);
}

bool config_has_dialect(const struct config *c, uint16_t dialect)
{
	for (size_t i = 0; i < c->dialects.count; i++) {
		if (c->dialects.items[i] == dialect)
			return true;
	}
	return false;
}

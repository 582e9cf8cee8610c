// SPDX-License-Identifier: Apache-2.0
#include "config/access_rule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int glob_list_add(struct glob_list *list, const struct path_glob *glob)
{
	struct path_glob *grown = reallocarray(list->items, list->count + 1, sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	list->items = grown;
	list->items[list->count++] = *glob;
	return 0;
}

void glob_list_done(struct glob_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		path_glob_done(&list->items[i]);
	free(list->items);
	*list = (struct glob_list){ 0 };
}

void access_rule_done(struct access_rule *r)
{
	free(r->name);
	free(r->share);
	user_list_done(&r->users);
	user_list_done(&r->except);
	glob_list_done(&r->read);
	glob_list_done(&r->write);
	glob_list_done(&r->deny);
}

bool access_rule_concerns(const struct access_rule *r, const struct identity *who)
{
	bool named = r->users.name_count == 0 || user_list_admits(&r->users, who);
	return named && !user_list_admits(&r->except, who);
}

bool access_rule_names(const struct access_rule *r, const char *account)
{
	bool named = r->users.name_count == 0 || user_list_has(&r->users, account);
	return named && !user_list_has(&r->except, account);
}

// --- a user's patterns ------------------------------------------------------------------------------

void access_set_init(struct access_set *set, enum reach most)
{
	set->count = 0;
	set->confined = false;
	set->most = most;
}

static void add_globs(struct access_set *set, const struct access_rule *rule, const struct glob_list *list,
	enum access_kind kind)
{
	for (size_t i = 0; i < list->count; i++) {
		if (set->count == ACCESS_GLOBS_MAX) {
			set->most = REACH_NOTHING;
			return;
		}
		set->globs[set->count].glob = &list->items[i];
		set->globs[set->count].rule = rule;
		set->globs[set->count++].kind = kind;
	}
}

void access_set_add(struct access_set *set, const struct access_rule *rule)
{
	set->confined = set->confined || rule->read.count > 0 || rule->write.count > 0;
	add_globs(set, rule, &rule->deny, ACCESS_DENY);
	add_globs(set, rule, &rule->read, ACCESS_READ);
	add_globs(set, rule, &rule->write, ACCESS_WRITE);
}

// --- walking ----------------------------------------------------------------------------------------

void access_begin(const struct access_set *set, struct access_place *out)
{
	out->is_no_name = false;
	for (size_t i = 0; i < set->count; i++)
		out->states[i] = path_glob_begin(set->globs[i].glob);
}

void access_step(const struct access_set *set, const struct access_place *from, const char *name, size_t len,
	struct access_place *to)
{
	struct path_name n;
	to->is_no_name = from->is_no_name || !path_name_make(name, len, &n);
	for (size_t i = 0; !to->is_no_name && i < set->count; i++)
		to->states[i] = path_glob_step(set->globs[i].glob, from->states[i], &n);
}

void access_walk(const struct access_set *set, const char *path, struct access_place *out)
{
	access_begin(set, out);
	while (*path != '\0') {
		size_t len = strcspn(path, "/");
		access_step(set, out, path, len, out);
		path += len + (path[len] == '/' ? 1 : 0);
	}
}

// --- judging ----------------------------------------------------------------------------------------

struct found {
	const struct access_rule *denied_by;
	bool readable;
	bool writable;
	bool on_the_way;
};

static struct found look(const struct access_set *set, const struct access_place *place)
{
	struct found found = { 0 };
	for (size_t i = 0; i < set->count; i++) {
		bool covers = path_glob_covers(set->globs[i].glob, place->states[i]);
		bool denies = set->globs[i].kind == ACCESS_DENY;
		if (denies && covers && found.denied_by == NULL)
			found.denied_by = set->globs[i].rule;
		found.readable |= !denies && covers;
		found.writable |= set->globs[i].kind == ACCESS_WRITE && covers;
		found.on_the_way |= !denies && place->states[i] != 0;
	}
	return found;
}

static enum reach least(enum reach a, enum reach b)
{
	return a < b ? a : b;
}

enum reach access_reach(const struct access_set *set, const struct access_place *place)
{
	if (place->is_no_name)
		return REACH_NOTHING;
	struct found found = look(set, place);
	if (found.denied_by != NULL)
		return REACH_NOTHING;
	if (!set->confined || found.writable)
		return set->most;
	if (found.readable)
		return least(REACH_READ, set->most);
	return found.on_the_way ? least(REACH_PASS, set->most) : REACH_NOTHING;
}

enum reach access_reach_of(enum reach reach, bool is_directory)
{
	return reach == REACH_PASS && !is_directory ? REACH_NOTHING : reach;
}

const struct access_rule *access_refuser(const struct access_set *set, const struct access_place *place)
{
	if (place->is_no_name)
		return NULL;
	const struct access_rule *refuser = look(set, place).denied_by;
	for (size_t i = 0; refuser == NULL && i < set->count; i++) {
		if (set->globs[i].kind != ACCESS_DENY)
			refuser = set->globs[i].rule; // the first of those that confine
	}
	return refuser;
}

bool access_denies_alike(
	const struct access_set *set, const struct access_place *from, const struct access_place *to)
{
	for (size_t i = 0; i < set->count; i++) {
		bool denies = set->globs[i].kind == ACCESS_DENY;
		if (denies && (from->states[i] & ~to->states[i]) != 0)
			return false;
	}
	return true;
}

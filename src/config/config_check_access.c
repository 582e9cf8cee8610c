// SPDX-License-Identifier: Apache-2.0
// Whether [access] sections mean what they seem to: what can have no effect is a mistake.
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/config_build.h"

struct rule_check {
	struct build *b;
	struct access_rule *rule;
	const struct build_section *section;
	struct config_share *share;
	size_t complaints; // before this section was looked at
};

static unsigned line_of(const struct rule_check *c, const char *key)
{
	return build_line(c->section, key);
}

static struct config_share *share_find(struct config *c, const char *name)
{
	for (size_t i = 0; name != NULL && i < c->share_count; i++) {
		if (strcasecmp(c->shares[i].name, name) == 0)
			return &c->shares[i];
	}
	return NULL;
}

// --- whom it concerns -------------------------------------------------------------------------------

static bool is_given(const struct rule_check *c, const char *key)
{
	return line_of(c, key) != c->section->heading->line;
}

static void check_members(const struct rule_check *c, const struct user_list *list, const char *key,
	const struct user_list *of, const char *whose)
{
	if (is_given(c, key) && list->name_count == 0)
		BUILD_COMPLAIN(c->b, line_of(c, key), "%s has nobody; name some, or take the line out", key);
	bool open = user_list_has_strangers(of);
	for (size_t i = 0; !open && i < list->account_count; i++) {
		if (!user_list_has(of, list->accounts[i]))
			BUILD_COMPLAIN(c->b, line_of(c, key),
				"%s has '%s', who is not among %s; correct the name, or take it out", key,
				list->accounts[i], whose);
	}
}

// How many of the share's users the rule concerns, and how many of these may write.
static size_t count_concerned(const struct rule_check *c, size_t *writers)
{
	size_t count = 0;
	*writers = 0;
	for (size_t i = 0; i < c->share->users.account_count; i++) {
		const char *account = c->share->users.accounts[i];
		if (!access_rule_names(c->rule, account))
			continue;
		count++;
		*writers += user_list_has(&c->share->write, account) ? 1 : 0;
	}
	return count;
}

static void check_users(const struct rule_check *c)
{
	size_t writers = 0;
	const struct access_rule *r = c->rule;
	bool of_some = r->users.name_count > 0;
	check_members(c, &r->users, "users", &c->share->users, "the share's users");
	check_members(c, &r->except, "except", of_some ? &r->users : &c->share->users,
		of_some ? "the users above" : "the share's users");
	size_t concerned = count_concerned(c, &writers);
	if (user_list_has_strangers(&c->share->users))
		return; // who is behind a SID is known only when he comes
	bool names_fine = c->b->errors->count + c->b->errors->omitted == c->complaints;
	// A share that nobody may use yet is no mistake.
	if (names_fine && concerned == 0 && c->share->users.account_count > 0)
		BUILD_COMPLAIN(
			c->b, r->line, "[access %s] concerns nobody; take names out of except", r->name);
	if (concerned > 0 && writers == 0 && r->write.count > 0)
		BUILD_COMPLAIN(c->b, line_of(c, "write"),
			"write gives nothing, for none of these users is in the write of share '%s'; add "
			"them "
			"there, or use read here",
			c->share->name);
}

// --- patterns ---------------------------------------------------------------------------------------

static void check_within(const struct rule_check *c, const struct glob_list *inner, const char *inner_key,
	const struct glob_list *outer, const char *outer_key, const char *then)
{
	for (size_t i = 0; i < inner->count; i++) {
		for (size_t k = 0; k < outer->count; k++) {
			bool itself = inner == outer && k == i;
			// Of two that are the same, the second is one too many.
			bool later_twin = inner == outer && k > i &&
					  path_glob_is_within(&outer->items[k], &inner->items[i]);
			if (itself || later_twin || !path_glob_is_within(&inner->items[i], &outer->items[k]))
				continue;
			BUILD_COMPLAIN(c->b, line_of(c, inner_key),
				"%s has '%s', which '%s' of %s covers already: %s", inner_key,
				inner->items[i].text, outer->items[k].text, outer_key, then);
			break;
		}
	}
}

static bool covers_all(const struct path_glob *g)
{
	return path_glob_covers(g, path_glob_begin(g));
}

static void check_globs(const struct rule_check *c)
{
	const struct access_rule *r = c->rule;
	if (!is_given(c, "read") && !is_given(c, "write") && !is_given(c, "deny"))
		BUILD_COMPLAIN(c->b, r->line,
			"[access %s] has none of read, write and deny; add some, or take it out", r->name);
	for (size_t i = 0; i < r->deny.count; i++) {
		if (covers_all(&r->deny.items[i]))
			BUILD_COMPLAIN(c->b, line_of(c, "deny"),
				"deny has '%s', which is the whole share; leave its users out of the users "
				"of "
				"share '%s' instead",
				r->deny.items[i].text, c->share->name);
	}
	check_within(c, &r->read, "read", &r->read, "read", "take it out");
	check_within(c, &r->write, "write", &r->write, "write", "take it out");
	check_within(c, &r->deny, "deny", &r->deny, "deny", "take it out");
	check_within(c, &r->read, "read", &r->write, "write", "take one of them out");
	check_within(c, &r->read, "read", &r->deny, "deny", "it can never be read; take one of them out");
	check_within(
		c, &r->write, "write", &r->deny, "deny", "it can never be written; take one of them out");
}

// --- all together -----------------------------------------------------------------------------------

static size_t globs_of(const struct config_share *share)
{
	size_t count = 0;
	for (size_t i = 0; i < share->access_count; i++)
		count += share->access[i]->read.count + share->access[i]->write.count +
			 share->access[i]->deny.count;
	return count;
}

static void join_share(const struct rule_check *c)
{
	struct config_share *share = c->share;
	const struct access_rule **grown =
		reallocarray(share->access, share->access_count + 1, sizeof(*grown));
	c->b->no_memory |= grown == NULL;
	if (grown == NULL)
		return;
	share->access = grown;
	share->access[share->access_count++] = c->rule;
	size_t count = globs_of(share);
	if (count > ACCESS_GLOBS_MAX)
		BUILD_COMPLAIN(c->b, c->rule->line,
			"share '%s' has %zu patterns with this section, and %d is the most; use broader ones",
			share->name, count, ACCESS_GLOBS_MAX);
}

static void check_rule(struct build *b, size_t index)
{
	struct access_rule *rule = &b->config->access[index];
	struct rule_check c = { b, rule, build_section_of(b, CONFIG_ACCESS, index),
		share_find(b->config, rule->share), b->errors->count + b->errors->omitted };
	build_expand_users(b, &rule->users, line_of(&c, "users"), "users");
	build_expand_users(b, &rule->except, line_of(&c, "except"), "except");
	if (c.share == NULL) {
		if (rule->share != NULL) // else it was complained of
			BUILD_COMPLAIN(b, line_of(&c, "share"),
				"there is no share '%s'; correct the name, or add [share %s]", rule->share,
				rule->share);
		return;
	}
	check_users(&c);
	check_globs(&c);
	join_share(&c);
}

void build_check_access(struct build *b)
{
	for (size_t i = 0; i < b->config->access_count && !b->no_memory; i++)
		check_rule(b, i);
}

// SPDX-License-Identifier: Apache-2.0
// What settings must fit each other.
#include <string.h>
#include <strings.h>

#include "config/config_build.h"

static const struct config_group *group_find(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->group_count; i++) {
		if (strcasecmp(c->groups[i].name, name) == 0)
			return &c->groups[i];
	}
	return NULL;
}

const struct build_section *build_section_of(const struct build *b, enum config_section section, size_t index)
{
	for (size_t i = 0; i < b->section_count; i++) {
		if (b->sections[i].section == section && index-- == 0)
			return &b->sections[i];
	}
	return NULL;
}

static void add_account(struct build *b, struct user_list *list, const char *account)
{
	b->no_memory |= user_list_add_account(list, account) != 0;
}

void build_expand_users(struct build *b, struct user_list *list, unsigned line, const char *key)
{
	for (size_t i = 0; i < list->name_count && !b->no_memory; i++) {
		const char *name = list->names[i];
		struct sid sid;
		bool is_group = *name == '@' && !user_name_is_sid(name, &sid);
		const struct config_group *group = is_group ? group_find(b->config, name + 1) : NULL;
		bool of_domain = user_name_is_domain_group(name);
		if (!is_group)
			add_account(b, list, name);
		else if (of_domain && b->config->ntlm != NTLM_WINBIND)
			BUILD_COMPLAIN(b, line,
				"%s names '%s', a group of a domain, which takes ntlm = winbind; without it, "
				"give the group's SID (@S-1-5-21-...)",
				key, name);
		else if (of_domain)
			continue;
		else if (group == NULL)
			BUILD_COMPLAIN(b, line,
				"%s names the group '%s', which is not there; add [group %s] with its "
				"members",
				key, name, name + 1);
		for (size_t m = 0; group != NULL && m < group->members.name_count && !b->no_memory; m++)
			add_account(b, list, group->members.names[m]);
	}
}

static void check_write(struct build *b, const struct config_share *share, unsigned line)
{
	bool open = user_list_has_strangers(&share->users);
	for (size_t i = 0; !open && i < share->write.account_count; i++) {
		if (!user_list_has(&share->users, share->write.accounts[i]))
			BUILD_COMPLAIN(b, line,
				"write has '%s', who is not among the share's users; add the name to users "
				"too",
				share->write.accounts[i]);
	}
}

static void check_share(struct build *b, struct config_share *share, const struct build_section *s)
{
	build_expand_users(b, &share->users, build_line(s, "users"), "users");
	build_expand_users(b, &share->write, build_line(s, "write"), "write");
	check_write(b, share, build_line(s, "write"));
	share->networks_set = share->networks.count > 0;
	// As on Windows: such a name is one that is not shown.
	share->hidden = share->hidden || share->name[strlen(share->name) - 1] == '$';
	// The server's requirement holds for whole sessions, so a share cannot be let out of it.
	if (share->encryption != PROTECTION_REQUIRED && b->config->encryption == PROTECTION_REQUIRED)
		BUILD_COMPLAIN(b, build_line(s, "encryption"),
			"share '%s' does without encryption, but [server] requires it; take the line out, or "
			"weaken "
			"[server] encryption too",
			share->name);
}

static bool has_code(const struct config_codes *codes, uint16_t code)
{
	for (size_t i = 0; i < codes->count; i++) {
		if (codes->items[i] == code)
			return true;
	}
	return false;
}

// MS-SMB2 3.3.5.4 takes the greatest common dialect; the order written has no meaning.
static void sort_descending(struct config_codes *codes)
{
	for (size_t i = 1; i < codes->count; i++) {
		for (size_t j = i; j > 0 && codes->items[j - 1] < codes->items[j]; j--) {
			uint16_t swap = codes->items[j];
			codes->items[j] = codes->items[j - 1];
			codes->items[j - 1] = swap;
		}
	}
}

static void check_dialects(struct build *b, unsigned line)
{
	const struct config *c = b->config;
	bool without_encryption = has_code(&c->dialects, 0x0210) || has_code(&c->dialects, 0x0202);
	bool ccm_only = has_code(&c->dialects, 0x0302) || has_code(&c->dialects, 0x0300);
	if (without_encryption && c->encryption == PROTECTION_REQUIRED)
		BUILD_COMPLAIN(b, line,
			"dialects 2.1 and 2.0.2 cannot encrypt, and encryption is required; take them out, "
			"or weaken "
			"encryption");
	if (ccm_only && c->encryption != PROTECTION_OFF && !has_code(&c->ciphers, 1))
		BUILD_COMPLAIN(b, line,
			"dialects 3.0.2 and 3.0 know no cipher but aes-128-ccm, which ciphers leaves out; "
			"add it there, "
			"or take them out");
}

static bool path_inside(const char *path, const char *folder)
{
	size_t len = strlen(folder);
	while (len > 0 && folder[len - 1] == '/')
		len--;
	return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == 0);
}

static void check_exposed(struct build *b, const struct config_share *share, unsigned line)
{
	const struct config *c = b->config;
	if (path_inside(c->state, share->path))
		BUILD_COMPLAIN(b, line,
			"share '%s' has the server's state (%s) inside it; share another folder, or move "
			"the state",
			share->name, c->state);
	if (path_inside(c->events, share->path))
		BUILD_COMPLAIN(b, line,
			"share '%s' has the file of events (%s) inside it; share another folder, or move "
			"the file",
			share->name, c->events);
}

static bool realm_valid(const char *realm)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
	return realm[strspn(realm, allowed)] == 0;
}

static void check_kerberos(struct build *b, const struct build_section *server)
{
	struct config *c = b->config;
	bool has_realm = c->realm != NULL && *c->realm != 0;
	if (server == NULL || b->no_memory)
		return;
	c->keytab_line = build_line(server, "keytab");
	if (c->keytab != NULL && !has_realm)
		BUILD_COMPLAIN(b, c->keytab_line, "keytab is of no use without realm; add realm = REALM");
	if (c->keytab == NULL && has_realm)
		BUILD_COMPLAIN(b, build_line(server, "realm"),
			"realm is of no use without keytab; add keytab = FILE, or take it out");
	if (has_realm && !realm_valid(c->realm))
		BUILD_COMPLAIN(b, build_line(server, "realm"),
			"realm = %s: not a realm's name; use one such as EXAMPLE.ORG", c->realm);
}

void build_check(struct build *b)
{
	struct config *c = b->config;
	const struct build_section *server = build_section_of(b, CONFIG_SERVER, 0);
	c->state_line = server != NULL ? build_line(server, "state") : 0;
	c->events_line = server != NULL ? build_line(server, "events") : 0;
	sort_descending(&c->dialects);
	check_kerberos(b, server);
	check_dialects(b, server != NULL ? build_line(server, "dialects") : 0);
	for (size_t i = 0; i < c->group_count && !b->no_memory; i++)
		build_expand_users(b, &c->groups[i].members, c->groups[i].line, "members");
	for (size_t i = 0; i < c->share_count && !b->no_memory; i++) {
		const struct build_section *s = build_section_of(b, CONFIG_SHARE, i);
		check_share(b, &c->shares[i], s);
		if (c->shares[i].path != NULL && c->state != NULL && c->events != NULL)
			check_exposed(b, &c->shares[i], build_line(s, "path"));
	}
	build_check_access(b);
}

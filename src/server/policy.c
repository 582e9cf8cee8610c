// SPDX-License-Identifier: Apache-2.0
#include "server/policy.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/share.h"

// The first label of the first name, upper-cased and cut: what NTLM calls the computer.
static void policy_name_server(struct policy *p)
{
	const struct config_strings *names = &p->config->names;
	const char *full = names->count > 0 ? names->items[0] : "signet";
	size_t n = 0;
	for (; n < sizeof(p->netbios_name) - 1 && full[n] != '\0' && full[n] != '.'; n++)
		p->netbios_name[n] = (char)toupper((unsigned char)full[n]);
	p->names = (struct auth_names){
		.netbios_computer = p->netbios_name,
		.netbios_domain = p->netbios_name,
		.dns_computer = full,
		.dns_domain = "",
		.accepted = (const char *const *)names->items,
		.accepted_count = names->count < AUTH_NAMES_MAX ? names->count : AUTH_NAMES_MAX,
	};
}

static int policy_load_accounts(struct policy *p, struct account_error *error)
{
	const struct config *c = p->config;
	struct account_group *groups = calloc(c->group_count + 1, sizeof(*groups));
	if (groups == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < c->group_count; i++) {
		groups[i] = (struct account_group){
			.name = c->groups[i].name,
			.members = (const char *const *)c->groups[i].members.accounts,
			.member_count = c->groups[i].members.account_count,
		};
	}
	int err = account_db_load(c->state, groups, c->group_count, &p->accounts, error);
	free(groups);
	for (size_t i = 0; err == 0 && i < account_db_count(p->accounts); i++)
		p->has_ntlm_accounts |= account_db_at(p->accounts, i)->ntlm;
	return err;
}

static int policy_find_owners(struct policy *p)
{
	if (p->config->identity != FILES_OF_UNIX_USERS)
		return 0;
	p->owners = unix_owners_new(p->accounts);
	return p->owners != NULL ? 0 : -ENOMEM;
}

static void share_fault(const struct config_share *s, int err, struct account_error *error)
{
	(void)snprintf(error->text, sizeof(error->text),
		"share %s: %s cannot be opened: %s; check the path and its permissions", s->name, s->path,
		strerror(-err));
}

static int policy_open_shares(struct policy *p, struct account_error *error)
{
	const struct config *c = p->config;
	p->shares = calloc(c->share_count + 1, sizeof(struct share *));
	if (p->shares == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < c->share_count; i++) {
		int err = share_new(p->config, &c->shares[i], p->owners, &p->shares[i]);
		if (err != 0) {
			share_fault(&c->shares[i], err, error);
			return err;
		}
		p->share_count++;
	}
	p->shares[p->share_count] = share_new_ipc();
	if (p->shares[p->share_count] == NULL)
		return -ENOMEM;
	p->share_count++;
	return 0;
}

int policy_new(struct config *config, uint64_t generation, struct policy **out, struct account_error *error)
{
	struct policy *p = calloc(1, sizeof(*p));
	error->text[0] = '\0';
	if (p == NULL) {
		config_unref(config);
		return -ENOMEM;
	}
	atomic_init(&p->refs, 1);
	p->generation = generation;
	p->config = config;
	policy_name_server(p);
	int err = policy_load_accounts(p, error);
	if (err == 0 && config->keytab != NULL)
		err = kerberos_setup_init(&p->kerberos, config->state, config->keytab, config->realm, error);
	if (err == 0)
		err = policy_find_owners(p);
	if (err == 0)
		err = policy_open_shares(p, error);
	if (err != 0) {
		policy_unref(p);
		return err;
	}
	*out = p;
	return 0;
}

struct policy *policy_ref(struct policy *p)
{
	atomic_fetch_add(&p->refs, 1);
	return p;
}

void policy_unref(struct policy *p)
{
	if (p == NULL || atomic_fetch_sub(&p->refs, 1) != 1)
		return;
	for (size_t i = 0; i < p->share_count; i++)
		share_unref(p->shares[i]);
	free(p->shares);
	unix_owners_unref(p->owners);
	account_db_unref(p->accounts);
	kerberos_setup_done(&p->kerberos);
	config_unref(p->config);
	free(p);
}

struct share *policy_share_find(const struct policy *p, const char *name)
{
	for (size_t i = 0; i < p->share_count; i++) {
		if (strcasecmp(p->shares[i]->name, name) == 0)
			return p->shares[i];
	}
	return NULL;
}

// Of somebody of a domain, an account of his name need not be there; it can only shut him out.
static bool policy_lists(const struct policy *p, const struct identity *who)
{
	const struct account *a = who->is_home ? account_db_find(p->accounts, who->account) : NULL;
	if (a != NULL && a->disabled)
		return false;
	for (size_t i = 0; i < p->config->share_count; i++) {
		if (user_list_admits(&p->config->shares[i].users, who))
			return true;
	}
	return false;
}

bool policy_admits(const struct policy *p, const struct identity *who)
{
	bool kerberos = who->mechanism == AUTH_MECHANISM_KERBEROS;
	if (kerberos && p->config->keytab == NULL)
		return false;
	if (who->source == IDENTITY_OF_DOMAIN)
		return (kerberos || p->config->ntlm == NTLM_WINBIND) && policy_lists(p, who);
	const struct account *a = account_db_find(p->accounts, who->account);
	return a != NULL && !a->disabled && (kerberos || (p->config->ntlm != NTLM_OFF && a->ntlm));
}

// With a keytab, NTLM is offered only where somebody could use it.
struct auth_policy policy_of_authentication(const struct policy *p)
{
	const struct config *c = p->config;
	bool usable = c->keytab == NULL || c->ntlm == NTLM_WINBIND || p->has_ntlm_accounts;
	return (struct auth_policy){
		.kerberos = c->keytab != NULL,
		.ntlm = c->ntlm != NTLM_OFF && usable,
		.winbind = c->ntlm == NTLM_WINBIND,
		.require_mic = c->ntlm_mic == NTLM_ALWAYS,
		.require_target_name = c->ntlm_target_name == NTLM_ALWAYS,
		.check_target_name = true,
	};
}

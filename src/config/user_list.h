// SPDX-License-Identifier: Apache-2.0
// Who may do something: names as written, and the people and groups that these come to.
//
//   alice             an account of the state, or alice@REALM of the configuration's realm
//   alice@REALM       a Kerberos principal of any realm
//   DOMAIN\alice      somebody of a domain, as a ticket's PAC or winbind says
//   S-1-5-21-..., @S-1-5-21-...   a user or group of a domain, likewise
//   @DOMAIN\group     a group of a domain, with ntlm = winbind: made into its SID when the configuration
//                     comes into force (server/domain_groups.h)
//   @staff            a [group] of the configuration: its members, none of them a group
#ifndef SIGNET_CONFIG_USER_LIST_H
#define SIGNET_CONFIG_USER_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "wire/dtyp/sid.h"

struct identity;

struct user_list {
	char **names; // as written: "alice", "@staff"; owned
	size_t name_count;
	char **accounts; // groups replaced by their members, SIDs left out, sorted, each once; owned
	size_t account_count;
	struct sid *sids; // owned
	size_t sid_count;
};

enum { USER_NAME_CHARACTERS_MAX = 64 }; // as the accounts' store has it

// Whether text can name an account or (without its '@') a group: 1 to USER_NAME_CHARACTERS_MAX of
// UTF-8, without control characters, white space and any of "/\[]:;|=,+*?<>@#
bool user_name_valid(const char *text) WARN_UNUSED;
// Whether text can name somebody, in any of the ways above but @staff.
bool user_name_of_person_valid(const char *text) WARN_UNUSED;
// Whether a word is a SID, with or without '@'.
bool user_name_is_sid(const char *text, struct sid *out) WARN_UNUSED;
// Whether a word is a group of a domain: "@DOMAIN\group".
bool user_name_is_domain_group(const char *text) WARN_UNUSED;
// Adds as written; 0 or -ENOMEM.
int user_list_add_name(struct user_list *list, const char *name) WARN_UNUSED;
// Adds one person (or SID) that a name comes to, keeping order; 0 (also if already there) or -ENOMEM.
int user_list_add_account(struct user_list *list, const char *account) WARN_UNUSED;
// Whether it has SIDs or groups of a domain: who these are is known only when they come.
bool user_list_has_strangers(const struct user_list *list) WARN_UNUSED;
void user_list_done(struct user_list *list);

// Whether this name is among them, as it is written. The case of ASCII letters does not matter.
bool user_list_has(const struct user_list *list, const char *name) WARN_UNUSED;
// Whether they include somebody, in any of the ways that he can be named. The case of ASCII letters does
// not matter, as with Windows' accounts, but that of a realm does. An empty list has nobody.
bool user_list_admits(const struct user_list *list, const struct identity *who) WARN_UNUSED;

#endif

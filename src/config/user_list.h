// SPDX-License-Identifier: Apache-2.0
// Who may do something: accounts and @groups as written, and the accounts that these come to.
#ifndef SIGNET_CONFIG_USER_LIST_H
#define SIGNET_CONFIG_USER_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct user_list {
	char **names; // as written: "alice", "@staff"; owned
	size_t name_count;
	char **accounts; // groups replaced by their members, sorted, each once; owned
	size_t account_count;
};

enum { USER_NAME_CHARACTERS_MAX = 64 }; // as the accounts' store has it

// Whether text can name an account or (without its '@') a group: 1 to USER_NAME_CHARACTERS_MAX of
// UTF-8, without control characters, white space and any of "/\[]:;|=,+*?<>@#
bool user_name_valid(const char *text) WARN_UNUSED;
// Adds as written; 0 or -ENOMEM.
int user_list_add_name(struct user_list *list, const char *name) WARN_UNUSED;
// Adds one account that a name comes to, keeping order; 0 (also if already there) or -ENOMEM.
int user_list_add_account(struct user_list *list, const char *account) WARN_UNUSED;
void user_list_done(struct user_list *list);

// Whether the account (its name as stored, without domain) is among them. The case of ASCII letters
// does not matter, as with Windows' accounts. An empty list has nobody.
bool user_list_has(const struct user_list *list, const char *account) WARN_UNUSED;

#endif

// SPDX-License-Identifier: Apache-2.0
#include "config/user_list.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth/identity.h"
#include "base/utf16.h"

enum { PAIR_LEN_MAX = 1024 };

bool user_name_valid(const char *text)
{
	const char *cursor = text;
	size_t characters = 0;
	if (*text == 0)
		return false;
	for (uint32_t c = utf8_next(&cursor); c != 0; c = utf8_next(&cursor)) {
		if (c == UTF8_INVALID || c <= ' ' || c == 0x7f || (c >= 0xd800 && c <= 0xdfff))
			return false;
		if (c < 0x80 && strchr("\"/\\[]:;|=,+*?<>@#", (int)c) != NULL)
			return false;
		characters++;
	}
	return characters <= USER_NAME_CHARACTERS_MAX;
}

// Makes room for one more and puts text at index; takes text over, also on failure.
static int strings_insert(char ***items, size_t *count, size_t index, char *text)
{
	char **grown = text == NULL ? NULL : reallocarray(*items, *count + 1, sizeof(*grown));
	if (grown == NULL) {
		free(text);
		return -ENOMEM;
	}
	memmove(grown + index + 1, grown + index, (*count - index) * sizeof(*grown));
	grown[index] = text;
	*items = grown;
	(*count)++;
	return 0;
}

int user_list_add_name(struct user_list *list, const char *name)
{
	return strings_insert(&list->names, &list->name_count, list->name_count, strdup(name));
}

// Where account is or would go; *found says which.
static size_t account_index(const struct user_list *list, const char *account, bool *found)
{
	size_t low = 0;
	size_t high = list->account_count;
	*found = false;
	while (low < high && !*found) {
		size_t middle = low + (high - low) / 2;
		int order = strcasecmp(account, list->accounts[middle]);
		*found = order == 0;
		if (order < 0)
			high = middle;
		else
			low = order == 0 ? middle : middle + 1;
	}
	return low;
}

bool user_name_is_sid(const char *text, struct sid *out)
{
	return sid_from_text(*text == '@' ? text + 1 : text, out);
}

// text[0..len) as a name on its own.
static bool part_valid(const char *text, size_t len)
{
	char *part = strndup(text, len);
	bool valid = part != NULL && user_name_valid(part);
	free(part);
	return valid;
}

bool user_name_of_person_valid(const char *text)
{
	struct sid sid;
	const char *mark = strpbrk(text, "\\@");
	if (user_name_is_sid(text, &sid))
		return true;
	if (mark == NULL)
		return user_name_valid(text);
	return part_valid(text, (size_t)(mark - text)) && user_name_valid(mark + 1);
}

bool user_name_is_domain_group(const char *text)
{
	return *text == '@' && strchr(text, '\\') != NULL && user_name_of_person_valid(text + 1);
}

bool user_list_has_strangers(const struct user_list *list)
{
	for (size_t i = 0; i < list->name_count; i++) {
		if (user_name_is_domain_group(list->names[i]))
			return true;
	}
	return list->sid_count > 0;
}

static int user_list_add_sid(struct user_list *list, const struct sid *sid)
{
	struct sid *grown = reallocarray(list->sids, list->sid_count + 1, sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	grown[list->sid_count++] = *sid;
	list->sids = grown;
	return 0;
}

int user_list_add_account(struct user_list *list, const char *account)
{
	bool found;
	struct sid sid;
	if (user_name_is_sid(account, &sid))
		return user_list_add_sid(list, &sid);
	size_t index = account_index(list, account, &found);
	if (found)
		return 0;
	return strings_insert(&list->accounts, &list->account_count, index, strdup(account));
}

bool user_list_has(const struct user_list *list, const char *name)
{
	bool found;
	(void)account_index(list, name, &found);
	return found;
}

// first, a mark and second, as a list would have it; cut it cannot be equal to any name.
static bool has_pair(const struct user_list *list, const char *first, char mark, const char *second)
{
	char text[PAIR_LEN_MAX];
	int len = snprintf(text, sizeof(text), "%s%c%s", first, mark, second);
	return *first != 0 && *second != 0 && len > 0 && (size_t)len < sizeof(text) &&
	       user_list_has(list, text);
}

static bool has_principal(const struct user_list *list, const struct identity *who)
{
	bool found;
	char text[PAIR_LEN_MAX];
	int len = snprintf(text, sizeof(text), "%s@%s", who->account, who->realm);
	if (*who->realm == 0 || len < 0 || (size_t)len >= sizeof(text))
		return false;
	size_t index = account_index(list, text, &found);
	return found && strcmp(strchr(list->accounts[index], '@') + 1, who->realm) == 0;
}

bool user_list_admits(const struct user_list *list, const struct identity *who)
{
	if (who->is_home && user_list_has(list, who->account))
		return true;
	if (has_principal(list, who) || has_pair(list, who->domain, '\\', who->account))
		return true;
	for (size_t i = 0; i < list->sid_count; i++) {
		if (identity_has_sid(who, &list->sids[i]))
			return true;
	}
	return false;
}

static void strings_free(char **items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(items[i]);
	free(items);
}

void user_list_done(struct user_list *list)
{
	strings_free(list->names, list->name_count);
	strings_free(list->accounts, list->account_count);
	free(list->sids);
	*list = (struct user_list){ 0 };
}

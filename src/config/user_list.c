// SPDX-License-Identifier: Apache-2.0
#include "config/user_list.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf16.h"

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

int user_list_add_account(struct user_list *list, const char *account)
{
	bool found;
	size_t index = account_index(list, account, &found);
	if (found)
		return 0;
	return strings_insert(&list->accounts, &list->account_count, index, strdup(account));
}

bool user_list_has(const struct user_list *list, const char *account)
{
	bool found;
	(void)account_index(list, account, &found);
	return found;
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
	*list = (struct user_list){ 0 };
}

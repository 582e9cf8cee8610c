// SPDX-License-Identifier: Apache-2.0
#include "config/config_strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int config_strings_add(struct config_strings *s, const char *text, size_t len)
{
	char **grown = reallocarray(s->items, s->count + 1, sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	s->items = grown;
	s->items[s->count] = strndup(text, len);
	return s->items[s->count] != NULL ? (s->count++, 0) : -ENOMEM;
}

bool config_strings_has(const struct config_strings *s, const char *text)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcasecmp(s->items[i], text) == 0)
			return true;
	}
	return false;
}

void config_strings_done(struct config_strings *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->items[i]);
	free(s->items);
	*s = (struct config_strings){ .count = 0 };
}

// SPDX-License-Identifier: Apache-2.0
#include "config/detect_settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_render.h"
#include "config/config_schema.h"
#include "config/config_value.h"

// The section's next key from *at on; NULL behind the last one.
static const struct config_key *next_key(size_t *at)
{
	while (*at < config_key_count) {
		const struct config_key *key = &config_keys[(*at)++];
		if (key->section == CONFIG_DETECT)
			return key;
	}
	return NULL;
}

static void clear(struct detect_settings *s, const struct config_key *key)
{
	if (key->type == CONFIG_WORDS)
		config_strings_done((struct config_strings *)(void *)((char *)s + key->offset));
}

void detect_settings_init(struct detect_settings *s)
{
	struct value_error error;
	size_t at = 0;
	memset(s, 0, sizeof(*s));
	// Lists are empty by default, and the tests see that the numbers are within their ranges.
	for (const struct config_key *key = next_key(&at); key != NULL; key = next_key(&at))
		(void)!(*key->value != 0 && config_value_decode(key, key->value, s, &error) != 0);
}

void detect_settings_done(struct detect_settings *s)
{
	size_t at = 0;
	for (const struct config_key *key = next_key(&at); key != NULL; key = next_key(&at))
		clear(s, key);
}

static void explain_unknown(const char *name, char *error)
{
	const struct config_key *near = config_key_nearest(CONFIG_DETECT, name);
	if (near != NULL)
		(void)snprintf(error, DETECT_ERROR_LEN, "[detect] has no key '%.60s'; did you mean '%s'?",
			name, near->name);
	else
		(void)snprintf(error, DETECT_ERROR_LEN,
			"[detect] has no key '%.60s'; `signet help watch` lists those it has", name);
}

bool detect_settings_set(
	struct detect_settings *s, const char *name, const char *value, char error[DETECT_ERROR_LEN])
{
	const struct config_key *key = config_key_find(CONFIG_DETECT, name);
	struct value_error wrong;
	if (key == NULL) {
		explain_unknown(name, error);
		return false;
	}
	clear(s, key);
	int rc = config_value_decode(key, value, s, &wrong);
	if (rc == -EINVAL)
		(void)snprintf(
			error, DETECT_ERROR_LEN, "%s = %.60s: %s; %s", name, value, wrong.what, wrong.todo);
	else if (rc != 0)
		(void)snprintf(error, DETECT_ERROR_LEN, "memory is out");
	return rc == 0;
}

bool detect_settings_equal(const struct detect_settings *a, const struct detect_settings *b)
{
	bool equal = true;
	size_t at = 0;
	for (const struct config_key *key = next_key(&at); equal && key != NULL; key = next_key(&at)) {
		char *texts[2] = { config_value_text(key, a), config_value_text(key, b) };
		equal = texts[0] != NULL && texts[1] != NULL && strcmp(texts[0], texts[1]) == 0;
		free(texts[0]);
		free(texts[1]);
	}
	return equal;
}

// SPDX-License-Identifier: Apache-2.0
#include "config/config_value.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/config.h"
#include "config/config_quantity.h"

int value_invalid(struct value_error *error, const char *todo, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(error->what, sizeof(error->what), fmt, ap);
	va_end(ap);
	(void)snprintf(error->todo, sizeof(error->todo), "%s", todo);
	return -EINVAL;
}

const struct config_choice *config_choice_of_value(const struct config_choice *choices, int value)
{
	for (; choices->word != NULL; choices++) {
		if (choices->value == value)
			return choices;
	}
	return NULL;
}

const struct config_choice *config_choice_of_word(const struct config_choice *choices, const char *word)
{
	for (; choices->word != NULL; choices++) {
		if (strcasecmp(choices->word, word) == 0)
			return choices;
	}
	return NULL;
}

void config_choices_text(const struct config_choice *choices, char *out, size_t cap)
{
	size_t len = 0;
	for (; choices->word != NULL && len < cap; choices++) {
		int n = snprintf(out + len, cap - len, "%s%s", len == 0 ? "" : ", ", choices->word);
		len += n < 0 ? cap : (size_t)n;
	}
}

static int text_decode(
	const struct config_key *key, const char *text, char **field, struct value_error *error)
{
	if (strlen(text) > key->max)
		return value_invalid(error, "make it shorter", "longer than %u bytes", (unsigned)key->max);
	*field = strdup(text);
	return *field != NULL ? 0 : -ENOMEM;
}

static int path_decode(
	const struct config_key *key, const char *text, char **field, struct value_error *error)
{
	bool standard_output = key->type == CONFIG_EVENTS && strcmp(text, "-") == 0;
	if (*text != '/' && !standard_output)
		return value_invalid(error, "write the whole path, from / on", "not an absolute path");
	if (strlen(text) >= 4096)
		return value_invalid(error, "use a shorter one", "no path can be that long");
	*field = strdup(text);
	return *field != NULL ? 0 : -ENOMEM;
}

static int bool_decode(const char *text, bool *field, struct value_error *error)
{
	*field = strcasecmp(text, "yes") == 0;
	if (!*field && strcasecmp(text, "no") != 0)
		return value_invalid(error, "use yes or no", "neither yes nor no");
	return 0;
}

static int choice_decode(
	const struct config_key *key, const char *text, void *field, struct value_error *error)
{
	const struct config_choice *choice = config_choice_of_word(key->choices, text);
	char known[256];
	if (choice != NULL) {
		memcpy(field, &choice->value, sizeof(choice->value));
		return 0;
	}
	config_choices_text(key->choices, known, sizeof(known));
	int rc = value_invalid(error, "", "not a word that it takes");
	(void)snprintf(error->todo, sizeof(error->todo), "use one of %s", known);
	return rc;
}

static int out_of_range(const struct config_key *key, const char *low, const char *high, const char *form,
	struct value_error *error)
{
	int rc = value_invalid(error, "", "not %s from %s to %s", form, low, high);
	(void)snprintf(
		error->todo, sizeof(error->todo), "give one within these bounds, such as %s", key->value);
	return rc;
}

static void store_number(const struct config_key *key, uint64_t value, void *field)
{
	uint32_t narrow = (uint32_t)value;
	if (key->wide)
		memcpy(field, &value, sizeof(value));
	else
		memcpy(field, &narrow, sizeof(narrow));
}

static int number_value_decode(
	const struct config_key *key, const char *text, void *field, struct value_error *error)
{
	uint64_t value;
	char low[QUANTITY_TEXT_LEN];
	char high[QUANTITY_TEXT_LEN];
	if (number_decode(text, 10, &value) && value >= key->min && value <= key->max) {
		store_number(key, value, field);
		return 0;
	}
	(void)snprintf(low, sizeof(low), "%llu", (unsigned long long)key->min);
	(void)snprintf(high, sizeof(high), "%llu", (unsigned long long)key->max);
	return out_of_range(key, low, high, "a number", error);
}

static int size_value_decode(
	const struct config_key *key, const char *text, void *field, struct value_error *error)
{
	uint64_t value;
	char low[QUANTITY_TEXT_LEN];
	char high[QUANTITY_TEXT_LEN];
	if (size_decode(text, &value) && value >= key->min && value <= key->max) {
		store_number(key, value, field);
		return 0;
	}
	config_size_text(key->min, low);
	config_size_text(key->max, high);
	return out_of_range(key, low, high, "a size", error);
}

static int time_value_decode(
	const struct config_key *key, const char *text, void *field, struct value_error *error)
{
	uint64_t value;
	char low[QUANTITY_TEXT_LEN];
	char high[QUANTITY_TEXT_LEN];
	if (time_decode(text, &value) && value >= key->min && value <= key->max) {
		store_number(key, value, field);
		return 0;
	}
	config_time_text(key->min, low);
	config_time_text(key->max, high);
	return out_of_range(key, low, high, "a time", error);
}

static int mode_decode(const struct config_key *key, const char *text, void *field, struct value_error *error)
{
	uint64_t mode;
	if (!number_decode(text, 8, &mode) || (mode & key->min) != key->min || (mode & ~key->max) != 0) {
		int rc = value_invalid(error, "",
			"not permission bits that include %04o and no others than %04o", (unsigned)key->min,
			(unsigned)key->max);
		(void)snprintf(error->todo, sizeof(error->todo), "use octal digits, such as %s", key->value);
		return rc;
	}
	store_number(key, mode, field);
	return 0;
}

int config_value_decode(
	const struct config_key *key, const char *text, void *object, struct value_error *error)
{
	void *field = (char *)object + key->offset;
	if (*text == 0 &&
		(key->type == CONFIG_USERS || key->type == CONFIG_NAMES || key->type == CONFIG_WORDS))
		return 0;
	if (*text == 0 && key->type != CONFIG_TEXT)
		return value_invalid(error, "give one, or take the line out", "it has no value");
	switch (key->type) {
	case CONFIG_TEXT:
		return text_decode(key, text, field, error);
	case CONFIG_PATH:
	case CONFIG_EVENTS:
		return path_decode(key, text, field, error);
	case CONFIG_BOOL:
		return bool_decode(text, field, error);
	case CONFIG_CHOICE:
		return choice_decode(key, text, field, error);
	case CONFIG_NUMBER:
		return number_value_decode(key, text, field, error);
	case CONFIG_SIZE:
		return size_value_decode(key, text, field, error);
	case CONFIG_SECONDS:
		return time_value_decode(key, text, field, error);
	case CONFIG_MODE:
		return mode_decode(key, text, field, error);
	case CONFIG_GLOBS:
		return config_globs_decode(text, field, error);
	default:
		return config_list_decode(key, text, field, error);
	}
}

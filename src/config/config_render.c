// SPDX-License-Identifier: Apache-2.0
#include "config/config_render.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/config_quantity.h"
#include "config/config_value.h"

static json_t *strings_json(char *const *items, size_t count)
{
	json_t *array = json_array();
	for (size_t i = 0; array != NULL && i < count; i++)
		(void)json_array_append_new(array, json_string(items[i]));
	return array;
}

static json_t *addresses_json(const struct config *c)
{
	json_t *array = json_array();
	for (size_t i = 0; array != NULL && i < c->listen_count; i++)
		(void)json_array_append_new(array, json_string(c->listen[i].text));
	return array;
}

static json_t *address_json(const struct config_address *a)
{
	return json_string(a->text != NULL ? a->text : "");
}

static json_t *networks_json(const struct network_list *list)
{
	json_t *array = json_array();
	for (size_t i = 0; array != NULL && i < list->count; i++) {
		const struct network *n = &list->items[i];
		char address[INET6_ADDRSTRLEN] = "";
		(void)inet_ntop(n->ipv6 ? AF_INET6 : AF_INET, n->address, address, sizeof(address));
		(void)json_array_append_new(array,
			json_sprintf("%s%s/%u", n->refuse ? "!" : "", address, (unsigned)n->prefix_len));
	}
	return array;
}

static json_t *globs_json(const struct glob_list *list)
{
	json_t *array = json_array();
	for (size_t i = 0; array != NULL && i < list->count; i++)
		(void)json_array_append_new(array, json_string(list->items[i].text));
	return array;
}

static json_t *codes_json(const struct config_choice *choices, const struct config_codes *codes)
{
	json_t *array = json_array();
	for (size_t i = 0; array != NULL && i < codes->count; i++) {
		const struct config_choice *choice = config_choice_of_value(choices, codes->items[i]);
		(void)json_array_append_new(array, json_string(choice != NULL ? choice->word : "?"));
	}
	return array;
}

static json_t *text_json(const void *field)
{
	const char *text;
	memcpy(&text, field, sizeof(text));
	return json_string(text != NULL ? text : "");
}

static uint64_t number_of(const struct config_key *key, const void *field)
{
	uint64_t wide;
	uint32_t narrow;
	memcpy(&narrow, field, sizeof(narrow));
	if (!key->wide)
		return narrow;
	memcpy(&wide, field, sizeof(wide));
	return wide;
}

static json_t *number_json(const struct config_key *key, uint64_t value)
{
	char text[QUANTITY_TEXT_LEN];
	if (key->type == CONFIG_NUMBER)
		return json_integer((json_int_t)value);
	if (key->type == CONFIG_MODE)
		return json_sprintf("%04o", (unsigned)value);
	if (key->type == CONFIG_SIZE)
		config_size_text(value, text);
	else
		config_time_text(value, text);
	return json_string(text);
}

json_t *config_value_json(const struct config_key *key, const void *object)
{
	const void *field = (const char *)object + key->offset;
	const struct user_list *users = field;
	const struct config_strings *names = field;
	switch (key->type) {
	case CONFIG_TEXT:
	case CONFIG_PATH:
	case CONFIG_EVENTS:
		return text_json(field);
	case CONFIG_ADDRESS:
		return address_json(field);
	case CONFIG_ADDRESSES:
		return addresses_json(object);
	case CONFIG_NETWORKS:
		return networks_json(field);
	case CONFIG_USERS:
	case CONFIG_ACCOUNTS:
		return strings_json(users->names, users->name_count);
	case CONFIG_GLOBS:
		return globs_json(field);
	case CONFIG_NAMES:
	case CONFIG_WORDS:
		return strings_json(names->items, names->count);
	case CONFIG_BOOL:
		return json_boolean(*(const bool *)field);
	case CONFIG_CHOICE: {
		const struct config_choice *choice =
			config_choice_of_value(key->choices, *(const int *)field);
		return json_string(choice != NULL ? choice->word : "?");
	}
	case CONFIG_CODES:
		return codes_json(key->choices, field);
	default:
		return number_json(key, number_of(key, field));
	}
}

static char *joined(const json_t *array)
{
	size_t index;
	const json_t *item;
	size_t len = 1;
	json_array_foreach(array, index, item) len += strlen(json_string_value(item)) + 1;
	char *text = calloc(1, len);
	char *end = text;
	json_array_foreach(array, index, item)
	{
		if (text != NULL)
			end = stpcpy(index == 0 ? end : stpcpy(end, " "), json_string_value(item));
	}
	return text;
}

char *config_value_text(const struct config_key *key, const void *object)
{
	json_t *value = config_value_json(key, object);
	char *text = NULL;
	if (json_is_array(value))
		text = joined(value);
	else if (json_is_string(value))
		text = strdup(json_string_value(value));
	else if (json_is_boolean(value))
		text = strdup(json_is_true(value) ? "yes" : "no");
	else if (value != NULL)
		text = json_dumps(value, JSON_ENCODE_ANY);
	json_decref(value);
	return text;
}

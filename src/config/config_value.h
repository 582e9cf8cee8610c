// SPDX-License-Identifier: Apache-2.0
// One value: from the text after "key =" to the field that the table says it is kept in.
#ifndef SIGNET_CONFIG_CONFIG_VALUE_H
#define SIGNET_CONFIG_CONFIG_VALUE_H

#include <stdbool.h>

#include "base/attributes.h"
#include "config/config_schema.h"

enum { VALUE_LIST_MAX = 10000 }; // words in a list

// What is wrong with a value, and what to do: the two halves of a message.
struct value_error {
	char what[256];
	char todo[320];
};

// Decodes into the field of object (a struct config, detect_settings, config_share, access_rule or
// config_group by the key's section), which must have the zero value before. 0, -EINVAL with *error filled,
// or -ENOMEM.
int config_value_decode(
	const struct config_key *key, const char *text, void *object, struct value_error *error) WARN_UNUSED;

// For the decoders of lists (config_value_list.c): text has one word at least, all are in error's sense
// as above.
int config_list_decode(
	const struct config_key *key, const char *text, void *field, struct value_error *error) WARN_UNUSED;
int config_globs_decode(const char *text, void *field, struct value_error *error) WARN_UNUSED;
// Fills error; returns -EINVAL.
int value_invalid(struct value_error *error, const char *todo, const char *fmt, ...) PRINTF_LIKE(3, 4);

// NULL when there is none.
const struct config_choice *config_choice_of_value(
	const struct config_choice *choices, int value) WARN_UNUSED;
const struct config_choice *config_choice_of_word(
	const struct config_choice *choices, const char *word) WARN_UNUSED;
// "required, desired, off"
void config_choices_text(const struct config_choice *choices, char *out, size_t cap);

#endif

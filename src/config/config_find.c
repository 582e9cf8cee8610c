// SPDX-License-Identifier: Apache-2.0
// Finding keys in the table, also those that were written slightly wrong.
#include <string.h>
#include <strings.h>

#include "config/config_nearest.h"
#include "config/config_schema.h"

enum { NEAREST_LEN_MAX = 48 };

static size_t min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

// Levenshtein's distance, case aside; NEAREST_LEN_MAX for words too long to be any key.
size_t word_distance(const char *a, const char *b)
{
	size_t row[NEAREST_LEN_MAX + 1];
	size_t len_a = strlen(a);
	size_t len_b = strlen(b);
	if (len_a > NEAREST_LEN_MAX || len_b > NEAREST_LEN_MAX)
		return NEAREST_LEN_MAX;
	for (size_t j = 0; j <= len_b; j++)
		row[j] = j;
	for (size_t i = 1; i <= len_a; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= len_b; j++) {
			size_t above = row[j];
			size_t same = diagonal + (strncasecmp(a + i - 1, b + j - 1, 1) != 0 ? 1 : 0);
			row[j] = min_of(same, min_of(above, row[j - 1]) + 1);
			diagonal = above;
		}
	}
	return row[len_b];
}

bool word_is_near(const char *written, const char *known, size_t distance)
{
	return distance <= 1 + min_of(strlen(written), strlen(known)) / 4;
}

const struct config_key *config_key_find(enum config_section section, const char *name)
{
	for (size_t i = 0; i < config_key_count; i++) {
		if (config_keys[i].section == section && strcmp(config_keys[i].name, name) == 0)
			return &config_keys[i];
	}
	return NULL;
}

bool word_take_nearer(const char *written, const char *known, size_t *best)
{
	size_t distance = word_distance(written, known);
	if (distance >= *best || !word_is_near(written, known, distance))
		return false;
	*best = distance;
	return true;
}

const struct config_key *config_key_nearest(enum config_section section, const char *name)
{
	const struct config_key *best = NULL;
	size_t best_distance = SIZE_MAX;
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		if (key->section != section)
			continue;
		if (word_take_nearer(name, key->name, &best_distance) ||
			(key->samba != NULL && word_take_nearer(name, key->samba, &best_distance)))
			best = key;
	}
	return best;
}

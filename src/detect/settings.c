// SPDX-License-Identifier: Apache-2.0
#include "detect/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NUMBER(field, standard, low, high, text)                                                             \
	{                                                                                                    \
#field, DETECT_NUMBER, offsetof(struct detect_settings, field), standard, low, high, text    \
	}
#define LIST(field, text)                                                                                    \
	{                                                                                                    \
#field, DETECT_LIST, offsetof(struct detect_settings, field), 0, 0, 0, text                  \
	}

const struct detect_setting detect_setting_rows[] = {
	NUMBER(brute_force_failures, 10, 2, 1000000,
		"failed log-ons of one account from one source that are an attack"),
	NUMBER(brute_force_window_s, 300, 1, 86400, "seconds in which they are counted"),
	NUMBER(password_spray_accounts, 5, 2, 100000, "accounts that fail from one source: a spray"),
	NUMBER(password_spray_window_s, 600, 1, 86400, "seconds in which they are counted"),
	NUMBER(smb_sweep_hosts, 10, 2, 100000, "servers that one source tries: a sweep"),
	NUMBER(smb_sweep_window_s, 60, 1, 86400, "seconds in which they are counted"),
	NUMBER(lateral_movement_hosts, 3, 2, 1000, "hosts whose management one source goes for"),
	NUMBER(lateral_movement_window_s, 600, 1, 86400, "seconds that belong together"),
	NUMBER(coercion_window_s, 30, 1, 3600, "seconds from a coercing call to the call back"),
	NUMBER(mass_modification_files, 20, 2, 1000000,
		"files that one account overwrites, renames or deletes: a wave"),
	NUMBER(mass_modification_window_s, 120, 1, 86400, "seconds in which they are counted"),
	NUMBER(mass_read_files, 500, 10, 10000000, "files that one account reads"),
	NUMBER(mass_read_bytes_mib, 4096, 1, 1000000000, "or so many MiB"),
	NUMBER(mass_read_window_s, 600, 1, 86400, "seconds in which they are counted"),
	NUMBER(first_seen_learn_s, 604800, 0, 31536000,
		"seconds from the baseline's beginning in which everything is learned"),
	NUMBER(segmentation_learn_s, 0, 0, 31536000,
		"seconds in which the pairs that speak SMB are learned (with --state); what comes after and "
		"is "
		"neither learned nor allowed is told; 0: nothing is learned"),
	NUMBER(relay_window_s, 60, 1, 3600, "seconds between the two legs of a relay"),
	NUMBER(table_entries_max, 65536, 64, 10000000,
		"hosts, accounts or pairs that each detector remembers"),
	LIST(aliases, "other names of servers, as alias=server"),
	LIST(decoys, "files that nobody has to touch, as share/path; * and ? allowed"),
	LIST(allowed, "pairs of client and server networks that may speak SMB, as client>server, besides "
		      "those that "
		      "were learned; empty, and none learned: all"),
	LIST(backup_hosts, "addresses that may read much"),
	LIST(admin_hosts, "addresses that manage others: deployment servers, administrators"),
	LIST(domain_controllers, "addresses of domain controllers and of directory synchronisation"),
	LIST(forwarders, "addresses of proxies and load balancers"),
	LIST(disabled, "detectors that are off"),
};
const size_t detect_setting_count = sizeof(detect_setting_rows) / sizeof(detect_setting_rows[0]);

void detect_settings_init(struct detect_settings *s)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < detect_setting_count; i++) {
		const struct detect_setting *row = &detect_setting_rows[i];
		if (row->type == DETECT_NUMBER)
			memcpy((char *)s + row->offset, &row->value, sizeof(row->value));
	}
}

static void list_clear(struct detect_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->items[i]);
	l->count = 0;
}

void detect_settings_done(struct detect_settings *s)
{
	for (size_t i = 0; i < detect_setting_count; i++) {
		const struct detect_setting *row = &detect_setting_rows[i];
		if (row->type == DETECT_LIST)
			list_clear((struct detect_list *)(void *)((char *)s + row->offset));
	}
}

static bool set_number(
	struct detect_settings *s, const struct detect_setting *row, const char *value, char *error)
{
	char *end;
	errno = 0;
	unsigned long long number = strtoull(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || value[0] == '-' || number < row->min ||
		number > row->max) {
		(void)snprintf(error, DETECT_ERROR_LEN, "%s = %.60s: a number from %u to %u is wanted",
			row->name, value, row->min, row->max);
		return false;
	}
	uint32_t narrow = (uint32_t)number;
	memcpy((char *)s + row->offset, &narrow, sizeof(narrow));
	return true;
}

static bool set_list(
	struct detect_settings *s, const struct detect_setting *row, const char *value, char *error)
{
	struct detect_list *l = (struct detect_list *)(void *)((char *)s + row->offset);
	char *copy = strdup(value), *rest = NULL;
	if (copy == NULL)
		return false;
	list_clear(l);
	bool fits = true;
	for (char *item = strtok_r(copy, " \t,", &rest); item != NULL && fits;
		item = strtok_r(NULL, " \t,", &rest)) {
		fits = l->count < DETECT_LIST_MAX;
		if (fits && (l->items[l->count] = strdup(item)) != NULL)
			l->count++;
	}
	free(copy);
	if (!fits)
		(void)snprintf(error, DETECT_ERROR_LEN, "%s: at most %d entries", row->name, DETECT_LIST_MAX);
	return fits;
}

bool detect_settings_set(
	struct detect_settings *s, const char *name, const char *value, char error[DETECT_ERROR_LEN])
{
	for (size_t i = 0; i < detect_setting_count; i++) {
		const struct detect_setting *row = &detect_setting_rows[i];
		if (strcmp(row->name, name) != 0)
			continue;
		return row->type == DETECT_NUMBER ? set_number(s, row, value, error)
						  : set_list(s, row, value, error);
	}
	(void)snprintf(error, DETECT_ERROR_LEN,
		"%.60s: there is no such setting; `signet help watch` lists them", name);
	return false;
}

bool detect_list_has(const struct detect_list *l, const char *text)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcasecmp(l->items[i], text) == 0)
			return true;
	return false;
}

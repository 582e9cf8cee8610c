// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_document.h"
#include "config/config_schema.h"

static const struct row {
	const char *name;
	size_t offset;
	const char *help;
} rows[] = {
	{ "keytab", offsetof(struct watch_settings, keytab), "as --keytab" },
	{ "nt_hash", offsetof(struct watch_settings, nt_hash), "as --nt-hash" },
	{ "state", offsetof(struct watch_settings, state), "as --state" },
	{ "zeek", offsetof(struct watch_settings, zeek), "as --zeek" },
	{ "syslog", offsetof(struct watch_settings, syslog), "as --syslog" },
	{ "min_severity", offsetof(struct watch_settings, min_severity), "as --min-severity" },
	{ "fail_on", offsetof(struct watch_settings, fail_on), "as --fail-on" },
	{ "user", offsetof(struct watch_settings, user),
		"whom root becomes once an interface is open; nobody if it is not given" },
	{ "filter", offsetof(struct watch_settings, filter),
		"which packets of an interface are looked at (pcap-filter(7)); all of TCP and Kerberos, "
		"tunnelled too, "
		"if it is not given" },
};

void watch_settings_init(struct watch_settings *s)
{
	*s = (struct watch_settings){ .keytab = NULL };
	detect_settings_init(&s->detect);
}

static char **field(struct watch_settings *s, const struct row *row)
{
	return (char **)(void *)((char *)s + row->offset);
}

void watch_settings_done(struct watch_settings *s)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		free(*field(s, &rows[i]));
	detect_settings_done(&s->detect);
}

// --- the file ---------------------------------------------------------------------------------------

static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	char *text = f == NULL ? NULL : malloc(CONFIG_FILE_LEN_MAX);
	if (text != NULL) {
		*len = fread(text, 1, CONFIG_FILE_LEN_MAX, f);
		if (ferror(f) || *len == CONFIG_FILE_LEN_MAX) {
			errno = ferror(f) ? errno : EFBIG;
			free(text);
			text = NULL;
		}
	}
	int err = errno;
	if (f != NULL)
		(void)fclose(f);
	errno = err;
	return text;
}

static void set_watch(struct watch_settings *s, const char *file, const struct config_entry *e,
	struct config_messages *errors)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].name, e->key) != 0)
			continue;
		char *copy = strdup(e->value);
		if (copy == NULL || copy[0] == '\0') {
			config_messages_add(errors, "%s:%u: %s has no value", file, e->line, e->key);
			free(copy);
			return;
		}
		free(*field(s, &rows[i]));
		*field(s, &rows[i]) = copy;
		return;
	}
	config_messages_add(errors, "%s:%u: [watch] has no setting '%s'; signet help watch lists them", file,
		e->line, e->key);
}

static void set_detect(struct watch_settings *s, const char *file, const struct config_entry *e,
	struct config_messages *errors)
{
	char error[DETECT_ERROR_LEN] = "out of memory";
	if (!detect_settings_set(&s->detect, e->key, e->value, error))
		config_messages_add(errors, "%s:%u: %s", file, e->line, error);
}

static void set_section(struct watch_settings *s, const char *file, const struct config_heading *h,
	struct config_messages *errors)
{
	bool is_watch = strcmp(h->text, "watch") == 0;
	if (!is_watch && strcmp(h->text, "detect") != 0) {
		if (h->line != 0)
			config_messages_add(errors,
				"%s:%u: there is no section [%s]; put [watch] or [detect]", file, h->line,
				h->text);
		else if (h->entry_count > 0)
			config_messages_add(errors,
				"%s:%u: a section is missing; put [watch] or [detect] first", file,
				h->entries[0].line);
		return;
	}
	for (size_t i = 0; i < h->entry_count; i++)
		(is_watch ? set_watch : set_detect)(s, file, &h->entries[i], errors);
}

bool watch_settings_load(struct watch_settings *s, const char *file)
{
	size_t len;
	struct config_messages errors = { 0 };
	struct config_document document;
	char *text = read_file(file, &len);
	if (text == NULL) {
		(void)fprintf(stderr, "signet watch: %s: %s\n", file, strerror(errno));
		return false;
	}
	bool ok = config_document_read(file, text, len, &document, &errors) == 0;
	for (size_t i = 0; ok && i < document.heading_count; i++)
		set_section(s, file, &document.headings[i], &errors);
	for (size_t i = 0; i < errors.count; i++)
		(void)fprintf(stderr, "%s\n", errors.lines[i]);
	ok = ok && errors.count == 0;
	config_document_done(&document);
	config_messages_done(&errors);
	free(text);
	return ok;
}

// --- help -------------------------------------------------------------------------------------------

void watch_settings_print_help(FILE *out)
{
	(void)fprintf(out, "\nSettings of --config FILE, KEY = VALUE below a heading:\n\n[watch]\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		(void)fprintf(out, "  %-28s %s\n", rows[i].name, rows[i].help);
	(void)fprintf(out, "\n[detect]\n");
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		if (key->section != CONFIG_DETECT)
			continue;
		(void)fprintf(out, "  %-28s %s", key->name, key->help);
		if (key->type == CONFIG_NUMBER)
			(void)fprintf(out, " (%s)", key->value);
		else
			(void)fprintf(out, ": %s", key->syntax);
		(void)fputc('\n', out);
	}
}

// SPDX-License-Identifier: Apache-2.0
// A configuration from a file, and whether the folders that it names are there.
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "auth/kerberos_keytab.h"
#include "config/config.h"
#include "config/config_document.h"

// The file's text; NULL with errno set.
static char *file_read(const char *path, size_t *len)
{
	FILE *in = fopen(path, "re");
	char *text = in != NULL ? malloc(CONFIG_FILE_LEN_MAX + 1) : NULL;
	*len = text != NULL ? fread(text, 1, CONFIG_FILE_LEN_MAX + 1, in) : 0;
	int error = in == NULL || text == NULL || ferror(in) ? errno : *len > CONFIG_FILE_LEN_MAX ? EFBIG : 0;
	if (in != NULL)
		(void)fclose(in);
	if (error == 0)
		return text;
	free(text);
	errno = error;
	return NULL;
}

static bool is_directory(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(st.st_mode);
}

static bool parent_is_directory(const char *path)
{
	char *copy = strdup(path);
	bool found = copy != NULL && is_directory(dirname(copy));
	free(copy);
	return found;
}

// Whether path is folder or below it, links followed; a path that is not there yet counts by its parent.
static bool really_inside(const char *path, const char *folder)
{
	char *real_folder = realpath(folder, NULL);
	char *real_path = realpath(path, NULL);
	char *copy = real_path == NULL ? strdup(path) : NULL;
	if (copy != NULL)
		real_path = realpath(dirname(copy), NULL);
	size_t len = real_folder != NULL && strcmp(real_folder, "/") != 0 ? strlen(real_folder) : 0;
	bool inside = real_folder != NULL && real_path != NULL && strncmp(real_path, real_folder, len) == 0 &&
		      (real_path[len] == '/' || real_path[len] == 0);
	free(copy);
	free(real_path);
	free(real_folder);
	return inside;
}

static void check_share(const struct config *c, const struct config_share *s, struct config_messages *errors)
{
	if (!is_directory(s->path)) {
		config_messages_add(errors, "%s:%u: share '%s': %s: %s; make the folder, or correct path",
			c->file, s->line, s->name, s->path, strerror(errno));
		return;
	}
	if (really_inside(c->state, s->path))
		config_messages_add(errors,
			"%s:%u: share '%s': %s has the server's state (%s) inside it; share another folder, "
			"or move "
			"the state",
			c->file, s->line, s->name, s->path, c->state);
	if (strcmp(c->events, "-") != 0 && really_inside(c->events, s->path))
		config_messages_add(errors,
			"%s:%u: share '%s': %s has the file of events (%s) inside it; share another folder, "
			"or move the "
			"file",
			c->file, s->line, s->name, s->path, c->events);
}

static void check_keytab(const struct config *c, struct config_messages *errors)
{
	struct account_error error = { 0 };
	if (c->keytab == NULL || kerberos_keytab_check(c->keytab, c->realm,
					 (const char *const *)c->names.items, c->names.count, &error) == 0)
		return;
	config_messages_add(errors, "%s:%u: keytab = %s: %s", c->file, c->keytab_line, c->keytab, error.text);
}

static void check_folders(const struct config *c, struct config_messages *errors)
{
	for (size_t i = 0; i < c->share_count; i++)
		check_share(c, &c->shares[i], errors);
	if (!is_directory(c->state) && !(errno == ENOENT && parent_is_directory(c->state)))
		config_messages_add(errors,
			"%s:%u: state = %s: %s; make the directory above it, or correct state", c->file,
			c->state_line, c->state, strerror(errno));
	if (strcmp(c->events, "-") != 0 && !parent_is_directory(c->events))
		config_messages_add(errors, "%s:%u: events = %s: %s; make its directory, or correct events",
			c->file, c->events_line, c->events, strerror(errno));
}

struct config *config_load(const char *path, struct config_messages *errors)
{
	size_t len;
	char *text = file_read(path, &len);
	if (text == NULL) {
		config_messages_add(
			errors, "%s: %s; give the configuration's file with --config", path, strerror(errno));
		return NULL;
	}
	struct config *c = config_parse(path, text, len, errors);
	free(text);
	if (c == NULL)
		return NULL;
	check_folders(c, errors);
	check_keytab(c, errors);
	if (errors->count + errors->omitted == 0)
		return c;
	config_unref(c);
	return NULL;
}

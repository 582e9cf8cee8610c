// SPDX-License-Identifier: Apache-2.0
#include "detect/file_view.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "detect/detector.h"

static enum file_action action_of(const struct event *e)
{
	static const struct {
		const char *name;
		enum file_action action;
	} names[] = {
		{ "open", FILE_ACTION_OPEN },
		{ "create", FILE_ACTION_OPEN },
		{ "read", FILE_ACTION_READ },
		{ "write", FILE_ACTION_WRITE },
		{ "rename", FILE_ACTION_RENAME },
		{ "delete", FILE_ACTION_DELETE },
		{ "close", FILE_ACTION_CLOSE },
		{ "attributes", FILE_ACTION_ATTRIBUTES },
	};
	for (size_t i = 0; e->action != NULL && i < ARRAY_LEN(names); i++)
		if (*e->action == *names[i].name && strcmp(e->action, names[i].name) == 0)
			return names[i].action;
	return FILE_ACTION_NONE;
}

enum file_action file_view_action(const struct event *e)
{
	switch (e->kind) {
	case EVENT_FILE:
		return action_of(e);
	case EVENT_FILE_OPEN:
	case EVENT_FILE_CREATE:
		return FILE_ACTION_OPEN;
	case EVENT_FILE_CLOSE:
		return FILE_ACTION_CLOSE;
	case EVENT_FILE_RENAME:
		return FILE_ACTION_RENAME;
	case EVENT_FILE_DELETE:
		return FILE_ACTION_DELETE;
	case EVENT_FILE_ATTRIBUTES:
	case EVENT_FILE_ACL:
		return FILE_ACTION_ATTRIBUTES;
	default:
		return FILE_ACTION_NONE;
	}
}

// Appends text in lower case and with slashes, as far as there is room for it and its end.
static char *append_lower(char *at, const char *end, const char *text)
{
	for (; *text != '\0' && at < end - 1; text++) {
		char c = *text;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		*at++ = c == '\\' ? '/' : c;
	}
	*at = '\0';
	return at;
}

// A path below the share begins with no separator, except in some renames. All of this runs for each event.
static void lower_path(char out[FILE_VIEW_PATH_MAX], const char *share, const char *path)
{
	const char *end = out + FILE_VIEW_PATH_MAX;
	while (*path == '/' || *path == '\\')
		path++;
	char *at = append_lower(out, end, share == NULL ? "" : share);
	at = append_lower(at, end, "/");
	(void)append_lower(at, end, path);
}

bool file_view_of(const struct event *e, struct file_view *out)
{
	enum file_action action = file_view_action(e);
	if (action == FILE_ACTION_NONE || e->path == NULL)
		return false;
	out->action = action;
	out->done = detect_is_success(e);
	out->directory = e->directory;
	const char *d = e->disposition == NULL ? "" : e->disposition;
	out->made = action == FILE_ACTION_OPEN && strcmp(d, "created") == 0;
	out->replaced =
		action == FILE_ACTION_OPEN && (strcmp(d, "overwritten") == 0 || strcmp(d, "superseded") == 0);
	lower_path(out->path, e->share, e->path);
	out->target[0] = '\0';
	if (e->target_path != NULL)
		lower_path(out->target, e->share, e->target_path);
	out->name = file_view_name(out->path);
	return true;
}

const char *file_view_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? path : slash + 1;
}

const char *file_view_extension(const char *path)
{
	const char *name = file_view_name(path), *dot = strrchr(name, '.');
	return dot == NULL || dot == name ? "" : dot;
}

bool share_is_administrative(const char *share)
{
	if (share == NULL)
		return false;
	return strcasecmp(share, "ADMIN$") == 0 ||
	       (isalpha((unsigned char)share[0]) && share[1] == '$' && share[2] == '\0');
}

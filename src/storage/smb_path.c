// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/utf16.h"
#include "storage/resolve.h"

static void swap_separators(char *path)
{
	for (char *p = path; *p != '\0'; p++)
		if (*p == '\\')
			*p = '/';
}

struct nt_status smb_path_decode(struct arena *a, struct span utf16, struct smb_path *out)
{
	struct path_parts parts;
	size_t len;
	if (utf16.len % 2 != 0)
		return STATUS(OBJECT_NAME_INVALID);
	char *text = utf16_to_utf8_raw(a, utf16, &len);
	if (text == NULL)
		return STATUS(NO_MEMORY);
	if (strlen(text) != len)
		return STATUS(OBJECT_NAME_INVALID);
	struct nt_status status = path_parse(text, a, &parts);
	if (!nt_status_ok(status))
		return status;
	if (strlen(parts.path) > SHARE_PATH_BYTES_MAX)
		return STATUS(OBJECT_NAME_INVALID);
	char *path = arena_strdup(a, parts.path);
	if (path == NULL)
		return STATUS(NO_MEMORY);
	swap_separators(path);
	*out = (struct smb_path){
		.path = path,
		.stream = parts.stream,
		.type = parts.type,
		.has_type = parts.has_type,
		.trailing_separator = parts.trailing_backslash,
	};
	return STATUS(SUCCESS);
}

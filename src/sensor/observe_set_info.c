// SPDX-License-Identifier: Apache-2.0
// SET_INFO (MS-SMB2 2.2.39, 2.2.40) of files: renames, deletions, changed attributes and sizes.
#include <stdlib.h>

#include "sensor/observe.h"
#include "sensor/observe_file.h"

enum {
	RENAME_NAME_LENGTH_AT = 16, // MS-FSCC 2.4.37.2
	RENAME_NAME_AT = 20,
	CLASS_BASIC = 4,
	CLASS_RENAME = 10,
	CLASS_DISPOSITION = 13,
	CLASS_ALLOCATION = 19,
	CLASS_END_OF_FILE = 20,
	CLASS_DISPOSITION_EX = 64,
	CLASS_RENAME_EX = 65,
};

static char *new_name(struct span buffer)
{
	struct reader r = reader_make(buffer);
	reader_seek(&r, RENAME_NAME_LENGTH_AT);
	size_t len = reader_u32(&r);
	reader_seek(&r, RENAME_NAME_AT);
	struct span name = reader_bytes(&r, len);
	return reader_ok(&r) ? text_of_utf16(name) : NULL;
}

void observe_set_info_request(struct observed *o)
{
	struct smb2_set_info_request m;
	if (o->pending == NULL || smb2_set_info_request_decode(o->message, &m) != VERDICT_OK ||
		m.info_type != SMB2_0_INFO_FILE)
		return;
	o->pending->file_id = m.file_id;
	o->pending->options = m.file_info_class;
	if (m.file_info_class == CLASS_RENAME || m.file_info_class == CLASS_RENAME_EX)
		o->pending->name = new_name(m.buffer);
	if (m.file_info_class == CLASS_DISPOSITION || m.file_info_class == CLASS_DISPOSITION_EX)
		o->pending->disposition = m.buffer.len > 0 ? m.buffer.data[0] & 1u : 0;
}

static void renamed(struct observed *o, struct watched_open *open)
{
	watched_open_emit(o->session, open, "rename", o->header.status, o->pending->name, false);
	if (!nt_status_ok(o->header.status) || o->pending->name == NULL)
		return;
	free(open->path);
	open->path = o->pending->name;
	o->pending->name = NULL;
}

void observe_set_info_answer(struct observed *o)
{
	struct watched_open *open = open_of_answer(o);
	if (open == NULL)
		return;
	switch (o->pending->options) {
	case CLASS_RENAME:
	case CLASS_RENAME_EX:
		renamed(o, open);
		break;
	case CLASS_DISPOSITION:
	case CLASS_DISPOSITION_EX:
		if (nt_status_ok(o->header.status))
			open->delete_on_close = o->pending->disposition != 0;
		break;
	case CLASS_BASIC:
	case CLASS_ALLOCATION:
	case CLASS_END_OF_FILE:
		watched_open_emit(o->session, open, "attributes", o->header.status, NULL, false);
		break;
	default:
		break;
	}
}

// SPDX-License-Identifier: Apache-2.0
#include "server/change_report.h"

#include "server/open.h"
#include "server/open_event.h"
#include "server/server.h"
#include "server/session.h"
#include "server/share.h"

void change_report(const struct open *o, enum notify_action action, uint32_t filter)
{
	struct path_text path;
	const char *text =
		action >= NOTIFY_ADDED_STREAM ? open_path_text(o, &path) : open_file_path_text(o, &path);
	notify_report(o->session->server->notify, o->share->id, text, action, filter);
}

uint32_t change_name_filter(bool is_directory)
{
	return is_directory ? NOTIFY_CHANGE_DIR_NAME : NOTIFY_CHANGE_FILE_NAME;
}

void change_report_size(const struct open *o)
{
	if (o->stream_name != NULL)
		change_report(o, NOTIFY_MODIFIED_STREAM, NOTIFY_CHANGE_STREAM_SIZE);
	else
		change_report(o, NOTIFY_MODIFIED, NOTIFY_CHANGE_SIZE | NOTIFY_CHANGE_LAST_WRITE);
}

void change_report_write(const struct open *o)
{
	if (o->stream_name != NULL)
		change_report(o, NOTIFY_MODIFIED_STREAM, NOTIFY_CHANGE_STREAM_WRITE);
	else
		change_report(o, NOTIFY_MODIFIED, NOTIFY_CHANGE_LAST_WRITE);
}

// SPDX-License-Identifier: Apache-2.0
// FileEndOfFile-, FileAllocation- and FileValidDataLengthInformation (MS-FSA 2.1.5.15.1, .4, .13).
#include "server/commands/set_info.h"

#include <errno.h>

#include "server/change_report.h"
#include "server/file_attributes_of.h"
#include "server/file_table.h"
#include "server/kept_times.h"
#include "server/open.h"
#include "server/open_content.h"
#include "server/request.h"
#include "storage/file_data.h"
#include "storage/streams.h"

static int set_stream_size(struct open *o, const struct file_set_info *info)
{
	uint64_t size = 0;
	int err = stream_size(o->fd, o->stream_name, &size);
	if (err != 0)
		return err;
	bool cuts = info->u.length < size;
	if (info->level == FILE_END_OF_FILE_INFORMATION || cuts)
		return stream_truncate(o->fd, o->stream_name, info->u.length);
	return 0; // room for a stream cannot be set aside
}

static int set_size(struct open *o, const struct file_set_info *info)
{
	if (o->stream_name != NULL)
		return set_stream_size(o, info);
	if (info->u.length == 0)
		open_content_before_replace(o);
	if (info->level == FILE_END_OF_FILE_INFORMATION)
		return file_set_size(o->fd, info->u.length);
	return file_set_allocation(o->fd, info->u.length);
}

// It only says that no zeros need be written before that point, and here they never are.
static struct nt_status set_valid_data_length(struct open *o, const struct file_set_info *info)
{
	struct file_facts facts;
	struct nt_status status = file_facts_of_open(o, &facts);
	if (nt_status_ok(status) && info->u.length > facts.end_of_file)
		return STATUS(INVALID_PARAMETER);
	return status;
}

struct nt_status set_size_info(struct request *req, const struct file_set_info *info)
{
	struct open *o = req->open;
	if (o->is_directory)
		return STATUS(INVALID_PARAMETER);
	if (info->u.length > INT64_MAX)
		return STATUS(INVALID_PARAMETER);
	if (info->level == FILE_VALID_DATA_LENGTH_INFORMATION)
		return set_valid_data_length(o, info);
	pthread_mutex_lock(&o->file->io_lock);
	int err = set_size(o, info);
	pthread_mutex_unlock(&o->file->io_lock);
	if (err != 0)
		return err == -EFBIG ? STATUS(INVALID_PARAMETER) : nt_status_of_errno(err);
	kept_times_restore(o);
	change_report_size(o);
	set_info_emit(req, info->level == FILE_END_OF_FILE_INFORMATION ? "size" : "allocation");
	return STATUS(SUCCESS);
}

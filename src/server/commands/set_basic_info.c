// SPDX-License-Identifier: Apache-2.0
// FileBasicInformation (MS-FSA 2.1.5.15.2): times and attributes.
#include "server/commands/set_info.h"

#include "server/change_report.h"
#include "server/file_attributes_of.h"
#include "server/file_table.h"
#include "server/kept_times.h"
#include "server/open.h"
#include "server/request.h"
#include "storage/dos_attributes.h"
#include "storage/file_times.h"
#include "storage/share_root.h"
#include "wire/fscc/file_attributes.h"

// One time that the open keeps: FREEZE keeps what is, THAW lets go, a time set stays as set.
static void keep(bool *keeps, uint64_t *kept, uint64_t asked, uint64_t current)
{
	if (asked == FILE_TIME_THAW)
		*keeps = false;
	if (asked == FILE_TIME_FREEZE || file_time_is_set(asked)) {
		*keeps = true;
		*kept = asked == FILE_TIME_FREEZE ? current : asked;
	}
}

static void keep_times(struct open *o, const struct file_times *asked, const struct file_times *current)
{
	pthread_mutex_lock(&o->lock);
	keep(&o->keeps_write_time, &o->kept_write_time, asked->last_write, current->last_write);
	keep(&o->keeps_access_time, &o->kept_access_time, asked->last_access, current->last_access);
	keep(&o->keeps_change_time, &o->kept_change_time, asked->change, current->change);
	pthread_mutex_unlock(&o->lock);
}

static struct nt_status check_attributes(const struct open *o, uint32_t attributes)
{
	if ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 && !o->is_directory)
		return STATUS(INVALID_PARAMETER);
	if ((attributes & FILE_ATTRIBUTE_TEMPORARY) != 0 && o->is_directory)
		return STATUS(INVALID_PARAMETER);
	return STATUS(SUCCESS);
}

// Read, modify, write back: under the file's io_lock.
static int store(struct open *o, const struct file_set_info *info)
{
	struct statx stat;
	struct dos_attributes attributes;
	int err = node_stat(o->fd, &stat);
	if (err == 0)
		err = dos_attributes_load(o->fd, &stat, &attributes);
	if (err != 0)
		return err;
	bool sets_creation = file_time_is_set(info->u.basic.times.creation);
	uint32_t asked = info->u.basic.attributes;
	if (sets_creation)
		attributes.create_time = info->u.basic.times.creation;
	if (asked != 0)
		attributes.attributes = (attributes.attributes & ~FILE_ATTRIBUTE_SETTABLE_MASK) |
					(asked & FILE_ATTRIBUTE_SETTABLE_MASK);
	if (asked != 0 || sets_creation)
		err = dos_attributes_save(o->fd, &attributes);
	return err != 0 ? err : file_times_set(o->fd, &info->u.basic.times);
}

struct nt_status set_basic_info(struct request *req, const struct file_set_info *info)
{
	struct open *o = req->open;
	struct file_facts before;
	struct nt_status status = check_attributes(o, info->u.basic.attributes);
	if (nt_status_ok(status))
		status = file_facts_of_open(o, &before);
	if (!nt_status_ok(status))
		return status;
	pthread_mutex_lock(&o->file->io_lock);
	int err = store(o, info);
	pthread_mutex_unlock(&o->file->io_lock);
	if (err != 0)
		return nt_status_of_errno(err);
	keep_times(o, &info->u.basic.times, &before.times);
	kept_times_restore(o);
	uint32_t filter = info->u.basic.attributes != 0 ? NOTIFY_CHANGE_ATTRIBUTES : 0;
	if (file_time_is_set(info->u.basic.times.last_write))
		filter |= NOTIFY_CHANGE_LAST_WRITE;
	if (file_time_is_set(info->u.basic.times.last_access))
		filter |= NOTIFY_CHANGE_LAST_ACCESS;
	if (file_time_is_set(info->u.basic.times.creation))
		filter |= NOTIFY_CHANGE_CREATION;
	if (filter != 0)
		change_report(o, NOTIFY_MODIFIED, filter);
	set_info_emit(req, info->u.basic.attributes != 0 ? "attributes" : "times");
	return STATUS(SUCCESS);
}

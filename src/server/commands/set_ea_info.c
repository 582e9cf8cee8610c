// SPDX-License-Identifier: Apache-2.0
// FileFullEaInformation (MS-FSA 2.1.5.15.5).
#include "server/commands/set_info.h"

#include <errno.h>

#include "server/change_report.h"
#include "server/file_table.h"
#include "server/kept_times.h"
#include "server/open.h"
#include "server/request.h"
#include "storage/extended_attributes.h"

static int set_all(const struct open *o, const struct ea_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		int err = extended_attribute_set(o->fd, list->items[i].name, list->items[i].value);
		if (err != 0)
			return err;
	}
	return 0;
}

struct nt_status set_ea_info(struct request *req, const struct file_set_info *info)
{
	struct open *o = req->open;
	pthread_mutex_lock(&o->file->io_lock);
	int err = set_all(o, &info->u.full_ea);
	pthread_mutex_unlock(&o->file->io_lock);
	if (err != 0) {
		if (err == -EINVAL)
			return STATUS(INVALID_EA_NAME);
		return err == -EOPNOTSUPP ? STATUS(EAS_NOT_SUPPORTED) : nt_status_of_errno(err);
	}
	kept_times_restore(o);
	change_report(o, NOTIFY_MODIFIED, NOTIFY_CHANGE_EA);
	set_info_emit(req, "ea");
	return STATUS(SUCCESS);
}

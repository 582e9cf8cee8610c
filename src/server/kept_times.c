// SPDX-License-Identifier: Apache-2.0
#include "server/kept_times.h"

#include "server/file_table.h"
#include "server/open.h"
#include "storage/file_times.h"
#include "storage/share_root.h"

// Linux has no call to set ctime, and whatever is set moves it: so the server remembers what ChangeTime
// is to be said instead of the ctime that there is now.
static void say_change_time(struct open *o, uint64_t time)
{
	struct statx stat;
	struct file_times now;
	if (node_stat(o->fd, &stat) != 0)
		return;
	file_times_of_statx(&stat, &now);
	pthread_mutex_lock(&o->file->lock);
	o->file->change.time = time;
	o->file->change.ctime = now.change;
	pthread_mutex_unlock(&o->file->lock);
}

void kept_times_restore(struct open *o)
{
	struct file_times times = { 0 }; // 0: leave as it is
	pthread_mutex_lock(&o->lock);
	if (o->keeps_write_time)
		times.last_write = o->kept_write_time;
	if (o->keeps_access_time)
		times.last_access = o->kept_access_time;
	if (o->keeps_change_time)
		times.change = o->kept_change_time;
	pthread_mutex_unlock(&o->lock);
	// The data is there; a time that could not be put back is no reason to say otherwise.
	if (times.last_write != 0 || times.last_access != 0)
		(void)!file_times_set(o->fd, &times);
	if (times.change != 0)
		say_change_time(o, times.change);
}

// SPDX-License-Identifier: Apache-2.0
#include "server/kept_times.h"

#include "server/open.h"
#include "storage/file_times.h"

void kept_times_restore(struct open *o)
{
	struct file_times times = { 0 }; // 0: leave as it is
	pthread_mutex_lock(&o->lock);
	if (o->keeps_write_time)
		times.last_write = o->kept_write_time;
	if (o->keeps_access_time)
		times.last_access = o->kept_access_time;
	pthread_mutex_unlock(&o->lock);
	// The data is there; a time that could not be put back is no reason to say otherwise.
	if (times.last_write != 0 || times.last_access != 0)
		(void)!file_times_set(o->fd, &times);
}

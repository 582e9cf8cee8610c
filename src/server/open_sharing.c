// SPDX-License-Identifier: Apache-2.0
#include "server/open_sharing.h"

#include <stdlib.h>
#include <string.h>

#include "server/file_table.h"
#include "server/open.h"
#include "wire/dtyp/access_mask.h"
#include "wire/smb2/smb2_create.h"

void open_attach(struct open *o, struct file *f, struct file_stream *s)
{
	o->file = f;
	o->stream = s;
	s->open_count++;
	o->file_prev = NULL;
	o->file_next = f->opens;
	if (f->opens != NULL)
		f->opens->file_prev = o;
	f->opens = o;
}

void open_detach(struct open *o)
{
	struct file *f = o->file;
	if (o->file_next != NULL)
		o->file_next->file_prev = o->file_prev;
	if (o->file_prev != NULL)
		o->file_prev->file_next = o->file_next;
	else
		f->opens = o->file_next;
	o->stream->open_count--;
}

static const uint32_t access_reads = FILE_READ_DATA | FILE_EXECUTE;
static const uint32_t access_writes = FILE_WRITE_DATA | FILE_APPEND_DATA;

// Whether one side's access is not shared by the other.
static bool denied(uint32_t access, uint32_t share_access)
{
	return ((access & access_reads) != 0 && (share_access & FILE_SHARE_READ) == 0) ||
	       ((access & access_writes) != 0 && (share_access & FILE_SHARE_WRITE) == 0) ||
	       ((access & ACCESS_DELETE) != 0 && (share_access & FILE_SHARE_DELETE) == 0);
}

// Who only looks at attributes is in nobody's way.
static bool has_sharing(uint32_t access)
{
	return (access & (access_reads | access_writes | ACCESS_DELETE)) != 0;
}

static bool conflicts(
	const struct open *o, const struct file_stream *s, uint32_t access, uint32_t share_access)
{
	if (!has_sharing(o->granted_access))
		return false;
	if (o->stream == s)
		return denied(access, o->share_access) || denied(o->granted_access, share_access);
	// Deleting the file takes its streams with it, so deletion has to be shared by all of them.
	bool unnamed = s->name == NULL || o->stream->name == NULL;
	return unnamed && (denied(access & ACCESS_DELETE, o->share_access) ||
				  denied(o->granted_access & ACCESS_DELETE, share_access));
}

struct nt_status open_check_sharing(
	struct file *f, const struct file_stream *s, uint32_t access, uint32_t share_access)
{
	if (!has_sharing(access))
		return STATUS(SUCCESS);
	for (const struct open *o = f->opens; o != NULL; o = o->file_next) {
		if (conflicts(o, s, access, share_access))
			return STATUS(SHARING_VIOLATION);
	}
	return STATUS(SUCCESS);
}

bool open_range_is_locked(struct open *o, uint64_t offset, uint64_t length, bool writes)
{
	pthread_mutex_lock(&o->file->lock);
	bool locked = o->stream == NULL;
	if (!locked && writes)
		locked = range_locks_write_conflicts(&o->stream->locks, &o->locks, offset, length);
	else if (!locked)
		locked = range_locks_read_conflicts(&o->stream->locks, &o->locks, offset, length);
	pthread_mutex_unlock(&o->file->lock);
	return locked;
}

static bool stream_name_push(struct open *o, const char *name)
{
	bool room = o->former_stream_name_count < OPEN_STREAM_RENAMES_MAX;
	char *own = room ? strdup(name) : NULL;
	if (own == NULL)
		return false;
	o->former_stream_names[o->former_stream_name_count++] = o->stream_name;
	o->stream_name = own;
	return true;
}

bool open_rename_stream(struct open *o, const char *name)
{
	struct file *f = o->file;
	char *shared = strdup(name);
	pthread_mutex_lock(&f->lock);
	struct file_stream *s = o->stream;
	bool fine = shared != NULL && s != NULL;
	for (struct open *each = f->opens; fine && each != NULL; each = each->file_next) {
		if (each->stream == s)
			fine = stream_name_push(each, name);
	}
	if (fine) {
		free(s->name);
		s->name = shared;
	}
	pthread_mutex_unlock(&f->lock);
	if (!fine)
		free(shared);
	return fine;
}

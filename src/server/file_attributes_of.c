// SPDX-License-Identifier: Apache-2.0
#include "server/file_attributes_of.h"

#include "server/file_table.h"
#include "server/open.h"
#include "storage/share_root.h"
#include "storage/sparse.h"
#include "storage/streams.h"

struct nt_status file_attributes_load(int fd, struct dos_attributes *out)
{
	struct statx stat;
	int err = node_stat(fd, &stat);
	if (err == 0)
		err = dos_attributes_load(fd, &stat, out);
	return nt_status_of_errno(err);
}

// One number for clients that know only 64 bits: the inode, told apart from those of other file
// systems mounted below the share.
static uint64_t index_number_of(const struct statx *stat)
{
	struct node_id id = node_id_of(stat);
	return id.ino ^ id.dev << 48;
}

void file_facts_fill(
	const struct statx *stat, const struct dos_attributes *attributes, struct file_facts *out)
{
	bool directory = S_ISDIR(stat->stx_mode);
	*out = (struct file_facts){
		.allocation_size = directory ? 0 : sparse_allocation(stat),
		.end_of_file = directory ? 0 : stat->stx_size,
		.attributes = attributes->attributes,
		.number_of_links = stat->stx_nlink,
		.index_number = index_number_of(stat),
		.directory = directory,
	};
	file_times_of_statx(stat, &out->times);
	out->times.creation = attributes->create_time;
}

struct nt_status file_facts_of_node(int fd, const struct statx *stat, struct file_facts *out)
{
	struct dos_attributes attributes;
	int err = dos_attributes_load(fd, stat, &attributes);
	if (err != 0)
		return nt_status_of_errno(err);
	file_facts_fill(stat, &attributes, out);
	return STATUS(SUCCESS);
}

static int use_stream_size(struct open *o, struct file_facts *facts)
{
	uint64_t size = 0;
	int err = stream_size(o->fd, o->stream_name, &size);
	facts->end_of_file = size;
	facts->allocation_size = stream_allocation(size);
	facts->directory = false;
	facts->attributes &= ~FILE_ATTRIBUTE_DIRECTORY;
	if (facts->attributes == 0)
		facts->attributes = FILE_ATTRIBUTE_NORMAL;
	return err;
}

// What only the opens of a file know of it.
static struct nt_status add_opens_view(struct open *o, struct file_facts *out)
{
	struct nt_status status = STATUS(SUCCESS);
	pthread_mutex_lock(&o->file->lock);
	bool stream_goes = o->stream != NULL && o->stream->delete_pending; // NULL: closed meanwhile
	out->delete_pending = stream_goes || o->file->unnamed.delete_pending;
	if (o->file->change.time != 0 && o->file->change.ctime == out->times.change)
		out->times.change = o->file->change.time;
	pthread_mutex_unlock(&o->file->lock);
	if (o->stream_name != NULL)
		status = nt_status_of_errno(use_stream_size(o, out));
	// A file that is about to go has one link less already (as NTFS has it).
	if (out->delete_pending && out->number_of_links > 0)
		out->number_of_links--;
	return status;
}

struct nt_status file_facts_of_open(struct open *o, struct file_facts *out)
{
	struct statx stat;
	int err = node_stat(o->fd, &stat);
	if (err != 0)
		return nt_status_of_errno(err);
	struct nt_status status = file_facts_of_node(o->fd, &stat, out);
	return nt_status_ok(status) ? add_opens_view(o, out) : status;
}

struct nt_status file_facts_of_new_open(struct open *o, const struct statx *stat,
	const struct dos_attributes *attributes, struct file_facts *out)
{
	file_facts_fill(stat, attributes, out);
	return add_opens_view(o, out);
}

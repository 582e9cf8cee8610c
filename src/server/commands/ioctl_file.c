// SPDX-License-Identifier: Apache-2.0
// Controls of files (MS-FSCC 2.3, MS-FSA 2.1.5.10).
#include "server/commands/ioctl.h"

#include <errno.h>
#include <string.h>

#include "server/change_report.h"
#include "server/file_attributes_of.h"
#include "server/file_table.h"
#include "server/open.h"
#include "server/open_sharing.h"
#include "server/request.h"
#include "server/share.h"
#include "storage/sparse.h"
#include "wire/dtyp/access_mask.h"
#include "wire/fscc/fsctl.h"

static bool writes_data(const struct open *o)
{
	return (o->granted_access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) != 0;
}

struct nt_status ioctl_set_sparse(
	struct request *req, const struct smb2_ioctl_request *m, struct writer *w UNUSED)
{
	struct open *o = req->open;
	struct statx stat;
	bool sparse = true;
	if (o->is_directory)
		return STATUS(INVALID_PARAMETER);
	if (!writes_data(o) && (o->granted_access & FILE_WRITE_ATTRIBUTES) == 0)
		return STATUS(ACCESS_DENIED);
	if (fsctl_set_sparse_decode(m->input, &sparse) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	pthread_mutex_lock(&o->file->io_lock);
	int err = node_stat(o->fd, &stat);
	if (err == 0)
		err = sparse_set(o->fd, &stat, sparse);
	pthread_mutex_unlock(&o->file->io_lock);
	if (err == 0)
		change_report(o, NOTIFY_MODIFIED, NOTIFY_CHANGE_ATTRIBUTES);
	return nt_status_of_errno(err);
}

struct nt_status ioctl_zero_data(
	struct request *req, const struct smb2_ioctl_request *m, struct writer *w UNUSED)
{
	struct open *o = req->open;
	struct file_range range;
	struct dos_attributes attributes;
	if (o->is_directory || o->stream_name != NULL ||
		fsctl_set_zero_data_decode(m->input, &range) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	if ((o->granted_access & FILE_WRITE_DATA) == 0)
		return STATUS(ACCESS_DENIED);
	if (range.length != 0 && open_range_is_locked(o, range.offset, range.length, true))
		return STATUS(FILE_LOCK_CONFLICT);
	struct nt_status status = file_attributes_load(o->fd, &attributes);
	if (!nt_status_ok(status))
		return status;
	bool sparse = (attributes.attributes & FILE_ATTRIBUTE_SPARSE_FILE) != 0;
	int err = sparse_zero(o->fd, range.offset, range.offset + range.length, sparse);
	if (err == 0)
		change_report_write(o);
	return nt_status_of_errno(err);
}

// A file that is not sparse is allocated from its beginning to its end (MS-FSA 2.1.5.10.22).
static int find_allocated(
	struct open *o, const struct file_range *asked, struct file_ranges *found, size_t room, bool *more)
{
	struct statx stat;
	struct dos_attributes attributes;
	int err = node_stat(o->fd, &stat);
	if (err == 0)
		err = dos_attributes_load(o->fd, &stat, &attributes);
	if (err != 0)
		return err;
	if ((attributes.attributes & FILE_ATTRIBUTE_SPARSE_FILE) != 0)
		return sparse_allocated_ranges(
			o->fd, asked->offset, asked->length, found->items, room, &found->count, more);
	uint64_t left = asked->offset < stat.stx_size ? stat.stx_size - asked->offset : 0;
	const struct file_range all = {
		.offset = asked->offset,
		.length = asked->length < left ? asked->length : left,
	};
	*more = all.length != 0 && room == 0;
	found->count = all.length != 0 && room != 0 ? 1 : 0;
	found->items[0] = all;
	return 0;
}

struct nt_status ioctl_allocated_ranges(
	struct request *req, const struct smb2_ioctl_request *m, struct writer *w)
{
	struct open *o = req->open;
	struct file_range asked;
	struct file_ranges found = { 0 };
	bool more = false;
	if (o->is_directory || o->stream_name != NULL ||
		fsctl_file_range_decode(m->input, &asked) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	if ((o->granted_access & FILE_READ_DATA) == 0)
		return STATUS(ACCESS_DENIED);
	size_t room = m->max_output_response / (2 * sizeof(uint64_t));
	if (room > FSCTL_RANGES_MAX)
		room = FSCTL_RANGES_MAX;
	found.items = arena_alloc(req->arena, (room + 1) * sizeof(*found.items));
	if (found.items == NULL)
		return STATUS(NO_MEMORY);
	int err = find_allocated(o, &asked, &found, room, &more);
	if (err != 0)
		return nt_status_of_errno(err);
	(void)fsctl_file_ranges_encode(&found, w);
	if (!more)
		return STATUS(SUCCESS);
	return found.count == 0 ? STATUS(BUFFER_TOO_SMALL) : STATUS(BUFFER_OVERFLOW);
}

struct nt_status ioctl_file_regions(struct request *req, const struct smb2_ioctl_request *m, struct writer *w)
{
	struct fsctl_file_region asked;
	struct file_facts facts;
	if (req->open->is_directory || fsctl_file_regions_request_decode(m->input, &asked) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	struct nt_status status = file_facts_of_open(req->open, &facts);
	if (!nt_status_ok(status))
		return status;
	uint64_t end = facts.end_of_file;
	bool inside = asked.range.offset < end;
	struct fsctl_file_region region = { .range = asked.range,
		.usage = FILE_REGION_USAGE_VALID_CACHED_DATA };
	if (inside && region.range.length > end - region.range.offset)
		region.range.length = end - region.range.offset;
	(void)fsctl_file_regions_encode(&region, inside ? 1 : 0, w);
	return writer_ok(w) ? STATUS(SUCCESS) : STATUS(BUFFER_TOO_SMALL);
}

// Trimming says that content does not matter any more: giving the blocks back honours it.
struct nt_status ioctl_trim(struct request *req, const struct smb2_ioctl_request *m, struct writer *w)
{
	struct open *o = req->open;
	struct file_ranges ranges;
	if (o->is_directory || o->stream_name != NULL ||
		fsctl_trim_decode(m->input, req->arena, &ranges) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	if ((o->granted_access & FILE_WRITE_DATA) == 0)
		return STATUS(ACCESS_DENIED);
	for (size_t i = 0; i < ranges.count; i++) {
		const struct file_range *r = &ranges.items[i];
		if (open_range_is_locked(o, r->offset, r->length, true))
			return STATUS(FILE_LOCK_CONFLICT);
		int err = sparse_zero(o->fd, r->offset, r->offset + r->length, true);
		if (err != 0)
			return nt_status_of_errno(err);
	}
	if (m->max_output_response >= sizeof(uint32_t))
		fsctl_trim_reply_encode((uint32_t)ranges.count, w);
	return STATUS(SUCCESS);
}

struct nt_status ioctl_get_compression(
	struct request *req UNUSED, const struct smb2_ioctl_request *m, struct writer *w)
{
	if (m->max_output_response < sizeof(uint16_t))
		return STATUS(INVALID_USER_BUFFER);
	fsctl_compression_encode(COMPRESSION_FORMAT_NONE, w);
	return STATUS(SUCCESS);
}

struct nt_status ioctl_set_compression(
	struct request *req, const struct smb2_ioctl_request *m, struct writer *w UNUSED)
{
	uint16_t format = 0;
	if (!writes_data(req->open))
		return STATUS(ACCESS_DENIED);
	if (fsctl_compression_decode(m->input, &format) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	return format == COMPRESSION_FORMAT_NONE ? STATUS(SUCCESS) : STATUS(NOT_SUPPORTED);
}

struct nt_status ioctl_integrity(
	struct request *req, const struct smb2_ioctl_request *m UNUSED, struct writer *w)
{
	const struct fsctl_integrity none = { .checksum_chunk_size = 4096, .cluster_size = 4096 };
	if (req->open->share->is_ipc)
		return STATUS(INVALID_DEVICE_REQUEST);
	fsctl_integrity_get_encode(&none, w);
	return STATUS(SUCCESS);
}

// An id that stays with the file as long as it lives: made from which file it is.
struct nt_status ioctl_object_id(struct request *req, const struct smb2_ioctl_request *m, struct writer *w)
{
	struct open *o = req->open;
	struct fsctl_object_id id = { 0 };
	if (m->max_output_response < 64)
		return STATUS(INVALID_PARAMETER);
	memcpy(&id.object_id, &o->node.ino, sizeof(o->node.ino));
	memcpy((uint8_t *)&id.object_id + sizeof(o->node.ino), &o->node.dev, sizeof(o->node.dev));
	memcpy(&id.birth_volume_id, o->share->fs.object_id, sizeof(id.birth_volume_id));
	id.birth_object_id = id.object_id;
	fsctl_object_id_encode(&id, w);
	return STATUS(SUCCESS);
}

// Symbolic links are followed here and nothing else is a reparse point.
struct nt_status ioctl_reparse(
	struct request *req UNUSED, const struct smb2_ioctl_request *m UNUSED, struct writer *w UNUSED)
{
	return STATUS(NOT_A_REPARSE_POINT);
}

// There is no DFS namespace (MS-SMB2 3.3.5.15.2).
struct nt_status ioctl_dfs_referrals(
	struct request *req UNUSED, const struct smb2_ioctl_request *m UNUSED, struct writer *w UNUSED)
{
	return STATUS(FS_DRIVER_REQUIRED);
}

// SRV_SNAPSHOT_ARRAY (MS-SMB2 2.2.32.2) of none: its list is just the terminating NUL.
struct nt_status ioctl_snapshots(
	struct request *req UNUSED, const struct smb2_ioctl_request *m, struct writer *w)
{
	enum { SNAPSHOT_ARRAY_MIN = 16, EMPTY_LIST_LEN = 2 };
	if (m->max_output_response < SNAPSHOT_ARRAY_MIN)
		return STATUS(INVALID_PARAMETER);
	writer_u32(w, 0);
	writer_u32(w, 0);
	writer_u32(w, EMPTY_LIST_LEN);
	writer_zeros(w, SNAPSHOT_ARRAY_MIN - 12);
	return STATUS(SUCCESS);
}

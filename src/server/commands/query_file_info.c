// SPDX-License-Identifier: Apache-2.0
// QUERY_INFO of files (MS-SMB2 3.3.5.20.1, MS-FSCC 2.4).
#include "server/commands/query_info.h"

#include <string.h>

#include "server/connection.h"
#include "server/file_attributes_of.h"
#include "server/open.h"
#include "server/open_event.h"
#include "server/pipe_open.h"
#include "server/request.h"
#include "server/share.h"
#include "storage/extended_attributes.h"
#include "storage/streams.h"
#include "wire/fscc/file_info.h"
#include "wire/fscc/name_valid.h"

// '\' between components, and one in front.
static char *wire_name(const struct open *o, struct arena *a, const char *front)
{
	struct path_text path;
	char *name = arena_printf(a, "%s%s", front, open_path_text(o, &path));
	for (char *p = name; p != NULL && *p != '\0'; p++) {
		if (*p == '/')
			*p = '\\';
	}
	return name;
}

// There are no 8.3 names: no file has a second name that an access by it could be overlooked under. Where
// a file has none, the only name that opens it is given, as GetShortPathName gives it.
static char *alternate_name(const struct open *o, struct arena *a)
{
	struct path_text path;
	const char *whole = open_file_path_text(o, &path);
	const char *slash = strrchr(whole, '/');
	return arena_strdup(a, slash == NULL ? whole : slash + 1);
}

static bool describe_streams(struct request *req, const struct file_facts *facts, struct fscc_file_info *info)
{
	struct open *o = req->open;
	struct stream_list list = { 0 };
	if (stream_list(o->fd, req->arena, &list) != 0)
		list.count = 0; // a file system without attributes has no streams
	struct file_stream_info *out = arena_zalloc(req->arena, (list.count + 1) * sizeof(*out));
	if (out == NULL)
		return false;
	info->streams = out;
	if (!facts->directory) {
		out[info->stream_count++] = (struct file_stream_info){
			.name = "::$DATA",
			.size = facts->end_of_file,
			.allocation_size = facts->allocation_size,
		};
	}
	for (size_t i = 0; i < list.count; i++) {
		out[info->stream_count++] = (struct file_stream_info){
			.name = stream_wire_name(list.entries[i].name, req->arena),
			.size = list.entries[i].size,
			.allocation_size = list.entries[i].allocation,
		};
	}
	return true;
}

static void describe_pipe(struct open *o, struct fscc_file_info *info)
{
	pthread_mutex_lock(&o->pipe->lock);
	info->pipe.read_data_available = (uint32_t)rpc_pipe_readable(o->pipe->rpc);
	pthread_mutex_unlock(&o->pipe->lock);
	info->pipe.read_mode = 1; // message mode (MS-FSCC 2.4.29)
	info->pipe.type = 1;
	info->pipe.configuration = 2; // full duplex
	info->pipe.maximum_instances = UINT32_MAX;
	info->pipe.current_instances = 1;
	info->pipe.inbound_quota = info->pipe.outbound_quota = info->pipe.write_quota_available = 4096;
	info->pipe.state = 3; // connected
	info->pipe.end = 1;   // the server's end is elsewhere
	info->attributes = FILE_ATTRIBUTE_NORMAL;
	info->allocation_size = 4096;
	info->number_of_links = 1;
	info->delete_pending = true; // a pipe goes with its last handle, as Windows says it
}

static struct nt_status describe_file(struct request *req, uint8_t level, struct fscc_file_info *info)
{
	struct open *o = req->open;
	struct file_facts facts;
	struct nt_status status = file_facts_of_open(o, &facts);
	if (!nt_status_ok(status))
		return status;
	info->times = facts.times;
	info->allocation_size = facts.allocation_size;
	info->end_of_file = facts.end_of_file;
	info->attributes = facts.attributes;
	info->number_of_links = facts.number_of_links;
	info->delete_pending = facts.delete_pending;
	info->directory = facts.directory;
	info->index_number = facts.index_number;
	info->compressed_file_size = facts.end_of_file;
	memcpy(info->file_id_128, &facts.index_number, sizeof(facts.index_number));
	info->volume_serial_number = o->share->fs.volume_id;
	if (level == FILE_STREAM_INFORMATION && !describe_streams(req, &facts, info))
		return STATUS(NO_MEMORY);
	struct ea_list eas = { 0 };
	if ((level == FILE_EA_INFORMATION || level == FILE_ALL_INFORMATION) &&
		extended_attribute_list(o->fd, req->arena, &eas) == 0)
		info->ea_size = ea_list_ea_size(&eas);
	return STATUS(SUCCESS);
}

static struct nt_status describe(struct request *req, uint8_t level, struct fscc_file_info *info)
{
	struct open *o = req->open;
	info->access_flags = o->granted_access;
	info->mode = o->mode;
	info->name = wire_name(o, req->arena, "\\");
	info->normalized_name = wire_name(o, req->arena, "");
	info->alternate_name = alternate_name(o, req->arena);
	if (info->name == NULL || info->normalized_name == NULL || info->alternate_name == NULL)
		return STATUS(NO_MEMORY);
	pthread_mutex_lock(&o->lock);
	info->current_byte_offset = o->position;
	pthread_mutex_unlock(&o->lock);
	if (o->pipe == NULL)
		return describe_file(req, level, info);
	describe_pipe(o, info);
	return STATUS(SUCCESS);
}

struct nt_status query_file_info(
	struct request *req, const struct smb2_query_info_request *m, struct writer *w)
{
	struct fscc_file_info info = { 0 };
	if (m->file_info_class == FILE_FULL_EA_INFORMATION)
		return query_ea_info(req, m, w);
	const struct file_info_class *class = file_info_class_find(m->file_info_class);
	if (class == NULL)
		return STATUS(INVALID_INFO_CLASS);
	if (m->output_buffer_length < class->fixed_len)
		return STATUS(INFO_LENGTH_MISMATCH);
	if ((req->open->granted_access & class->access_needed) != class->access_needed)
		return STATUS(ACCESS_DENIED);
	if (m->file_info_class == FILE_NORMALIZED_NAME_INFORMATION && req->conn->dialect < SMB2_DIALECT_311)
		return STATUS(NOT_SUPPORTED);
	struct nt_status status = describe(req, m->file_info_class, &info);
	return nt_status_ok(status) ? file_info_encode(m->file_info_class, &info, w) : status;
}

// SPDX-License-Identifier: Apache-2.0
// QUERY_DIRECTORY (MS-SMB2 3.3.5.18).
#include "wire/smb2/smb2_query_directory.h"

#include <errno.h>
#include <unistd.h>

#include "base/utf16.h"
#include "server/command_rules.h"
#include "server/commands/list_filter.h"
#include "server/connection.h"
#include "server/file_attributes_of.h"
#include "server/open.h"
#include "server/open_event.h"
#include "server/request.h"
#include "server/share.h"
#include "storage/dir_list.h"
#include "wire/dtyp/access_mask.h"
#include "wire/fscc/dir_info.h"

static struct nt_status check(const struct request *req, const struct smb2_query_directory_request *m)
{
	const struct open *o = req->open;
	if (!o->is_directory)
		return STATUS(INVALID_PARAMETER);
	if (dir_info_fixed_len(m->file_information_class) == 0)
		return STATUS(INVALID_INFO_CLASS);
	if (m->output_buffer_length > req->conn->max_transact_size ||
		!request_credits_cover(req, 0, m->output_buffer_length))
		return STATUS(INVALID_PARAMETER);
	if ((o->granted_access & FILE_LIST_DIRECTORY) == 0)
		return STATUS(ACCESS_DENIED);
	if (m->output_buffer_length < dir_info_fixed_len(m->file_information_class))
		return STATUS(INFO_LENGTH_MISMATCH);
	return STATUS(SUCCESS);
}

static int list_open(struct request *req)
{
	struct open *o = req->open;
	struct path_text path;
	if (o->list != NULL)
		return 0;
	return dir_list_open(o->share->root, o->fd, open_file_path_text(o, &path), req->may_block, &o->list);
}

// The pattern of the first request stays that of the whole scan, until it is reopened
// (MS-SMB2 3.3.5.18). *first: this starts one.
static struct nt_status list_start(
	struct request *req, const struct smb2_query_directory_request *m, bool *first)
{
	struct open *o = req->open;
	int err = list_open(req);
	if (err != 0)
		return request_status_of_errno(req, err);
	*first = !dir_list_started(o->list) || (m->flags & SMB2_REOPEN) != 0;
	if (*first) {
		const char *pattern = utf16_to_utf8(req->arena, m->search_pattern);
		if (pattern == NULL)
			return STATUS(OBJECT_NAME_INVALID);
		return dir_list_start(o->list, pattern);
	}
	if ((m->flags & SMB2_RESTART_SCANS) != 0) {
		*first = true;
		dir_list_restart(o->list);
	}
	return STATUS(SUCCESS);
}

// Everything a class may want of an entry. 1 when it is to be shown, 0 when it vanished, or -errno.
static int describe(struct request *req, struct list_filter *filter, struct dir_entry *e, uint8_t level,
	struct dir_info *out)
{
	struct dir_list *list = req->open->list;
	struct file_facts facts;
	*out = (struct dir_info){ .name = e->name };
	if (level == FILE_NAMES_INFORMATION && !filter->by_acls)
		return 1;
	int err = dir_list_stat(list, e, req->may_block);
	if (err != 0)
		return err == -ENOENT ? 0 : err;
	int fd = dir_list_open_entry(list, e, req->may_block);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	bool shown = list_filter_look(filter, fd, e, &facts);
	close(fd);
	if (!shown)
		return 0;
	out->times = facts.times;
	out->end_of_file = facts.end_of_file;
	out->allocation_size = facts.allocation_size;
	out->attributes = facts.attributes;
	out->file_id = facts.index_number;
	memcpy(out->file_id_128, &facts.index_number, sizeof(facts.index_number));
	return 1;
}

struct fill {
	struct dir_info_list list;
	struct list_filter filter;
	bool single;
	uint8_t level;
};

// Appends entries until the buffer, the directory or the client's wish ends. 0, or -errno.
static int fill_entries(struct request *req, struct fill *f)
{
	struct open *o = req->open;
	for (;;) {
		struct dir_entry *e = NULL;
		struct dir_info info;
		int got = dir_list_next(o->list, req->may_block, &e);
		if (got <= 0)
			return got;
		got = list_filter_shows_name(&f->filter, o->list, e, req->may_block);
		if (got > 0)
			got = describe(req, &f->filter, e, f->level, &info);
		if (got < 0) {
			dir_list_push_back(o->list);
			return got;
		}
		enum dir_append appended = got == 0 ? DIR_APPEND_BAD_NAME : dir_info_append(&f->list, &info);
		if (appended == DIR_APPEND_FULL) {
			dir_list_push_back(o->list);
			return 0;
		}
		if (appended == DIR_APPEND_OK && f->single)
			return 0;
	}
}

static struct nt_status judge(int err, size_t count, bool first, bool at_end)
{
	if (err != 0)
		return nt_status_of_errno(err);
	if (count != 0)
		return STATUS(SUCCESS);
	if (!at_end)
		return STATUS(INFO_LENGTH_MISMATCH); // not even one fits
	return first ? STATUS(NO_SUCH_FILE) : STATUS(NO_MORE_FILES);
}

static bool list_at_end(struct request *req)
{
	struct dir_entry *e = NULL;
	if (dir_list_next(req->open->list, req->may_block, &e) != 1)
		return true;
	dir_list_push_back(req->open->list);
	return false;
}

static struct nt_status query(struct request *req, const struct smb2_query_directory_request *m)
{
	bool first = false;
	struct nt_status status = list_start(req, m, &first);
	if (!nt_status_ok(status))
		return status;
	size_t len = request_reserve_answer(req, m->output_buffer_length);
	if (len == 0 && m->output_buffer_length != 0)
		return STATUS(INSUFFICIENT_RESOURCES);
	size_t begun = smb2_query_directory_response_begin(req->out);
	struct writer w = writer_make(req->out->base + req->out->pos, len);
	struct fill f = {
		.list = dir_info_begin(&w, m->file_information_class),
		.single = (m->flags & SMB2_RETURN_SINGLE_ENTRY) != 0,
		.level = m->file_information_class,
	};
	int err = list_filter_init(&f.filter, req);
	if (err == 0)
		err = fill_entries(req, &f);
	list_filter_done(&f.filter);
	status = judge(err, f.list.count, first, f.list.count != 0 || err != 0 || list_at_end(req));
	if (!nt_status_ok(status))
		return status; // a scan that finds nothing stays at its end
	(void)writer_take(req->out, w.pos);
	smb2_query_directory_response_end(req->out, begun);
	return status;
}

struct nt_status serve_query_directory(struct request *req)
{
	struct smb2_query_directory_request m;
	if (smb2_query_directory_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	struct nt_status status = check(req, &m);
	if (!nt_status_ok(status))
		return status;
	pthread_mutex_lock(&req->open->lock); // one scan, one request at a time
	status = query(req, &m);
	pthread_mutex_unlock(&req->open->lock);
	return status;
}

// SPDX-License-Identifier: Apache-2.0
// QUERY_INFO of extended attributes: FileFullEaInformation (MS-FSA 2.1.5.12.12).
#include "server/commands/query_info.h"

#include "server/open.h"
#include "server/request.h"
#include "storage/extended_attributes.h"
#include "wire/dtyp/access_mask.h"
#include "wire/fscc/ea_list.h"

// The attributes that the client named, each in the order of the list; a missing one has no value.
static struct nt_status select_named(
	struct request *req, const struct ea_list *all, struct span names, struct ea_list *out)
{
	struct ea_name_list wanted;
	struct nt_status status = ea_name_list_decode(names, req->arena, &wanted, NULL);
	if (!nt_status_ok(status))
		return status;
	out->items = arena_zalloc(req->arena, (wanted.count + 1) * sizeof(*out->items));
	if (out->items == NULL)
		return STATUS(NO_MEMORY);
	for (size_t i = 0; i < wanted.count; i++) {
		struct ea *item = &out->items[out->count++];
		item->name = wanted.names[i];
		for (size_t k = 0; k < all->count; k++) {
			if (ea_name_equal(all->items[k].name, wanted.names[i]))
				*item = all->items[k];
		}
	}
	return STATUS(SUCCESS);
}

static size_t start_of_scan(struct open *o, uint32_t flags)
{
	pthread_mutex_lock(&o->lock);
	if ((flags & SL_RESTART_SCAN) != 0)
		o->ea_index = 0;
	size_t start = o->ea_index;
	pthread_mutex_unlock(&o->lock);
	return start;
}

static void end_of_scan(struct open *o, size_t next)
{
	pthread_mutex_lock(&o->lock);
	o->ea_index = (uint32_t)next;
	pthread_mutex_unlock(&o->lock);
}

static struct nt_status answer(const struct ea_list *list, size_t first, struct writer *w, size_t *written)
{
	*written = ea_list_encode(list, first, w);
	if (*written == 0)
		return STATUS(BUFFER_TOO_SMALL);
	return first + *written < list->count ? STATUS(BUFFER_OVERFLOW) : STATUS(SUCCESS);
}

struct nt_status query_ea_info(struct request *req, const struct smb2_query_info_request *m, struct writer *w)
{
	struct open *o = req->open;
	struct ea_list all = { 0 };
	struct ea_list named = { 0 };
	size_t written = 0;
	if ((o->granted_access & FILE_READ_EA) == 0)
		return STATUS(ACCESS_DENIED);
	int err = extended_attribute_list(o->fd, req->arena, &all);
	if (err != 0)
		return nt_status_of_errno(err);
	if (m->input.len != 0) {
		struct nt_status status = select_named(req, &all, m->input, &named);
		return nt_status_ok(status) ? answer(&named, 0, w, &written) : status;
	}
	size_t first = start_of_scan(o, m->flags);
	if (all.count == 0)
		return STATUS(NO_EAS_ON_FILE);
	if (first >= all.count)
		return STATUS(NO_MORE_EAS);
	if ((m->flags & SL_RETURN_SINGLE_ENTRY) != 0)
		all.count = first + 1;
	struct nt_status status = answer(&all, first, w, &written);
	end_of_scan(o, first + written);
	return status;
}

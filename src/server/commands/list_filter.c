// SPDX-License-Identifier: Apache-2.0
#include "server/commands/list_filter.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "auth/access/access_check.h"
#include "server/file_attributes_of.h"
#include "server/open.h"
#include "server/open_event.h"
#include "server/request.h"
#include "server/share.h"
#include "storage/dir_list.h"
#include "storage/dos_attributes.h"
#include "storage/fd_xattr.h"
#include "storage/nt_acl.h"
#include "wire/dtyp/access_mask.h"
#include "wire/dtyp/security_descriptor.h"

int list_filter_init(struct list_filter *f, const struct request *req)
{
	const struct access_view *v = req->view;
	f->req = req;
	f->view = v;
	f->by_rules = v->hides && v->set.count > 0;
	f->by_acls = v->hides && share_root_has_xattrs(v->share->root);
	f->acl_len = 0;
	f->skips_asking = false;
	arena_init(&f->arena, f->first, sizeof(f->first));
	if (!f->by_rules)
		return 0;
	struct path_text path;
	access_view_place_of_path(v, open_file_path_text(req->open, &path), &f->named);
	return access_view_place_of_dir(v, req->open->fd, &f->dir);
}

void list_filter_done(struct list_filter *f)
{
	arena_reset(&f->arena);
}

// --- rules ------------------------------------------------------------------------------------------

static bool is_folder(const struct dir_entry *e)
{
	return e->has_stat ? S_ISDIR(e->stat.stx_mode) : e->type == DT_DIR;
}

// What a link leads to has to be reached as well, wherever it is.
static int target_shown(
	const struct list_filter *f, struct dir_list *list, struct dir_entry *e, bool may_block)
{
	enum reach reach;
	int fd = dir_list_open_entry(list, e, may_block);
	if (fd < 0)
		return fd == -EAGAIN || fd == -ENOMEM ? fd : 0;
	int rc = access_view_of_fd(f->view, fd, is_folder(e), &reach);
	close(fd);
	return rc == 0 && reach != REACH_NOTHING;
}

static bool is_reached(const struct list_filter *f, const struct access_place *dir, const struct dir_entry *e)
{
	struct access_place place;
	access_step(&f->view->set, dir, e->name, strlen(e->name), &place);
	return access_reach_of(access_reach(&f->view->set, &place), is_folder(e)) != REACH_NOTHING;
}

int list_filter_shows_name(struct list_filter *f, struct dir_list *list, struct dir_entry *e, bool may_block)
{
	if (!f->by_rules || e->is_dot)
		return 1;
	if (!is_reached(f, &f->dir, e) || !is_reached(f, &f->named, e))
		return 0;
	return e->type == DT_DIR || e->type == DT_REG ? 1 : target_shown(f, list, e, may_block);
}

// --- ACLs -------------------------------------------------------------------------------------------

static bool acl_reads(struct list_filter *f, struct span acl)
{
	struct security_descriptor sd;
	if (security_descriptor_decode(acl, &f->arena, &sd) != VERDICT_OK)
		return false;
	return (access_maximal(&sd, request_token(f->req)) & FILE_READ_DATA) != 0;
}

static bool acl_is_last(const struct list_filter *f, struct span acl)
{
	return acl.len == f->acl_len && acl.len != 0 && memcmp(acl.data, f->acl, acl.len) == 0;
}

static void acl_remember(struct list_filter *f, struct span acl, bool reads)
{
	f->acl_len = acl.len <= sizeof(f->acl) ? acl.len : 0;
	memcpy(f->acl, acl.data, f->acl_len);
	f->acl_reads = reads;
}

static bool may_read(struct list_filter *f, int fd)
{
	struct span acl;
	arena_reset(&f->arena);
	int err = nt_acl_load(fd, f->view->share->acl_place, &f->arena, &acl);
	if (err == -ENODATA || err == -EOPNOTSUPP) {
		f->skips_asking = false;
		return true; // the default descriptor lets everybody read
	}
	if (err != 0)
		return false;
	if (!acl_is_last(f, acl))
		acl_remember(f, acl, acl_reads(f, acl));
	return f->acl_reads;
}

// --- both -------------------------------------------------------------------------------------------

enum { HAS_ATTRIBUTES = 1, HAS_ACL = 2 | 4, HAS_ALL = 7 };

// Most files of a tree that came from elsewhere have neither attributes nor an ACL: one call tells. Files
// that were made here have both, and are not asked first; what the last one had, the next mostly has.
static unsigned what_it_has(struct list_filter *f, int fd)
{
	const char *const wanted[] = { DOS_ATTRIBUTES_XATTR, nt_acl_xattr_name(NT_ACL_IN_SECURITY),
		nt_acl_xattr_name(NT_ACL_IN_USER) };
	if (f->skips_asking)
		return HAS_ALL;
	unsigned has = fd_xattr_which(fd, wanted, ARRAY_LEN(wanted));
	f->skips_asking = (has & HAS_ATTRIBUTES) != 0 && (has & HAS_ACL) != 0;
	return has;
}

bool list_filter_look(struct list_filter *f, int fd, const struct dir_entry *e, struct file_facts *out)
{
	struct dos_attributes attributes;
	if (!f->by_acls)
		return nt_status_ok(file_facts_of_node(fd, &e->stat, out));
	unsigned has = what_it_has(f, fd);
	if ((has & HAS_ACL) != 0 && !may_read(f, fd) && !e->is_dot)
		return false;
	if ((has & HAS_ATTRIBUTES) != 0)
		return nt_status_ok(file_facts_of_node(fd, &e->stat, out));
	dos_attributes_default(&e->stat, &attributes);
	file_facts_fill(&e->stat, &attributes, out);
	return true;
}

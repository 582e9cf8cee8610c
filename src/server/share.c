// SPDX-License-Identifier: Apache-2.0
#include "server/share.h"

#include <errno.h>
#include <stdlib.h>

#include "server/acting.h"

// The folder's identity, so that a reload that leaves a share as it is leaves its users alone.
static uint64_t share_id_of(const struct share_root *root)
{
	struct node_id node = share_root_node_id(root);
	return node.ino * 0x9E3779B97F4A7C15ull ^ node.dev;
}

static int share_open_folder(struct share *s, const struct config_share *cs)
{
	int err = share_root_open(cs->path, 0, &s->root);
	if (err != 0)
		return err;
	if (cs->access_count > 0)
		share_root_set_listed_only(s->root);
	if (s->owners != NULL)
		share_root_set_as_owner(s->root, acting_as_owner);
	s->id = share_id_of(s->root);
	io_pace_init(&s->pace, share_root_fs_type(s->root));
	// Users have no right to the other place, and the server no longer has it in their stead.
	s->acl_place = s->owners != NULL ? NT_ACL_IN_USER : nt_acl_place_of(share_root_fd(s->root));
	return fs_info_load(share_root_fd(s->root), cs->name, &s->fs);
}

int share_new(
	struct config *config, const struct config_share *cs, struct unix_owners *owners, struct share **out)
{
	struct share *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	atomic_init(&s->refs, 1);
	s->name = cs->name;
	s->config = cs;
	s->config_owner = config_ref(config);
	s->owners = owners == NULL ? NULL : unix_owners_ref(owners);
	int err = share_open_folder(s, cs);
	if (err != 0) {
		share_unref(s);
		return err;
	}
	*out = s;
	return 0;
}

struct share *share_new_ipc(void)
{
	struct share *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	atomic_init(&s->refs, 1);
	s->name = "IPC$";
	s->is_ipc = true;
	return s;
}

struct share *share_ref(struct share *s)
{
	atomic_fetch_add(&s->refs, 1);
	return s;
}

void share_unref(struct share *s)
{
	if (s == NULL || atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	share_root_unref(s->root);
	unix_owners_unref(s->owners);
	config_unref(s->config_owner);
	free(s);
}

bool share_requires_encryption(const struct share *s, const struct config *c)
{
	return c->encryption == PROTECTION_REQUIRED ||
	       (s->config != NULL && s->config->encryption == PROTECTION_REQUIRED);
}

// SPDX-License-Identifier: Apache-2.0
#include "auth/access/sd_inherit.h"

enum { INHERITABLE = ACE_OBJECT_INHERIT | ACE_CONTAINER_INHERIT };

struct inherit {
	const struct sid *owner;
	const struct sid *group;
	bool is_directory;
	uint8_t mark; // ACE_INHERITED where the parent's list is auto-inherited, else 0
	struct arena *a;
	struct acl *out;
};

// Does this entry mean the new object itself?
static bool is_effective(const struct ace *ace, const struct inherit *in)
{
	return ace->flags & (in->is_directory ? ACE_CONTAINER_INHERIT : ACE_OBJECT_INHERIT);
}

// Does it go on to what will be made below the new directory?
static bool is_propagated(const struct ace *ace, const struct inherit *in)
{
	return in->is_directory && (ace->flags & INHERITABLE) && !(ace->flags & ACE_NO_PROPAGATE_INHERIT);
}

static const struct sid *creator_substitute(const struct sid *sid, const struct inherit *in)
{
	if (sid_equal(sid, &sid_creator_owner))
		return in->owner;
	if (sid_equal(sid, &sid_creator_group))
		return in->group;
	return sid;
}

// One entry of the parent gives none, one or two of the child (MS-DTYP 2.5.3.4.5, 2.5.3.4.6): where
// substituting the creator or mapping generic rights loses what later children need, the effective
// entry is followed by an inherit-only copy of the original.
static bool inherit_ace(const struct ace *ace, struct inherit *in)
{
	bool effective = is_effective(ace, in), propagated = is_propagated(ace, in);
	uint8_t kept = (uint8_t)(ace->flags & ~(INHERITABLE | ACE_NO_PROPAGATE_INHERIT | ACE_INHERIT_ONLY |
						      ACE_INHERITED));
	struct ace child = *ace, original = *ace;
	kept |= in->mark;
	child.sid = *creator_substitute(&ace->sid, in);
	child.mask = access_mask_map(ace->mask, &generic_mapping_file);
	child.flags = kept;
	original.flags = (uint8_t)(kept | (ace->flags & INHERITABLE) | ACE_INHERIT_ONLY);
	bool same = sid_equal(&child.sid, &ace->sid) && child.mask == ace->mask;
	if (effective && propagated && same) {
		child.flags = (uint8_t)(kept | (ace->flags & INHERITABLE));
		return acl_add(in->out, in->a, &child);
	}
	if (effective && !acl_add(in->out, in->a, &child))
		return false;
	return !propagated || acl_add(in->out, in->a, &original);
}

// SIDs that the program cannot see inside of an ACE cannot be substituted or mapped.
static bool is_inheritable_type(const struct ace *ace)
{
	return ace_type_has_sid(ace->type) && !ace_type_is_object(ace->type);
}

static bool inherit_acl(const struct acl *parent, struct inherit *in)
{
	for (size_t i = 0; parent && i < parent->count; i++) {
		if (is_inheritable_type(&parent->aces[i]) && !inherit_ace(&parent->aces[i], in))
			return false;
	}
	return true;
}

// The creator's own list: generic rights mapped; what it says is inherited came from somewhere else.
static bool take_explicit(const struct acl *acl, struct inherit *in)
{
	for (size_t i = 0; i < acl->count; i++) {
		struct ace ace = acl->aces[i];
		if (!(ace.flags & ACE_INHERIT_ONLY))
			ace.mask = access_mask_map(ace.mask, &generic_mapping_file);
		if (!acl_add(in->out, in->a, &ace))
			return false;
	}
	return true;
}

// What Windows' token holds as default DACL: the user and the system, everything.
static bool take_default(struct inherit *in)
{
	return acl_add_simple(in->out, in->a, ACE_ACCESS_ALLOWED, 0, FILE_ALL_ACCESS, in->owner) &&
	       acl_add_simple(in->out, in->a, ACE_ACCESS_ALLOWED, 0, FILE_ALL_ACCESS, &sid_system);
}

static struct inherit inherit_begin(const struct sd_inherit_args *args, struct arena *a,
	const struct security_descriptor *sd, uint16_t parent_auto_inherited)
{
	bool marked = args->parent && (args->parent->control & parent_auto_inherited);
	return (struct inherit){ .owner = sd->owner,
		.group = sd->group,
		.is_directory = args->is_directory,
		.mark = marked ? ACE_INHERITED : 0,
		.a = a,
		.out = acl_new(a) };
}

// The creator's DACL stands alone, unless it asks for merging and is not protected (MS-DTYP
// 2.5.3.4.2; Windows sets AUTO_INHERIT_REQ for that).
static bool make_dacl(const struct sd_inherit_args *args, struct arena *a, struct security_descriptor *sd)
{
	const struct security_descriptor *creator = args->creator;
	const struct acl *parent =
		args->parent && (args->parent->control & SD_DACL_PRESENT) ? args->parent->dacl : NULL;
	bool given = creator && (creator->control & SD_DACL_PRESENT);
	struct inherit in = inherit_begin(args, a, sd, SD_DACL_AUTO_INHERITED);
	sd->control |= SD_DACL_PRESENT;
	if (given && !creator->dacl)
		return true; // a NULL list, as asked for
	bool merge = !given || (creator->control & (SD_DACL_AUTO_INHERIT_REQ | SD_DACL_PROTECTED)) ==
				       SD_DACL_AUTO_INHERIT_REQ;
	if (!in.out || (given && !take_explicit(creator->dacl, &in)))
		return false;
	if (given)
		sd->control |= creator->control & SD_DACL_PROTECTED;
	if (merge && !inherit_acl(parent, &in))
		return false;
	if (merge && in.mark && in.out->count > 0)
		sd->control |= SD_DACL_AUTO_INHERITED;
	sd->dacl = in.out;
	return given || in.out->count > 0 || take_default(&in);
}

static bool make_sacl(const struct sd_inherit_args *args, struct arena *a, struct security_descriptor *sd)
{
	const struct security_descriptor *creator = args->creator;
	const struct acl *parent =
		args->parent && (args->parent->control & SD_SACL_PRESENT) ? args->parent->sacl : NULL;
	bool given = creator && (creator->control & SD_SACL_PRESENT) && creator->sacl;
	struct inherit in = inherit_begin(args, a, sd, SD_SACL_AUTO_INHERITED);
	if (!in.out || !(given ? take_explicit(creator->sacl, &in) : inherit_acl(parent, &in)))
		return false;
	if (in.out->count == 0)
		return true;
	sd->sacl = in.out;
	sd->control |= SD_SACL_PRESENT;
	if (given)
		sd->control |= creator->control & SD_SACL_PROTECTED;
	else if (in.mark)
		sd->control |= SD_SACL_AUTO_INHERITED;
	return true;
}

bool sd_inherit(const struct sd_inherit_args *args, struct arena *a, struct security_descriptor *out)
{
	const struct security_descriptor *creator = args->creator;
	const struct sid *owner = creator && creator->owner ? creator->owner : &args->token->user;
	const struct sid *group = creator && creator->group ? creator->group : &args->token->primary_group;
	struct security_descriptor sd = { .control = SD_SELF_RELATIVE };
	sd.owner = arena_copy(a, owner, sizeof(*owner));
	sd.group = arena_copy(a, group, sizeof(*group));
	if (!sd.owner || !sd.group || !make_dacl(args, a, &sd) || !make_sacl(args, a, &sd))
		return false;
	*out = sd;
	return true;
}

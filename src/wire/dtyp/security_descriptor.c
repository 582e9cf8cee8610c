// SPDX-License-Identifier: Apache-2.0
#include "wire/dtyp/security_descriptor.h"

#include <string.h>

// The control bits that belong to each list.
enum {
	DACL_BITS = SD_DACL_PRESENT | SD_DACL_DEFAULTED | SD_DACL_AUTO_INHERIT_REQ | SD_DACL_AUTO_INHERITED |
		    SD_DACL_PROTECTED | SD_DACL_TRUSTED,
	SACL_BITS = SD_SACL_PRESENT | SD_SACL_DEFAULTED | SD_SACL_AUTO_INHERIT_REQ | SD_SACL_AUTO_INHERITED |
		    SD_SACL_PROTECTED,
};

static struct reader part_at(const struct reader *r, uint32_t offset)
{
	struct reader part = *r;
	reader_require(&part, offset >= SECURITY_DESCRIPTOR_HEADER_LEN, VERDICT_BAD_OFFSET);
	reader_seek(&part, offset);
	return part;
}

static const struct sid *decode_sid(struct reader *r, uint32_t offset, struct arena *a)
{
	if (offset == 0 || !reader_ok(r))
		return NULL;
	struct reader part = part_at(r, offset);
	struct sid sid = reader_sid(&part);
	reader_require(r, reader_ok(&part), part.verdict);
	const struct sid *copy = reader_ok(r) ? arena_copy(a, &sid, sizeof(sid)) : NULL;
	reader_require(r, copy != NULL, VERDICT_TOO_LONG);
	return copy;
}

// An offset without the PRESENT bit is not looked at, as Windows does.
static const struct acl *decode_acl(struct reader *r, bool present, uint32_t offset, struct arena *a)
{
	if (!present || offset == 0 || !reader_ok(r))
		return NULL;
	struct reader part = part_at(r, offset);
	const struct acl *acl = reader_acl(&part, a);
	reader_require(r, reader_ok(&part), part.verdict);
	return acl;
}

enum verdict security_descriptor_decode(struct span bytes, struct arena *a, struct security_descriptor *out)
{
	struct reader r = reader_make(bytes);
	reader_require(&r, bytes.len <= SECURITY_DESCRIPTOR_LEN_MAX, VERDICT_TOO_LONG);
	uint8_t revision = reader_u8(&r);
	reader_skip(&r, 1); // Sbz1: the resource manager's
	uint16_t control = reader_u16(&r);
	uint32_t offset_owner = reader_u32(&r);
	uint32_t offset_group = reader_u32(&r);
	uint32_t offset_sacl = reader_u32(&r);
	uint32_t offset_dacl = reader_u32(&r);
	reader_require(&r, revision == 1, VERDICT_BAD_VALUE);
	reader_require(&r, control & SD_SELF_RELATIVE, VERDICT_BAD_VALUE); // MS-DTYP 2.4.6
	struct security_descriptor sd = { .control = control };
	sd.owner = decode_sid(&r, offset_owner, a);
	sd.group = decode_sid(&r, offset_group, a);
	sd.sacl = decode_acl(&r, control & SD_SACL_PRESENT, offset_sacl, a);
	sd.dacl = decode_acl(&r, control & SD_DACL_PRESENT, offset_dacl, a);
	if (reader_ok(&r))
		*out = sd;
	return reader_verdict(&r);
}

static const struct acl *present_sacl(const struct security_descriptor *sd)
{
	return sd->control & SD_SACL_PRESENT ? sd->sacl : NULL;
}

static const struct acl *present_dacl(const struct security_descriptor *sd)
{
	return sd->control & SD_DACL_PRESENT ? sd->dacl : NULL;
}

size_t security_descriptor_len(const struct security_descriptor *sd)
{
	const struct acl *sacl = present_sacl(sd), *dacl = present_dacl(sd);
	return SECURITY_DESCRIPTOR_HEADER_LEN + (sacl ? acl_len(sacl) : 0) + (dacl ? acl_len(dacl) : 0) +
	       (sd->owner ? sid_len(sd->owner) : 0) + (sd->group ? sid_len(sd->group) : 0);
}

static void encode_sid(struct writer *w, size_t start, size_t field, const struct sid *sid)
{
	if (!sid)
		return;
	writer_patch_u32(w, field, (uint32_t)(w->pos - start));
	writer_sid(w, sid);
}

static void encode_acl(struct writer *w, size_t start, size_t field, const struct acl *acl)
{
	if (!acl)
		return;
	writer_patch_u32(w, field, (uint32_t)(w->pos - start));
	writer_acl(w, acl);
}

void security_descriptor_encode(const struct security_descriptor *sd, struct writer *w)
{
	size_t start = w->pos;
	writer_u8(w, 1);
	writer_u8(w, 0);
	writer_u16(w, sd->control | SD_SELF_RELATIVE);
	size_t owner = writer_reserve(w, 4);
	size_t group = writer_reserve(w, 4);
	size_t sacl = writer_reserve(w, 4);
	size_t dacl = writer_reserve(w, 4);
	// Windows' order.
	encode_acl(w, start, sacl, present_sacl(sd));
	encode_acl(w, start, dacl, present_dacl(sd));
	encode_sid(w, start, owner, sd->owner);
	encode_sid(w, start, group, sd->group);
}

struct security_descriptor security_descriptor_select(
	const struct security_descriptor *sd, uint32_t security_information)
{
	struct security_descriptor out = { .control = SD_SELF_RELATIVE };
	if (security_information & SECURITY_INFO_OWNER) {
		out.owner = sd->owner;
		out.control |= sd->control & SD_OWNER_DEFAULTED;
	}
	if (security_information & SECURITY_INFO_GROUP) {
		out.group = sd->group;
		out.control |= sd->control & SD_GROUP_DEFAULTED;
	}
	if (security_information & SECURITY_INFO_DACL) {
		out.dacl = sd->dacl;
		out.control |= sd->control & DACL_BITS;
	}
	if (security_information & SECURITY_INFO_SACL) {
		out.sacl = sd->sacl;
		out.control |= sd->control & SACL_BITS;
	}
	return out;
}

static const struct acl *acl_mapped(
	const struct acl *acl, const struct generic_mapping *mapping, struct arena *a)
{
	struct acl *copy = acl_new(a);
	for (size_t i = 0; copy && i < acl->count; i++) {
		struct ace ace = acl->aces[i];
		// An inherit-only ACE keeps its generic rights: they are mapped when a child gets it.
		if (!(ace.flags & ACE_INHERIT_ONLY))
			ace.mask = access_mask_map(ace.mask, mapping);
		if (!acl_add(copy, a, &ace))
			return NULL;
	}
	return copy;
}

// The control bits of one list as stored: AUTO_INHERITED only where it came with its request
// (MS-DTYP 2.5.3.4.2 note on AI and AR), and PROTECTED as the flags in security_information say.
struct list_bits {
	uint16_t all, forced, request, inherited, protect;
	uint32_t info_protect, info_unprotect;
};

static const struct list_bits dacl_bits = { DACL_BITS, SD_DACL_PRESENT, SD_DACL_AUTO_INHERIT_REQ,
	SD_DACL_AUTO_INHERITED, SD_DACL_PROTECTED, SECURITY_INFO_PROTECTED_DACL,
	SECURITY_INFO_UNPROTECTED_DACL };
static const struct list_bits sacl_bits = { SACL_BITS, 0, SD_SACL_AUTO_INHERIT_REQ, SD_SACL_AUTO_INHERITED,
	SD_SACL_PROTECTED, SECURITY_INFO_PROTECTED_SACL, SECURITY_INFO_UNPROTECTED_SACL };

static uint16_t merge_control(uint16_t current, uint16_t given, uint32_t info, const struct list_bits *bits)
{
	uint16_t both = bits->request | bits->inherited;
	uint16_t list = given & bits->all & (uint16_t)~both;
	list |= bits->forced; // a DACL set without the bit is a NULL one; no SACL is just none
	if ((given & both) == both)
		list |= bits->inherited;
	if (info & bits->info_protect)
		list |= bits->protect;
	if (info & bits->info_unprotect)
		list &= (uint16_t)~bits->protect;
	return (uint16_t)((current & ~bits->all) | list);
}

bool security_descriptor_merge(const struct security_descriptor *current,
	const struct security_descriptor *given, uint32_t security_information,
	const struct generic_mapping *mapping, struct arena *a, struct security_descriptor *out)
{
	struct security_descriptor sd = *current;
	if (security_information & SECURITY_INFO_OWNER) {
		sd.owner = given->owner;
		sd.control &= (uint16_t)~SD_OWNER_DEFAULTED;
	}
	if (security_information & SECURITY_INFO_GROUP) {
		sd.group = given->group;
		sd.control &= (uint16_t)~SD_GROUP_DEFAULTED;
	}
	if (security_information & SECURITY_INFO_DACL) {
		const struct acl *acl = present_dacl(given);
		sd.control = merge_control(sd.control, given->control, security_information, &dacl_bits);
		sd.dacl = acl ? acl_mapped(acl, mapping, a) : NULL;
		if (acl && !sd.dacl)
			return false;
	}
	if (security_information & SECURITY_INFO_SACL) {
		const struct acl *acl = present_sacl(given);
		sd.control = merge_control(sd.control, given->control, security_information, &sacl_bits);
		sd.sacl = acl ? acl_mapped(acl, mapping, a) : NULL;
		if (acl && !sd.sacl)
			return false;
	}
	*out = sd;
	return true;
}

static const struct sid *copy_sid(const struct sid *sid, struct arena *a)
{
	return sid ? arena_copy(a, sid, sizeof(*sid)) : NULL;
}

static bool copy_span(struct span *s, struct arena *a)
{
	if (s->len > 0)
		s->data = arena_copy(a, s->data, s->len);
	return s->len == 0 || s->data != NULL;
}

static const struct acl *copy_acl(const struct acl *acl, struct arena *a)
{
	struct acl *copy = acl_new(a);
	for (size_t i = 0; copy && i < acl->count; i++) {
		struct ace ace = acl->aces[i];
		if (!copy_span(&ace.before, a) || !copy_span(&ace.after, a) || !acl_add(copy, a, &ace))
			return NULL;
	}
	if (copy)
		copy->revision = acl->revision;
	return copy;
}

bool security_descriptor_copy(
	const struct security_descriptor *sd, struct arena *a, struct security_descriptor *out)
{
	struct security_descriptor copy = *sd;
	copy.owner = copy_sid(sd->owner, a);
	copy.group = copy_sid(sd->group, a);
	if (sd->dacl)
		copy.dacl = copy_acl(sd->dacl, a);
	if (sd->sacl)
		copy.sacl = copy_acl(sd->sacl, a);
	if (!copy.owner != !sd->owner || !copy.group != !sd->group || !copy.dacl != !sd->dacl ||
		!copy.sacl != !sd->sacl)
		return false;
	*out = copy;
	return true;
}

static bool optional_sid_equal(const struct sid *a, const struct sid *b)
{
	return a && b ? sid_equal(a, b) : a == b;
}

static bool optional_acl_equal(const struct acl *a, const struct acl *b)
{
	if (!a || !b || a->count != b->count)
		return a == b;
	for (size_t i = 0; i < a->count; i++) {
		const struct ace *x = &a->aces[i], *y = &b->aces[i];
		if (x->type != y->type || x->flags != y->flags || x->mask != y->mask ||
			!sid_equal(&x->sid, &y->sid) || !span_equal(x->before, y->before) ||
			!span_equal(x->after, y->after))
			return false;
	}
	return true;
}

bool security_descriptor_equal(const struct security_descriptor *a, const struct security_descriptor *b)
{
	return (a->control | SD_SELF_RELATIVE) == (b->control | SD_SELF_RELATIVE) &&
	       optional_sid_equal(a->owner, b->owner) && optional_sid_equal(a->group, b->group) &&
	       optional_acl_equal(present_dacl(a), present_dacl(b)) &&
	       optional_acl_equal(present_sacl(a), present_sacl(b));
}

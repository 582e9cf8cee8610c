// SPDX-License-Identifier: Apache-2.0
#include "wire/dtyp/acl.h"

#include <string.h>

enum { OBJECT_TYPE_PRESENT = 1, INHERITED_OBJECT_TYPE_PRESENT = 2, ACL_CAPACITY_FIRST = 8 };

bool ace_type_is_object(uint8_t type)
{
	switch (type) {
	case ACE_ACCESS_ALLOWED_OBJECT:
	case ACE_ACCESS_DENIED_OBJECT:
	case ACE_SYSTEM_AUDIT_OBJECT:
	case ACE_ACCESS_ALLOWED_CALLBACK_OBJECT:
	case ACE_ACCESS_DENIED_CALLBACK_OBJECT:
	case ACE_SYSTEM_AUDIT_CALLBACK_OBJECT:
		return true;
	default:
		return false;
	}
}

bool ace_type_has_sid(uint8_t type)
{
	switch (type) {
	case ACE_ACCESS_ALLOWED:
	case ACE_ACCESS_DENIED:
	case ACE_SYSTEM_AUDIT:
	case ACE_SYSTEM_ALARM:
	case ACE_ACCESS_ALLOWED_CALLBACK:
	case ACE_ACCESS_DENIED_CALLBACK:
	case ACE_SYSTEM_AUDIT_CALLBACK:
	case ACE_SYSTEM_MANDATORY_LABEL:
	case ACE_SYSTEM_RESOURCE_ATTRIBUTE:
	case ACE_SYSTEM_SCOPED_POLICY_ID:
		return true;
	default:
		return ace_type_is_object(type);
	}
}

size_t ace_len(const struct ace *ace)
{
	size_t len = ACE_HEADER_LEN + ace->after.len;
	if (ace_type_has_sid(ace->type))
		len += 4 + ace->before.len + sid_len(&ace->sid);
	return (len + 3) & ~(size_t)3; // MS-DTYP 2.4.4.1: AceSize is a multiple of 4
}

size_t acl_len(const struct acl *acl)
{
	return ACL_HEADER_LEN + acl->len;
}

struct acl *acl_new(struct arena *a)
{
	struct acl *acl = arena_zalloc(a, sizeof(*acl));
	if (acl)
		acl->revision = ACL_REVISION;
	return acl;
}

static bool acl_grow(struct acl *acl, struct arena *a)
{
	size_t capacity = acl->capacity ? acl->capacity * 2 : ACL_CAPACITY_FIRST;
	struct ace *aces = arena_alloc(a, capacity * sizeof(*aces));
	if (!aces)
		return false;
	if (acl->count)
		memcpy(aces, acl->aces, acl->count * sizeof(*aces));
	acl->aces = aces;
	acl->capacity = capacity;
	return true;
}

bool acl_add(struct acl *acl, struct arena *a, const struct ace *ace)
{
	size_t len = ace_len(ace);
	if (acl->len + len > ACL_LEN_MAX - ACL_HEADER_LEN)
		return false;
	if (acl->count == acl->capacity && !acl_grow(acl, a))
		return false;
	acl->aces[acl->count++] = *ace;
	acl->len += len;
	if (ace_type_is_object(ace->type))
		acl->revision = ACL_REVISION_DS;
	return true;
}

bool acl_add_simple(
	struct acl *acl, struct arena *a, uint8_t type, uint8_t flags, uint32_t mask, const struct sid *sid)
{
	struct ace ace = { .type = type, .flags = flags, .mask = mask, .sid = *sid };
	return acl_add(acl, a, &ace);
}

// MS-DTYP 2.4.4.3: flags, then the GUIDs that they announce.
static struct span reader_object_part(struct reader *r)
{
	size_t start = r->pos;
	uint32_t flags = reader_u32(r);
	if (flags & OBJECT_TYPE_PRESENT)
		reader_skip(r, 16);
	if (flags & INHERITED_OBJECT_TYPE_PRESENT)
		reader_skip(r, 16);
	return reader_ok(r) ? span_make(r->base + start, r->pos - start) : span_make(NULL, 0);
}

static bool span_to_arena(struct span *s, struct arena *a)
{
	if (s->len == 0)
		return true;
	s->data = arena_copy(a, s->data, s->len);
	return s->data != NULL;
}

static struct ace reader_ace(struct reader *r)
{
	struct ace ace = { .type = reader_u8(r), .flags = 0 };
	ace.flags = reader_u8(r);
	uint16_t size = reader_u16(r);
	reader_require(r, size >= ACE_HEADER_LEN && size % 4 == 0, VERDICT_BAD_SIZE);
	struct reader body = reader_make(reader_bytes(r, reader_ok(r) ? size - (size_t)ACE_HEADER_LEN : 0));
	if (!reader_ok(r))
		return ace;
	if (ace_type_has_sid(ace.type)) {
		ace.mask = reader_u32(&body);
		if (ace_type_is_object(ace.type))
			ace.before = reader_object_part(&body);
		ace.sid = reader_sid(&body);
	}
	ace.after = reader_rest(&body);
	reader_require(r, reader_ok(&body), body.verdict);
	return ace;
}

static bool acl_take(struct acl *acl, struct arena *a, struct ace *ace)
{
	return span_to_arena(&ace->before, a) && span_to_arena(&ace->after, a) && acl_add(acl, a, ace);
}

struct acl *reader_acl(struct reader *r, struct arena *a)
{
	uint8_t revision = reader_u8(r);
	reader_skip(r, 1); // Sbz1
	uint16_t size = reader_u16(r);
	uint16_t count = reader_u16(r);
	reader_skip(r, 2); // Sbz2
	reader_require(r, revision >= ACL_REVISION && revision <= ACL_REVISION_DS, VERDICT_BAD_VALUE);
	reader_require(r, size >= ACL_HEADER_LEN, VERDICT_BAD_SIZE);
	// Bytes behind the last ACE but within AclSize are free room, which is allowed.
	struct reader body = reader_make(reader_bytes(r, reader_ok(r) ? size - (size_t)ACL_HEADER_LEN : 0));
	reader_require(r, count <= body.len / ACE_HEADER_LEN, VERDICT_BAD_SIZE);
	struct acl *acl = reader_ok(r) ? acl_new(a) : NULL;
	if (acl == NULL) {
		reader_fail(r, VERDICT_TOO_LONG);
		return NULL;
	}
	for (uint16_t i = 0; i < count && reader_ok(r); i++) {
		struct ace ace = reader_ace(&body);
		reader_require(r, reader_ok(&body), body.verdict);
		if (reader_ok(r))
			reader_require(r, acl_take(acl, a, &ace), VERDICT_TOO_LONG);
	}
	if (!reader_ok(r))
		return NULL;
	acl->revision = revision;
	return acl;
}

static void writer_ace(struct writer *w, const struct ace *ace)
{
	size_t start = w->pos;
	writer_u8(w, ace->type);
	writer_u8(w, ace->flags);
	writer_u16(w, (uint16_t)ace_len(ace));
	if (ace_type_has_sid(ace->type)) {
		writer_u32(w, ace->mask);
		writer_span(w, ace->before);
		writer_sid(w, &ace->sid);
	}
	writer_span(w, ace->after);
	writer_align(w, 4, start);
}

void writer_acl(struct writer *w, const struct acl *acl)
{
	writer_u8(w, acl->revision);
	writer_u8(w, 0);
	writer_u16(w, (uint16_t)acl_len(acl));
	writer_u16(w, (uint16_t)acl->count);
	writer_u16(w, 0);
	for (size_t i = 0; i < acl->count; i++)
		writer_ace(w, &acl->aces[i]);
}

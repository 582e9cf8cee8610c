// SPDX-License-Identifier: Apache-2.0
#include "wire/kerberos/pac_logon_info.h"

#include "wire/dcerpc/ndr.h"
#include "wire/kerberos/pac_ndr.h"

enum {
	TIMES_LEN = 48,
	SESSION_KEY_LEN = 16,
};

// What stands in the fixed part for lists that follow it.
struct list_head {
	uint32_t count;
	bool present;
};

// The fixed part of KERB_VALIDATION_INFO, in its order.
struct fixed {
	struct pac_text_head effective_name;
	struct pac_text_head others[5]; // full name, script, profile, home directory and its drive
	uint32_t user_id;
	uint32_t primary_group_id;
	struct list_head groups;
	uint32_t user_flags;
	struct pac_text_head logon_server;
	struct pac_text_head logon_domain_name;
	bool has_logon_domain_id;
	uint32_t user_account_control;
	struct list_head extra_sids;
	bool has_resource_domain;
	struct list_head resource_groups;
};

static struct list_head list_head_decode(struct reader *r)
{
	struct list_head l = { .count = ndr_read_count(r, PAC_SIDS_MAX) };

	l.present = ndr_read_pointer(r);
	reader_require(r, l.present || l.count == 0, VERDICT_BAD_VALUE);
	return l;
}

static void fixed_decode(struct reader *r, struct fixed *f)
{
	reader_align(r, 4);
	reader_skip(r, TIMES_LEN);
	f->effective_name = pac_text_head_decode(r);
	for (size_t i = 0; i < ARRAY_LEN(f->others); i++)
		f->others[i] = pac_text_head_decode(r);
	reader_skip(r, 2 * sizeof(uint16_t)); // LogonCount, BadPasswordCount
	f->user_id = ndr_read_u32(r);
	f->primary_group_id = ndr_read_u32(r);
	f->groups = list_head_decode(r);
	f->user_flags = ndr_read_u32(r);
	reader_skip(r, SESSION_KEY_LEN);
	f->logon_server = pac_text_head_decode(r);
	f->logon_domain_name = pac_text_head_decode(r);
	f->has_logon_domain_id = ndr_read_pointer(r);
	reader_skip(r, 2 * sizeof(uint32_t)); // Reserved1
	f->user_account_control = ndr_read_u32(r);
	reader_skip(r, 7 * sizeof(uint32_t)); // SubAuthStatus to Reserved3
	f->extra_sids = list_head_decode(r);
	f->has_resource_domain = ndr_read_pointer(r);
	f->resource_groups = list_head_decode(r);
}

// RPC_SID: its conformance first (MS-DTYP 2.4.2.3).
static struct sid sid_decode(struct reader *r)
{
	uint32_t count = ndr_read_count(r, SID_SUB_AUTHORITY_MAX);
	struct sid sid = reader_sid(r);

	reader_require(r, sid.sub_authority_count == count, VERDICT_BAD_VALUE);
	return sid;
}

static void add_group(struct reader *r, struct pac_logon_info *out, const struct sid *domain, uint32_t rid,
	uint32_t attributes)
{
	struct pac_sid *group = &out->groups[out->group_count];

	reader_require(r, sid_with_rid(domain, rid, &group->sid), VERDICT_BAD_VALUE);
	group->attributes = attributes;
	if (reader_ok(r))
		out->group_count++;
}

// An array of GROUP_MEMBERSHIP (MS-PAC 2.2.2).
static struct reader memberships(struct reader *r, const struct list_head *list)
{
	if (!list->present)
		return reader_make(span_make(NULL, 0));
	reader_require(r, ndr_read_u32(r) == list->count, VERDICT_BAD_VALUE);
	return reader_make(reader_bytes(r, 8 * (size_t)list->count));
}

static void add_memberships(
	struct reader *r, struct reader *list, const struct sid *domain, struct pac_logon_info *out)
{
	while (reader_left(list) > 0 && reader_ok(r)) {
		uint32_t rid = reader_u32(list);
		add_group(r, out, domain, rid, reader_u32(list));
	}
}

// An array of KERB_SID_AND_ATTRIBUTES (MS-PAC 2.2.1): the SIDs themselves follow it.
static void extra_sids_decode(struct reader *r, const struct fixed *f, struct pac_logon_info *out)
{
	if (!f->extra_sids.present)
		return;
	reader_require(r, ndr_read_u32(r) == f->extra_sids.count, VERDICT_BAD_VALUE);
	struct reader heads = reader_make(reader_bytes(r, 8 * (size_t)f->extra_sids.count));
	while (reader_left(&heads) > 0 && reader_ok(r)) {
		bool present = reader_u32(&heads) != 0;
		uint32_t attributes = reader_u32(&heads);
		reader_require(r, present, VERDICT_BAD_VALUE);
		struct sid sid = sid_decode(r);
		if (reader_ok(r) && (f->user_flags & PAC_USER_EXTRA_SIDS) != 0)
			out->groups[out->group_count++] = (struct pac_sid){ sid, attributes };
	}
}

static void resource_groups_decode(struct reader *r, const struct fixed *f, struct pac_logon_info *out)
{
	struct sid domain = sid_null;

	if (f->has_resource_domain)
		domain = sid_decode(r);
	struct reader list = memberships(r, &f->resource_groups);
	reader_require(r, f->has_resource_domain || f->resource_groups.count == 0, VERDICT_BAD_VALUE);
	if ((f->user_flags & PAC_USER_RESOURCE_GROUPS) != 0)
		add_memberships(r, &list, &domain, out);
}

// What the pointers of the fixed part point to, in their order.
static void pointees_decode(
	struct reader *r, struct arena *a, const struct fixed *f, struct pac_logon_info *out)
{
	out->effective_name = pac_text_decode(r, a, &f->effective_name);
	for (size_t i = 0; i < ARRAY_LEN(f->others); i++)
		(void)pac_text_decode(r, a, &f->others[i]);
	struct reader groups = memberships(r, &f->groups);
	(void)pac_text_decode(r, a, &f->logon_server);
	out->logon_domain_name = pac_text_decode(r, a, &f->logon_domain_name);
	reader_require(r, f->has_logon_domain_id, VERDICT_BAD_VALUE);
	out->logon_domain_id = sid_decode(r);
	add_memberships(r, &groups, &out->logon_domain_id, out);
	extra_sids_decode(r, f, out);
	resource_groups_decode(r, f, out);
}

enum verdict pac_logon_info_decode(struct span bytes, struct arena *a, struct pac_logon_info *out)
{
	struct fixed f = { 0 };
	struct reader r = reader_make(bytes);

	reader_require(&r, bytes.len <= PAC_LOGON_INFO_LEN_MAX, VERDICT_TOO_LONG);
	pac_headers_decode(&r);
	fixed_decode(&r, &f);
	if (!reader_ok(&r))
		return reader_verdict(&r);
	size_t most = (size_t)f.groups.count + f.extra_sids.count + f.resource_groups.count;
	struct pac_logon_info found = {
		.user_id = f.user_id,
		.primary_group_id = f.primary_group_id,
		.user_flags = f.user_flags,
		.user_account_control = f.user_account_control,
		.groups = arena_alloc(a, (most + 1) * sizeof(struct pac_sid)),
	};
	reader_require(&r, found.groups != NULL, VERDICT_TOO_LONG);
	if (reader_ok(&r))
		pointees_decode(&r, a, &f, &found);
	if (reader_ok(&r)) // padding to a multiple of 8 may follow
		*out = found;
	return reader_verdict(&r);
}

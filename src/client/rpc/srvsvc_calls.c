// SPDX-License-Identifier: Apache-2.0
#include "client/rpc/srvsvc_calls.h"

#include "wire/dcerpc/ndr.h"
#include "wire/dtyp/security_descriptor.h"

void srvsvc_share_enum_encode(
	struct writer *w, const char *server, uint32_t level, uint32_t preferred_len, uint32_t resume)
{
	struct ndr_writer n = ndr_writer_make(w);
	ndr_write_string_pointer(&n, server);
	ndr_write_u32(&n, level);
	ndr_write_u32(&n, level); // the union's switch
	ndr_write_pointer(&n, true);
	ndr_write_u32(&n, 0); // EntriesRead
	ndr_write_pointer(&n, false);
	ndr_write_u32(&n, preferred_len);
	ndr_write_pointer(&n, true);
	ndr_write_u32(&n, resume);
}

// Which of an element's pointers lead somewhere, in their order.
struct pointees {
	bool name, comment, path, password, descriptor;
	uint32_t descriptor_len;
};

// SHARE_INFO_1 and SHARE_INFO_502_I (2.2.4.23, 2.2.4.26): the fixed part.
static void fixed_read(struct reader *r, uint32_t level, struct srvsvc_listed_share *s, struct pointees *p)
{
	p->name = ndr_read_pointer(r);
	s->type = ndr_read_u32(r);
	p->comment = ndr_read_pointer(r);
	if (level != SRVSVC_LEVEL_502)
		return;
	(void)ndr_read_u32(r); // permissions
	(void)ndr_read_u32(r); // max_uses
	(void)ndr_read_u32(r); // current_uses
	p->path = ndr_read_pointer(r);
	p->password = ndr_read_pointer(r);
	p->descriptor_len = ndr_read_u32(r);
	p->descriptor = ndr_read_pointer(r);
}

static const char *text_read(struct reader *r, struct arena *a, bool present)
{
	const char *text = present ? ndr_read_string(r, a) : NULL;
	return text != NULL ? text : "";
}

static void descriptor_read(
	struct reader *r, struct arena *a, const struct pointees *p, struct srvsvc_listed_share *s)
{
	if (!p->descriptor)
		return;
	uint32_t count = ndr_read_count(r, SECURITY_DESCRIPTOR_LEN_MAX);
	reader_require(r, count == p->descriptor_len, VERDICT_BAD_SIZE);
	struct span bytes = reader_bytes(r, count);
	if (!reader_ok(r) || bytes.len == 0)
		return;
	const void *copy = arena_copy(a, bytes.data, bytes.len);
	reader_require(r, copy != NULL, VERDICT_TOO_LONG);
	if (copy != NULL)
		s->descriptor = span_make(copy, bytes.len);
}

static void pointees_read(
	struct reader *r, struct arena *a, const struct pointees *p, struct srvsvc_listed_share *s)
{
	s->name = text_read(r, a, p->name);
	s->comment = text_read(r, a, p->comment);
	(void)text_read(r, a, p->path);
	(void)text_read(r, a, p->password);
	descriptor_read(r, a, p, s);
}

enum { FIXED_LEN_1 = 12, FIXED_LEN_502 = 40 };

// A conformant array: its count, all fixed parts, then all pointees. No array is made that the bytes at
// hand cannot fill.
static void shares_read(struct reader *r, uint32_t level, struct arena *a, struct srvsvc_share_list *list)
{
	size_t fixed_len = level == SRVSVC_LEVEL_502 ? FIXED_LEN_502 : FIXED_LEN_1;
	uint32_t count = ndr_read_count(r, SRVSVC_SHARES_MAX);
	reader_require(r, count == list->count, VERDICT_BAD_SIZE);
	reader_require(r, count <= reader_left(r) / fixed_len, VERDICT_TRUNCATED);
	if (!reader_ok(r) || count == 0)
		return;
	struct pointees *p = arena_zalloc(a, count * sizeof(*p));
	list->shares = arena_zalloc(a, count * sizeof(*list->shares));
	reader_require(r, p != NULL && list->shares != NULL, VERDICT_TOO_LONG);
	for (uint32_t i = 0; reader_ok(r) && i < count; i++)
		fixed_read(r, level, &list->shares[i], &p[i]);
	for (uint32_t i = 0; reader_ok(r) && i < count; i++)
		pointees_read(r, a, &p[i], &list->shares[i]);
}

enum verdict srvsvc_share_enum_decode(
	struct span stub, uint32_t level, struct arena *a, struct srvsvc_share_list *out)
{
	struct reader r = reader_make(stub);
	struct srvsvc_share_list list = { 0 };
	uint32_t told = ndr_read_u32(&r);
	uint32_t chosen = ndr_read_u32(&r);
	reader_require(&r, told == level && chosen == level, VERDICT_BAD_VALUE);
	bool has_array = false;
	if (ndr_read_pointer(&r)) {
		list.count = ndr_read_u32(&r);
		has_array = ndr_read_pointer(&r);
	}
	if (has_array)
		shares_read(&r, level, a, &list);
	else
		list.count = 0;
	(void)ndr_read_u32(&r); // TotalEntries
	list.has_resume = ndr_read_pointer(&r);
	if (list.has_resume)
		list.resume = ndr_read_u32(&r);
	list.error = ndr_read_u32(&r);
	if (reader_ok(&r))
		*out = list;
	return reader_verdict(&r);
}

// SPDX-License-Identifier: Apache-2.0
#include "client/rpc/samr_calls.h"

#include "base/utf16.h"
#include "wire/dcerpc/ndr.h"

static void handle_write(struct ndr_writer *n, const struct samr_handle *h)
{
	ndr_write_align(n, 4);
	writer_bytes(n->w, h->bytes, sizeof(h->bytes));
}

void samr_connect_encode(struct writer *w, const char *server, uint32_t access)
{
	struct ndr_writer n = ndr_writer_make(w);
	ndr_write_string_pointer(&n, server);
	ndr_write_u32(&n, access);
}

enum { DOMAINS_LEN_MAX = 8192 };

void samr_enumerate_domains_encode(struct writer *w, const struct samr_handle *server)
{
	struct ndr_writer n = ndr_writer_make(w);
	handle_write(&n, server);
	ndr_write_u32(&n, 0);
	ndr_write_u32(&n, DOMAINS_LEN_MAX);
}

// RPC_UNICODE_STRING (MS-DTYP 2.3.10): counted, without a NUL.
void samr_lookup_domain_encode(struct writer *w, const struct samr_handle *server, const char *name)
{
	struct ndr_writer n = ndr_writer_make(w);
	size_t len = utf16_len_of_utf8(name);
	if (len > UINT16_MAX)
		len = 0;
	handle_write(&n, server);
	ndr_write_u16(&n, (uint16_t)len);
	ndr_write_u16(&n, (uint16_t)len);
	ndr_write_pointer(&n, len > 0);
	if (len == 0)
		return;
	ndr_write_u32(&n, (uint32_t)len / 2);
	ndr_write_u32(&n, 0);
	ndr_write_u32(&n, (uint32_t)len / 2);
	if (!writer_utf16(w, name))
		writer_zeros(w, len);
}

void samr_open_domain_encode(
	struct writer *w, const struct samr_handle *server, uint32_t access, const struct sid *domain)
{
	struct ndr_writer n = ndr_writer_make(w);
	handle_write(&n, server);
	ndr_write_u32(&n, access);
	ndr_write_u32(&n, domain->sub_authority_count); // RPC_SID is conformant (MS-DTYP 2.4.2.3)
	writer_sid(w, domain);
}

void samr_enumerate_users_encode(
	struct writer *w, const struct samr_handle *domain, uint32_t resume, uint32_t max_len)
{
	struct ndr_writer n = ndr_writer_make(w);
	handle_write(&n, domain);
	ndr_write_u32(&n, resume);
	ndr_write_u32(&n, 0); // UserAccountControl: all kinds
	ndr_write_u32(&n, max_len);
}

enum verdict samr_handle_decode(struct span stub, struct samr_handle *out, uint32_t *status)
{
	struct reader r = reader_make(stub);
	struct samr_handle h = { 0 };
	reader_copy(&r, h.bytes, sizeof(h.bytes));
	uint32_t told = ndr_read_u32(&r);
	if (reader_ok(&r)) {
		*out = h;
		*status = told;
	}
	return reader_verdict(&r);
}

enum verdict samr_sid_decode(struct span stub, struct sid *out, uint32_t *status)
{
	struct reader r = reader_make(stub);
	struct sid s = { 0 };
	if (ndr_read_pointer(&r)) {
		uint32_t count = ndr_read_count(&r, SID_SUB_AUTHORITY_MAX);
		s = reader_sid(&r);
		reader_require(&r, count == s.sub_authority_count, VERDICT_BAD_SIZE);
	}
	uint32_t told = ndr_read_u32(&r);
	if (reader_ok(&r)) {
		*out = s;
		*status = told;
	}
	return reader_verdict(&r);
}

struct counted {
	uint16_t length;
	bool present;
};

// SAMPR_RID_ENUMERATION (2.2.3.9): the fixed part.
static void name_fixed_read(struct reader *r, struct samr_name *name, struct counted *c)
{
	name->rid = ndr_read_u32(r);
	c->length = ndr_read_u16(r);
	(void)ndr_read_u16(r); // MaximumLength
	c->present = ndr_read_pointer(r);
}

static void name_text_read(struct reader *r, struct arena *a, const struct counted *c, struct samr_name *name)
{
	name->name = "";
	if (!c->present)
		return;
	uint32_t max_count = ndr_read_count(r, NDR_STRING_UNITS_MAX);
	uint32_t offset = ndr_read_u32(r);
	uint32_t count = ndr_read_u32(r);
	reader_require(
		r, offset == 0 && count <= max_count && 2 * (size_t)count == c->length, VERDICT_BAD_VALUE);
	struct span units = reader_bytes(r, c->length);
	if (!reader_ok(r) || units.len == 0)
		return;
	name->name = utf16_to_utf8(a, units);
	reader_require(r, name->name != NULL, VERDICT_BAD_VALUE);
}

enum { NAME_FIXED_LEN = 12 };

static void names_read(struct reader *r, struct arena *a, struct samr_names *out)
{
	uint32_t count = ndr_read_count(r, SAMR_NAMES_MAX);
	reader_require(r, count == out->count, VERDICT_BAD_SIZE);
	reader_require(r, count <= reader_left(r) / NAME_FIXED_LEN, VERDICT_TRUNCATED);
	if (!reader_ok(r) || count == 0)
		return;
	struct counted *c = arena_zalloc(a, count * sizeof(*c));
	out->names = arena_zalloc(a, count * sizeof(*out->names));
	reader_require(r, c != NULL && out->names != NULL, VERDICT_TOO_LONG);
	for (uint32_t i = 0; reader_ok(r) && i < count; i++)
		name_fixed_read(r, &out->names[i], &c[i]);
	for (uint32_t i = 0; reader_ok(r) && i < count; i++)
		name_text_read(r, a, &c[i], &out->names[i]);
}

// EnumerationContext, a pointer to SAMPR_ENUMERATION_BUFFER (2.2.3.10), CountReturned, the status.
enum verdict samr_names_decode(struct span stub, struct arena *a, struct samr_names *out)
{
	struct reader r = reader_make(stub);
	struct samr_names list = { .resume = ndr_read_u32(&r) };
	bool has_array = false;
	if (ndr_read_pointer(&r)) {
		list.count = ndr_read_u32(&r);
		has_array = ndr_read_pointer(&r);
	}
	if (has_array)
		names_read(&r, a, &list);
	else
		list.count = 0;
	(void)ndr_read_u32(&r); // CountReturned
	list.status = ndr_read_u32(&r);
	if (reader_ok(&r))
		*out = list;
	return reader_verdict(&r);
}

// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_negotiate_contexts.h"

#include "wire/smb2/smb2_body.h"

enum {
	CONTEXT_ALIGNMENT = 8,
	RDMA_RESERVED_LEN = 6,
};

bool smb2_negotiate_ids_contain(const struct smb2_negotiate_ids *list, uint16_t id)
{
	for (uint16_t i = 0; i < list->count; i++) {
		if (list->ids[i] == id)
			return true;
	}
	return false;
}

void smb2_negotiate_ids_add(struct smb2_negotiate_ids *list, uint16_t id)
{
	if (list->count < SMB2_NEGOTIATE_IDS_MAX)
		list->ids[list->count++] = id;
}

static void read_ids(struct reader *r, uint16_t count, struct smb2_negotiate_ids *out)
{
	reader_require(r, count != 0, VERDICT_BAD_VALUE);
	reader_require(r, count <= SMB2_NEGOTIATE_IDS_MAX, VERDICT_TOO_LONG);
	for (uint16_t i = 0; reader_ok(r) && i < count; i++)
		smb2_negotiate_ids_add(out, reader_u16(r));
}

static void read_preauth(struct reader *r, struct smb2_negotiate_contexts *m)
{
	uint16_t count = reader_u16(r);
	uint16_t salt_length = reader_u16(r);
	read_ids(r, count, &m->preauth_hashes);
	m->preauth_salt = reader_bytes(r, salt_length);
}

static void read_encryption(struct reader *r, struct smb2_negotiate_contexts *m)
{
	uint16_t count = reader_u16(r);
	read_ids(r, count, &m->ciphers);
}

static void read_compression(struct reader *r, struct smb2_negotiate_contexts *m)
{
	uint16_t count = reader_u16(r);
	reader_skip(r, 2);
	m->compression_flags = reader_u32(r);
	read_ids(r, count, &m->compression_algorithms);
}

static void read_netname(struct reader *r, struct smb2_negotiate_contexts *m)
{
	m->netname = reader_rest(r);
}

static void read_transport(struct reader *r, struct smb2_negotiate_contexts *m)
{
	m->transport_flags = reader_u32(r);
}

static void read_rdma(struct reader *r, struct smb2_negotiate_contexts *m)
{
	uint16_t count = reader_u16(r);
	reader_skip(r, RDMA_RESERVED_LEN);
	read_ids(r, count, &m->rdma_transforms);
}

static void read_signing(struct reader *r, struct smb2_negotiate_contexts *m)
{
	uint16_t count = reader_u16(r);
	read_ids(r, count, &m->signing_algorithms);
}

static void read_posix(struct reader *r, struct smb2_negotiate_contexts *m)
{
	m->posix_version = reader_rest(r);
}

static void write_ids(struct writer *w, const struct smb2_negotiate_ids *list)
{
	for (uint16_t i = 0; i < list->count; i++)
		writer_u16(w, list->ids[i]);
}

static void write_preauth(struct writer *w, const struct smb2_negotiate_contexts *m)
{
	writer_u16(w, m->preauth_hashes.count);
	smb2_length_write_16(w, m->preauth_salt.len);
	write_ids(w, &m->preauth_hashes);
	writer_span(w, m->preauth_salt);
}

static void write_encryption(struct writer *w, const struct smb2_negotiate_contexts *m)
{
	writer_u16(w, m->ciphers.count);
	write_ids(w, &m->ciphers);
}

static void write_compression(struct writer *w, const struct smb2_negotiate_contexts *m)
{
	writer_u16(w, m->compression_algorithms.count);
	writer_u16(w, 0);
	writer_u32(w, m->compression_flags);
	write_ids(w, &m->compression_algorithms);
}

static void write_netname(struct writer *w, const struct smb2_negotiate_contexts *m)
{
	writer_span(w, m->netname);
}

static void write_transport(struct writer *w, const struct smb2_negotiate_contexts *m)
{
	writer_u32(w, m->transport_flags);
}

static void write_rdma(struct writer *w, const struct smb2_negotiate_contexts *m)
{
	writer_u16(w, m->rdma_transforms.count);
	writer_zeros(w, RDMA_RESERVED_LEN);
	write_ids(w, &m->rdma_transforms);
}

static void write_signing(struct writer *w, const struct smb2_negotiate_contexts *m)
{
	writer_u16(w, m->signing_algorithms.count);
	write_ids(w, &m->signing_algorithms);
}

static void write_posix(struct writer *w, const struct smb2_negotiate_contexts *m)
{
	writer_span(w, m->posix_version);
}

struct context_type {
	uint16_t type;
	size_t seen; // offset of its counter
	void (*read)(struct reader *r, struct smb2_negotiate_contexts *m);
	void (*write)(struct writer *w, const struct smb2_negotiate_contexts *m);
};

#define SEEN(field) offsetof(struct smb2_negotiate_contexts, field##_seen)

static const struct context_type context_types[] = {
	{ SMB2_PREAUTH_INTEGRITY_CAPABILITIES, SEEN(preauth), read_preauth, write_preauth },
	{ SMB2_ENCRYPTION_CAPABILITIES, SEEN(encryption), read_encryption, write_encryption },
	{ SMB2_COMPRESSION_CAPABILITIES, SEEN(compression), read_compression, write_compression },
	{ SMB2_NETNAME_NEGOTIATE_CONTEXT_ID, SEEN(netname), read_netname, write_netname },
	{ SMB2_TRANSPORT_CAPABILITIES, SEEN(transport), read_transport, write_transport },
	{ SMB2_RDMA_TRANSFORM_CAPABILITIES, SEEN(rdma_transform), read_rdma, write_rdma },
	{ SMB2_SIGNING_CAPABILITIES, SEEN(signing), read_signing, write_signing },
	{ SMB2_POSIX_EXTENSIONS_AVAILABLE, SEEN(posix), read_posix, write_posix },
};

static const struct context_type *context_type_find(uint16_t type)
{
	for (size_t i = 0; i < ARRAY_LEN(context_types); i++) {
		if (context_types[i].type == type)
			return &context_types[i];
	}
	return NULL;
}

static uint16_t *seen_counter(struct smb2_negotiate_contexts *m, const struct context_type *t)
{
	return (uint16_t *)(void *)((char *)m + t->seen);
}

static uint16_t seen_count(const struct smb2_negotiate_contexts *m, const struct context_type *t)
{
	uint16_t count;
	memcpy(&count, (const char *)m + t->seen, sizeof(count));
	return count;
}

static enum verdict read_context(struct smb2_negotiate_contexts *m, uint16_t type, struct span data)
{
	const struct context_type *t = context_type_find(type);
	if (t == NULL) {
		m->unknown_seen++;
		return VERDICT_OK;
	}
	// A second one is judged like the first, but its values go nowhere.
	struct smb2_negotiate_contexts ignored;
	struct smb2_negotiate_contexts *to = m;
	if (++*seen_counter(m, t) > 1) {
		ignored = (struct smb2_negotiate_contexts){ 0 };
		to = &ignored;
	}
	struct reader r = reader_make(data);
	t->read(&r, to);
	return reader_verdict(&r);
}

enum verdict smb2_negotiate_contexts_decode(
	struct span list, uint16_t count, struct smb2_negotiate_contexts *out)
{
	struct reader r = reader_make(list);
	struct smb2_negotiate_contexts m = { 0 };
	reader_require(&r, count <= SMB2_NEGOTIATE_CONTEXTS_MAX, VERDICT_TOO_LONG);
	for (uint16_t i = 0; reader_ok(&r) && i < count; i++) {
		if (i != 0)
			reader_align(&r, CONTEXT_ALIGNMENT);
		uint16_t type = reader_u16(&r);
		uint16_t length = reader_u16(&r);
		reader_skip(&r, 4);
		struct span data = reader_bytes(&r, length);
		if (reader_ok(&r))
			reader_fail(&r, read_context(&m, type, data));
	}
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

static void write_context(
	struct writer *w, const struct context_type *t, const struct smb2_negotiate_contexts *m)
{
	writer_u16(w, t->type);
	size_t length = writer_reserve(w, 2);
	writer_u32(w, 0);
	size_t data = w->pos;
	t->write(w, m);
	if (w->pos - data > UINT16_MAX)
		w->overflow = true;
	writer_patch_u16(w, length, (uint16_t)(w->pos - data));
}

uint16_t smb2_negotiate_contexts_encode(struct writer *w, const struct smb2_negotiate_contexts *m)
{
	size_t origin = w->pos;
	uint16_t count = 0;
	for (size_t i = 0; i < ARRAY_LEN(context_types); i++) {
		if (seen_count(m, &context_types[i]) == 0)
			continue;
		writer_align(w, CONTEXT_ALIGNMENT, origin);
		write_context(w, &context_types[i], m);
		count++;
	}
	return count;
}

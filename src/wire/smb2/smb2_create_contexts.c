// SPDX-License-Identifier: Apache-2.0
// The chain of create contexts (MS-SMB2 2.2.13.2): walking and building. What the elements carry is in
// smb2_create_context_data.c.
#include "wire/smb2/smb2_create_contexts.h"

enum {
	ELEMENT_FIXED_LEN = 16,
	ELEMENT_ALIGNMENT = 8,
	NAME_LEN_MIN = 4,
};

struct known_context {
	struct span name;
	const char *label;
};

#define NAME(text)                                                                                           \
	{                                                                                                    \
		(const uint8_t *)(text), sizeof(text) - 1                                                    \
	}

static const struct known_context known_contexts[SMB2_CREATE_CONTEXT_KINDS] = {
	[SMB2_CREATE_EXTA] = { NAME("ExtA"), "ExtA" },
	[SMB2_CREATE_SECD] = { NAME("SecD"), "SecD" },
	[SMB2_CREATE_DHNQ] = { NAME("DHnQ"), "DHnQ" },
	[SMB2_CREATE_DHNC] = { NAME("DHnC"), "DHnC" },
	[SMB2_CREATE_DH2Q] = { NAME("DH2Q"), "DH2Q" },
	[SMB2_CREATE_DH2C] = { NAME("DH2C"), "DH2C" },
	[SMB2_CREATE_ALSI] = { NAME("AlSi"), "AlSi" },
	[SMB2_CREATE_MXAC] = { NAME("MxAc"), "MxAc" },
	[SMB2_CREATE_TWRP] = { NAME("TWrp"), "TWrp" },
	[SMB2_CREATE_QFID] = { NAME("QFid"), "QFid" },
	[SMB2_CREATE_RQLS] = { NAME("RqLs"), "RqLs" },
	[SMB2_CREATE_APP_INSTANCE_ID] = { NAME("\x45\xBC\xA6\x6A\xEF\xA7\xF7\x4A\x90\x08\xFA\x46\x2E\x14\x4D"
					       "\x74"),
		"AppInstanceId" },
	[SMB2_CREATE_APP_INSTANCE_VERSION] = { NAME("\xB9\x82\xD0\xB7\x3B\x56\x07\x4F\xA0\x7B\x52\x4A\x81\x16"
						    "\xA0\x10"),
		"AppInstanceVersion" },
	[SMB2_CREATE_SVHDX] = { NAME("\x9C\xCB\xCF\x9E\x04\xC1\xE6\x43\x98\x0E\x15\x8D\xA1\xF6\xEC\x83"),
		"SVHDX" },
	[SMB2_CREATE_AAPL] = { NAME("AAPL"), "AAPL" },
	[SMB2_CREATE_POSIX] = { NAME("\x93\xAD\x25\x50\x9C\xB4\x11\xE7\xB4\x23\x83\xDE\x96\x8B\xCD\x7C"),
		"POSIX" },
};

struct span smb2_create_context_name(enum smb2_create_context_kind kind)
{
	return known_contexts[kind].name;
}

const char *smb2_create_context_label(enum smb2_create_context_kind kind)
{
	return known_contexts[kind].label;
}

struct smb2_create_context_cursor smb2_create_context_cursor_make(struct span chain)
{
	return (struct smb2_create_context_cursor){ .reader = reader_make(chain), .at_end = chain.len == 0 };
}

enum verdict smb2_create_context_cursor_verdict(const struct smb2_create_context_cursor *c)
{
	return reader_verdict(&c->reader);
}

static struct smb2_create_context read_element(struct reader *r)
{
	uint16_t name_offset = reader_u16(r);
	uint16_t name_length = reader_u16(r);
	reader_skip(r, 2);
	uint16_t data_offset = reader_u16(r);
	uint32_t data_length = reader_u32(r);
	reader_require(r, name_length >= NAME_LEN_MIN, VERDICT_BAD_SIZE);
	struct smb2_create_context found = { { 0 }, { 0 } };
	found.name = reader_at(r, name_offset, name_length, ELEMENT_FIXED_LEN);
	if (data_length != 0) {
		reader_require(r, data_offset % ELEMENT_ALIGNMENT == 0, VERDICT_MISALIGNED);
		reader_require(r, data_offset >= name_offset + name_length, VERDICT_OVERLAP);
	}
	found.data = reader_at(r, data_offset, data_length, ELEMENT_FIXED_LEN);
	return found;
}

// Where the element ends: at Next, or at the end of the chain for the last.
static size_t element_len(struct reader *r, uint32_t next)
{
	size_t left = r->len - r->pos;
	if (next == 0)
		return left;
	reader_require(r, next % ELEMENT_ALIGNMENT == 0, VERDICT_MISALIGNED);
	reader_require(r, next >= ELEMENT_FIXED_LEN && next < left, VERDICT_BAD_OFFSET);
	return reader_ok(r) ? next : 0;
}

bool smb2_create_context_next(struct smb2_create_context_cursor *c, struct smb2_create_context *out)
{
	if (c->at_end || !reader_ok(&c->reader))
		return false;
	reader_require(&c->reader, ++c->seen <= SMB2_CREATE_CONTEXTS_MAX, VERDICT_TOO_LONG);
	struct reader peek = c->reader;
	uint32_t next = reader_u32(&peek);
	reader_fail(&c->reader, reader_verdict(&peek));
	struct reader element = reader_make(reader_bytes(&c->reader, element_len(&c->reader, next)));
	reader_skip(&element, sizeof(next));
	struct smb2_create_context found = read_element(&element);
	reader_fail(&c->reader, reader_verdict(&element));
	c->at_end = next == 0;
	if (reader_ok(&c->reader))
		*out = found;
	return reader_ok(&c->reader);
}

static bool kind_of_name(struct span name, enum smb2_create_context_kind *out)
{
	for (int kind = 0; kind < SMB2_CREATE_CONTEXT_KINDS; kind++) {
		if (span_equal(name, known_contexts[kind].name)) {
			*out = (enum smb2_create_context_kind)kind;
			return true;
		}
	}
	return false;
}

static void note_context(struct smb2_create_contexts *m, const struct smb2_create_context *element)
{
	enum smb2_create_context_kind kind;
	if (!kind_of_name(element->name, &kind)) {
		m->unknown++;
		return;
	}
	uint32_t bit = 1u << kind;
	if ((m->present & bit) != 0) {
		m->duplicates |= bit;
		return;
	}
	m->present |= bit;
	m->data[kind] = element->data;
}

enum verdict smb2_create_contexts_find(struct span chain, struct smb2_create_contexts *out)
{
	struct smb2_create_context_cursor c = smb2_create_context_cursor_make(chain);
	struct smb2_create_contexts m = { 0 };
	struct smb2_create_context element = { 0 };
	while (smb2_create_context_next(&c, &element))
		note_context(&m, &element);
	enum verdict v = smb2_create_context_cursor_verdict(&c);
	if (v == VERDICT_OK)
		*out = m;
	return v;
}

struct smb2_create_context_builder smb2_create_context_builder_make(struct writer *w)
{
	return (struct smb2_create_context_builder){ .w = w, .origin = w->pos };
}

static void link_element(struct smb2_create_context_builder *b)
{
	writer_align(b->w, ELEMENT_ALIGNMENT, b->origin);
	if (b->any)
		writer_patch_u32(b->w, b->last, (uint32_t)(b->w->pos - b->last));
	b->last = b->w->pos;
	b->any = true;
}

void smb2_create_context_add(
	struct smb2_create_context_builder *b, enum smb2_create_context_kind kind, struct span data)
{
	struct span name = smb2_create_context_name(kind);
	size_t name_end = ELEMENT_FIXED_LEN + name.len;
	size_t data_offset = (name_end + ELEMENT_ALIGNMENT - 1) / ELEMENT_ALIGNMENT * ELEMENT_ALIGNMENT;
	link_element(b);
	if (data.len > UINT32_MAX)
		b->w->overflow = true;
	writer_u32(b->w, 0);
	writer_u16(b->w, ELEMENT_FIXED_LEN);
	writer_u16(b->w, (uint16_t)name.len);
	writer_u16(b->w, 0);
	writer_u16(b->w, data.len == 0 ? 0 : (uint16_t)data_offset);
	writer_u32(b->w, (uint32_t)data.len);
	writer_span(b->w, name);
	// An element without data is padded all the same: that is what Windows' chains look like.
	writer_align(b->w, ELEMENT_ALIGNMENT, b->origin);
	writer_span(b->w, data);
}

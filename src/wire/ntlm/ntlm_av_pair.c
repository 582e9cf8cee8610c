// SPDX-License-Identifier: Apache-2.0
#include "wire/ntlm/ntlm_av_pair.h"

#include "base/utf16.h"

// Lengths that 2.2.2.1 fixes; SIZE_MAX: any.
static size_t len_of(uint16_t id)
{
	switch (id) {
	case MSV_AV_EOL:
		return 0;
	case MSV_AV_FLAGS:
		return 4;
	case MSV_AV_TIMESTAMP:
		return 8;
	case MSV_AV_CHANNEL_BINDINGS:
		return 16;
	default:
		return SIZE_MAX;
	}
}

static struct ntlm_av_pair pair_get(struct reader *r)
{
	struct ntlm_av_pair p = { .av_id = reader_u16(r) };
	uint16_t len = reader_u16(r);
	size_t wanted = len_of(p.av_id);

	p.value = reader_bytes(r, len);
	reader_require(r, wanted == SIZE_MAX || wanted == len, VERDICT_BAD_VALUE);
	return p;
}

enum verdict ntlm_av_list_decode(struct span bytes, struct ntlm_av_list *out)
{
	struct reader r = reader_make(bytes);
	struct ntlm_av_list list = {};

	while (reader_ok(&r)) {
		struct ntlm_av_pair p = pair_get(&r);
		if (!reader_ok(&r) || p.av_id == MSV_AV_EOL)
			break;
		// A list with two values for one id could be read in two ways: by the check and by the user.
		reader_require(
			&r, ntlm_av_list_find(&list, (enum ntlm_av_id)p.av_id) == NULL, VERDICT_BAD_VALUE);
		reader_require(&r, list.count < NTLM_AV_PAIRS_MAX, VERDICT_TOO_LONG);
		if (reader_ok(&r))
			list.pairs[list.count++] = p;
	}
	if (reader_verdict(&r) == VERDICT_OK) {
		list.raw = span_make(bytes.data, r.pos);
		*out = list;
	}
	return reader_verdict(&r);
}

const struct ntlm_av_pair *ntlm_av_list_find(const struct ntlm_av_list *list, enum ntlm_av_id id)
{
	for (unsigned i = 0; i < list->count; i++)
		if (list->pairs[i].av_id == (uint16_t)id)
			return &list->pairs[i];
	return NULL;
}

uint32_t ntlm_av_list_flags(const struct ntlm_av_list *list)
{
	const struct ntlm_av_pair *p = ntlm_av_list_find(list, MSV_AV_FLAGS);
	struct reader r = reader_make(p ? p->value : span_make(NULL, 0));

	return reader_u32(&r); // 0 when there is none
}

bool ntlm_av_list_timestamp(const struct ntlm_av_list *list, uint64_t *filetime)
{
	const struct ntlm_av_pair *p = ntlm_av_list_find(list, MSV_AV_TIMESTAMP);
	struct reader r = reader_make(p ? p->value : span_make(NULL, 0));
	uint64_t value = reader_u64(&r);

	if (!reader_ok(&r))
		return false;
	*filetime = value;
	return true;
}

void ntlm_av_put(struct writer *w, enum ntlm_av_id id, struct span value)
{
	if (value.len > UINT16_MAX) {
		w->overflow = true;
		return;
	}
	writer_u16(w, (uint16_t)id);
	writer_u16(w, (uint16_t)value.len);
	writer_span(w, value);
}

bool ntlm_av_put_text(struct writer *w, enum ntlm_av_id id, const char *value)
{
	size_t len = utf16_len_of_utf8(value);

	if (len > UINT16_MAX)
		return false;
	writer_u16(w, (uint16_t)id);
	writer_u16(w, (uint16_t)len);
	return writer_utf16(w, value);
}

void ntlm_av_put_u32(struct writer *w, enum ntlm_av_id id, uint32_t value)
{
	writer_u16(w, (uint16_t)id);
	writer_u16(w, 4);
	writer_u32(w, value);
}

void ntlm_av_put_u64(struct writer *w, enum ntlm_av_id id, uint64_t value)
{
	writer_u16(w, (uint16_t)id);
	writer_u16(w, 8);
	writer_u64(w, value);
}

void ntlm_av_put_eol(struct writer *w)
{
	writer_u32(w, 0);
}

// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/frame.h"

enum verdict frame_header_decode(struct span bytes, uint32_t *len)
{
	struct reader r = reader_make(bytes);
	uint8_t type = reader_u8(&r);
	uint32_t value = reader_u24_be(&r);
	reader_require(&r, type == 0, VERDICT_BAD_VALUE);
	if (reader_ok(&r))
		*len = value;
	return reader_verdict(&r);
}

void frame_header_encode(struct writer *w, size_t len)
{
	if (len > FRAME_LEN_MAX)
		w->overflow = true;
	writer_u32_be(w, (uint32_t)len);
}

void frame_header_put(uint8_t *out, uint32_t len)
{
	struct writer w = writer_make(out, FRAME_HEADER_LEN);
	frame_header_encode(&w, len);
}

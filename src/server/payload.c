// SPDX-License-Identifier: Apache-2.0
#include "server/payload.h"

#include <errno.h>
#include <string.h>

#include "base/fault_guard.h"
#include "server/open.h"
#include "server/session.h"
#include "session/sealing.h"
#include "storage/file_data.h"

bool payload_borrow(struct payload *p, struct open *o, uint64_t offset, size_t len, uint8_t *place)
{
	pthread_mutex_lock(&o->lock);
	int rc = file_map(&p->map, &o->windows, o->fd, offset, len);
	pthread_mutex_unlock(&o->lock);
	if (rc != 0)
		return false;
	p->open = open_ref(o);
	p->offset = offset;
	p->place = place;
	return true;
}

enum { HEAD_LEN_MAX = 128 }; // SMB2 header and the fixed part of a READ response

struct sealing {
	struct payload *payload;
	struct session *session;
	uint8_t *frame;
	size_t len;
	size_t head_len; // of the message, before the place
	int err;
};

static void seal_from_map(void *context)
{
	struct sealing *s = context;
	const struct seal_source source = {
		.at = s->head_len,
		.plain = s->payload->map.data,
	};
	s->err = message_seal_from(
		s->session->encryption_key, &s->session->nonces, s->session->id, s->frame, s->len, &source);
}

// The file was cut short, or its disk failed: what read(2) says of it counts.
static int seal_copy(const struct sealing *s)
{
	struct payload *p = s->payload;
	size_t len = p->map.data.len;
	ssize_t n = file_read(p->open->fd, p->place, len, p->offset, true);
	if (n < 0)
		return (int)n;
	memset(p->place + n, 0, len - (size_t)n);
	return message_seal(
		s->session->encryption_key, &s->session->nonces, s->session->id, s->frame, s->len);
}

int payload_seal(struct payload *p, struct session *s, uint8_t *frame, size_t len)
{
	uint8_t *message = frame + TRANSFORM_HEADER_LEN;
	struct sealing sealing = { .payload = p, .session = s, .frame = frame, .len = len };
	sealing.head_len = (size_t)(p->place - message);
	uint8_t head[HEAD_LEN_MAX];
	if (sealing.head_len > sizeof(head))
		return -EINVAL;
	memcpy(head, message, sealing.head_len);
	if (fault_guard_run(p->map.data, seal_from_map, &sealing))
		return sealing.err;
	memcpy(message, head, sealing.head_len); // it was encrypted already
	return seal_copy(&sealing);
}

void payload_drop(struct payload *p)
{
	if (p->open == NULL)
		return;
	file_unmap(&p->map);
	open_unref(p->open);
	p->open = NULL;
}

// SPDX-License-Identifier: Apache-2.0
#include "sensor/smb_stream.h"

#include <stdlib.h>
#include <string.h>

#include "wire/smb2/frame.h"

enum {
	NETBIOS_MESSAGE = 0x00,
	NETBIOS_REQUEST = 0x81, // RFC 1002 4.3.2 to 4.3.7: session request ... keep alive
	NETBIOS_KEEP_ALIVE = 0x85,
	LIKELY_LEN = 8,
};

// 0xFC (compressed), 0xFD (sealed), 0xFE (SMB 2 and 3), 0xFF (SMB 1).
static bool is_protocol_id(const uint8_t *p)
{
	return p[0] >= 0xfc && p[1] == 'S' && p[2] == 'M' && p[3] == 'B';
}

bool smb_frame_is_likely(struct span bytes)
{
	return bytes.len >= LIKELY_LEN && bytes.data[0] == NETBIOS_MESSAGE && is_protocol_id(bytes.data + 4);
}

void smb_stream_free(struct smb_stream *s)
{
	free(s->kept);
	*s = (struct smb_stream){ .frame_len = 0 };
}

void smb_stream_search(struct smb_stream *s)
{
	s->searching = true;
	s->in_message = false;
	s->frame_len = 0;
	s->skip = 0;
}

static bool keep_bytes(struct smb_stream *s, struct span bytes)
{
	size_t need = s->have + bytes.len;
	if (need > s->kept_cap) {
		size_t cap = s->keep > need ? s->keep : need;
		uint8_t *bigger = realloc(s->kept, cap);
		if (bigger == NULL)
			return false;
		s->kept = bigger;
		s->kept_cap = cap;
	}
	memcpy(s->kept + s->have, bytes.data, bytes.len);
	s->have += bytes.len;
	return true;
}

static void end_message(struct smb_stream *s)
{
	s->in_message = false;
	s->frame_len = 0;
	s->have = 0;
	s->keep = 0;
}

// The message is told; what of it comes yet is passed over.
static void deliver(struct smb_stream *s, const struct smb_stream_user *u, struct span bytes, size_t came)
{
	size_t len = s->len;
	end_message(s);
	s->skip = len - came;
	u->message(u->context, bytes, len);
}

static void ask(struct smb_stream *s, const struct smb_stream_user *u, struct span head)
{
	size_t wanted = u->wanted(u->context, head, s->len);
	s->keep = wanted < s->len ? wanted : s->len;
	if (s->keep < head.len)
		s->keep = head.len;
}

static size_t head_len(const struct smb_stream *s)
{
	return s->len < SMB_STREAM_HEAD_LEN ? s->len : SMB_STREAM_HEAD_LEN;
}

// Bytes of the message; gives how many of them were taken.
static size_t add_to_message(struct smb_stream *s, const struct smb_stream_user *u, struct span bytes)
{
	size_t left = s->len - s->have;
	struct span part = span_make(bytes.data, bytes.len < left ? bytes.len : left);
	// Straight from the packet, when enough of it is there.
	if (s->have == 0 && part.len >= head_len(s)) {
		ask(s, u, span_make(part.data, head_len(s)));
		if (part.len >= s->keep) {
			deliver(s, u, span_make(part.data, s->keep), part.len);
			return part.len;
		}
	}
	size_t limit = s->keep != 0 ? s->keep : head_len(s);
	size_t take = limit - s->have < part.len ? limit - s->have : part.len;
	if (!keep_bytes(s, span_make(part.data, take))) {
		u->trouble(u->context, "memory", s->len);
		s->skip = s->len - s->have;
		end_message(s);
		return 0;
	}
	if (s->have < limit)
		return take;
	if (s->keep == 0)
		ask(s, u, span_make(s->kept, s->have));
	if (s->have >= s->keep)
		deliver(s, u, span_make(s->kept, s->keep), s->have);
	return take;
}

static void begin_message(struct smb_stream *s, const struct smb_stream_user *u)
{
	size_t len = ((size_t)s->frame[1] << 16) | ((size_t)s->frame[2] << 8) | s->frame[3];
	uint8_t type = s->frame[0];
	if (type == NETBIOS_MESSAGE && len >= FRAME_LEN_MIN) {
		s->in_message = true;
		s->len = len;
		return;
	}
	s->frame_len = 0;
	if (type == NETBIOS_MESSAGE || (type >= NETBIOS_REQUEST && type <= NETBIOS_KEEP_ALIVE)) {
		s->skip = type == NETBIOS_MESSAGE ? len : len & 0x1ffff;
		return;
	}
	u->trouble(u->context, "not_smb", sizeof(s->frame));
	smb_stream_search(s);
}

static size_t add_to_frame(struct smb_stream *s, const struct smb_stream_user *u, struct span bytes)
{
	size_t room = sizeof(s->frame) - s->frame_len;
	size_t take = bytes.len < room ? bytes.len : room;
	memcpy(s->frame + s->frame_len, bytes.data, take);
	s->frame_len = (uint8_t)(s->frame_len + take);
	if (s->frame_len == sizeof(s->frame))
		begin_message(s, u);
	return take;
}

// A beginning that lies across two packets is not found: the one after it will be.
static size_t search(struct smb_stream *s, struct span bytes)
{
	for (size_t i = 0; i + LIKELY_LEN <= bytes.len; i++) {
		if (!smb_frame_is_likely(span_make(bytes.data + i, LIKELY_LEN)))
			continue;
		s->searching = false;
		return i;
	}
	return bytes.len;
}

void smb_stream_data(struct smb_stream *s, const struct smb_stream_user *u, struct span bytes)
{
	while (bytes.len > 0) {
		size_t taken;
		if (s->skip > 0) {
			taken = s->skip < bytes.len ? (size_t)s->skip : bytes.len;
			s->skip -= taken;
		} else if (s->searching) {
			taken = search(s, bytes);
		} else if (s->in_message) {
			taken = add_to_message(s, u, bytes);
		} else {
			taken = add_to_frame(s, u, bytes);
		}
		bytes = span_make(bytes.data + taken, bytes.len - taken);
	}
}

void smb_stream_gap(struct smb_stream *s, const struct smb_stream_user *u, uint64_t len)
{
	if (s->skip >= len) {
		s->skip -= len; // nothing that anybody wanted
		return;
	}
	uint64_t missing = len - s->skip;
	u->trouble(u->context, "lost", missing);
	s->skip = 0;
	uint64_t left = s->in_message ? s->len - s->have : 0;
	if (!s->in_message || missing > left) {
		end_message(s);
		smb_stream_search(s);
		return;
	}
	end_message(s);
	s->skip = left - missing; // where the next message begins is known
}

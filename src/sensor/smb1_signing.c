// SPDX-License-Identifier: Apache-2.0
#include "sensor/smb1_signing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/hash.h"

enum {
	SIGNATURE_OFFSET = 14, // MS-CIFS 2.2.3.1: SecuritySignature
	FINAL_ANSWER = 1,      // the request before it was 0
	FIRST_REQUEST = 2,
	STEP = 2, // a request, its answer (MS-CIFS 3.2.4.1.3)
	// Requests without an answer take one number instead of two, and clients differ in which those are.
	BACK = 2,
	AHEAD = 16,
	AHEAD_LOST = 1024,     // when requests were lost
	SEARCH_LEN_MAX = 2048, // of messages that are tried with many numbers
	SEARCHES_MAX = 8,      // after a loss, one gives up
};

struct waiting {
	uint16_t pid, mid;
	uint32_t number;
	bool sure; // its signature was right
};

struct smb1_signing {
	uint8_t *key;
	size_t key_len;
	uint32_t next;
	bool lost;
	unsigned int searches;
	struct waiting waiting[SMB1_SIGNING_REQUESTS]; // the newest is at newest
	size_t newest, count;
};

struct smb1_signing *smb1_signing_new(struct span session_key, struct span response)
{
	struct smb1_signing *s = NULL;
	if (session_key.len <= SECRET_LEN_MAX && response.len <= SMB1_SIGNING_RESPONSE_LEN_MAX)
		s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->key_len = session_key.len + response.len;
	s->key = malloc(s->key_len + 1);
	if (s->key == NULL) {
		free(s);
		return NULL;
	}
	memcpy(s->key, session_key.data, session_key.len);
	if (response.len > 0)
		memcpy(s->key + session_key.len, response.data, response.len);
	s->next = FIRST_REQUEST;
	return s;
}

void smb1_signing_free(struct smb1_signing *s)
{
	if (s == NULL)
		return;
	secret_wipe_bytes(s->key, s->key_len);
	free(s->key);
	free(s);
}

bool smb1_is_signed(const struct smb1_header *h)
{
	// Clients of Samba's line say this as long as they have no key.
	static const uint8_t none[][SMB1_SIGNATURE_LEN] = { { 0 }, { 'B', 'S', 'R', 'S', 'P', 'Y', 'L', ' ' },
		{ 'B', 'S', 'R', 'S', 'P', 'Y', 'L', 0 } };
	bool is = (h->flags2 & SMB1_FLAGS2_SECURITY_SIGNATURE) != 0;
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		is = is && memcmp(h->signature, none[i], SMB1_SIGNATURE_LEN) != 0;
	return is;
}

// The first half of the MD5 of key and message, with the number in the signature's place (MS-CIFS 3.1.4.1).
static bool fits(
	const struct smb1_signing *s, const struct smb1_header *h, struct span message, uint32_t number)
{
	const uint8_t counted[SMB1_SIGNATURE_LEN] = { (uint8_t)number, (uint8_t)(number >> 8),
		(uint8_t)(number >> 16), (uint8_t)(number >> 24) };
	enum { BEHIND = SIGNATURE_OFFSET + SMB1_SIGNATURE_LEN };
	const struct span parts[] = { span_make(s->key, s->key_len),
		span_make(message.data, SIGNATURE_OFFSET), span_make(counted, sizeof(counted)),
		span_make(message.data + BEHIND, message.len - BEHIND) };
	uint8_t mac[MD5_LEN];
	return md5(parts, ARRAY_LEN(parts), mac) == 0 && secret_equal(mac, h->signature, SMB1_SIGNATURE_LEN);
}

int smb1_signing_final(const struct smb1_signing *s, const struct smb1_header *h, struct span message)
{
	if (!smb1_is_signed(h))
		return -ENODATA;
	return fits(s, h, message, FINAL_ANSWER) ? 1 : 0;
}

// Around the number that is next, the likeliest first. False: with none of them.
static bool find(
	const struct smb1_signing *s, const struct smb1_header *h, struct span message, uint32_t *number)
{
	bool small = message.len <= SEARCH_LEN_MAX;
	uint32_t ahead = !small ? 1 : s->lost ? AHEAD_LOST : AHEAD, back = small ? BACK : 1;
	for (uint32_t d = 0; d <= ahead; d++) {
		*number = s->next + d;
		if (fits(s, h, message, *number))
			return true;
		*number = s->next - d;
		if (d > 0 && d <= back && fits(s, h, message, *number))
			return true;
	}
	return false;
}

static void wait_for_answer(struct smb1_signing *s, const struct smb1_header *h, uint32_t number, bool sure)
{
	s->newest = (s->newest + 1) % SMB1_SIGNING_REQUESTS;
	s->waiting[s->newest] =
		(struct waiting){ .pid = h->pid, .mid = h->mid, .number = number, .sure = sure };
	if (s->count < SMB1_SIGNING_REQUESTS)
		s->count++;
	s->next = number + STEP;
}

static int find_again(struct smb1_signing *s, const struct smb1_header *h, struct span message)
{
	uint32_t number;
	if (message.len > SEARCH_LEN_MAX || s->searches == SEARCHES_MAX)
		return -ENODATA;
	s->searches++;
	if (!find(s, h, message, &number))
		return -ENODATA;
	s->lost = false;
	wait_for_answer(s, h, number, true);
	return 1;
}

int smb1_signing_request(struct smb1_signing *s, const struct smb1_header *h, struct span message)
{
	uint32_t number;
	if (!smb1_is_signed(h))
		return -ENODATA;
	if (s->lost)
		return find_again(s, h, message);
	bool right = find(s, h, message, &number);
	wait_for_answer(s, h, right ? number : s->next, right);
	return right ? 1 : 0;
}

void smb1_signing_skip(struct smb1_signing *s, const struct smb1_header *h)
{
	if (smb1_is_signed(h) && !s->lost)
		wait_for_answer(s, h, s->next, false);
}

// An answer's number is behind its request's (MS-CIFS 3.3.4.1.1). Of a transaction in several messages each
// has one, and servers take the first's or the last's.
int smb1_signing_answer(struct smb1_signing *s, const struct smb1_header *h, struct span message)
{
	bool known = false;
	if (!smb1_is_signed(h))
		return -ENODATA;
	for (size_t i = 0; i < s->count; i++) {
		const struct waiting *w =
			&s->waiting[(s->newest + SMB1_SIGNING_REQUESTS - i) % SMB1_SIGNING_REQUESTS];
		if (w->pid != h->pid || w->mid != h->mid)
			continue;
		if (fits(s, h, message, w->number + 1))
			return 1;
		if (!w->sure)
			return -ENODATA;
		known = true;
	}
	return known ? 0 : -ENODATA;
}

void smb1_signing_lost(struct smb1_signing *s)
{
	s->lost = true;
	s->searches = 0;
	s->count = 0;
}

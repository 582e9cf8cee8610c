// SPDX-License-Identifier: Apache-2.0
// The NTLMv2 response (MS-NLMP 3.3.2), with what the client says of itself in it (3.1.5.1.2).
#include <errno.h>

#include "base/filetime.h"
#include "client/client_ntlm_answer.h"
#include "wire/ntlm/ntlm_response.h"

enum {
	CHANNEL_BINDINGS_LEN = 16,
	AV_PAIRS_OWN_LEN_MAX = 64, // what is added to the server's, without the target's name
};

struct v2 {
	struct ntlm_answer *s;
	bool has_timestamp; // from the server
	uint64_t time_stamp;
	struct span av_pairs;
	uint8_t challenge_from_client[NTLM_CHALLENGE_LEN];
	uint8_t response_key[NTLM_KEY_LEN];
};

static int writer_in(struct arena *a, size_t cap, struct writer *w)
{
	void *bytes = arena_alloc(a, cap);
	if (bytes == NULL)
		return -ENOMEM;
	*w = writer_make(bytes, cap);
	return 0;
}

static void server_pairs_put(const struct ntlm_av_list *list, struct writer *w)
{
	for (unsigned i = 0; i < list->count; i++) {
		const struct ntlm_av_pair *p = &list->pairs[i];
		bool own = p->av_id == MSV_AV_FLAGS || p->av_id == MSV_AV_TARGET_NAME ||
			   p->av_id == MSV_AV_CHANNEL_BINDINGS;
		if (!own)
			ntlm_av_put(w, p->av_id, p->value);
	}
}

// The server's pairs, and what the client says of itself: that there is a MIC, no channel bindings, and whom
// it believes to talk to.
static int av_pairs_write(struct v2 *v, const char *target_name)
{
	static const uint8_t no_bindings[CHANNEL_BINDINGS_LEN];
	const struct ntlm_answer *s = v->s;
	size_t cap = s->challenge.target_info.len + 2 * strlen(target_name) + AV_PAIRS_OWN_LEN_MAX;
	uint32_t flags = ntlm_av_list_flags(&s->target_info) & ~(uint32_t)MSV_AV_FLAG_MIC_PRESENT;
	struct writer w;
	int rc = writer_in(s->a, cap, &w);
	if (rc < 0)
		return rc;
	server_pairs_put(&s->target_info, &w);
	if (s->proof != CLIENT_PROOF_NTLMV2_NO_MIC)
		flags |= MSV_AV_FLAG_MIC_PRESENT;
	if (flags != 0)
		ntlm_av_put_u32(&w, MSV_AV_FLAGS, flags);
	ntlm_av_put(&w, MSV_AV_CHANNEL_BINDINGS, span_make(no_bindings, sizeof(no_bindings)));
	if (!ntlm_av_put_text(&w, MSV_AV_TARGET_NAME, target_name))
		return -EINVAL;
	ntlm_av_put_eol(&w);
	v->av_pairs = writer_since(&w, 0);
	return writer_ok(&w) ? 0 : -EMSGSIZE;
}

static int response_key_make(struct v2 *v, const char *password)
{
	uint8_t nt_hash[NTLM_KEY_LEN];
	int rc = ntlm_nt_hash(password, nt_hash);
	if (rc == 0)
		rc = ntlm_ntowf_v2(nt_hash, v->s->user, v->s->domain, v->response_key);
	secret_wipe_bytes(nt_hash, sizeof(nt_hash));
	return rc;
}

// NTProofStr goes before what it covers. With NTLMv2 the key exchange key is the session base key.
static int nt_response_make(struct v2 *v)
{
	struct ntlmv2_response m = { .time_stamp = v->time_stamp, .av_pairs = v->av_pairs };
	struct ntlm_answer *s = v->s;
	struct writer w;
	random_bytes(v->challenge_from_client, sizeof(v->challenge_from_client));
	memcpy(m.challenge_from_client, v->challenge_from_client, sizeof(m.challenge_from_client));
	int rc = writer_in(s->a, NTLMV2_RESPONSE_LEN_MIN + v->av_pairs.len + 64, &w);
	if (rc < 0)
		return rc;
	size_t proof = writer_reserve(&w, NTLM_PROOF_LEN);
	ntlmv2_client_challenge_encode(&w, &m);
	if (!writer_ok(&w))
		return -EMSGSIZE;
	s->nt_response = writer_since(&w, proof);
	return ntlm_proof(v->response_key, s->challenge.server_challenge, writer_since(&w, NTLM_PROOF_LEN),
		w.base, s->key_exchange_key);
}

// MS-NLMP 3.1.5.1.2: with a timestamp from the server the LM response is zeros, else it is LMv2.
static int lm_response_make(struct v2 *v)
{
	struct ntlm_answer *s = v->s;
	uint8_t *bytes = arena_zalloc(s->a, NTLM_RESPONSE_LEN);
	if (bytes == NULL)
		return -ENOMEM;
	s->lm_response = span_make(bytes, NTLM_RESPONSE_LEN);
	if (v->has_timestamp)
		return 0;
	return ntlm_lmv2_response(
		v->response_key, s->challenge.server_challenge, v->challenge_from_client, bytes);
}

int ntlm_answer_v2(struct ntlm_answer *s, const char *password, const char *target_name)
{
	struct v2 v = { .s = s };
	v.has_timestamp = ntlm_av_list_timestamp(&s->target_info, &v.time_stamp);
	if (!v.has_timestamp)
		v.time_stamp = filetime_now();
	int rc = av_pairs_write(&v, target_name);
	if (rc == 0)
		rc = response_key_make(&v, password);
	if (rc == 0)
		rc = nt_response_make(&v);
	if (rc == 0)
		rc = lm_response_make(&v);
	secret_wipe_bytes(&v, sizeof(v));
	return rc;
}

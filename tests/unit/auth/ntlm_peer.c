// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include "ntlm_peer.h"

#include <string.h>

#include "base/filetime.h"
#include "base/utf16.h"
#include "wire/ntlm/ntlm_response.h"

enum { BUFFER_LEN = 4096 };

static struct writer buffer(struct ntlm_peer *p)
{
	struct writer w = writer_make(arena_zalloc(p->arena, BUFFER_LEN), BUFFER_LEN);

	assert_non_null(w.base);
	return w;
}

static struct span done(const struct writer *w)
{
	assert_true(writer_ok(w));
	return writer_since(w, 0);
}

static uint8_t *bytes_of(struct ntlm_peer *p, struct span *s)
{
	uint8_t *copy = arena_copy(p->arena, s->data, s->len);

	assert_non_null(copy);
	*s = span_make(copy, s->len);
	return copy;
}

static struct span first_token(struct ntlm_peer *p)
{
	struct writer message = buffer(p), token = buffer(p), list = buffer(p);
	struct ntlm_negotiate n = { .negotiate_flags = NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_NEGOTIATE_SIGN |
						       NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY |
						       NTLMSSP_NEGOTIATE_128 | NTLMSSP_NEGOTIATE_KEY_EXCH |
						       NTLMSSP_NEGOTIATE_VERSION };
	struct spnego_init init = { .mech_type_count = 1, .has_mech_token = true };

	n.negotiate_flags &= ~p->negotiate_flags_removed;
	ntlm_negotiate_encode(&message, &n);
	p->negotiate = done(&message);
	if (p->raw)
		return p->negotiate;
	init.mech_types[0].mech = SPNEGO_MECH_NTLMSSP;
	init.mech_token = p->negotiate;
	if (p->kerberos_first) {
		init.mech_types[0].mech = SPNEGO_MECH_KRB5;
		init.mech_types[1].mech = SPNEGO_MECH_NTLMSSP;
		init.mech_type_count = 2;
		init.mech_token = span_of_str("a Kerberos token");
	}
	spnego_mech_types_encode(&list, &init);
	p->mech_types = done(&list);
	spnego_init_encode(&token, &init);
	return done(&token);
}

static struct span in_resp(struct ntlm_peer *p, struct span message, struct span mic)
{
	struct writer w = buffer(p);
	struct spnego_resp resp = {
		.has_response_token = true,
		.response_token = message,
		.has_mech_list_mic = mic.len > 0,
		.mech_list_mic = mic,
	};

	if (p->raw)
		return message;
	spnego_resp_encode(&w, &resp);
	return done(&w);
}

static struct span out_of_resp(const struct ntlm_peer *p, struct span token, struct spnego_resp *resp)
{
	*resp = (struct spnego_resp){};
	if (p->raw)
		return token;
	assert_int_equal(spnego_resp_decode(token, resp), VERDICT_OK);
	return resp->response_token;
}

static struct span av_pairs(struct ntlm_peer *p, const struct ntlm_challenge *c)
{
	struct writer w = buffer(p);
	struct ntlm_av_list list;

	assert_int_equal(ntlm_av_list_decode(c->target_info, &list), VERDICT_OK);
	for (unsigned i = 0; i < list.count; i++) {
		enum ntlm_av_id id = (enum ntlm_av_id)list.pairs[i].av_id;
		if (p->target_info_pair_left_out && id == MSV_AV_DNS_COMPUTER_NAME)
			continue;
		if (p->target_info_other && id == MSV_AV_NB_COMPUTER_NAME)
			assert_true(ntlm_av_put_text(&w, id, "OTHER"));
		else
			ntlm_av_put(&w, id, list.pairs[i].value);
	}
	uint32_t flags = (p->no_mic ? 0 : MSV_AV_FLAG_MIC_PRESENT) |
			 (p->untrusted_name ? MSV_AV_FLAG_UNTRUSTED_SPN : 0);
	if (flags != 0)
		ntlm_av_put_u32(&w, MSV_AV_FLAGS, flags);
	uint8_t bindings[16] = { [7] = p->bindings };
	ntlm_av_put(&w, MSV_AV_CHANNEL_BINDINGS, span_make(bindings, sizeof(bindings)));
	if (p->target_name != NULL)
		assert_true(ntlm_av_put_text(&w, MSV_AV_TARGET_NAME, p->target_name));
	if (!p->av_truncated)
		ntlm_av_put_eol(&w);
	return done(&w);
}

static void response_make(struct ntlm_peer *p, const struct ntlm_challenge *c, struct ntlm_authenticate *m)
{
	uint8_t hash[16], key[16], base[16], server_challenge[8], encrypted[16];
	struct writer temp = buffer(p), response = buffer(p);
	struct ntlmv2_response r = { .av_pairs = av_pairs(p, c) };

	r.time_stamp = filetime_now() + (uint64_t)(p->clock_offset_s * 10000000);
	random_bytes(r.challenge_from_client, sizeof(r.challenge_from_client));
	ntlmv2_client_challenge_encode(&temp, &r);
	if (p->av_truncated)
		temp.pos -= 4; // the zeros behind the list would end it
	memcpy(server_challenge, c->server_challenge, 8);
	server_challenge[0] ^= p->challenge_flipped;
	assert_int_equal(ntlm_nt_hash(p->password, hash), 0);
	assert_int_equal(ntlm_ntowf_v2(hash, m->user_name, m->domain_name, key), 0);
	assert_int_equal(ntlm_proof(key, server_challenge, done(&temp), r.response, base), 0);
	writer_bytes(&response, r.response, sizeof(r.response));
	writer_span(&response, done(&temp));
	m->nt_challenge_response = done(&response);
	random_bytes(p->exported_session_key, sizeof(p->exported_session_key));
	ntlm_key_exchange(base, p->exported_session_key, encrypted);
	m->encrypted_random_session_key = span_make(arena_copy(p->arena, encrypted, 16), 16);
}

static void mic_fill(struct ntlm_peer *p)
{
	uint8_t *message = bytes_of(p, &p->authenticate);

	assert_int_equal(ntlm_mic(p->exported_session_key, p->negotiate, p->challenge, p->authenticate,
				 NTLM_MIC_OFFSET, message + NTLM_MIC_OFFSET),
		0);
	message[NTLM_MIC_OFFSET + 3] ^= p->mic_flipped;
}

static void authenticate_make(struct ntlm_peer *p, const struct ntlm_challenge *c)
{
	struct writer w = buffer(p);
	struct ntlm_authenticate m = {
		.negotiate_flags = c->negotiate_flags & ~p->flags_removed,
		.has_mic = !p->no_mic && !p->mic_stripped,
	};

	if (!p->anonymous) {
		m.user_name = utf16_from_utf8(p->arena, p->user);
		m.domain_name = utf16_from_utf8(p->arena, p->domain);
	}
	m.workstation = utf16_from_utf8(p->arena, "CLIENT\a1");
	if (p->ntlmv1)
		m.nt_challenge_response = span_make("123456781234567812345678", 24);
	else if (!p->anonymous)
		response_make(p, c, &m);
	ntlm_authenticate_encode(&w, &m);
	p->authenticate = done(&w);
	if (m.has_mic && !p->ntlmv1)
		mic_fill(p);
}

static struct span list_mic(struct ntlm_peer *p)
{
	struct ntlm_seal seal;
	uint8_t mac[16];

	if (p->no_list_mic || p->raw)
		return span_make(NULL, 0);
	assert_int_equal(ntlm_seal_init(&seal, p->exported_session_key, NTLM_CLIENT_TO_SERVER, true), 0);
	assert_int_equal(ntlm_sign(&seal, p->mech_types, mac), 0);
	ntlm_seal_done(&seal);
	mac[5] ^= p->list_mic_flipped;
	return span_make(arena_copy(p->arena, mac, sizeof(mac)), sizeof(mac));
}

struct span ntlm_peer_prepare(struct ntlm_peer *p, struct auth_exchange *ex)
{
	struct spnego_resp resp;
	struct ntlm_challenge c;
	struct span out;

	p->status = auth_exchange_step(ex, first_token(p), p->arena, &out);
	assert_int_equal(p->status.code, STATUS(MORE_PROCESSING_REQUIRED).code);
	p->challenge = out_of_resp(p, out, &resp);
	if (p->kerberos_first) {
		assert_int_equal(resp.neg_state, SPNEGO_REQUEST_MIC);
		assert_int_equal(p->challenge.len, 0);
		p->status =
			auth_exchange_step(ex, in_resp(p, p->negotiate, span_make(NULL, 0)), p->arena, &out);
		assert_int_equal(p->status.code, STATUS(MORE_PROCESSING_REQUIRED).code);
		p->challenge = out_of_resp(p, out, &resp);
	}
	assert_int_equal(ntlm_challenge_decode(p->challenge, &c), VERDICT_OK);
	authenticate_make(p, &c);
	return in_resp(p, p->authenticate, list_mic(p));
}

static void completion_check(struct ntlm_peer *p, struct span out)
{
	struct ntlm_seal seal;
	struct spnego_resp resp;

	if (p->raw) {
		assert_int_equal(out.len, 0);
		return;
	}
	(void)out_of_resp(p, out, &resp);
	assert_int_equal(resp.neg_state, SPNEGO_ACCEPT_COMPLETED);
	assert_int_equal(resp.has_mech_list_mic, !p->no_list_mic);
	if (p->no_list_mic)
		return;
	assert_int_equal(ntlm_seal_init(&seal, p->exported_session_key, NTLM_SERVER_TO_CLIENT, true), 0);
	assert_int_equal(ntlm_verify(&seal, p->mech_types, resp.mech_list_mic, &p->server_list_mic_fits), 0);
	assert_true(p->server_list_mic_fits);
	ntlm_seal_done(&seal);
}

struct nt_status ntlm_peer_run(struct ntlm_peer *p, struct auth_exchange *ex)
{
	struct span out;

	p->status = auth_exchange_step(ex, ntlm_peer_prepare(p, ex), p->arena, &out);
	if (p->status.code == STATUS(SUCCESS).code)
		completion_check(p, out);
	else
		assert_int_equal(out.len, 0);
	return p->status;
}

// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "auth/mechanism.h"
#include "auth/ntlm_crypto.h"
#include "auth/ntlm_identity.h"
#include "auth/ntlm_target.h"
#include "auth/ntlm_verify.h"
#include "auth/winbind.h"
#include "base/filetime.h"
#include "base/utf16.h"
#include "wire/ntlm/ntlm_message.h"

enum {
	CHALLENGE_MESSAGE_LEN_MAX = 4096,
};

enum ntlm_server_state { EXPECT_NEGOTIATE, EXPECT_AUTHENTICATE, AUTHENTICATED, FINISHED };

struct kept {
	uint8_t *data;
	size_t len;
};

struct ntlm_server {
	const struct auth_exchange_config *config;
	struct winbind_machine machine; // empty without winbind
	struct auth_report *report;
	enum ntlm_server_state state;
	struct kept negotiate;
	struct kept challenge;
	struct span target_info; // inside challenge
	uint8_t server_challenge[NTLM_CHALLENGE_LEN];
	struct ntlm_seal from_client;
	struct ntlm_seal to_client;
};

struct ntlm_server *ntlm_server_new(const struct auth_exchange_config *config, struct auth_report *report)
{
	struct ntlm_server *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->config = config;
	s->report = report;
	return s;
}

void ntlm_server_free(struct ntlm_server *s)
{
	if (s == NULL)
		return;
	ntlm_seal_done(&s->from_client);
	ntlm_seal_done(&s->to_client);
	free(s->negotiate.data);
	free(s->challenge.data);
	free(s);
}

static bool keep(struct kept *k, struct span bytes)
{
	k->data = malloc(bytes.len + 1);
	if (k->data == NULL)
		return false;
	memcpy(k->data, bytes.data, bytes.len);
	k->len = bytes.len;
	return true;
}

// What we insist on, and of the rest what the client asked for (3.2.5.1.1).
static uint32_t challenge_flags(uint32_t asked)
{
	const uint32_t always = NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_REQUEST_TARGET | NTLMSSP_NEGOTIATE_SIGN |
				NTLMSSP_NEGOTIATE_NTLM | NTLMSSP_NEGOTIATE_ALWAYS_SIGN |
				NTLMSSP_TARGET_TYPE_SERVER | NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY |
				NTLMSSP_NEGOTIATE_TARGET_INFO | NTLMSSP_NEGOTIATE_128 |
				NTLMSSP_NEGOTIATE_KEY_EXCH;
	const uint32_t if_asked = NTLMSSP_NEGOTIATE_SEAL | NTLMSSP_NEGOTIATE_VERSION | NTLMSSP_NEGOTIATE_56;

	return always | (asked & if_asked);
}

// A member of a domain has the names there that its domain's controllers know it by: they refuse a response
// to any other CHALLENGE.
static struct auth_names names_choose(struct ntlm_server *s)
{
	struct auth_names names = *s->config->names;

	if (!s->config->policy.winbind || !winbind_machine_get(&s->machine))
		return names;
	names.netbios_computer = s->machine.netbios_computer;
	names.netbios_domain = s->machine.netbios_domain;
	names.dns_domain = s->machine.dns_domain;
	return names;
}

static bool challenge_fill(struct ntlm_server *s, struct arena *a, uint32_t asked, struct ntlm_challenge *out)
{
	struct writer info =
		writer_make(arena_alloc(a, CHALLENGE_MESSAGE_LEN_MAX), CHALLENGE_MESSAGE_LEN_MAX);

	const struct auth_names names = names_choose(s);

	if (info.base == NULL || !ntlm_target_info_encode(&info, &names, filetime_now()) || !writer_ok(&info))
		return false;
	random_bytes(s->server_challenge, sizeof(s->server_challenge));
	*out = (struct ntlm_challenge){
		.negotiate_flags = challenge_flags(asked),
		.target_name = utf16_from_utf8(a, names.netbios_computer),
		.target_info = writer_since(&info, 0),
		.has_version = (asked & NTLMSSP_NEGOTIATE_VERSION) != 0,
		.version = { .product_major_version = 6,
			.product_minor_version = 1,
			.ntlm_revision_current = NTLMSSP_REVISION_W2K3 },
	};
	memcpy(out->server_challenge, s->server_challenge, sizeof(out->server_challenge));
	return true;
}

static enum auth_reason challenge_make(
	struct ntlm_server *s, struct span in, struct arena *a, struct span *out)
{
	struct ntlm_negotiate negotiate;
	struct ntlm_challenge challenge;

	if (in.len > NTLM_NEGOTIATE_KEPT_MAX || ntlm_negotiate_decode(in, &negotiate) != VERDICT_OK)
		return AUTH_REASON_MALFORMED;
	if (!challenge_fill(s, a, negotiate.negotiate_flags, &challenge))
		return AUTH_REASON_INTERNAL;
	struct writer w = writer_make(arena_alloc(a, CHALLENGE_MESSAGE_LEN_MAX), CHALLENGE_MESSAGE_LEN_MAX);
	if (w.base == NULL)
		return AUTH_REASON_INTERNAL;
	ntlm_challenge_encode(&w, &challenge);
	if (!writer_ok(&w) || !keep(&s->negotiate, in) || !keep(&s->challenge, writer_since(&w, 0)))
		return AUTH_REASON_INTERNAL;
	// The last part of the message, see ntlm_challenge_encode.
	s->target_info = span_make(
		s->challenge.data + s->challenge.len - challenge.target_info.len, challenge.target_info.len);
	s->state = EXPECT_AUTHENTICATE;
	*out = writer_since(&w, 0);
	return AUTH_REASON_NONE;
}

static enum auth_reason session_start(struct ntlm_server *s, const struct ntlm_proved *proved)
{
	const uint8_t *key = proved->exported_session_key;

	// KEY_EXCH is among the flags that are required.
	if (ntlm_seal_init(&s->from_client, key, NTLM_CLIENT_TO_SERVER, true) < 0 ||
		ntlm_seal_init(&s->to_client, key, NTLM_SERVER_TO_CLIENT, true) < 0)
		return AUTH_REASON_INTERNAL;
	s->report->result.identity = ntlm_identity_new(s->config, s->report, proved);
	if (s->report->result.identity == NULL)
		return AUTH_REASON_INTERNAL;
	s->state = AUTHENTICATED;
	return AUTH_REASON_OK;
}

static enum auth_reason authenticate(struct ntlm_server *s, struct span in)
{
	struct ntlm_proved proved;
	struct ntlm_attempt attempt = {
		.config = s->config,
		.machine = s->machine.netbios_computer,
		.negotiate = span_make(s->negotiate.data, s->negotiate.len),
		.challenge = span_make(s->challenge.data, s->challenge.len),
		.authenticate = in,
		.target_info = s->target_info,
		.now = filetime_now(),
	};

	memcpy(attempt.server_challenge, s->server_challenge, sizeof(attempt.server_challenge));
	s->state = FINISHED; // one try for a challenge
	enum auth_reason reason = ntlm_attempt_verify(&attempt, s->report, &proved);
	if (reason == AUTH_REASON_OK)
		reason = session_start(s, &proved);
	ntlm_proved_done(&proved);
	return reason;
}

enum auth_reason ntlm_server_step(struct ntlm_server *s, struct span in, struct arena *a, struct span *out)
{
	uint32_t type;

	if (in.len > NTLM_MESSAGE_LEN_MAX || ntlm_message_type_of(in, &type) != VERDICT_OK)
		return AUTH_REASON_MALFORMED;
	if (s->state == EXPECT_NEGOTIATE && type == NTLM_MESSAGE_NEGOTIATE)
		return challenge_make(s, in, a, out);
	if (s->state == EXPECT_AUTHENTICATE && type == NTLM_MESSAGE_AUTHENTICATE)
		return authenticate(s, in);
	return AUTH_REASON_OUT_OF_ORDER;
}

int ntlm_server_sign(struct ntlm_server *s, struct span message, struct arena *a, struct span *mac)
{
	uint8_t *bytes = arena_alloc(a, NTLM_MAC_LEN);

	if (s->state != AUTHENTICATED)
		return -EINVAL;
	if (bytes == NULL)
		return -ENOMEM;
	int rc = ntlm_sign(&s->to_client, message, bytes);
	if (rc == 0)
		*mac = span_make(bytes, NTLM_MAC_LEN);
	return rc;
}

int ntlm_server_verify(struct ntlm_server *s, struct span message, struct span mac, bool *fits)
{
	return s->state == AUTHENTICATED ? ntlm_verify(&s->from_client, message, mac, fits) : -EINVAL;
}

static bool row_offered(const struct auth_policy *policy)
{
	return policy->ntlm;
}

static bool row_may_block(const struct auth_policy *policy)
{
	return policy->winbind;
}

static void *row_new(const struct auth_exchange_config *config, struct auth_report *report)
{
	return ntlm_server_new(config, report);
}

static void row_free(void *state)
{
	ntlm_server_free(state);
}

static enum auth_reason row_step(void *state, struct span in, struct arena *a, struct span *out)
{
	return ntlm_server_step(state, in, a, out);
}

static int row_mic_make(void *state, struct span list, struct arena *a, struct span *mic)
{
	return ntlm_server_sign(state, list, a, mic);
}

static int row_mic_verify(void *state, struct span list, struct span mic, bool *fits)
{
	return ntlm_server_verify(state, list, mic, fits);
}

const struct mechanism ntlm_mechanism = {
	.id = AUTH_MECHANISM_NTLMV2,
	.oids = { SPNEGO_MECH_NTLMSSP },
	.raw = SPNEGO_TOKEN_NTLMSSP,
	.offered = row_offered,
	.may_block = row_may_block,
	.new = row_new,
	.free = row_free,
	.step = row_step,
	.mic_make = row_mic_make,
	.mic_verify = row_mic_verify,
};

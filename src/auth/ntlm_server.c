// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "auth/mechanism.h"
#include "auth/ntlm_crypto.h"
#include "auth/ntlm_target.h"
#include "auth/ntlm_verify.h"
#include "base/filetime.h"
#include "base/utf16.h"
#include "wire/ntlm/ntlm_message.h"

enum {
	CHALLENGE_MESSAGE_LEN_MAX = 4096,
	NT_USERS_RID = 513, // the primary group of local accounts ("None")
	WELL_KNOWN_GROUPS = 5,
};

enum ntlm_server_state { EXPECT_NEGOTIATE, EXPECT_AUTHENTICATE, AUTHENTICATED, FINISHED };

struct kept {
	uint8_t *data;
	size_t len;
};

struct ntlm_server {
	const struct auth_exchange_config *config;
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

static bool challenge_fill(struct ntlm_server *s, struct arena *a, uint32_t asked, struct ntlm_challenge *out)
{
	struct writer info =
		writer_make(arena_alloc(a, CHALLENGE_MESSAGE_LEN_MAX), CHALLENGE_MESSAGE_LEN_MAX);

	if (info.base == NULL || !ntlm_target_info_encode(&info, s->config->names, filetime_now()) ||
		!writer_ok(&info))
		return false;
	random_bytes(s->server_challenge, sizeof(s->server_challenge));
	*out = (struct ntlm_challenge){
		.negotiate_flags = challenge_flags(asked),
		.target_name = utf16_from_utf8(a, s->config->names->netbios_computer),
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

// Groups of the token: the primary one, the configuration's, and what Windows gives everybody who came
// over the network with NTLM. 0 when there are too many.
static size_t groups_collect(
	const struct account_db *db, uint32_t rid, struct sid groups[IDENTITY_GROUPS_MAX])
{
	static const struct sid ntlm_authentication = { // S-1-5-64-10
		.identifier_authority = 5,
		.sub_authority_count = 2,
		.sub_authority = { 64, 10 }
	};
	const size_t room = IDENTITY_GROUPS_MAX - WELL_KNOWN_GROUPS;

	if (!sid_with_rid(account_db_machine_sid(db), NT_USERS_RID, &groups[0]))
		return 0;
	size_t count = account_db_groups_of(db, rid, groups + 1, room);
	if (count > room)
		return 0; // leaving some out could leave out the one that an ACL denies something
	count++;
	groups[count++] = sid_everyone;
	groups[count++] = sid_network;
	groups[count++] = sid_authenticated_users;
	groups[count++] = ntlm_authentication;
	return count;
}

static struct identity *identity_make(
	const struct ntlm_server *s, const struct account *account, const uint8_t key[NTLM_KEY_LEN])
{
	struct secret session_key SECRET_SCOPED = {};
	struct sid groups[IDENTITY_GROUPS_MAX];
	size_t count = groups_collect(s->config->accounts, account->rid, groups);

	if (count == 0)
		return NULL;
	secret_set(&session_key, key, NTLM_KEY_LEN);
	struct identity_fields fields = {
		.account = account->name,
		.domain = s->config->names->netbios_computer,
		.workstation = s->report->workstation,
		.mechanism = AUTH_MECHANISM_NTLMV2,
		.user = account->sid,
		.groups = groups,
		.group_count = count,
		.session_base_key = &session_key,
	};
	return identity_new(&fields);
}

static enum auth_reason session_start(
	struct ntlm_server *s, const struct account *account, const uint8_t key[NTLM_KEY_LEN])
{
	// KEY_EXCH is among the flags that are required.
	if (ntlm_seal_init(&s->from_client, key, NTLM_CLIENT_TO_SERVER, true) < 0 ||
		ntlm_seal_init(&s->to_client, key, NTLM_SERVER_TO_CLIENT, true) < 0)
		return AUTH_REASON_INTERNAL;
	s->report->result.identity = identity_make(s, account, key);
	if (s->report->result.identity == NULL)
		return AUTH_REASON_INTERNAL;
	s->state = AUTHENTICATED;
	return AUTH_REASON_OK;
}

static enum auth_reason authenticate(struct ntlm_server *s, struct span in)
{
	const struct account *account;
	uint8_t key[NTLM_KEY_LEN];
	struct ntlm_attempt attempt = {
		.config = s->config,
		.negotiate = span_make(s->negotiate.data, s->negotiate.len),
		.challenge = span_make(s->challenge.data, s->challenge.len),
		.authenticate = in,
		.target_info = s->target_info,
		.now = filetime_now(),
	};

	memcpy(attempt.server_challenge, s->server_challenge, sizeof(attempt.server_challenge));
	s->state = FINISHED; // one try for a challenge
	enum auth_reason reason = ntlm_attempt_verify(&attempt, s->report, &account, key);
	if (reason == AUTH_REASON_OK)
		reason = session_start(s, account, key);
	secret_wipe_bytes(key, sizeof(key));
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
	.new = row_new,
	.free = row_free,
	.step = row_step,
	.mic_make = row_mic_make,
	.mic_verify = row_mic_verify,
};

// SPDX-License-Identifier: Apache-2.0
// Signing and sealing of what goes out, and the keys for both directions.
#include "client/client_state.h"

#include <errno.h>

#include "session/sealing.h"
#include "session/signing.h"
#include "wire/smb2/smb2_command.h"

static int part_sign(struct client *c, struct client_output *o, unsigned i)
{
	size_t start = o->parts[i].offset;
	size_t end = i + 1 < o->part_count ? o->parts[i + 1].offset : o->w.pos;
	uint32_t flags = SMB2_FLAGS_SIGNED | (i != 0 ? SMB2_FLAGS_RELATED_OPERATIONS : 0);
	smb2_header_patch_flags(&o->w, start, flags);
	return message_sign(c->sign_key, SENT_BY_CLIENT, o->bytes + start, end - start);
}

static int output_sign(struct client *c, struct client_output *o)
{
	for (unsigned i = 0; i < o->part_count; i++) {
		int rc = part_sign(c, o, i);
		if (rc < 0)
			return rc;
	}
	return 0;
}

// MS-SMB2 3.2.4.1.1: in 3.1.1 a tree connect is signed even where nothing else is; before 3.1.1 so is the
// question what was negotiated (3.2.5.5).
static bool must_sign(const struct client *c, const struct client_output *o)
{
	const struct client_request *first = o->parts[0].request;
	bool tree_connect = first != NULL && first->command == SMB2_TREE_CONNECT;
	return c->signing || c->validating || (tree_connect && c->facts.dialect == SMB2_DIALECT_311);
}

int client_output_protect(struct client *c, struct client_output *o)
{
	bool seal = c->established && c->sealing && c->seal_key != NULL;
	int rc = 0;
	o->start = seal ? 0 : SMB2_TRANSFORM_HEADER_LEN;
	size_t len = o->w.pos - o->start - FRAME_HEADER_LEN;
	if (len > FRAME_LEN_MAX)
		return -EMSGSIZE;
	frame_header_put(o->bytes + o->start, (uint32_t)len);
	if (seal)
		rc = message_seal(c->seal_key, &c->nonces, c->session_id, o->bytes + FRAME_HEADER_LEN, len);
	else if (c->established && c->sign_key != NULL && must_sign(c, o))
		rc = output_sign(c, o);
	return rc;
}

int client_keys_install(struct client *c, struct span session_key)
{
	enum cipher cipher = (enum cipher)c->facts.cipher;
	enum signing_algorithm algorithm = (enum signing_algorithm)c->facts.signing_algorithm;
	const struct preauth_hash *preauth = c->facts.dialect >= SMB2_DIALECT_311 ? &c->preauth : NULL;
	client_keys_drop(c);
	int rc = session_keys_derive(c->facts.dialect, cipher, session_key, preauth, &c->keys);
	if (rc == 0)
		rc = sign_key_new(algorithm, secret_span(&c->keys.signing), &c->sign_key);
	if (rc == 0 && cipher != CIPHER_NONE)
		rc = seal_key_new(cipher, secret_span(&c->keys.client_to_server), &c->seal_key);
	if (rc == 0 && cipher != CIPHER_NONE)
		rc = seal_key_new(cipher, secret_span(&c->keys.server_to_client), &c->open_key);
	nonce_counter_init(&c->nonces);
	return rc;
}

void client_keys_drop(struct client *c)
{
	c->established = false;
	sign_key_free(c->sign_key);
	seal_key_free(c->seal_key);
	seal_key_free(c->open_key);
	c->sign_key = NULL;
	c->seal_key = NULL;
	c->open_key = NULL;
	session_keys_wipe(&c->keys);
}

void client_set_sealing(struct client *c, bool on)
{
	c->sealing = on;
}

void client_set_signing(struct client *c, bool on)
{
	c->signing = on;
}

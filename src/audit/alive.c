// SPDX-License-Identifier: Apache-2.0
#include "audit/alive.h"

#include <errno.h>
#include <stdlib.h>

#include "base/secret.h"
#include "wire/smb1/smb1_negotiate.h"
#include "wire/smb2/smb2_command.h"
#include "wire/smb2/smb2_negotiate.h"
#include "wire/smb2/smb2_negotiate_contexts.h"

enum { QUESTION_LEN_MAX = 512, SALT_LEN = 32 };

static const char *words_of(int fault)
{
	switch (fault) {
	case -ECONNREFUSED:
		return "connection refused";
	case -ETIMEDOUT:
		return "no answer";
	case -EHOSTUNREACH:
	case -ENETUNREACH:
		return "no route to it";
	case -ECONNRESET:
		return "it takes the connection and ends it";
	case -EPROTO:
	case -EMSGSIZE:
		return "it answers, but not with SMB";
	case -EMFILE:
	case -ENFILE:
		return "here are no file descriptors left";
	case -EACCES:
	case -EPERM:
		return "this machine does not let us connect there";
	default:
		return "it cannot be reached";
	}
}

static void contexts_encode(struct writer *w, struct smb2_negotiate_request *m)
{
	uint8_t salt[SALT_LEN];
	random_bytes(salt, sizeof(salt));
	struct smb2_negotiate_contexts all = {
		.preauth_seen = 1, .preauth_salt = span_make(salt, sizeof(salt)), .encryption_seen = 1
	};
	smb2_negotiate_ids_add(&all.preauth_hashes, SMB2_HASH_SHA_512);
	smb2_negotiate_ids_add(&all.ciphers, SMB2_CIPHER_AES_128_GCM);
	smb2_negotiate_ids_add(&all.ciphers, SMB2_CIPHER_AES_128_CCM);
	m->negotiate_context_count = smb2_negotiate_contexts_encode(w, &all);
	m->negotiate_contexts = writer_since(w, 0);
}

// What any client would send that takes everything from 2.0.2 on.
static void question_of_smb2(struct writer *w)
{
	uint8_t contexts[QUESTION_LEN_MAX];
	struct writer list = writer_make(contexts, sizeof(contexts));
	const struct smb2_header h = { .command = SMB2_NEGOTIATE, .credit_request_response = 1 };
	struct smb2_negotiate_request m = { .dialect_count = FACTS_DIALECTS,
		.security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED,
		.capabilities = SMB2_GLOBAL_CAP_ENCRYPTION };
	memcpy(m.dialects, facts_dialects, sizeof(facts_dialects));
	random_bytes(m.client_guid, sizeof(m.client_guid));
	contexts_encode(&list, &m);
	smb2_header_encode(w, &h);
	smb2_negotiate_request_encode(w, &m);
}

static void question_of_smb1(struct writer *w)
{
	static const char *const dialects[] = { "NT LM 0.12", "SMB 2.002", "SMB 2.???", NULL };
	smb1_negotiate_encode(w, dialects);
}

static int speaks_smb(struct probe *p, int fd, struct span question, uint8_t *buf)
{
	struct span frame = { 0 };
	int rc = probe_send(p, fd, question);
	if (rc == 0)
		rc = probe_receive(p, fd, buf, PROBE_FRAME_MAX, &frame);
	if (rc < 0)
		return rc;
	uint32_t id = smb2_protocol_id(frame);
	return id == SMB2_PROTOCOL_ID || id == SMB1_PROTOCOL_ID ? 0 : -EPROTO;
}

// *dialled: it took the connection.
static int ask(struct probe *p, void (*make)(struct writer *w), bool *dialled)
{
	uint8_t question[QUESTION_LEN_MAX];
	struct writer w = writer_make(question, sizeof(question));
	int fd;
	int rc = probe_dial(p, &fd);
	*dialled = rc == 0;
	p->taken |= *dialled;
	if (rc < 0)
		return rc;
	uint8_t *buf = malloc(PROBE_FRAME_MAX);
	make(&w);
	rc = buf != NULL ? speaks_smb(p, fd, writer_since(&w, 0), buf) : -ENOMEM;
	free(buf);
	probe_close(p, fd);
	return rc;
}

int probe_alive(struct probe *p)
{
	bool dialled = false;
	int rc = ask(p, question_of_smb2, &dialled);
	// What knows SMB1 alone ends the connection, or says nothing.
	if (rc < 0 && rc != -ECANCELED && dialled) {
		int again = ask(p, question_of_smb1, &dialled);
		rc = again == 0 || rc == -ECONNRESET ? again : rc;
	}
	p->facts->trouble = 0;
	p->resets = 0;
	if (rc == -ECANCELED)
		return rc;
	p->error = rc == 0 ? NULL : words_of(rc);
	return rc;
}

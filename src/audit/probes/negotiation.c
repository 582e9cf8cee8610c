// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/negotiation.h"

#include <errno.h>
#include <stdlib.h>

#include "audit/probes/probe_words.h"
#include "base/filetime.h"
#include "base/secret.h"
#include "wire/smb2/smb2_command.h"

enum {
	SALT_LEN = 32,
	QUESTION_LEN_MAX = 1024,
	CONTEXTS_LEN_MAX = 512,
	ANSWER_LEN_MAX = 32 << 10, // a SPNEGO token and eight contexts are a few hundred bytes
	RDMA_TRANSFORM_ENCRYPTION = 1,
	RDMA_TRANSFORM_SIGNING = 2,
};

// What an asking carries from its question to its answer.
struct asking {
	struct probe *probe;
	const struct negotiation_question *question;
	struct negotiation_answer *answer;
	uint8_t salt[SALT_LEN];
	uint64_t sent_at; // FILETIME
	uint64_t received_at;
};

static void ids_add_range(struct smb2_negotiate_ids *ids, uint16_t first, uint16_t last, bool reversed)
{
	for (uint16_t id = first; id <= last; id++)
		smb2_negotiate_ids_add(ids, reversed ? (uint16_t)(last - (id - first)) : id);
}

struct negotiation_question negotiation_question_all(bool reversed)
{
	struct negotiation_question q = { .dialect = SMB2_DIALECT_311 };
	ids_add_range(&q.ciphers, SMB2_CIPHER_AES_128_CCM, SMB2_CIPHER_AES_256_GCM, reversed);
	ids_add_range(&q.signings, SMB2_SIGNING_HMAC_SHA256, SMB2_SIGNING_AES_GMAC, reversed);
	ids_add_range(&q.compressions, SMB2_COMPRESSION_LZNT1, SMB2_COMPRESSION_LZ4, reversed);
	ids_add_range(&q.rdma_transforms, RDMA_TRANSFORM_ENCRYPTION, RDMA_TRANSFORM_SIGNING, reversed);
	return q;
}

static uint16_t contexts_write(const struct asking *a, struct writer *w)
{
	enum { CHAINED = 1 };
	const struct negotiation_question *q = a->question;
	struct smb2_negotiate_contexts m = {
		.preauth_seen = !q->no_preauth,
		.preauth_salt = span_make(a->salt, sizeof(a->salt)),
		.encryption_seen = q->ciphers.count != 0,
		.ciphers = q->ciphers,
		.signing_seen = q->signings.count != 0,
		.signing_algorithms = q->signings,
		.compression_seen = q->compressions.count != 0,
		.compression_algorithms = q->compressions,
		.compression_flags = CHAINED, // Pattern_V1 exists in chains alone
		.rdma_transform_seen = q->rdma_transforms.count != 0,
		.rdma_transforms = q->rdma_transforms,
	};
	smb2_negotiate_ids_add(&m.preauth_hashes, SMB2_HASH_SHA_512);
	return smb2_negotiate_contexts_encode(w, &m);
}

static void question_write(struct asking *a, struct writer *w)
{
	uint8_t contexts[CONTEXTS_LEN_MAX];
	struct writer list = writer_make(contexts, sizeof(contexts));
	struct smb2_header h = { .command = SMB2_NEGOTIATE, .credit_request_response = 1 };
	struct smb2_negotiate_request m = {
		.dialect_count = 1,
		.dialects = { a->question->dialect },
		.security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED,
		.capabilities = SMB2_GLOBAL_CAP_DFS | SMB2_GLOBAL_CAP_LEASING | SMB2_GLOBAL_CAP_LARGE_MTU |
				SMB2_GLOBAL_CAP_MULTI_CHANNEL | SMB2_GLOBAL_CAP_PERSISTENT_HANDLES |
				SMB2_GLOBAL_CAP_DIRECTORY_LEASING | SMB2_GLOBAL_CAP_ENCRYPTION,
	};
	// MS-SMB2 3.2.4.2.2.2: 2.0.2 has neither.
	if (a->question->dialect == SMB2_DIALECT_202)
		m.capabilities = 0;
	else
		random_bytes(m.client_guid, sizeof(m.client_guid));
	random_bytes(a->salt, sizeof(a->salt));
	m.negotiate_context_count = contexts_write(a, &list);
	m.negotiate_contexts = writer_since(&list, 0);
	smb2_header_encode(w, &h);
	smb2_negotiate_request_encode(w, &m);
	w->overflow |= list.overflow;
}

static void conclude(struct asking *a, enum negotiation_outcome outcome, const char *words)
{
	a->answer->outcome = outcome;
	a->answer->words = words != NULL ? words : "memory is out";
}

static enum verdict contexts_read(struct asking *a, const struct smb2_negotiate_response *m)
{
	struct negotiation_answer *out = a->answer;
	struct smb2_negotiate_contexts c = { 0 };
	enum verdict v =
		smb2_negotiate_contexts_decode(m->negotiate_contexts, m->negotiate_context_count, &c);
	if (v != VERDICT_OK)
		return v;
	out->salt_len = c.preauth_salt.len;
	c.preauth_salt = c.netname = c.posix_version = span_make(NULL, 0);
	out->contexts = c;
	return VERDICT_OK;
}

// Whether one of them may be answered with: the choice of a server that does not know the offered one would
// otherwise pass for a yes.
static void judge_dialect(struct asking *a, const struct smb2_negotiate_response *m)
{
	struct arena *arena = a->probe->facts->arena;
	uint16_t chosen = m->dialect_revision;
	if (chosen != a->question->dialect)
		conclude(a, NEGOTIATION_REFUSED,
			arena_printf(arena,
				"SMB2 NEGOTIATE, STATUS_SUCCESS, with dialect %s (0x%04X), which "
				"was not offered",
				dialect_words(chosen), chosen));
	else
		conclude(a, NEGOTIATION_ACCEPTED,
			arena_printf(arena, "SMB2 NEGOTIATE, STATUS_SUCCESS, DialectRevision 0x%04X (%s)",
				chosen, dialect_words(chosen)));
}

static void answer_read(struct asking *a, struct span frame)
{
	struct smb2_negotiate_response m = { 0 };
	if (smb2_negotiate_response_decode(frame, &m) != VERDICT_OK || contexts_read(a, &m) != VERDICT_OK) {
		conclude(a, NEGOTIATION_UNCLEAR, "the answer to NEGOTIATE is malformed");
		return;
	}
	uint64_t ours = a->sent_at + (a->received_at - a->sent_at) / 2;
	a->answer->skew_100ns = (int64_t)(m.system_time - ours);
	m.security_buffer = m.negotiate_contexts = span_make(NULL, 0);
	a->answer->message = m;
	judge_dialect(a, &m);
}

static void frame_judge(struct asking *a, struct span frame)
{
	struct arena *arena = a->probe->facts->arena;
	struct smb2_header h = { 0 };
	if (smb2_header_decode(frame, &h) != VERDICT_OK || !smb2_header_is_response(&h) ||
		h.command != SMB2_NEGOTIATE) {
		conclude(a, NEGOTIATION_UNCLEAR, "what came back is no answer to an SMB2 NEGOTIATE");
		return;
	}
	if (nt_status_equal(h.status, STATUS(SUCCESS)))
		answer_read(a, frame);
	else
		conclude(a, NEGOTIATION_REFUSED,
			arena_printf(arena, "SMB2 NEGOTIATE, %s", status_words(arena, h.status)));
}

static void fault_judge(struct asking *a, int fault)
{
	bool closed = fault == -ECONNRESET || fault == -EPIPE;
	conclude(a, closed ? NEGOTIATION_CLOSED : NEGOTIATION_UNCLEAR, fault_words(fault));
}

static int exchange(struct asking *a, int fd, struct span question, uint8_t *buf)
{
	struct span frame = { 0 };
	a->sent_at = filetime_now();
	int rc = probe_send(a->probe, fd, question);
	if (rc == 0)
		rc = probe_receive(a->probe, fd, buf, ANSWER_LEN_MAX, &frame);
	a->received_at = filetime_now();
	if (rc == 0)
		frame_judge(a, frame);
	else
		fault_judge(a, rc);
	return rc == -ECANCELED ? rc : 0;
}

// On the heap: a task's stack is small.
static int dial_and_exchange(struct asking *a, struct span question)
{
	int fd = -1;
	int rc = probe_dial(a->probe, &fd);
	if (rc < 0) {
		conclude(a, NEGOTIATION_UNCLEAR, stop_words(a->probe, rc));
		return rc == -ECANCELED ? rc : 0;
	}
	uint8_t *buf = malloc(ANSWER_LEN_MAX);
	if (buf != NULL)
		rc = exchange(a, fd, question, buf);
	else
		conclude(a, NEGOTIATION_UNCLEAR, fault_words(-ENOMEM));
	free(buf);
	probe_close(a->probe, fd);
	return rc;
}

int negotiation_ask(struct probe *p, const struct negotiation_question *q, struct negotiation_answer *out)
{
	uint8_t bytes[QUESTION_LEN_MAX];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct asking a = { .probe = p, .question = q, .answer = out };
	*out = (struct negotiation_answer){ 0 };
	question_write(&a, &w);
	if (!writer_ok(&w)) {
		conclude(&a, NEGOTIATION_UNCLEAR, fault_words(-EMSGSIZE));
		return 0;
	}
	return dial_and_exchange(&a, writer_since(&w, 0));
}

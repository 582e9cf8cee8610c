// SPDX-License-Identifier: Apache-2.0
// Whether SMB1 is spoken: its own dialect offered alone, so that what leads on to SMB2 is not taken for it.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"
#include "wire/smb1/smb1_logon.h"
#include "wire/smb1/smb1_negotiate.h"
#include "wire/smb2/smb2_command.h"

enum {
	QUESTION_LEN_MAX = 256,
	ANSWER_LEN_MAX = 32 << 10,
};

enum smb1_outcome {
	SMB1_UNCLEAR,
	SMB1_REFUSED,
	SMB1_CHOSEN, // a dialect of SMB1
	SMB1_LEFT,   // an answer in SMB2
};

struct smb1_answer {
	enum smb1_outcome outcome;
	const char *words;
};

static const char *const smb1_alone[] = { "NT LM 0.12", NULL };
static const char *const with_smb2[] = { "NT LM 0.12", "SMB 2.002", "SMB 2.???", NULL };

static void conclude(struct smb1_answer *a, enum smb1_outcome outcome, const char *words)
{
	a->outcome = outcome;
	a->words = words != NULL ? words : "memory is out";
}

// MS-CIFS 2.2.4.52.2: an index into what was offered, or 0xFFFF. Only index 0 is a dialect of SMB1 here.
static void index_judge(struct probe *p, uint16_t chosen, struct smb1_answer *a)
{
	if (chosen == 0)
		conclude(a, SMB1_CHOSEN, "SMB1 NEGOTIATE, STATUS_SUCCESS, DialectIndex 0: NT LM 0.12");
	else
		conclude(a, SMB1_REFUSED,
			arena_printf(p->facts->arena, "SMB1 NEGOTIATE, DialectIndex 0x%04X: none of SMB1",
				chosen));
}

// ksmbd of Linux 6.12 sends the frame's length twice, and loses as many bytes at the end: the index. A
// dialect of SMB1 comes with many more words than the one that it says it has (MS-CIFS 2.2.4.52.2).
static bool is_refusal_of_ksmbd(struct span frame)
{
	enum { WORD_COUNT_OF_NONE = 1 };
	struct reader r = reader_make(frame);
	bool twice = reader_u32_be(&r) == frame.len;
	struct span message = reader_bytes(&r, SMB1_HEADER_LEN);
	uint8_t word_count = reader_u8(&r);
	return reader_ok(&r) && twice && smb1_is_message(message) && message.data[4] == SMB1_COM_NEGOTIATE &&
	       word_count == WORD_COUNT_OF_NONE && reader_left(&r) == 0;
}

static void smb1_judge(struct probe *p, struct span frame, struct smb1_answer *a)
{
	struct smb1_header h;
	struct smb1_block b;
	struct smb1_negotiate_answer m = { 0 };
	if (is_refusal_of_ksmbd(frame)) {
		conclude(a, SMB1_REFUSED,
			"SMB1 NEGOTIATE, WordCount 1: none of SMB1 (the answer is cut before its "
			"DialectIndex)");
		return;
	}
	if (smb1_header_decode(frame, &h) != VERDICT_OK || h.command != SMB1_NEGOTIATE ||
		(h.flags & SMB1_FLAGS_REPLY) == 0) {
		conclude(a, SMB1_UNCLEAR, "what came back is no answer to an SMB1 NEGOTIATE");
		return;
	}
	if (!nt_status_ok(h.status)) {
		conclude(a, SMB1_REFUSED,
			arena_printf(p->facts->arena, "SMB1 NEGOTIATE, %s",
				status_words(p->facts->arena, h.status)));
		return;
	}
	struct smb1_chain chain = smb1_chain_make(frame, &h);
	if (smb1_chain_next(&chain, &b) && smb1_negotiate_answer_decode(frame, &b, false, &m) == VERDICT_OK)
		index_judge(p, m.dialect_index, a);
	else
		conclude(a, SMB1_UNCLEAR, "the answer to SMB1 NEGOTIATE is malformed");
}

static void smb2_judge(struct probe *p, struct span frame, struct smb1_answer *a)
{
	struct smb2_header h;
	struct smb2_negotiate_response m;
	if (smb2_header_decode(frame, &h) != VERDICT_OK || h.command != SMB2_NEGOTIATE)
		conclude(a, SMB1_UNCLEAR, "what came back is no answer to a NEGOTIATE");
	else if (!nt_status_ok(h.status) || smb2_negotiate_response_decode(frame, &m) != VERDICT_OK)
		conclude(a, SMB1_REFUSED,
			arena_printf(p->facts->arena, "SMB2 NEGOTIATE, %s",
				status_words(p->facts->arena, h.status)));
	else
		conclude(a, SMB1_LEFT,
			arena_printf(p->facts->arena, "SMB2 NEGOTIATE, DialectRevision 0x%04X (%s)",
				m.dialect_revision, dialect_words(m.dialect_revision)));
}

// To end the connection is how most servers without SMB1 refuse it.
static void fault_judge(int fault, struct smb1_answer *a)
{
	bool closed = fault == -ECONNRESET || fault == -EPIPE;
	conclude(a, closed ? SMB1_REFUSED : SMB1_UNCLEAR, fault_words(fault));
}

static int exchange(struct probe *p, int fd, struct span question, uint8_t *buf, struct smb1_answer *a)
{
	struct span frame = { 0 };
	int rc = probe_send(p, fd, question);
	if (rc == 0)
		rc = probe_receive(p, fd, buf, ANSWER_LEN_MAX, &frame);
	if (rc < 0)
		fault_judge(rc, a);
	else if (smb2_protocol_id(frame) == SMB2_PROTOCOL_ID)
		smb2_judge(p, frame, a);
	else
		smb1_judge(p, frame, a);
	return rc == -ECANCELED ? rc : 0;
}

static int smb1_ask(struct probe *p, const char *const *dialects, struct smb1_answer *a)
{
	uint8_t bytes[QUESTION_LEN_MAX];
	struct writer w = writer_make(bytes, sizeof(bytes));
	int fd = -1;
	smb1_negotiate_encode(&w, dialects);
	int rc = probe_dial(p, &fd);
	if (rc < 0) {
		conclude(a, SMB1_UNCLEAR, stop_words(p, rc));
		return rc == -ECANCELED ? rc : 0;
	}
	uint8_t *buf = malloc(ANSWER_LEN_MAX);
	if (buf != NULL)
		rc = exchange(p, fd, writer_since(&w, 0), buf, a);
	else
		conclude(a, SMB1_UNCLEAR, fault_words(-ENOMEM));
	free(buf);
	probe_close(p, fd);
	return rc;
}

static void answer_take(struct probe *p, const struct smb1_answer *a, const char *sent)
{
	struct host_facts *f = p->facts;
	if (a->outcome == SMB1_UNCLEAR)
		fact_unknown(f, &f->smb1, a->words);
	else
		fact_set(f, &f->smb1, a->outcome == SMB1_CHOSEN ? ANSWER_YES : ANSWER_NO, sent, a->words);
}

// Who answers SMB1 and ends each connection that begins with SMB2 does not speak it.
static void smb1_is_all(struct host_facts *f)
{
	static const char sent[] = "SMB2 NEGOTIATE offering one dialect, beside it SMB1 NEGOTIATE";
	if (!fact_is(&f->smb1, ANSWER_YES))
		return;
	for (unsigned i = 0; i < FACTS_DIALECTS; i++)
		if (f->dialects[i].answer != ANSWER_UNKNOWN || f->dialects[i].reason == NULL ||
			strcmp(f->dialects[i].reason, fault_words(-ECONNRESET)) != 0)
			return;
	for (unsigned i = 0; i < FACTS_DIALECTS; i++)
		fact_set(f, &f->dialects[i], ANSWER_NO, sent,
			"the connection was closed each time; SMB1 is answered");
}

void probe_smb1(struct probe *p)
{
	static const char alone[] = "SMB1 NEGOTIATE offering \"NT LM 0.12\" alone";
	static const char among[] = "SMB1 NEGOTIATE offering \"NT LM 0.12\", \"SMB 2.002\" and \"SMB 2.???\"";
	struct host_facts *f = p->facts;
	struct smb1_answer a = { 0 };
	int rc = smb1_ask(p, smb1_alone, &a);
	answer_take(p, &a, alone);
	if (rc == 0)
		rc = smb1_ask(p, with_smb2, &a);
	if (a.outcome == SMB1_CHOSEN)
		answer_take(p, &a, among);
	if (rc < 0 || a.outcome == SMB1_UNCLEAR)
		fact_unknown(f, &f->smb1_leads_on, a.words);
	else
		fact_set(f, &f->smb1_leads_on, a.outcome == SMB1_LEFT ? ANSWER_YES : ANSWER_NO, among,
			a.words);
	smb1_is_all(f);
}

// SPDX-License-Identifier: Apache-2.0
// Whether a server of 3.0 and 3.0.2 answers FSCTL_VALIDATE_NEGOTIATE_INFO as it must (MS-SMB2 3.3.5.15.12):
// what was negotiated with the very same values, anything else by ending the connection. It is all that
// stands between these dialects and somebody who makes them look older.
#include <errno.h>

#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"
#include "wire/smb2/smb2_session_setup.h"
#include "client/client_send.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

enum { INDEX_300 = 2, REQUEST_LEN_MAX = 64 };

static const char sent_right[] =
	"FSCTL_VALIDATE_NEGOTIATE_INFO, signed, with what the client had sent in NEGOTIATE";

// The lowest of 3.x before 3.1.1, so that there may be a better one to be kept from; 0: none.
static uint16_t dialect_choose(const struct host_facts *f)
{
	for (unsigned i = INDEX_300; i < FACTS_DIALECTS - 1; i++) {
		if (fact_is(&f->dialects[i], ANSWER_YES))
			return facts_dialects[i];
	}
	return 0;
}

// A list from which the server would have chosen another dialect: one that is better than the connection's,
// or, if there is none, not that one.
static void wrong_dialects(
	const struct host_facts *f, uint16_t dialect, struct smb2_validate_negotiate_request *m)
{
	m->dialects[0] = dialect;
	m->dialect_count = 2;
	for (unsigned i = FACTS_DIALECTS - 1; facts_dialects[i] > dialect; i--) {
		m->dialects[1] = facts_dialects[i];
		if (fact_is(&f->dialects[i], ANSWER_YES))
			return;
	}
	m->dialects[0] = SMB2_DIALECT_202;
	m->dialect_count = 1;
}

static struct span wrong_question(struct probe *p, const struct client *c, const struct client_options *o,
	uint8_t bytes[REQUEST_LEN_MAX], const char **sent)
{
	struct writer w = writer_make(bytes, REQUEST_LEN_MAX);
	struct smb2_validate_negotiate_request m = {
		.capabilities = o->capabilities,
		.security_mode = o->security_mode,
	};
	memcpy(m.guid, client_facts(c)->client_guid, sizeof(m.guid));
	wrong_dialects(p->facts, o->dialects[0], &m);
	smb2_validate_negotiate_request_encode(&w, &m);
	*sent = arena_printf(p->facts->arena,
		"FSCTL_VALIDATE_NEGOTIATE_INFO on %s, signed, saying that %s%s%s had been offered",
		dialect_words(o->dialects[0]), dialect_words(m.dialects[0]),
		m.dialect_count > 1 ? " and " : " alone",
		m.dialect_count > 1 ? dialect_words(m.dialects[1]) : "");
	return writer_since(&w, 0);
}

static void wrong_judge(struct probe *p, int rc, struct nt_status status, const char *sent)
{
	struct host_facts *f = p->facts;
	if (rc == -ECONNRESET || rc == -EPIPE)
		fact_set(f, &f->validate_negotiate, ANSWER_YES, sent, fault_words(rc));
	else if (rc < 0)
		fact_unknown(f, &f->validate_negotiate, fault_words(rc));
	else
		// An error says no less than the end of the connection to who verifies it.
		fact_set(f, &f->validate_negotiate, nt_status_ok(status) ? ANSWER_NO : ANSWER_YES, sent,
			arena_printf(f->arena, "SMB2 IOCTL, %s", status_words(f->arena, status)));
}

static void wrong_ask(struct probe *p, struct client *c, const struct client_options *o, uint32_t tree_id)
{
	uint8_t bytes[REQUEST_LEN_MAX];
	const char *sent = NULL;
	struct nt_status status = STATUS(SUCCESS);
	struct smb2_ioctl_response out;
	const struct smb2_ioctl_request m = {
		.ctl_code = FSCTL_VALIDATE_NEGOTIATE_INFO,
		.file_id = { UINT64_MAX, UINT64_MAX },
		.input = wrong_question(p, c, o, bytes, &sent),
		.max_output_response = SMB2_VALIDATE_NEGOTIATE_RESPONSE_LEN,
		.flags = SMB2_0_IOCTL_IS_FSCTL,
	};
	int rc = client_ioctl(c, tree_id, &m, &out, &status);
	wrong_judge(p, rc, status, sent);
}

// The client asks by itself when it connects to a tree, and takes nothing else than the same values.
static void right_judge(struct probe *p, int rc, struct nt_status status)
{
	struct host_facts *f = p->facts;
	if (rc == 0 && nt_status_ok(status)) {
		fact_set(f, &f->validate_answered, ANSWER_YES, sent_right, "the same values, signed");
		return;
	}
	if (rc == -EPROTO || rc == -EBADMSG) {
		const char *text = "no answer with the values of NEGOTIATE";
		fact_set(f, &f->validate_answered, ANSWER_NO, sent_right, text);
		fact_set(f, &f->validate_negotiate, ANSWER_NO, sent_right, text);
		return;
	}
	const char *text = rc < 0 ? fault_words(rc)
				  : arena_printf(f->arena, "IPC$ cannot be connected to: %s",
					    status_words(f->arena, status));
	fact_unknown(f, &f->validate_answered, text);
	fact_unknown(f, &f->validate_negotiate, text);
}

static bool is_nobody(const struct client *c)
{
	return (client_facts(c)->session_flags & (SMB2_SESSION_FLAG_IS_GUEST | SMB2_SESSION_FLAG_IS_NULL)) !=
	       0;
}

static void both_unknown(struct host_facts *f, const char *why)
{
	fact_unknown(f, &f->validate_answered, why);
	fact_unknown(f, &f->validate_negotiate, why);
}

void probe_validate(struct probe *p)
{
	struct client_options o = probe_client_options(p);
	struct client *c = NULL;
	struct nt_status status = STATUS(SUCCESS);
	uint32_t tree_id = 0;
	o.dialects[0] = dialect_choose(p->facts);
	o.dialect_count = 1;
	o.sign = true;
	o.seal = false;
	if (o.dialects[0] == 0) {
		both_unknown(p->facts, "neither 3.0 nor 3.0.2 is accepted");
		return;
	}
	int rc = probe_log_on(p, &o, &c, &status);
	if (rc != 0) {
		both_unknown(p->facts, rc == -EACCES ? probe_no_login_words(p) : stop_words(p, rc));
		return;
	}
	if (is_nobody(c)) {
		both_unknown(p->facts, "the log-on ended as guest or anonymous: nothing is signed");
	} else {
		rc = client_tree_connect(c, "IPC$", &tree_id, NULL, &status);
		right_judge(p, rc, status);
		if (rc == 0 && nt_status_ok(status))
			wrong_ask(p, c, &o, tree_id);
	}
	client_free(c);
}

// SPDX-License-Identifier: Apache-2.0
// SMB1 as smbclient and nmap spoke it (tests/scenarios), and messages made here for what they do not do.
#include "../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/conversation.h"
#include "watch_fixture.h"

#define SCENARIO(name) PROJECT_DIR "/tests/scenarios/" name

static void follows_a_session(void **state)
{
	(void)state;
	struct watched w;
	watch_capture(SCENARIO("A15_smb1_accepted.pcap"), NULL, NULL, &w);
	assert_int_equal(watched_count(&w, EVENT_ANOMALY, NULL), 0);
	assert_int_equal(watched_count(&w, EVENT_AUTH, NULL), 1);
	assert_string_equal(watched_nth(&w, EVENT_AUTH, 0)->account, "alice");
	assert_string_equal(watched_nth(&w, EVENT_TREE_CONNECT, 0)->share, "IPC$");
	assert_string_equal(watched_nth(&w, EVENT_TREE_CONNECT, 1)->share, "SHARE");
	assert_true(watched_has_file(&w, "open", "hello1.txt"));
	assert_true(watched_has_file(&w, "read", "hello1.txt"));
	assert_true(watched_has_file(&w, "close", "hello1.txt"));
	assert_int_equal(watched_count(&w, EVENT_SESSION, NULL), 1);
	watched_done(&w);
}

static void tells_of_a_refusal(void **state)
{
	(void)state;
	struct watched w;
	watch_capture(SCENARIO("A14_smb1_probe_refused.pcap"), NULL, NULL, &w);
	assert_int_equal(watched_count(&w, EVENT_NEGOTIATE, "refused"), 2);
	assert_int_equal(watched_count(&w, EVENT_SESSION, NULL), 0);
	watched_done(&w);
}

// --- messages made here -------------------------------------------------------------------------------

enum { SEEN_MAX = 32, TEXT_LEN = 160 };

struct seen {
	enum event_kind kind;
	enum event_result result;
	char grade;
	uint16_t dialect;
	bool lm_response, anonymous, guest, has_challenge;
	char text[TEXT_LEN]; // what counts for the kind
	char mechanism[TEXT_LEN];
};

struct stage {
	struct sensor *sensor;
	struct sensor_emitter emitter;
	struct flow flow;
	struct packet packet;
	struct conversation *c;
	size_t count;
	struct seen seen[SEEN_MAX];
};

static void put(char *out, const char *a, const char *b)
{
	(void)snprintf(out, TEXT_LEN, "%s%s%s", a == NULL ? "" : a, b == NULL ? "" : " ", b == NULL ? "" : b);
}

static void on_event(void *context, const struct event *e)
{
	struct stage *s = context;
	assert_true(s->count < SEEN_MAX);
	struct seen *n = &s->seen[s->count++];
	*n = (struct seen){ .kind = e->kind, .result = e->result };
	n->dialect = e->connection->dialect;
	if (e->session != NULL)
		put(n->mechanism, e->session->mechanism, NULL);
	if (e->kind == EVENT_FILE)
		put(n->text, e->action, e->path);
	else if (e->kind == EVENT_AUTH)
		put(n->text, e->session->domain, e->session->account);
	else if (e->kind == EVENT_RPC)
		put(n->text, e->rpc->pipe, e->rpc->operation);
	else
		put(n->text, e->reason, e->detail);
	if (e->verdict != NULL)
		n->grade = e->verdict->grade;
	if (e->auth != NULL) {
		n->lm_response = e->auth->lm_response;
		n->anonymous = e->auth->anonymous;
		n->guest = e->auth->guest;
		n->has_challenge = e->auth->has_challenge;
	}
}

static void drop(void *context, const struct event *e)
{
	(void)context;
	(void)e;
}

static struct stage *stage_new(void)
{
	struct stage *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	const struct sensor_config config = { .emit = drop, .limits = sensor_limits_default };
	s->sensor = sensor_new(&config);
	s->emitter = (struct sensor_emitter){ .emit = on_event, .context = s };
	s->flow = (struct flow){
		.id = 1, .client = { .port = 50000 }, .server = { .port = 445 }, .packet = &s->packet
	};
	assert_non_null(s->sensor);
	s->c = conversation_new(s->sensor, &s->emitter, &s->flow);
	assert_non_null(s->c);
	return s;
}

static void stage_end(struct stage *s)
{
	conversation_end(s->c);
}

static void stage_free(struct stage *s)
{
	conversation_free(s->c);
	sensor_free(s->sensor);
	free(s);
}

static const struct seen *seen_nth(const struct stage *s, enum event_kind kind, size_t n)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->seen[i].kind == kind && n-- == 0)
			return &s->seen[i];
	fail_msg("there is no such %s event", event_kind_name(kind));
	abort();
}

// A message: command, whose it is, ids, then words and bytes of its one or several blocks.
struct smb1 {
	uint8_t command;
	uint32_t status;
	uint16_t tid, uid, mid;
	const void *blocks;
	size_t len;
};

static void say(struct stage *s, enum flow_side from, const struct smb1 *m)
{
	uint8_t frame[1024] = { 0, 0, 0, 0, 0xff, 'S', 'M', 'B', m->command };
	size_t len = 32 + m->len;
	assert_true(4 + len <= sizeof(frame));
	frame[2] = (uint8_t)(len >> 8);
	frame[3] = (uint8_t)len;
	for (int i = 0; i < 4; i++)
		frame[9 + i] = (uint8_t)(m->status >> (8 * i));
	frame[13] = from == FLOW_SERVER ? 0x80 : 0;
	frame[15] = 0x40; // NT statuses, 8-bit text
	frame[4 + 24] = (uint8_t)m->tid;
	frame[4 + 28] = (uint8_t)m->uid;
	frame[4 + 30] = (uint8_t)m->mid;
	memcpy(frame + 36, m->blocks, m->len);
	s->packet.number++;
	conversation_data(s->c, from, span_make(frame, 4 + len));
}

#define SAY(s, from, command_, status_, tid_, uid_, mid_, text)                                              \
	say(s, from,                                                                                         \
		&(struct smb1){ .command = command_,                                                         \
			.status = status_,                                                                   \
			.tid = tid_,                                                                         \
			.uid = uid_,                                                                         \
			.mid = mid_,                                                                         \
			.blocks = text,                                                                      \
			.len = sizeof(text) - 1 })

#define ANDX_END "\xff\0\0\0"
#define ZEROS_20 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ZEROS_24 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static void negotiate(struct stage *s)
{
	SAY(s, FLOW_CLIENT, 0x72, 0, 0, 0, 1, "\0\x0c\0\2NT LM 0.12\0");
	// Encrypted passwords, no signatures, no extended security; a challenge of 8 bytes.
	SAY(s, FLOW_SERVER, 0x72, 0, 0, 0, 1,
		"\x11\0\0\3\x32\0\1\0\0\x40\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x8"
		"\x0c\0\1\2\3\4\5\6\7\x8W\0S\0");
}

#define SETUP_WORDS(lm, nt) "\x0d" ANDX_END "\0\x40\2\0\0\0\0\0\0\0" lm "\0" nt "\0\0\0\0\0\0\0\0\0"
#define SETUP_DONE(action) "\3" ANDX_END action "\0\3\0x\0\0"

// What clients of the nineties send: an LM and an NT response, both of 24 bytes.
static void ntlm_version_1_is_seen(void **state)
{
	(void)state;
	struct stage *s = stage_new();
	negotiate(s);
	SAY(s, FLOW_CLIENT, 0x73, 0, 0, 0, 2,
		SETUP_WORDS(
			"\x18", "\x18") "\x39\0LLLLLLLLLLLLLLLLLLLLLLLLNNNNNNNNNNNNNNNNNNNNNNNNbob\0DOM\0");
	SAY(s, FLOW_SERVER, 0x73, 0, 0, 9, 2, SETUP_DONE("\0"));
	const struct seen *auth = seen_nth(s, EVENT_AUTH, 0);
	assert_int_equal(auth->result, EVENT_SUCCESS);
	assert_string_equal(auth->text, "DOM bob");
	assert_string_equal(auth->mechanism, "ntlmv1");
	assert_true(auth->lm_response);
	assert_true(auth->has_challenge);
	assert_int_equal(auth->dialect, 1);
	stage_end(s);
	assert_int_equal(seen_nth(s, EVENT_SESSION, 0)->grade, 'F');
	stage_free(s);
}

static void anonymous_and_guest_are_seen(void **state)
{
	(void)state;
	struct stage *s = stage_new();
	negotiate(s);
	SAY(s, FLOW_CLIENT, 0x73, 0, 0, 0, 2, SETUP_WORDS("\1", "\0") "\3\0\0\0\0");
	SAY(s, FLOW_SERVER, 0x73, 0, 0, 9, 2, SETUP_DONE("\0"));
	assert_string_equal(seen_nth(s, EVENT_AUTH, 0)->mechanism, "anonymous");
	assert_true(seen_nth(s, EVENT_AUTH, 0)->anonymous);
	SAY(s, FLOW_CLIENT, 0x73, 0, 0, 0, 3,
		SETUP_WORDS("\0", "\x18") "\x21\0NNNNNNNNNNNNNNNNNNNNNNNNnone\0DOM\0");
	SAY(s, FLOW_SERVER, 0x73, 0, 0, 10, 3, SETUP_DONE("\1"));
	assert_string_equal(seen_nth(s, EVENT_AUTH, 1)->mechanism, "guest");
	assert_true(seen_nth(s, EVENT_AUTH, 1)->guest);
	stage_end(s);
	stage_free(s);
}

static void a_wrong_password_leaves_no_session(void **state)
{
	(void)state;
	struct stage *s = stage_new();
	negotiate(s);
	SAY(s, FLOW_CLIENT, 0x73, 0, 0, 0, 2,
		SETUP_WORDS("\0", "\x18") "\x20\0NNNNNNNNNNNNNNNNNNNNNNNNbob\0DOM\0");
	SAY(s, FLOW_SERVER, 0x73, 0xc000006d, 0, 0, 2, "\0\0\0");
	assert_int_equal(seen_nth(s, EVENT_AUTH, 0)->result, EVENT_FAILURE);
	stage_end(s);
	for (size_t i = 0; i < s->count; i++)
		assert_int_not_equal(s->seen[i].kind, EVENT_SESSION);
	stage_free(s);
}

// Nothing of the connection's beginning is needed for what comes later.
static void names_and_pipes(void **state)
{
	(void)state;
	struct stage *s = stage_new();
	SAY(s, FLOW_CLIENT, 0x75, 0, 0, 9, 2, "\4" ANDX_END "\0\0\0\0\x0f\0\\\\s\\IPC$\0?????\0");
	SAY(s, FLOW_SERVER, 0x75, 0, 5, 9, 2, "\3" ANDX_END "\0\0\4\0IPC\0");
	SAY(s, FLOW_CLIENT, 0x07, 0, 5, 9, 3, "\1\0\0\x0e\0\4\\a.doc\0\4\\b.x\0");
	SAY(s, FLOW_SERVER, 0x07, 0, 5, 9, 3, "\0\0\0");
	SAY(s, FLOW_CLIENT, 0x06, 0, 5, 9, 4, "\1\0\0\x08\0\4\\b.doc\0");
	SAY(s, FLOW_SERVER, 0x06, 0xc0000022, 5, 9, 4, "\0\0\0");
	assert_string_equal(seen_nth(s, EVENT_FILE, 0)->text, "rename a.doc");
	assert_int_equal(seen_nth(s, EVENT_FILE, 0)->result, EVENT_SUCCESS);
	assert_string_equal(seen_nth(s, EVENT_FILE, 1)->text, "delete b.doc");
	assert_int_equal(seen_nth(s, EVENT_FILE, 1)->result, EVENT_FAILURE);
	// An open, and a call in a transaction on it: data at 88 from the header.
	SAY(s, FLOW_CLIENT, 0xa2, 0, 5, 9, 5, "\x18" ANDX_END ZEROS_24 ZEROS_20 "\x09\0\\svcctl\0\0");
	SAY(s, FLOW_SERVER, 0xa2, 0, 5, 9, 5,
		"\x22" ANDX_END "\0\7\0\1\0\0\0" ZEROS_24 ZEROS_24 "\0\0\0\0\0\0\0\0\0\0\0");
	SAY(s, FLOW_CLIENT, 0x25, 0, 5, 9, 6,
		"\x10\0\0\x18\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x18\0\x58\0\2\0\x26\0\7\0\x2f\0\\PIPE\\\0"
		"PPPPPPPPPPPPPP"
		"\5\0\0\3\x10\0\0\0\x18\0\0\0\1\0\0\0\0\0\0\0\0\0\x0c\0");
	assert_string_equal(seen_nth(s, EVENT_RPC, 0)->text, "svcctl");
	stage_end(s);
	stage_free(s);
}

#define TRANS2(params_total, data_total, params, data)                                                       \
	"\x0f" params_total "\0" data_total "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" params "\0\x48\0" data          \
	"\0\x60\0\1\0\6\0"
#define TRANS2_SECONDARY(params_total, data_total, len, at, data)                                            \
	"\x09" params_total "\0" data_total "\0\0\0\0\0\0\0" len "\0\x38\0" at "\0\xff\xff" data

// SET_PATH_INFO whose data, a new name, comes in pieces; the server says in between that they may come.
static void a_rename_in_several_messages(void **state)
{
	(void)state;
	struct stage *s = stage_new();
	// Parameters at 0x48: the level (1010) and the name; data at 0x60.
	SAY(s, FLOW_CLIENT, 0x32, 0, 5, 9, 7,
		TRANS2("\x0d", "\x11", "\x0d", "\x08") "\x20\0PPPPPPP\xf2\3\0\0\0\0\\d\\old\0PPPPPPPPPPP"
						       "\0\0\0\0\0\0\0\0");
	SAY(s, FLOW_SERVER, 0x32, 0, 5, 9, 7, "\0\0\0");
	SAY(s, FLOW_CLIENT, 0x33, 0, 5, 9, 8, TRANS2_SECONDARY("\x0d", "\x11", "\5", "\x0c", "\5\0PPPother"));
	SAY(s, FLOW_CLIENT, 0x33, 0, 5, 9, 7,
		TRANS2_SECONDARY("\x0d", "\x11", "\4", "\x08", "\4\0PPP\5\0\0\0"));
	SAY(s, FLOW_CLIENT, 0x33, 0, 5, 9, 7, TRANS2_SECONDARY("\x0d", "\x11", "\5", "\x0c", "\5\0PPPnew.x"));
	SAY(s, FLOW_SERVER, 0x32, 0, 5, 9, 7, "\x0a" ZEROS_20 "\0\0");
	assert_string_equal(seen_nth(s, EVENT_FILE, 0)->text, "rename d/old");
	assert_int_equal(seen_nth(s, EVENT_FILE, 0)->result, EVENT_SUCCESS);
	stage_end(s);
	stage_free(s);
}

// What a client of MS-DOS does.
static void commands_before_lanman(void **state)
{
	(void)state;
	struct stage *s = stage_new();
	SAY(s, FLOW_CLIENT, 0x03, 0, 5, 9, 2, "\3\0\0\0\0\0\0\7\0\4\\a.txt\0");
	SAY(s, FLOW_SERVER, 0x03, 0, 5, 9, 2, "\1\7\0\0\0");
	SAY(s, FLOW_CLIENT, 0x0b, 0, 5, 9, 3, "\5\7\0\4\0\0\0\0\0\0\0\7\0\1\4\0data");
	SAY(s, FLOW_SERVER, 0x0b, 0, 5, 9, 3, "\1\4\0\0\0");
	SAY(s, FLOW_CLIENT, 0x0a, 0, 5, 9, 4, "\5\7\0\4\0\0\0\0\0\0\0\0\0");
	SAY(s, FLOW_SERVER, 0x0a, 0, 5, 9, 4, "\5\4\0\0\0\0\0\0\0\0\0\7\0\1\4\0data");
	SAY(s, FLOW_CLIENT, 0x04, 0, 5, 9, 5, "\3\7\0\0\0\0\0\0\0");
	SAY(s, FLOW_SERVER, 0x04, 0, 5, 9, 5, "\0\0\0");
	static const char *const wanted[] = { "open a.txt", "write a.txt", "read a.txt", "close a.txt" };
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		assert_string_equal(seen_nth(s, EVENT_FILE, i)->text, wanted[i]);
	stage_end(s);
	stage_free(s);
}

// Its server's only request is no message of a client's.
static void an_oplock_break_is_no_anomaly(void **state)
{
	(void)state;
	struct stage *s = stage_new();
	uint8_t frame[4 + 32 + 19] = { 0, 0, 0, 32 + 19, 0xff, 'S', 'M', 'B', 0x24 };
	frame[4 + 32] = 8;
	negotiate(s);
	s->packet.number++;
	conversation_data(s->c, FLOW_SERVER, span_make(frame, sizeof(frame)));
	for (size_t i = 0; i < s->count; i++)
		assert_int_not_equal(s->seen[i].kind, EVENT_ANOMALY);
	stage_end(s);
	stage_free(s);
}

static void chains_that_go_nowhere_end(void **state)
{
	(void)state;
	struct stage *s = stage_new();
	// LOGOFF_ANDX whose next block is itself, and one that begins before it.
	SAY(s, FLOW_CLIENT, 0x74, 0, 0, 1, 2, "\2\x74\0\x20\0\0\0");
	SAY(s, FLOW_CLIENT, 0x74, 0, 0, 1, 3, "\2\x74\0\x04\0\0\0");
	SAY(s, FLOW_CLIENT, 0x74, 0, 0, 1, 4, "\2\x74\0\xff\xff\0\0");
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(seen_nth(s, EVENT_ANOMALY, i)->text, "malformed_andx bad_offset");
	stage_end(s);
	stage_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_a_session),
		cmocka_unit_test(tells_of_a_refusal),
		cmocka_unit_test(ntlm_version_1_is_seen),
		cmocka_unit_test(anonymous_and_guest_are_seen),
		cmocka_unit_test(a_wrong_password_leaves_no_session),
		cmocka_unit_test(names_and_pipes),
		cmocka_unit_test(a_rename_in_several_messages),
		cmocka_unit_test(commands_before_lanman),
		cmocka_unit_test(an_oplock_break_is_no_anomaly),
		cmocka_unit_test(chains_that_go_nowhere_end),
	};
	return RUN_TESTS(tests);
}

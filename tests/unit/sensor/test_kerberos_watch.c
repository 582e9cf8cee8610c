// SPDX-License-Identifier: Apache-2.0
// What MIT's kinit, kvno and KDC said to each other (fuzz/corpus/kerberos), over UDP and TCP.
#include "../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/emitter.h"
#include "sensor/kerberos_watch.h"

enum { MESSAGE_MAX = 4096, TOLD_MAX = 8, TEXT_LEN = 256 };

struct message {
	uint8_t bytes[MESSAGE_MAX];
	size_t len;
};

struct told {
	enum event_kind kind;
	enum event_result result;
	struct nt_status status;
	char detail[TEXT_LEN], reason[TEXT_LEN], principal[TEXT_LEN], service[TEXT_LEN], encryption[TEXT_LEN];
	char client[TEXT_LEN];
	uint64_t first_packet, packet;
};

struct all_told {
	size_t count;
	struct told events[TOLD_MAX];
};

static void take(char *out, const char *text)
{
	(void)snprintf(out, TEXT_LEN, "%s", text == NULL ? "" : text);
}

static void on_event(void *context, const struct event *e)
{
	struct all_told *all = context;
	assert_true(all->count < TOLD_MAX);
	struct told *t = &all->events[all->count++];
	*t = (struct told){ .kind = e->kind, .result = e->result, .status = e->status };
	take(t->detail, e->detail);
	take(t->reason, e->reason);
	take(t->client, e->connection->client_address);
	t->packet = e->wire->packet;
	t->first_packet = e->wire->first_packet;
	if (e->kind != EVENT_AUTH)
		return;
	assert_string_equal(e->auth->protocol, "kerberos");
	take(t->principal, e->session->principal);
	take(t->service, e->auth->service);
	take(t->encryption, e->auth->ticket_encryption);
}

static struct message message(const char *name)
{
	struct message m;
	char path[512];
	(void)snprintf(path, sizeof(path), PROJECT_DIR "/fuzz/corpus/kerberos/%s", name);
	FILE *in = fopen(path, "re");
	assert_non_null(in);
	m.len = fread(m.bytes, 1, sizeof(m.bytes), in);
	(void)fclose(in);
	return m;
}

static const struct endpoint client = { .address = { .bytes = { 10, 0, 0, 1 } }, .port = 50000 };
static const struct endpoint kdc = { .address = { .bytes = { 10, 0, 0, 2 } }, .port = 88 };

struct conversation_of_datagrams {
	struct all_told told;
	struct sensor_emitter emitter;
	struct kerberos_datagrams *datagrams;
	uint64_t packet;
};

static void say(struct conversation_of_datagrams *c, const char *name, bool from_client)
{
	struct message m = message(name);
	const struct packet p = { .number = ++c->packet, .time_us = 1000000 * c->packet };
	kerberos_watch_datagram(c->datagrams, &c->emitter, from_client ? &client : &kdc,
		from_client ? &kdc : &client, span_make(m.bytes, m.len), &p);
}

static const struct told *exchange(
	struct conversation_of_datagrams *c, const char *request, const char *answer)
{
	c->emitter = (struct sensor_emitter){ .emit = on_event, .context = &c->told };
	if (c->datagrams == NULL)
		c->datagrams = kerberos_datagrams_new();
	assert_non_null(c->datagrams);
	if (request != NULL)
		say(c, request, true);
	size_t before = c->told.count;
	say(c, answer, false);
	assert_int_equal(c->told.count, before + 1);
	return &c->told.events[before];
}

static void a_step_on_the_way_is_no_failure(void **state)
{
	(void)state;
	struct conversation_of_datagrams c = { .packet = 0 };
	const struct told *t = exchange(&c, "as_req", "krb_error_preauth_required");
	assert_string_equal(t->detail, "krb_error");
	assert_string_equal(t->reason, "preauth_required");
	assert_int_equal(t->result, EVENT_NO_RESULT);
	assert_true(nt_status_equal(t->status, STATUS(MORE_PROCESSING_REQUIRED)));
	t = exchange(&c, "as_req_timestamp", "as_rep");
	assert_string_equal(t->detail, "as_rep");
	assert_int_equal(t->result, EVENT_SUCCESS);
	assert_string_equal(t->reason, "");
	assert_string_equal(t->principal, "alice@WATCH.EXAMPLE");
	assert_string_equal(t->service, "krbtgt/WATCH.EXAMPLE");
	assert_string_equal(t->encryption, "aes256-cts-hmac-sha1-96");
	assert_string_equal(t->client, "10.0.0.1");
	assert_int_equal(t->first_packet, 3);
	assert_int_equal(t->packet, 4);
	kerberos_datagrams_free(c.datagrams);
}

static void says_why_it_was_refused(void **state)
{
	(void)state;
	struct conversation_of_datagrams c = { .packet = 0 };
	const struct told *t = exchange(&c, "as_req_timestamp", "krb_error_preauth_failed");
	assert_string_equal(t->reason, "preauth_failed");
	assert_int_equal(t->result, EVENT_FAILURE);
	assert_true(nt_status_equal(t->status, STATUS(WRONG_PASSWORD)));
	assert_string_equal(t->principal, "alice@WATCH.EXAMPLE");
	assert_non_null(strstr(t->encryption, "aes256-cts-hmac-sha1-96,"));
	t = exchange(&c, "as_req_nobody", "krb_error_unknown");
	assert_string_equal(t->reason, "principal_unknown");
	assert_true(nt_status_equal(t->status, STATUS(NO_SUCH_USER)));
	assert_string_equal(t->principal, "nobody@WATCH.EXAMPLE");
	kerberos_datagrams_free(c.datagrams);
}

static void a_ticket_for_a_service(void **state)
{
	(void)state;
	struct conversation_of_datagrams c = { .packet = 0 };
	const struct told *t = exchange(&c, "tgs_req", "tgs_rep");
	assert_string_equal(t->detail, "tgs_rep");
	assert_string_equal(t->service, "cifs/files.watch.example");
	assert_string_equal(t->principal, "alice@WATCH.EXAMPLE");
	kerberos_datagrams_free(c.datagrams);
}

// A ticket for one who proved nothing can be had by everybody, and its key guessed at.
static void no_preauthentication_is_told(void **state)
{
	(void)state;
	struct conversation_of_datagrams c = { .packet = 0 };
	assert_string_equal(exchange(&c, "as_req", "as_rep")->reason, "no_preauth");
	// Where the request was not seen nothing is claimed; the same request does not count twice.
	assert_string_equal(exchange(&c, NULL, "as_rep")->reason, "");
	kerberos_datagrams_free(c.datagrams);
}

static void put_marked(struct message *stream, const char *name)
{
	struct message m = message(name);
	const uint8_t mark[4] = { 0, 0, (uint8_t)(m.len >> 8), (uint8_t)m.len };
	assert_true(stream->len + 4 + m.len <= MESSAGE_MAX);
	memcpy(stream->bytes + stream->len, mark, 4);
	memcpy(stream->bytes + stream->len + 4, m.bytes, m.len);
	stream->len += 4 + m.len;
}

static void feed(struct kerberos_stream *s, struct sensor_emitter *e, enum flow_side from,
	const struct message *m, size_t begin, size_t step)
{
	const struct flow f = { .id = 7, .client = client, .server = kdc, .last_us = 1 };
	for (size_t at = begin; at < m->len; at += step) {
		size_t len = m->len - at < step ? m->len - at : step;
		kerberos_stream_data(s, e, &f, from, span_make(m->bytes + at, len));
	}
}

static void streams_may_be_cut_anywhere(void **state)
{
	(void)state;
	struct message question = { .len = 0 }, answer = { .len = 0 };
	put_marked(&question, "as_req_timestamp");
	put_marked(&answer, "as_rep");
	for (size_t step = 1; step < answer.len + 1; step += 13) {
		struct all_told told = { .count = 0 };
		struct sensor_emitter e = { .emit = on_event, .context = &told };
		struct kerberos_stream *s = kerberos_stream_new();
		assert_non_null(s);
		feed(s, &e, FLOW_CLIENT, &question, 0, step);
		feed(s, &e, FLOW_SERVER, &answer, 0, step);
		assert_int_equal(told.count, 1);
		assert_string_equal(told.events[0].principal, "alice@WATCH.EXAMPLE");
		kerberos_stream_free(s);
	}
}

static void goes_on_after_a_gap(void **state)
{
	(void)state;
	struct message answer = { .len = 0 };
	struct all_told told = { .count = 0 };
	struct sensor_emitter e = { .emit = on_event, .context = &told };
	struct kerberos_stream *s = kerberos_stream_new();
	assert_non_null(s);
	put_marked(&answer, "as_rep");
	feed(s, &e, FLOW_SERVER, &answer, 300, answer.len);
	kerberos_stream_gap(s, FLOW_SERVER);
	feed(s, &e, FLOW_SERVER, &answer, 200, answer.len);
	assert_int_equal(told.count, 0);
	feed(s, &e, FLOW_SERVER, &answer, 0, answer.len);
	assert_int_equal(told.count, 1);
	kerberos_stream_free(s);
}

static void what_is_cut_off_is_malformed(void **state)
{
	(void)state;
	struct message m = message("as_rep");
	const struct packet p = { .number = 1, .time_us = 1 };
	for (size_t len = 1; len < m.len; len++) {
		struct all_told told = { .count = 0 };
		struct sensor_emitter e = { .emit = on_event, .context = &told };
		struct kerberos_datagrams *d = kerberos_datagrams_new();
		assert_non_null(d);
		kerberos_watch_datagram(d, &e, &kdc, &client, span_make(m.bytes, len), &p);
		assert_int_equal(told.count, 1);
		assert_int_equal(told.events[0].kind, EVENT_ANOMALY);
		kerberos_datagrams_free(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_on_the_way_is_no_failure),
		cmocka_unit_test(says_why_it_was_refused),
		cmocka_unit_test(a_ticket_for_a_service),
		cmocka_unit_test(no_preauthentication_is_told),
		cmocka_unit_test(streams_may_be_cut_anywhere),
		cmocka_unit_test(goes_on_after_a_gap),
		cmocka_unit_test(what_is_cut_off_is_malformed),
	};
	return RUN_TESTS(tests);
}
